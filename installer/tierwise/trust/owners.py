"""Whose a file is.  What another user of this machine left in a folder is not ours to obey.

As git's ``safe.directory``: files of this user and of root count.  More folders are named in the user's own
``config.json``: ``{"safe_directories": ["/srv/shared"]}`` (``"*"`` for all).  Standard library only.
"""

import os

TYPE_CHECKING = False  # typing itself costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Iterable

KEY = "safe_directories"
CONFIG = "config.json"


def find_foreign(folder: str, names: "Iterable[str]") -> str:
    """Return the first of these entries of a folder that belongs to another user; empty where none does."""
    if not hasattr(os, "geteuid"):  # Windows
        return ""
    for name in names:
        path = os.path.join(folder, name)
        if _is_foreign(path) and not _is_excepted(folder):
            return path
    return ""


def config_path() -> str:
    """Return the user's own settings file."""
    from tierwise.user_folders import find_config_folder

    return os.path.join(find_config_folder(), CONFIG)


def _is_foreign(path: str) -> bool:
    """Return whether the entry or what it links to belongs to somebody else."""
    try:
        owners = {os.lstat(path).st_uid}
    except OSError:
        return False
    try:
        owners.add(os.stat(path).st_uid)
    except OSError:
        pass  # a link to nowhere
    return not owners <= _trusted_owners()


def _trusted_owners() -> "set[int]":
    mine = os.geteuid()
    owners = {0, mine}
    caller = os.environ.get("SUDO_UID", "")
    if mine == 0 and caller.isdecimal():  # root by sudo works on the caller's files
        owners.add(int(caller))
    return owners


def _is_excepted(folder: str) -> bool:
    if os.environ.get("TIERWISE_TRUST") == "1":
        return True
    from tierwise.loose import list_texts
    from tierwise.trust.notes import read_note

    real = os.path.realpath(folder)
    named = list_texts(read_note(config_path()).get(KEY))
    return "*" in named or real in map(os.path.realpath, named)
