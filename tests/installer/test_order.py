"""``python3 installer`` as a whole, with an environment that is there already: what comes before what."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.checkout import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no links there")
# The environment is not set up: that takes half a minute.
DRIVER = """\
import runpy, sys
sys.path.insert(0, {folder!r})
import private_venv
private_venv.prepare = lambda *_, **__: None
sys.argv[1:] = {arguments!r}
runpy.run_path({folder!r} + "/__main__.py", run_name="__main__")
"""


@pytest.mark.parametrize("asked", ["--help", "-h"])
def test_help_is_shown_and_nothing_is_set_up(tmp_path: Path, asked: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "installer"), asked],
        env={"HOME": str(tmp_path), "PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "--commands-only" in done.stdout
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("arguments", [[], ["--commands-only"]], ids=["install", "commands only"])
def test_the_commands_are_linked_before_install_names_their_folder(
    tmp_path: Path, arguments: list[str]
) -> None:
    programs = tmp_path / "data" / "tierwise" / "venv" / "bin"
    programs.mkdir(parents=True)
    link = tmp_path / ".local" / "bin" / "tierwise"
    for name in ("tierwise", "tierwise-hook"):
        (programs / name).write_text(f'#!/bin/sh\necho "installed: $*"; test -x "{link}"\n')
        (programs / name).chmod(0o755)
    driver = DRIVER.format(folder=str(ROOT / "installer"), arguments=arguments)
    done = subprocess.run(
        [sys.executable, "-c", driver],
        env={"HOME": str(tmp_path), "PATH": os.defpath, "XDG_DATA_HOME": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert link.exists()
    assert done.stdout == ("" if arguments else "installed: install\n")
    assert f"{link.parent} is not on PATH" in done.stderr
