"""What git tracks below ``.tierwise/local``, which belongs to one machine.  Standard library only; hooks load this."""

import os

from tierwise import repo
from tierwise.errors import OutsideError, TierwiseError
from tierwise.files import read_usable

SHOWN = f"{repo.FOLDER}/local"
_MARK_TIME = 86_400
_MARK_COUNT = 60_000_000  # different marks, two seconds apart, as FAT keeps times
_NAMED = 5  # tracked files that a message names
_IN_INDEX = f"{SHOWN}/".encode()
_answers: "dict[tuple[str, int], bool]" = {}


def find_mark_time(root: str) -> int:
    """A time, in seconds since 1970, that stands for git's index as it is now and that no checkout gives a file."""
    return _MARK_TIME + 2 * (identify_index(root) % _MARK_COUNT)


def identify_index(root: str) -> int:
    """A number for git's index as it is now; every change of the index gives another one."""
    try:
        about = os.stat(_find_index(root))
    except OSError:
        return 0
    # A hash of numbers is the same in every process, unlike one of texts.
    return hash((about.st_mtime_ns, about.st_size, about.st_ino))


def has_tracked_files(root: str) -> bool:
    """Whether git tracks anything below ``.tierwise/local``; git itself is asked only where its index may say so."""
    known = (root, identify_index(root))
    if known not in _answers:
        _answers[known] = _may_track(_find_index(root)) and bool(tracked_files(root))
    return _answers[known]


def _find_index(root: str) -> str:
    folder = root
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return ""
        folder = above
    return os.path.join(repo.git_folder(folder), "index")


def _may_track(index: str) -> bool:
    """Look for the folder's name among the paths of an index; yes where they do not stand there whole.

    They do in versions 2 and 3, but for a split or a sparse index.
    """
    data = read_usable(index)
    if data is None:
        return os.path.exists(index)
    is_plain = data[:8] in (b"DIRC\0\0\0\2", b"DIRC\0\0\0\3")
    is_partial = b"link\0\0" in data or b"sdir\0\0\0\0" in data
    return not is_plain or is_partial or _IN_INDEX in data.lower()


def tracked_files(root: str) -> list[str]:
    """What git tracks below ``.tierwise/local``, whatever the case of its letters; nothing without git."""
    try:
        listed = repo.run_git(
            root,
            "ls-files",
            "-z",
            "--",
            f":(icase){SHOWN}",
            check=False,
        )
    except OutsideError:
        return []
    return [name for name in listed.split("\0") if name]


def refuse_tracked(root: str) -> None:
    """Raise TierwiseError where git tracks something below ``.tierwise/local``: it may come from anybody."""
    names = tracked_files(root)
    if not names:
        return
    shown = ", ".join(names[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    raise TierwiseError(
        f"git tracks {shown}{more}, but what lies in {SHOWN} belongs to one machine and is never shared",
        place=root,
        remedy=f"Take it out of the repository: git rm -r {SHOWN}",
    )
