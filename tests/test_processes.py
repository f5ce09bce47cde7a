"""What a failed program said is never nothing, whoever reports it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.checkout import ROOT, tierwise
from tests.support.policies import synced

from tierwise.errors import OutsideError
from tierwise.git.plumbing import read_git
from tierwise.processes import explain_failure

PACKAGE = ROOT / "installer" / "tierwise"
# Who may read a program's errors by other means: each has words of its own where there are none.
READERS = {
    "processes.py",
    "checks/languages/shell_script.py",  # "does not parse"
    "gates/builtin/syntax.py",  # "does not parse"
    "sync/on_checkout.py",  # passes a success's warnings on
    "verify/client.py",  # hands them to its caller
    "cascade/engines/claude.py",  # drains the pipe
}


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import sys; sys.exit(7)", "exit code 7, without a word"),
        ("import sys; print('  \\n', file=sys.stderr); sys.exit(1)", "exit code 1, without a word"),
        ("import sys; print('to the output'); sys.exit(1)", "to the output"),
        ("import sys; sys.exit('to the errors')", "to the errors"),
        ("import os; os.kill(os.getpid(), 9)", "ended by signal 9, without a word"),
    ],
)
@pytest.mark.parametrize("text", [False, True])
def test_a_failure_is_explained_whatever_was_printed(program: str, said: str, text: bool) -> None:
    call = [sys.executable, "-c", program]
    done = subprocess.run(call, capture_output=True, text=text, check=False)
    assert explain_failure(done) == said


def read_errors(tree: ast.AST) -> Iterator[ast.Attribute]:
    """Every place that takes the errors of a program that ran."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "stderr":
            is_own = isinstance(node.value, ast.Name) and node.value.id == "sys"
            if not is_own:
                yield node


@pytest.mark.slow
def test_nobody_else_makes_a_reason_of_a_programs_errors() -> None:
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if any(read_errors(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert found <= READERS, "use processes.explain_failure"
    assert "processes.py" in found


@pytest.fixture
def silent_git(tmp_path: Path) -> Path:
    """A folder with a git that always fails and says nothing, first on PATH."""
    folder = tmp_path / "silent"
    folder.mkdir()
    program = folder / "git"
    program.write_text("#!/bin/sh\nexit 9\n")
    program.chmod(0o755)
    return folder


def test_git_that_fails_without_a_word_is_told_with_what_was_run(
    repository: Path, silent_git: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{silent_git}:/usr/bin:/bin")
    with pytest.raises(OutsideError, match=r"git .*status.*: exit code 9, without a word"):
        read_git(str(repository), "status", "--porcelain")


@pytest.mark.parametrize(
    "arguments",
    [
        ("preflight",),
        ("preflight", "--all"),
        ("commit", "next-version"),
        ("git-hooks", "status"),
    ],
)
def test_no_commands_error_has_an_empty_reason(
    arguments: tuple[str, ...], repository: Path, silent_git: Path
) -> None:
    synced(repository, "extends: balanced\n")
    done = tierwise(repository, *arguments, env={"PATH": f"{silent_git}:/usr/bin:/bin"})
    assert done.returncode not in (0, None)
    first = next(line for line in done.stderr.splitlines() if line.strip())
    assert not first.rstrip().endswith(":"), done.stderr
    assert "exit code 9" in done.stderr, done.stderr


def test_a_long_failure_is_told_by_its_last_whole_lines() -> None:
    done = subprocess.CompletedProcess([], 1, "", "npm error one\nnpm error two\nnpm error three\n")
    assert explain_failure(done, 29) == "npm error two\nnpm error three"
    assert explain_failure(done, 28) == "npm error three"
    assert explain_failure(done, 15) == "npm error three"
    assert explain_failure(done, 4) == "hree"
    assert explain_failure(done) == "npm error one\nnpm error two\nnpm error three"
