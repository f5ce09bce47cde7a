"""Checks of the project as a whole: dependencies, the plan's files, the review date, drift."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from tests.support.hooked import commit, git, hooked, policy, stage, tierwise

from tierwise.checks.builtin import dependencies, drift, plan_files, review_date
from tierwise.checks.dependencies.python_environment import find_site_packages
from tierwise.checks.git_hooks import pre_commit
from tierwise.checks.model import CheckContext
from tierwise.checks.staged import Staged
from tierwise.cli.drift import find_drift
from tierwise.errors import TierwiseError


def venv(root: Path, **versions: str) -> None:
    folder = root / ".venv" / "lib" / "python3.11" / "site-packages"
    folder.mkdir(parents=True)
    for name, version in versions.items():
        (folder / f"{name}-{version}.dist-info").mkdir()


def complaints(root: Path) -> list[str]:
    find_site_packages.cache_clear()
    return [finding.message for finding in dependencies.CHECK.find(CheckContext(root=str(root)))]


def test_a_declared_distribution_that_is_missing_is_named_with_the_command(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\ndependencies = ["Ruamel.YAML>=0.17", "httpx", "click>=8; python_version < \'3.0\'"]\n'
    )
    venv(tmp_path, ruamel_yaml="0.18.6")
    assert complaints(tmp_path) == ["httpx is not installed in .venv (`pip install -e .`)"]
    (tmp_path / "uv.lock").write_text(
        'version = 1\n[[package]]\nname = "ruamel-yaml"\nversion = "0.18.6"\n'
    )
    assert complaints(tmp_path) == ["httpx is not installed in .venv (`uv sync`)"]


def test_a_version_that_neither_the_lock_nor_the_project_asks_for_is_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\ndependencies = ["httpx", "rich>=13,<14"]\n'
    )
    (tmp_path / "uv.lock").write_text('[[package]]\nname = "httpx"\nversion = "0.28.1"\n')
    venv(tmp_path, httpx="0.27.0", rich="14.0.0")
    wrong, unasked = complaints(tmp_path)
    assert "0.27.0" in wrong
    assert "0.28.1 in the lock file" in wrong
    assert "rich is 14.0.0" in unasked


def test_requirements_files_include_each_other_and_poetry_has_its_own_table(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(
        "# c\n-r base.txt\n--hash=x\nA==1.0 --hash=sha256:0\n"
    )
    (tmp_path / "base.txt").write_text("b\nc @ https://example.org/c.whl\n")
    venv(tmp_path, a="1.0")
    assert [text.split()[0] for text in complaints(tmp_path)] == ["b", "c"]
    (tmp_path / "pyproject.toml").write_text(
        '[tool.poetry.dependencies]\npython = "^3.10"\na = "*"\nd = {version = "*", optional = true}\ne = "^1"\n'
    )
    assert [text.split()[0] for text in complaints(tmp_path)] == ["e"]


def test_a_node_package_that_is_missing_or_of_another_version_is_named(tmp_path: Path) -> None:
    package = {
        "dependencies": {"a": "^1", "@s/b": "*"},
        "devDependencies": {"c": "1"},
        "optionalDependencies": {"d": "*"},
    }
    (tmp_path / "package.json").write_text(json.dumps(package))
    lock = {
        "packages": {"node_modules/a": {"version": "1.2.0"}, "node_modules/c": {"version": "1.0.0"}}
    }
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    for name, version in (("a", "1.1.0"), ("c", "1.0.0")):
        manifest = tmp_path / "node_modules" / name / "package.json"
        manifest.parent.mkdir(parents=True)
        manifest.write_text(json.dumps({"version": version}))
    missing, older = complaints(tmp_path)
    assert missing == "@s/b is not installed in node_modules (`npm ci`)"
    assert "a is 1.1.0" in older


def test_a_project_that_declares_nothing_is_well(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\n")
    (tmp_path / "package.json").write_text("{}")
    assert complaints(tmp_path) == []


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


def test_the_review_date_counts_from_the_day_after() -> None:
    today = datetime.date.today()
    assert review_date.find_overdue(CheckContext(review_date=today.isoformat())) == []
    yesterday = today - datetime.timedelta(days=1)
    assert len(review_date.find_overdue(CheckContext(review_date=yesterday.isoformat()))) == 1
    assert review_date.find_overdue(CheckContext()) == []


def synced(tmp_path: Path) -> Path:
    root = hooked(tmp_path / "repository")
    assert tierwise(root, "install").returncode == 0
    git(root, "add", "-A")
    done = commit(root)
    assert done.returncode == 0, done.stderr
    return root


@pytest.mark.slow
def test_a_generated_file_edited_by_hand_is_drift(tmp_path: Path) -> None:
    root = synced(tmp_path)
    stage(root, "other.txt", "x\n")
    assert commit(root).returncode == 0, "a commit that touches nothing generated is not asked"
    stage(root, "ROUTING.md", "mine now\n")
    done = commit(root)
    assert done.returncode == 1
    assert b"ROUTING.md: edited by hand" in done.stderr
    done = tierwise(root, "preflight")
    assert done.returncode == 1
    assert b"ROUTING.md: edited by hand" in done.stdout
    assert b"tierwise sync" in done.stdout
    assert b"--adopt" in done.stdout, "a plain sync leaves an edited file"
    assert tierwise(root, "sync", "--adopt").returncode == 0
    git(root, "add", "-A")
    done = commit(root)
    assert done.returncode == 0, done.stderr


def test_the_policys_review_date_reaches_preflight(tmp_path: Path) -> None:
    root = hooked(tmp_path / "repository")
    policy(root, "review: 2020-01-01\nchecks:\n  builtin: {drift: false}\n")
    done = tierwise(root, "preflight")
    assert done.returncode == 1
    assert b"reviewed by 2020-01-01" in done.stdout


def drifted(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the hook's check of drift says of the index, with the sync room's own comparison."""
    monkeypatch.chdir(root)
    snapshot = Staged(str(root))
    context = CheckContext(root=str(root), stage="pre-commit", drift=find_drift)
    return [finding.path for finding in drift.find_drift(snapshot, snapshot.changes, context)]


@pytest.mark.slow
def test_drift_is_looked_for_in_what_is_staged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = synced(tmp_path)
    written = (root / "ROUTING.md").read_text()
    stage(root, "ROUTING.md", "mine now\n")
    assert drifted(root, monkeypatch) == ["ROUTING.md"]
    (root / "ROUTING.md").write_text(written)
    assert drifted(root, monkeypatch) == ["ROUTING.md"], "only the working tree is as it should be"
    stage(root, "ROUTING.md", written)
    (root / "ROUTING.md").write_text("mine, but not in this commit\n")
    stage(root, ".tierwise/note.txt", "x\n")
    assert drifted(root, monkeypatch) == []


@pytest.mark.slow
def test_drift_is_not_computed_for_a_commit_of_other_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = synced(tmp_path)
    stage(root, "other.txt", "x\n")
    snapshot = Staged(str(root))

    def never(folder: str) -> list[tuple[str, str]]:
        raise AssertionError(folder)

    context = CheckContext(root=str(root), stage="pre-commit", drift=never)
    assert drift.find_drift(snapshot, snapshot.changes, context) == []


@pytest.mark.slow
def test_a_policy_that_cannot_be_read_is_a_finding_and_not_a_free_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    root = synced(tmp_path)
    stage(root, "tierwise.yaml", "version: 1\ntiers: nonsense\n")
    monkeypatch.chdir(root)
    assert pre_commit.main([], find_drift) == 1
    assert "tierwise.yaml" in capfd.readouterr().err


def test_markers_are_read_as_pip_reads_them(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(
        'pywin32; (python_version >= "3.8" or os_name == "nt") and sys_platform == "win32"\n'
        'a; (python_version >= "3.8" or os_name == "nt") and sys_platform != "win32"\n'
        'b; extra == "test"\nc; python_version < "3.11" or os_name == "nowhere"\n'
    )
    venv(tmp_path)
    assert [text.split()[0] for text in complaints(tmp_path)] == ["a"]


def test_groups_workspaces_and_extras_are_looked_at_as_the_projects_tool_installs_them(
    tmp_path: Path,
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "top"\ndependencies = ["a[fast]", "member"]\n'
        "[project.optional-dependencies]\nextra = ['not-asked-for']\n"
        '[dependency-groups]\ndev = ["b", {include-group = "Lint"}]\nlint = ["c"]\ndocs = ["d"]\n'
        '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    )
    member = tmp_path / "packages" / "member"
    member.mkdir(parents=True)
    (member / "pyproject.toml").write_text('[project]\nname = "member"\ndependencies = ["e"]\n')
    venv(tmp_path, a="1.0")
    metadata = tmp_path / ".venv/lib/python3.11/site-packages/a-1.0.dist-info/METADATA"
    metadata.write_text(
        'Name: a\nRequires-Dist: f; extra == "fast"\nRequires-Dist: g; extra == "slow"\n\nText\n'
    )
    names = [text.split()[0] for text in complaints(tmp_path)]
    assert names == ["f", "e"], "pip installs no group"
    (tmp_path / "uv.lock").write_text("version = 1\n")
    assert [text.split()[0] for text in complaints(tmp_path)] == ["f", "e", "b", "c"]


def node_modules(folder: Path, **versions: str) -> None:
    for name, version in versions.items():
        manifest = folder / "node_modules" / name / "package.json"
        manifest.parent.mkdir(parents=True)
        manifest.write_text(json.dumps({"name": name, "version": version}))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wanted", "version", "is_right"),
    [
        ("^1.2.0", "1.9.3", True),
        ("^1.2.0", "2.0.0", False),
        ("~1.2.0", "1.3.0", False),
        ("1.x", "1.9.0", True),
        ("1.0.0 - 2.0.0", "2.0.1", False),
        (">=1 <2 || ^3", "3.1.0", True),
        ("^0.2.3", "0.3.0", False),
        ("latest", "9.9.9", True),
        ("workspace:*", "1.0.0", True),
        ("github:a/b", "1.0.0", True),
        ("", "1.0.0", True),
    ],
)
def test_without_a_lock_an_npm_range_says_what_is_right(
    wanted: str, version: str, is_right: bool, tmp_path: Path
) -> None:
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": {"a": wanted}}))
    node_modules(tmp_path, a=version)
    assert (complaints(tmp_path) == []) is is_right


def test_the_packages_of_npm_workspaces_are_looked_for_beside_them_and_at_the_top(
    tmp_path: Path,
) -> None:
    (tmp_path / "package.json").write_text(json.dumps({"workspaces": ["packages/*"]}))
    member = tmp_path / "packages" / "one"
    member.mkdir(parents=True)
    other = tmp_path / "packages" / "two"
    other.mkdir()
    (other / "package.json").write_text(json.dumps({"name": "two"}))
    wanted = {"a": "1", "b": "2", "c": "1", "two": "*"}
    (member / "package.json").write_text(json.dumps({"name": "one", "dependencies": wanted}))
    node_modules(tmp_path, a="1.0.0", b="1.0.0")
    node_modules(member, b="2.0.0")
    assert complaints(tmp_path) == ["c is not installed in node_modules (`npm install`)"]
