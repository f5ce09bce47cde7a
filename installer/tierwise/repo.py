"""Where the repository is and what git says of it.  Standard library only; ``subprocess`` only when git is asked."""

import os

from tierwise.errors import OutsideError, TierwiseError
from tierwise.files import read_head

POLICY = "tierwise.yaml"
FOLDER = ".tierwise"
LOCAL = "local"
LOCAL_STATE = f"{FOLDER}/{LOCAL}"  # as git and messages spell it
_LINE_LIMIT = 64 << 10  # bytes of a `.git` file that are read


def policy_path(root: str) -> str:
    """Return where a repository's policy is, or would be."""
    return os.path.join(root, POLICY)


def has_policy(root: str) -> bool:
    """Return whether a folder holds a policy."""
    return os.path.exists(policy_path(root))


def has_git(folder: str) -> bool:
    """Return whether a folder is the top of a work tree."""
    return os.path.exists(os.path.join(folder, ".git"))


def find_root(start: str = ".") -> "str | None":
    """Find the nearest folder with a policy, from ``start`` up to the top of its git work tree; else that top.

    Outside of any work tree only ``start`` itself counts: what lies above it may be anybody's.  None where there
    is neither, or where the policy or ``.tierwise`` belongs to another user (:func:`find_foreign`).
    Raises OutsideError where the current folder has been deleted.
    """
    folders, top = _list_candidates(start)
    for folder in folders:
        if has_policy(folder) and not _foreign_in(folder):
            return folder
    if top is None or _foreign_in(top):
        return None
    return top


def find_foreign(start: str = ".") -> str:
    """Return the policy or ``.tierwise`` that is ignored because another user owns it; empty where there is none."""
    folders, _ = _list_candidates(start)
    for folder in folders:
        foreign = _foreign_in(folder)
        if foreign:
            return foreign
    return ""


def require_root(start: str = ".") -> str:
    """As :func:`find_root`; raises TierwiseError where there is no such folder."""
    root = find_root(start)
    if root is not None:
        return root
    foreign = find_foreign(start)
    if foreign:
        raise TierwiseError(
            "it belongs to another user",
            place=foreign,
            remedy=foreign_remedy(),
        )
    raise TierwiseError(
        "this folder is in no git repository and has no tierwise.yaml",
        place=os.path.abspath(start),
        remedy="Run the command inside a repository, or make one with `git init`.",
    )


def foreign_remedy() -> str:
    """Return what to do where a policy of another user is meant all the same."""
    from tierwise.trust.owners import KEY, config_path

    return f'If you trust whoever owns it, list its folder in {config_path()} under "{KEY}".'


def git_folder(root: str) -> str:
    """Return the git folder of a work tree (a linked one's or a submodule's own), found without running git."""
    path = os.path.join(root, ".git")
    line = read_head(path, _LINE_LIMIT).partition(b"\n")[0]
    target = os.fsdecode(line).partition("gitdir:")[2].strip()
    if not target:
        return path
    return os.path.join(root, target)


def find_top(folder: str) -> str:
    """Return the top of the work tree that a folder lies in; empty outside of any."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return ""
        folder = above
    return folder


def find_index(root: str) -> str:
    """Return the file of git's index of the work tree that a folder lies in; empty outside of any."""
    top = find_top(root)
    if not top:
        return ""
    return os.path.join(git_folder(top), "index")


def identify_index(root: str) -> int:
    """Return a number for git's index as it is now; every change of the index gives another one."""
    try:
        about = os.stat(find_index(root))
    except OSError:
        return 0
    # A hash of numbers is the same in every process, unlike one of texts.
    return hash((about.st_mtime_ns, about.st_size, about.st_ino))


def is_submodule(root: str) -> bool:
    """Return whether ``root`` is a submodule's top: its git folder lies among the modules of a repository around it."""
    folder = os.path.realpath(git_folder(root))
    above, found, _ = folder.partition(os.path.join(os.sep, ".git", "modules", ""))
    return bool(found) and os.path.realpath(root).startswith(above + os.sep)


def run_git(
    root: str,
    *arguments: str,
    check: bool = True,
) -> str:
    """Return what a git command prints, decoded with surrogateescape so that any file name survives.

    Raises OutsideError when git is missing or, with ``check``, when it fails.
    """
    import subprocess

    from tierwise.programs import find_program

    program = find_program("git", outside=root)
    if program is None:
        raise OutsideError(
            "git was not found",
            remedy="Install git and put it on PATH.",
        )
    done = subprocess.run(
        [program, "-C", root, *arguments],
        capture_output=True,
    )
    if check and done.returncode != 0:
        from tierwise.processes import quote_failure

        cause = quote_failure(done)
        raise OutsideError(
            f"git {' '.join(arguments)}: {cause}",
            place=root,
        )
    return done.stdout.decode("utf-8", "surrogateescape")


def find_current_folder() -> str:
    """Return the current folder.  Raises OutsideError where it is gone."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        raise OutsideError(
            "the current folder is gone", remedy="Change into a folder that exists."
        ) from None


def _list_candidates(start: str) -> "tuple[list[str], str | None]":
    """Return the folders that may hold the policy, nearest first, and the top of the git work tree."""
    folders = _walk_upwards(start)
    for number, folder in enumerate(folders):
        if has_git(folder):
            # A policy above a nested repository is another repository's.
            return folders[: number + 1], folder
    return folders[:1], None


def _foreign_in(folder: str) -> str:
    from tierwise.trust.owners import find_foreign

    return find_foreign(folder, (POLICY, FOLDER))


def _walk_upwards(start: str) -> "list[str]":
    if not os.path.isabs(start):
        start = os.path.join(find_current_folder(), start)
    folder = os.path.normpath(start)
    folders = [folder]
    while os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
        folders.append(folder)
    return folders
