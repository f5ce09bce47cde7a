"""The ``tierwise-hook`` command: what it loads, and what a wrong call gets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.commit_hook import HOOK_MAIN
from tests.support.repository import git_environment

from tierwise import bundle

# commit-msg may cost three times the bare interpreter: `re` and `os` are within that, these are not.
COSTLY = {
    "asyncio",
    "click",
    "concurrent.futures",
    "dataclasses",
    "importlib.metadata",
    "inspect",
    "logging",
    "packaging",
    "pathlib",
    "pydantic",
    "rich",
    "subprocess",
    "tomli",
    "tomllib",
    "typing",
    "yaml",
}


def loaded(message: bytes, folder: Path, table: str | None = None, **variables: str) -> set[str]:
    """The modules that a commit-msg run has imported when it ends."""
    (folder / ".git").mkdir()
    if table is not None:
        (folder / ".tierwise").mkdir()
        (folder / ".tierwise" / "table.json").write_text(table)
    (folder / "message").write_bytes(message)
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); sys.argv = ['hook', 'commit-msg', 'message'];"
        "from tierwise.hook_main import main; code = main(); print(code, *sys.modules)"
    )
    call = [sys.executable, "-I", "-S", "-c", script, str(HOOK_MAIN.parents[1])]
    environment = {**git_environment(), "GIT_EDITOR": ":", **variables}
    done = subprocess.run(
        call, cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    code, *modules = done.stdout.split()
    assert code == "0"
    return set(modules)


def test_a_passing_message_loads_little(tmp_path: Path) -> None:
    modules = loaded(b"feat: x\n", tmp_path)
    assert modules & COSTLY == set()
    assert {name for name in modules if name.startswith("tierwise.")} == {
        "tierwise.hook_main",
        "tierwise.commits",
        "tierwise.commits.message",
        "tierwise.commits.parse",
        "tierwise.commits.clean",
        "tierwise.commits.policy",
        "tierwise.commits.verdict",
    }


def test_reading_the_policy_and_asking_git_loads_only_what_starts_git(tmp_path: Path) -> None:
    table = '{"schema": 1, "checks": {"commit": {"preset": "commitlint"}}}'
    modules = loaded("feat: größer\n".encode(), tmp_path, table)
    assert "tierwise.commits.git" in modules
    assert modules & COSTLY == {"subprocess"}


@pytest.mark.parametrize("arguments", [[], ["commit-msg"], ["commit-msg", "a", "b"]])
def test_a_wrong_call_says_how_to_call(arguments: list[str]) -> None:
    call = [sys.executable, "-I", "-S", str(HOOK_MAIN), *arguments]
    done = subprocess.run(call, capture_output=True, text=True)
    assert done.returncode == 2
    assert "usage: tierwise-hook" in done.stderr


def test_help_is_an_answer_and_no_wrong_call() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(HOOK_MAIN), "--help"], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: tierwise-hook commit-msg|")


def test_the_console_script_and_the_file_do_the_same(tmp_path: Path) -> None:
    (tmp_path / "message").write_text("nope\n")
    script = Path(sys.executable).with_name("tierwise-hook")
    if not script.exists():
        pytest.skip("this environment has no console scripts")
    calls: list[list[str]] = [[str(script)], [sys.executable, "-I", "-S", str(HOOK_MAIN)]]
    answers = [
        subprocess.run(
            [*call, "commit-msg", "message"],
            cwd=tmp_path,
            env=git_environment(),
            capture_output=True,
        )
        for call in calls
    ]
    assert answers[0].returncode == answers[1].returncode == 1
    assert answers[0].stderr == answers[1].stderr


@pytest.mark.skipif(sys.platform == "win32", reason="the launcher is a script for sh")
def test_the_launcher_is_silent_where_the_command_it_finds_does_not_run(tmp_path: Path) -> None:
    launcher, command = tmp_path / ".tierwise" / "hook", tmp_path / "bin" / "tierwise-hook"
    for path, text in (
        (launcher, bundle.read_text("templates", "hook.sh")),
        (command, "#!/gone/python\n"),
    ):
        path.parent.mkdir()
        path.write_text(text)
        path.chmod(0o755)
    environment = {**git_environment(), "PATH": f"{command.parent}:/usr/bin:/bin"}
    done = subprocess.run(
        ["sh", str(launcher), "PreToolUse"], env=environment, input=b"{}", capture_output=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
