"""Whether `tierwise` is found, in a shell and in a session; each remedy does what it says."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

from tierwise.cli import run
from tierwise.doctor.commands import check_commands
from tierwise.doctor.place import look

PLAIN = "/usr/bin:/bin"


def findings(root: Path, env: dict[str, str]) -> dict[str, tuple[str, str]]:
    return {one.check: (one.level, one.remedy) for one in check_commands(look(str(root), env))}


@pytest.fixture
def env(home: Path) -> dict[str, str]:
    shutil.rmtree(home / ".local", ignore_errors=True)
    return {"HOME": str(home), "PATH": PLAIN}


def test_both_on_path_is_well(repository: Path, env: dict[str, str]) -> None:
    env["PATH"] = str(Path(sys.executable).parent)
    assert findings(repository, env) == {"commands": ("ok", "")}


def test_install_makes_slash_commands_find_it(
    repository: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    level, remedy = findings(repository, env)["slash-commands"]
    assert (level, remedy[:22]) == ("warn", "Run `tierwise install`")
    monkeypatch.chdir(repository)
    for name in ("HOME", "PATH"):
        monkeypatch.setenv(name, env[name] if name == "HOME" else f"{PLAIN}:/usr/local/bin")
    monkeypatch.delenv("XDG_DATA_HOME")
    assert run(["install"]) == 0
    assert "slash-commands" not in findings(repository, env)


def test_the_line_for_path_makes_it_found(repository: Path, env: dict[str, str]) -> None:
    _, remedy = findings(repository, env)["commands"]
    folder = re.search(r":'(.*)'`", remedy)
    assert folder and shutil.which("tierwise-hook", path=folder[1])


def test_links_that_are_not_on_path_come_first(repository: Path, env: dict[str, str]) -> None:
    links = Path(env["HOME"]) / ".local" / "bin"
    links.mkdir(parents=True)
    for name in ("tierwise", "tierwise-hook"):
        (links / name).symlink_to(Path(sys.executable).parent / name)
    assert f"Put {links} on PATH" in findings(repository, env)["commands"][1]
