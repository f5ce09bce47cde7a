"""Another Python of ours imports nothing of the folder that it is started in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tierwise.own_process import find_package_folder, isolated_call


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    call = isolated_call(sys.executable, "tierwise.cli", "run", arguments)
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        call, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_a_package_of_the_repository_with_our_name_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "tierwise").mkdir()
    for name in ("tierwise/__init__.py", "tierwise/cli.py", "click.py", "sitecustomize.py"):
        (tmp_path / name).write_text("print('the repository runs'); raise SystemExit(9)")
    done = _run(tmp_path, "--version")
    assert done.returncode == 0
    assert "the repository runs" not in done.stdout + done.stderr


def test_the_exit_code_is_what_the_function_returns(tmp_path: Path) -> None:
    assert _run(tmp_path, "no-such-command").returncode == 2


def test_the_package_is_imported_from_where_this_one_is() -> None:
    assert os.path.isfile(os.path.join(find_package_folder(), "tierwise", "own_process.py"))
