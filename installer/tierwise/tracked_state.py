"""What git tracks below ``.tierwise/local``, which belongs to one machine.  Standard library only; hooks load this."""

from tierwise import repo
from tierwise.errors import OutsideError, TierwiseError

SHOWN = f"{repo.FOLDER}/local"
_NAMED = 5  # tracked files that a message names


def tracked_files(root: str) -> list[str]:
    """What git tracks below ``.tierwise/local``, whatever the case of its letters; nothing without git."""
    try:
        listed = repo.run_git(root, "ls-files", "-z", "--", f":(icase){SHOWN}", check=False)
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
