"""The state of a working tree as git objects, without touching its index, its files or any branch.

A snapshot holds what is tracked and what is untracked but not ignored, so that "what did this attempt change"
has one answer also in a dirty tree.  Its objects belong to no branch; git collects them as garbage later.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tierwise.errors import OutsideError
from tierwise.files import decode_text
from tierwise.git.plumbing import copy_environment, read_git
from tierwise.scratch import scratch_prefix

_LINK = "120000"
_NO_BLOB_MODES = ("000000", "160000")
_IDENTITY = {
    "GIT_AUTHOR_NAME": "tierwise",
    "GIT_AUTHOR_EMAIL": "tierwise@localhost",
    "GIT_COMMITTER_NAME": "tierwise",
    "GIT_COMMITTER_EMAIL": "tierwise@localhost",
}


@dataclass(frozen=True)
class TreeChange:
    """One path that differs between two snapshots.  ``before`` is None where it is new, ``after`` where it went."""

    path: str
    before: bytes | None
    after: bytes | None
    old_path: str = ""
    is_link: bool = False

    @property
    def path_before(self) -> str:
        """Where it was before the change."""
        return self.old_path or self.path

    @property
    def text_before(self) -> str:
        """What it said; empty where it is new."""
        return decode_text(self.before)

    @property
    def text_after(self) -> str:
        """What it says; empty where it went."""
        return decode_text(self.after)


def git_output(
    root: str,
    *arguments: str,
    data: bytes | None = None,
    env: Mapping[str, str] | None = None,
) -> bytes:
    """Return what a git command prints.  Raises OutsideError when git is missing or fails."""
    # The LFS smudge filter would download; hooks of the user's must not fire on our own book-keeping.
    own = {
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_OPTIONAL_LOCKS": "0",
    }
    return read_git(
        root,
        *arguments,
        data=data,
        environment=copy_environment(**{**own, **(env or {})}),
    )


def git_text(
    root: str,
    *arguments: str,
    data: bytes | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """As :func:`git_output`, decoded so that any file name survives, without the last line end."""
    output = git_output(root, *arguments, data=data, env=env)
    return output.decode("utf-8", "surrogateescape").rstrip("\n")


def head(root: str) -> str | None:
    """Return the commit of HEAD, or None in a repository without one."""
    try:
        return git_text(
            root,
            "rev-parse",
            "--verify",
            "--quiet",
            "HEAD^{commit}",
        )
    except OutsideError:
        return None


def take(
    root: str,
    exclude: Iterable[str] = (),
    env: Mapping[str, str] | None = None,
) -> str:
    """Write the working tree of ``root`` (its top folder) as a tree object; return its id.

    ``exclude``: paths left out.  ``env``: ``GIT_DIR`` and its like, where the repository is not the folder's own.
    """
    with tempfile.TemporaryDirectory(prefix=scratch_prefix()) as folder:
        index = os.path.join(folder, "index")
        named = git_text(
            root,
            "rev-parse",
            "--git-path",
            "index",
            env=env,
        )
        own = os.path.join(root, named)
        if os.path.exists(own):
            # Its stat data spares git reading every file.  With its time stamp: git reads files again that were
            # written in the same second as the index, and a younger copy would hide an edit of the same size.
            shutil.copy2(own, index)
        scratch = {**(env or {}), "GIT_INDEX_FILE": index}
        quiet = (
            "-c",
            "core.safecrlf=false",
            "-c",
            "advice.addEmbeddedRepo=false",
        )
        sparse: tuple[str, ...] = ()
        if is_sparse(root, env=env):
            sparse = ("--sparse",)
        add = (*quiet, "add", "--all", *sparse, "--", ".")
        git_output(root, *add, env=scratch)
        left_out = [f":(literal){path}" for path in exclude]
        if left_out:  # as exclusions of `git add`, paths that are ignored as well would be an error
            remove = (
                "rm",
                "-rq",
                "--cached",
                "--ignore-unmatch",
                *sparse,
                "--",
            )
            git_output(root, *remove, *left_out, env=scratch)
        return git_text(root, "write-tree", env=scratch)


def is_sparse(
    root: str,
    env: Mapping[str, str] | None = None,
) -> bool:
    """Return whether the checkout holds only a part of the tracked files."""
    try:
        setting = git_text(
            root,
            "config",
            "--type=bool",
            "core.sparseCheckout",
            env=env,
        )
    except OutsideError:
        return False
    return setting == "true"


def commit(
    root: str,
    tree: str,
    parents: Iterable[str],
    message: str,
    env: Mapping[str, str] | None = None,
) -> str:
    """Return a commit of ``tree`` that belongs to no branch yet; returns its id."""
    arguments: list[str] = []
    for parent in parents:
        arguments += ["-p", parent]
    return git_text(
        root,
        "commit-tree",
        tree,
        *arguments,
        data=message.encode(),
        env={**_IDENTITY, **(env or {})},
    )


def changes(
    root: str,
    base: str,
    tree: str,
    env: Mapping[str, str] | None = None,
) -> list[TreeChange]:
    """Return what differs from ``base`` to ``tree`` (commits or trees), renames joined, in the order of the paths."""
    options = ("-r", "-z", "-M", "--raw", "--no-abbrev")
    listing = _list_differences(root, base, tree, options, env)
    entries = list(_parse_entries(listing))
    wanted = [blob for entry in entries for blob in entry.blobs if blob]
    content = read_blobs(root, wanted, env=env)
    return [
        TreeChange(
            path=entry.path,
            before=content.get(entry.blobs[0] or ""),
            after=content.get(entry.blobs[1] or ""),
            old_path=entry.old_path,
            is_link=entry.is_link,
        )
        for entry in entries
    ]


def changed_paths(
    root: str,
    base: str,
    tree: str,
    env: Mapping[str, str] | None = None,
) -> list[str]:
    """Return the paths that differ, old names of renamed files included."""
    options = ("-r", "-z", "--no-renames", "--name-only")
    listing = _list_differences(root, base, tree, options, env)
    return [path for path in listing.split("\0") if path]


def _list_differences(
    root: str,
    base: str,
    tree: str,
    options: Iterable[str],
    env: Mapping[str, str] | None,
) -> str:
    base_tree = f"{base}^{{tree}}"
    raw = git_output(
        root,
        "diff-tree",
        *options,
        base_tree,
        tree,
        env=env,
    )
    return raw.decode("utf-8", "surrogateescape")


@dataclass(frozen=True)
class _Entry:
    path: str
    old_path: str
    blobs: tuple[str | None, str | None]
    is_link: bool


def _parse_entries(raw: str) -> Iterator[_Entry]:
    fields = iter(raw.split("\0"))
    for head_line in fields:
        if not head_line:
            continue
        facts = head_line.removeprefix(":").split(" ")
        old_mode, new_mode, old, new, status = facts
        path = next(fields)
        old_path = ""
        if status[0] in "RC":
            old_path = path
            path = next(fields)
        blobs = _find_blob(old_mode, old), _find_blob(new_mode, new)
        yield _Entry(
            path,
            old_path,
            blobs,
            is_link=new_mode == _LINK,
        )


def _find_blob(mode: str, name: str) -> str | None:
    """Return what can be read here; None for no file, and for a submodule, whose name is a commit's."""
    if mode in _NO_BLOB_MODES:
        return None
    return name


def read_blobs(
    root: str,
    ids: Iterable[str],
    env: Mapping[str, str] | None = None,
) -> dict[str, bytes]:
    """Read the content of blobs; ids that git does not have are left out."""
    unique = sorted(set(ids))
    if not unique:
        return {}
    wanted = ("\n".join(unique) + "\n").encode()
    output = git_output(
        root,
        "cat-file",
        "--batch",
        data=wanted,
        env=env,
    )
    found: dict[str, bytes] = {}
    position = 0
    while position < len(output):
        end = output.index(b"\n", position)
        name, kind, *rest = output[position:end].decode().split(" ")
        if kind == "missing":
            position = end + 1
            continue
        start = end + 1
        end = start + int(rest[0])
        found[name] = output[start:end]
        position = end + 1
    return found
