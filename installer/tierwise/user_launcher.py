"""The launcher: what starts Tierwise for this user, whatever repository they stand in.  Standard library only.

A repository is shared and may come from anybody, so nothing in it names an interpreter.  The launcher is one file
in the user's own data folder, one candidate a line (interpreter, tab, shim), newest first.  A home folder that a
host and a container share holds a line of each: whoever reads it takes the first that is there.
"""

import os
import sys

from tierwise import bundle
from tierwise.files import read_bytes, read_usable, write_atomic
from tierwise.user_folders import find_data_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    Candidate = tuple[str, str]

NAME = "launcher"
COMMAND = "tierwise"
MOST = 8  # candidates that are kept
_SEPARATOR = "\t"
_OWNER_ONLY = 0o700


def launcher_path(environ: "Mapping[str, str]") -> str:
    """Return where the launcher is, or would be."""
    return os.path.join(find_data_folder(environ), NAME)


def command_folder(environ: "Mapping[str, str]") -> str:
    """Return the folder that holds the ``tierwise`` command of sessions, and nothing else."""
    return os.path.join(find_data_folder(environ), "bin")


def write_command(environ: "Mapping[str, str]") -> bool:
    """Put the ``tierwise`` command into its folder; False where it stands there already.  Raises OSError."""
    path = os.path.join(command_folder(environ), COMMAND)
    wanted = bundle.read_bytes("bin", COMMAND)
    if read_bytes(path) == wanted and os.access(path, os.X_OK):
        return False
    os.makedirs(os.path.dirname(path), exist_ok=True)
    write_atomic(path, wanted, mode=_OWNER_ONLY)
    return True


def read_candidates(environ: "Mapping[str, str]") -> "list[Candidate]":
    """Return every (interpreter, shim) of the launcher, in its order; those that are no absolute paths are left out."""
    data = read_usable(launcher_path(environ)) or b""
    found = []
    for line in data.decode("utf-8", "surrogateescape").splitlines():
        python, _, shim = line.partition(_SEPARATOR)
        if os.path.isabs(python) and os.path.isabs(shim) and _SEPARATOR not in shim:
            found.append((python, shim))
    return found


def usable_candidates(environ: "Mapping[str, str]") -> "list[Candidate]":
    """Return the candidates that are on this machine."""
    return [pair for pair in read_candidates(environ) if _is_here(pair)]


def write_launcher(environ: "Mapping[str, str]") -> bool:
    """Put this interpreter and this package first in the launcher; False where they are first already.

    Raises OSError where the folder cannot be written, ValueError where a path cannot stand in the file.
    """
    own = (sys.executable, bundle.path("hooks", "run.py"))
    if not {"\n", _SEPARATOR}.isdisjoint("".join(own)):
        raise ValueError(f"{own[0]} has a tab or a line break in its name")
    if usable_candidates(environ)[:1] == [own]:
        return False
    others = [pair for pair in read_candidates(environ) if pair != own]
    kept = [own, *others][:MOST]
    text = "".join(f"{_SEPARATOR.join(pair)}\n" for pair in kept)
    folder = find_data_folder(environ)
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, _OWNER_ONLY)
    data = text.encode("utf-8", "surrogateescape")
    write_atomic(os.path.join(folder, NAME), data)
    return True


def _is_here(candidate: "Candidate") -> bool:
    python, shim = candidate
    return os.access(python, os.X_OK) and os.access(shim, os.R_OK)
