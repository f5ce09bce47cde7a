"""What git tracks below ``.tierwise/local``, which belongs to one machine.  Standard library only."""

import os

from tierwise import repo
from tierwise.errors import OutsideError, TierwiseError
from tierwise.files import read_usable

_NAMED = 5  # tracked files that a message names
_IN_INDEX = f"{repo.LOCAL_STATE}/".encode()
_answers: "dict[tuple[str, int], bool]" = {}


def has_tracked_files(root: str) -> bool:
    """Return whether git tracks anything below ``.tierwise/local``; git itself is asked only where its index may say so."""
    known = (root, repo.identify_index(root))
    if known not in _answers:
        _answers[known] = _may_track(repo.find_index(root)) and bool(tracked_files(root))
    return _answers[known]


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
    """Return what git tracks below ``.tierwise/local``, whatever the case of its letters; nothing without git."""
    try:
        listed = repo.run_git(
            root,
            "ls-files",
            "-z",
            "--",
            f":(icase){repo.LOCAL_STATE}",
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
        f"git tracks {shown}{more}, but what lies in {repo.LOCAL_STATE} belongs to one machine and is never shared",
        place=root,
        remedy=f"Take it out of the repository: git rm -r {repo.LOCAL_STATE}",
    )
