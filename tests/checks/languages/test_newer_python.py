"""Syntax that only a newer Python on PATH knows."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from tests.support.hooked import check_text

from tierwise.checks.languages import newer_python

JUDGE = """#!{python}
import sys
print({minor}, flush=True)
while size := sys.stdin.buffer.readline():
    sys.stdin.buffer.read(int(size))
    print('{answer}', flush=True)
"""


def put_python(folder: Path, minor: int, script: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / f"python3.{minor}"
    path.write_text(script)
    path.chmod(0o755)


def test_syntax_that_only_a_newer_python_knows_is_let_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As pyenv's shims: the newest is named on PATH and ends with 127, an older one that runs knows the syntax.
    minor = sys.version_info[1]
    work_tree, programs = tmp_path / "repository", tmp_path / "bin"
    work_tree.mkdir()
    put_python(programs, minor + 2, "#!/bin/sh\nexit 127\n")
    monkeypatch.chdir(work_tree)
    monkeypatch.setenv("PATH", str(programs))
    newer = {"python": sys.executable, "minor": minor + 1}
    put_python(programs, minor + 1, JUDGE.format(**newer, answer='["", 0, 0]'))
    assert check_text("syntax", "a.py", "newer syntax\n") == []
    put_python(programs, minor + 1, JUDGE.format(**newer, answer='["bad", 1, 2]'))
    (finding,) = check_text("syntax", "a.py", "newer syntax\n")
    assert (finding.message, finding.line, finding.column) == ("Python: bad", 1, 2)


def test_no_program_of_the_work_tree_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = tmp_path / "ran"
    trap = f"#!/bin/sh\ntouch {trace}\n"
    work_tree = tmp_path / "repository"
    bin_folder = work_tree / ".venv" / "bin"
    bin_folder.mkdir(parents=True)
    minor = sys.version_info[1]
    for name in ("python", "python3", f"python3.{minor + 1}", "bash", "sh", "zsh", "git"):
        for folder in (bin_folder, work_tree):
            (folder / name).write_text(trap)
            (folder / name).chmod(0o755)
    (tmp_path / "linked").symlink_to(bin_folder)
    monkeypatch.chdir(work_tree)
    path = [str(bin_folder), ".", "", ".venv/bin", str(tmp_path / "linked"), "/usr/bin", "/bin"]
    monkeypatch.setenv("PATH", os.pathsep.join(path))
    assert len(check_text("syntax", "a.py", "newer syntax\n")) == 1
    assert len(check_text("syntax", "a.sh", "if\n")) == 1
    assert len(check_text("syntax", "a", "#!/bin/zsh\nif true; then\n")) <= 1
    assert not trace.exists()


def test_the_search_for_a_newer_python_is_bounded_for_a_whole_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Shims that never answer: each is started once, however many files ask, and all within one budget of time.
    minor = sys.version_info[1]
    trace, programs = tmp_path / "started", tmp_path / "bin"
    for newer in range(minor + 1, minor + 5):
        put_python(programs, newer, f"#!/bin/sh\necho x >> {trace}\nexec sleep 60\n")
    monkeypatch.setattr(newer_python, "_SECONDS", 1.0)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    judge = newer_python.NewerPython(outside=str(tmp_path / "repository"))
    assert [judge.judge_code("a.py", b"newer syntax") for _ in range(50)] == [None] * 50
    judge.close()
    assert len(trace.read_text().split()) <= 4
