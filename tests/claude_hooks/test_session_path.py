"""The ``tierwise`` command in a session whose shell does not have it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.support.hook import ask, compiled, event
from tests.support.repository import make_repository

from tierwise import user_launcher
from tierwise.claude_hooks.session_path import is_on_path

PLAIN = "/usr/bin:/bin"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A user who has run `tierwise install` once, with a blank and a quote in the data folder's name."""
    env = {
        "HOME": str(tmp_path),
        "PATH": PLAIN,
        "XDG_DATA_HOME": str(tmp_path / "data o'the user"),
        "CLAUDE_ENV_FILE": str(tmp_path / "session.sh"),
    }
    user_launcher.write_launcher(env)
    assert user_launcher.write_command(env)
    assert not user_launcher.write_command(env), "the second time there is nothing to do"
    return env


def run_in_session(env: dict[str, str], command: str, folder: Path) -> str:
    script = f'. "$CLAUDE_ENV_FILE"; {command}'
    call = ["/bin/sh", "-c", script]
    return subprocess.run(
        call, cwd=folder, env=env, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["enforce", "off"])
def test_a_sessions_shell_finds_it_in_every_mode(
    mode: str, repository: Path, env: dict[str, str]
) -> None:
    compiled(repository, f"extends: balanced\nhooks: {{mode: {mode}}}\n")
    ask(event("SessionStart", repository, source="startup"), env)
    (repository / "yaml.py").write_text("raise SystemExit('imported from the repository')\n")
    below = repository / "below"
    below.mkdir()
    for folder in (repository, below):
        assert "tierwise" in run_in_session(env, "tierwise --version", folder)


def test_a_command_that_is_on_path_stays_the_one(
    repository: Path, env: dict[str, str], tmp_path: Path
) -> None:
    compiled(repository, "extends: balanced\n")
    other = tmp_path / "own" / "tierwise"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\n")
    assert not is_on_path({"PATH": str(other.parent)}), "it cannot be started"
    other.chmod(0o755)
    ask(event("SessionStart", repository, source="startup"), {**env, "PATH": str(other.parent)})
    assert not Path(env["CLAUDE_ENV_FILE"]).exists()


def test_a_file_that_cannot_be_written_breaks_no_session(
    repository: Path, env: dict[str, str], tmp_path: Path
) -> None:
    compiled(repository, "extends: balanced\n")
    ask(
        event("SessionStart", repository, source="startup"),
        {**env, "CLAUDE_ENV_FILE": str(tmp_path)},
    )
    assert "IsADirectoryError" in (repository / ".tierwise/local/hook.log").read_text()


def test_the_plugins_command_starts_what_is_noted_else_another_else_says_the_way(
    env: dict[str, str], tmp_path: Path
) -> None:
    plugin = user_launcher.bundle.path("bin", "tierwise")
    call = [plugin, "--version"]
    assert b"tierwise" in subprocess.run(call, env=env, capture_output=True, check=True).stdout
    bare = {"HOME": str(tmp_path / "nobody"), "PATH": f"{Path(plugin).parent}:{PLAIN}"}
    done = subprocess.run(call, env=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 127 and "--commands-only" in done.stderr
    other = tmp_path / "other" / "tierwise"
    other.parent.mkdir()
    other.write_bytes(
        Path(plugin).read_bytes()
    )  # a second plugin's: it must not start the first again
    other.chmod(0o755)
    both = {**bare, "PATH": f"{other.parent}:{bare['PATH']}"}
    done = subprocess.run(call, env=both, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 127
    other.write_text('#!/bin/sh\necho "the other $1"\n')
    assert (
        subprocess.run(call, env=both, capture_output=True, check=True).stdout
        == b"the other --version\n"
    )


def test_what_a_clone_brings_is_not_called(tmp_path: Path, env: dict[str, str]) -> None:
    """A `tierwise` that a clone brings is not what a session calls."""
    clone = make_repository(tmp_path / "clone", {"tierwise": "#!/bin/sh\necho pwned\n"})
    (clone / "tierwise").chmod(0o755)
    compiled(clone, "extends: balanced\n")
    ask(event("SessionStart", clone, source="startup"), env)
    assert "pwned" not in run_in_session(env, "tierwise --version", clone)
