"""Programs that npm brings and only tests use, kept where the clients are."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tierwise.verify import clients


def fetch_tool(package: str, version: str, program: str) -> Path:
    """Return a program, installed by npm where it is not yet.  Skips with the reason where it cannot be had."""
    name = package.rpartition("/")[2]
    folder = clients.cache() / f"{name}-{version}"
    found = folder / "node_modules" / ".bin" / program
    if not found.exists():
        _install(f"{package}@{version}", folder)
    return found


def _install(package: str, folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"npm, which brings {package}, is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as made:
        call = [npm, "install", "--silent", "--no-save", "--no-audit", "--no-fund", package]
        done = subprocess.run(
            [*call, "--prefix", made], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"npm cannot fetch {package}: {done.stderr[-300:]}")
        with contextlib.suppress(OSError):  # another process was first
            os.rename(os.path.join(made, "node_modules"), folder / "node_modules")
