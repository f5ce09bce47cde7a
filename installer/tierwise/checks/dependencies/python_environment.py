"""Where the project's Python packages are installed, and which they are: a listing of one folder, no import."""

from __future__ import annotations

import os
import re
import subprocess
from functools import cache
from pathlib import Path

from tierwise.files import read_text
from tierwise.programs import find_program

_SECONDS = 10.0
_ASK = "import sysconfig; print(sysconfig.get_path('purelib'))"
_KINDS = ("dist-info", "egg-info", "egg-link")


@cache
def find_site_packages(root: str) -> str | None:
    """Return the site-packages folder of the project's environment, or of the Python on PATH; None without either.

    A program of the work tree is never asked: its environments are read as folders.
    """
    venvs = [Path(root, ".venv"), Path(root, "venv")]
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        folder = os.environ.get(variable)
        if folder:
            venvs.append(Path(folder))
    for venv in venvs:
        found = find_in_environment(str(venv))
        if found:
            return found
    return _ask_python(root)


def find_in_environment(folder: str) -> str | None:
    """Return the site-packages folder of an environment; None where a folder is none."""
    venv = Path(folder)
    found = sorted(venv.glob("lib/python3*/site-packages"))
    found += venv.glob("Lib/site-packages")  # Windows
    return str(found[-1]) if found else None


def list_installed(site_packages: str | None) -> dict[str, Path]:
    """Return the metadata folder of each distribution, by normalised name."""
    if site_packages is None or not os.path.isdir(site_packages):
        return {}
    found = {}
    for entry in Path(site_packages).iterdir():
        stem, dot, kind = entry.name.rpartition(".")
        if dot and kind in _KINDS:
            found[normalize_name(stem.partition("-")[0])] = entry
    return found


def read_version(metadata: Path) -> str:
    """Return the version that a metadata folder's name gives (``rich-13.7.dist-info``)."""
    stem, _, _ = metadata.name.rpartition(".")
    _, _, described = stem.partition("-")
    version, _, _ = described.partition("-py")
    return version


def read_requires(metadata: Path) -> list[str]:
    """Return the ``Requires-Dist`` lines of an installed distribution."""
    text = read_text(str(metadata / "METADATA"))
    head = text.partition("\n\n")[0]
    return re.findall(r"(?m)^Requires-Dist: (.+)$", head)


def normalize_name(name: str) -> str:
    """Return the name as indexes compare it: lower case, one dash for any run of dashes, dots, underscores."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _ask_python(root: str) -> str | None:
    python = find_program("python3", outside=root) or find_program("python", outside=root)
    if python is None:
        return None
    call = [python, "-I", "-c", _ASK]
    try:
        done = subprocess.run(
            call,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            cwd=os.sep,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    return os.fsdecode(done.stdout).strip()
