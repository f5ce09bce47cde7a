"""A virtual environment of our own, made and kept up to date.  Standard library only; any Python 3.

``python3 installer`` and ``python3 tests`` use it; it is not part of the package.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 10)
_STAMP = "tierwise-installed"


class SetupError(Exception):
    """The environment cannot be made; the message says why and what to do."""


def prepare(folder: Path, arguments: list[str], *, sources: list[Path]) -> bool:
    """Make a virtual environment in ``folder`` and run ``pip install ARGUMENTS`` in it; True where there was work.

    Nothing happens while neither Python, the arguments nor the content of ``sources`` (files and folders) have
    changed since the last time.  Raises :class:`SetupError`.
    """
    _check_python()
    stamp, wanted = folder / _STAMP, _digest(arguments, sources)
    if _runs(folder) and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return False
    print(f"Setting up {folder}: once, it takes half a minute.", file=sys.stderr, flush=True)
    if not _runs(folder):
        _make(folder)
    stamp.unlink(missing_ok=True)
    pip = [str(python_of(folder)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run(
        [*pip, *arguments], stdout=sys.stderr, env=_environment(), check=False
    ).returncode:
        raise SetupError(
            f"pip could not install into {folder} (its message is above)\n"
            "  Check that the package index can be reached, then run the same command again."
        )
    stamp.write_text(wanted, encoding="utf-8")
    return True


def python_of(folder: Path) -> Path:
    """Return the environment's interpreter."""
    return program_of(folder, "python")


def program_of(folder: Path, name: str) -> Path:
    """Return one of the environment's commands."""
    return folder / "Scripts" / f"{name}.exe" if os.name == "nt" else folder / "bin" / name


def _check_python() -> None:
    if sys.version_info < OLDEST:
        found, wanted = (".".join(map(str, version[:2])) for version in (sys.version_info, OLDEST))
        raise SetupError(
            f"this is Python {found}; Tierwise needs {wanted} or newer\n  Run it with a newer python3."
        )
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise SetupError(
            f"this Python ({sys.executable}) has no module {missing[0]!r}, so it cannot make a virtual environment\n"
            "  On Debian and Ubuntu: sudo apt install python3-venv.  Elsewhere: install Python from python.org."
        )


def _make(folder: Path) -> None:
    if folder.exists() and not (folder / "pyvenv.cfg").is_file() and any(folder.iterdir()):
        raise SetupError(
            f"{folder} exists and is no virtual environment\n  Move it away, then run this again."
        )
    shutil.rmtree(folder, ignore_errors=True)
    run = subprocess.run(
        [sys.executable, "-m", "venv", str(folder)],
        capture_output=True,
        text=True,
        env=_environment(),
        check=False,
    )
    if run.returncode:
        said = (run.stderr or run.stdout).strip() or f"exit code {run.returncode}"
        raise SetupError(
            f"cannot make a virtual environment in {folder}: {said}\n"
            "  Check that the folder can be written; on Debian and Ubuntu also: sudo apt install python3-venv."
        )


def _runs(folder: Path) -> bool:
    """Return whether the environment's interpreter starts: the Python it was made with may be gone."""
    try:
        return (
            subprocess.run(
                [str(python_of(folder)), "-c", ""], env=_environment(), check=False
            ).returncode
            == 0
        )
    except OSError:
        return False


def _environment() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONHOME", "PYTHONPATH")
    }


def _digest(arguments: list[str], sources: list[Path]) -> str:
    total = hashlib.sha256(repr((sys.version_info[:3], arguments)).encode())
    for source in sources:
        for path in [source] if source.is_file() else sorted(source.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                total.update(f"{path}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
