"""The files that a plan wants changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.checks.builtin import plan_files
from tierwise.checks.model import CheckContext
from tierwise.errors import TierwiseError

PLAN = """# Plan
Change `src/app.py` and [the guide](docs/guide.md#intro), run `pytest -q`, see `https://example.org/a.py`.
- Create `src/new.py`; `src/also_new.py` is new
- Edit `src/missing.py:10` and `config.toml`, never `**/*.py`, `git add -A` or `module.attribute`
```
`fenced/file.py`
```
## Files to create
- `src/later.py`
## Files to change
- `src/gone.py`
"""


def test_the_files_that_a_plan_wants_changed_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "PLAN.md").write_text(PLAN)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").touch()
    found = plan_files.find_absent(CheckContext(root=str(tmp_path)))
    assert [(finding.line, finding.message.split()[0]) for finding in found] == [
        (2, "docs/guide.md"),
        (4, "src/missing.py"),
        (4, "config.toml"),
        (11, "src/gone.py"),
    ]


def test_the_plan_of_the_shipped_command_comes_before_one_that_people_keep(tmp_path: Path) -> None:
    (tmp_path / "PLAN.md").write_text("Change `src/old.py`.\n")
    shipped = tmp_path / ".tierwise" / "local" / "plan" / "plan.md"
    assert [
        finding.path for finding in plan_files.find_absent(CheckContext(root=str(tmp_path)))
    ] == ["PLAN.md"]
    shipped.parent.mkdir(parents=True)
    shipped.write_text("Change `src/current.py`.\n")
    (finding,) = plan_files.find_absent(CheckContext(root=str(tmp_path)))
    assert (finding.path, finding.message) == (
        ".tierwise/local/plan/plan.md",
        "src/current.py does not exist",
    )


def test_without_a_plan_there_is_nothing_to_ask_and_a_named_one_must_exist(tmp_path: Path) -> None:
    assert plan_files.find_absent(CheckContext(root=str(tmp_path))) == []
    with pytest.raises(TierwiseError, match=r"plans/next\.md"):
        plan_files.find_absent(CheckContext(root=str(tmp_path), plan="plans/next.md"))
