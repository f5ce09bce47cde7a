"""What a repository must be like before attempts start from it; what is handled is noted, what is not is refused."""

from __future__ import annotations

import fnmatch
import os
import shutil
from collections.abc import Iterable, Iterator

from tierwise import repo
from tierwise.errors import TierwiseError
from tierwise.git import snapshot
from tierwise.git.plumbing import list_lfs_paths
from tierwise.git.snapshot import git_output, git_text

# What git leaves in its folder while something is unfinished.
_IN_PROGRESS = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "BISECT_LOG": "bisect",
}
_SECRET_NAMES = (
    ".env", ".env.*", "*.env", "*.pem", "*.key", "*.p12", "*.pfx", "*.keystore", "*.jks", "id_rsa", "id_dsa",
    "id_ecdsa", "id_ed25519", ".netrc", ".npmrc", ".pypirc", "credentials.json", "secrets.*",
)  # fmt: skip
_GITLINK = "160000 "  # the mode of a submodule in a listing
_EXAMPLE_WORDS = (
    "example",
    "sample",
    "template",
    "dist",
    "test",
    "ci",
    "schema",
)
_LFS_CHECKED = 2000  # paths that one `git status` call is asked about


def require_usable(
    home: str,
    submodules: str = "refuse",
) -> list[str]:
    """Return notes about what is handled.  Raises TierwiseError about what is not."""

    def refuse(message: str, remedy: str) -> TierwiseError:
        return TierwiseError(message, place=home, remedy=remedy)

    if snapshot.head(home) is None:
        raise refuse(
            "the repository has no commit yet",
            "Make a first commit, then run again.",
        )
    for what in _list_in_progress(home):
        raise refuse(
            f"a {what} is in progress",
            f"Finish or abort the {what}, then run again.",
        )
    if git_text(home, "ls-files", "--unmerged"):
        raise refuse(
            "there are unmerged files",
            "Resolve the conflicts, then run again.",
        )
    return [*_note_submodules(home, submodules), *_note_large_files(home)]


def _list_in_progress(home: str) -> Iterator[str]:
    names: list[str] = []
    for name in _IN_PROGRESS:
        names += ("--git-path", name)
    paths = git_text(home, "rev-parse", *names).splitlines()
    for path, what in zip(paths, _IN_PROGRESS.values(), strict=True):
        if os.path.exists(os.path.join(home, path)):
            yield what


def looks_secret(path: str) -> bool:
    """Return whether a file's name says that it holds passwords or keys."""
    name = os.path.basename(path).lower()
    if any(word in name.split(".") for word in _EXAMPLE_WORDS):
        return False
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in _SECRET_NAMES)


def untracked_secrets(home: str) -> list[str]:
    """Return untracked files, not ignored, whose names say that they hold secrets."""
    listed = git_output(
        home,
        "ls-files",
        "--others",
        "--exclude-standard",
        "-z",
    )
    paths = listed.decode("utf-8", "surrogateescape").split("\0")
    return [path for path in paths if path and looks_secret(path)]


def find_gitlinks(entries: Iterable[str]) -> list[str]:
    """Return the submodules among what ``git ls-files --stage`` or ``git ls-tree -r`` printed, by path."""
    found = []
    for entry in entries:
        mode, _, path = entry.partition("\t")
        if mode.startswith(_GITLINK):
            found.append(path)
    return found


def _note_submodules(home: str, mode: str) -> list[str]:
    list_of_modules = os.path.join(home, ".gitmodules")
    if not os.path.exists(list_of_modules):
        return []
    entries = git_text(home, "ls-files", "--stage").splitlines()
    populated = []
    for path in find_gitlinks(entries):
        if repo.has_git(os.path.join(home, path)):
            populated.append(path)
    if not populated:
        return []
    if mode == "refuse":
        raise TierwiseError(
            f"{', '.join(populated)}: populated submodules, which would be empty for the attempts",
            place=home,
            remedy="Set `escalation: {submodules: empty}` if the gates do not need them.",
        )
    return [f"{len(populated)} submodules are empty for the attempts"]


def _note_large_files(home: str) -> list[str]:
    """Note large files: LFS paths stay pointers for the attempts; a changed one cannot be carried over by a snapshot."""
    tracked = git_output(home, "ls-files", "-z")
    has_attributes = os.path.exists(os.path.join(home, ".gitattributes"))
    if not has_attributes and b".gitattributes" not in tracked:
        return []
    large = list_lfs_paths(home, tracked)
    if not large:
        return []
    options = ("--porcelain", "--no-renames", "-z", "--")
    checked = large[:_LFS_CHECKED]
    changed = git_text(home, "status", *options, *checked).split("\0")
    if any(changed) and shutil.which("git-lfs") is None:
        raise TierwiseError(
            f"{changed[0][3:]}: a changed file that Git LFS keeps, and git-lfs is not installed",
            place=home,
            remedy="Install git-lfs, or commit or restore the file.",
        )
    return [f"{len(large)} files that Git LFS keeps are pointers for the attempts"]
