"""Trees of a change: reading their small files, and making one of another with some files put in their place."""

from __future__ import annotations

import os
import tempfile
from collections.abc import (
    Callable,
    Iterable,
    Iterator,
    Mapping,
)
from dataclasses import dataclass

from tierwise.gates.model import ChangeSet
from tierwise.git.snapshot import (
    git_output,
    git_text,
    read_blobs,
)
from tierwise.scratch import scratch_prefix

LARGEST_BYTES = 200_000  # of a file that is read for its text
_NOTHING = "0" * 40
_REGULAR = "100644"


@dataclass(frozen=True)
class _Entry:
    """A file in a tree; ``size`` in bytes."""

    path: str
    mode: str
    blob: str
    size: int


def read_files(
    change: ChangeSet,
    tree: str,
    is_wanted: Callable[[str], bool],
    most: int | None = None,
) -> list[tuple[str, bytes]]:
    """Read the wanted files of a tree, path and content, at most ``most`` of them; large files are left out."""
    chosen = [
        entry
        for entry in _list_entries(change, tree)
        if entry.size <= LARGEST_BYTES and is_wanted(entry.path)
    ]
    chosen = chosen[:most]
    contents = read_blobs(
        change.root,
        {entry.blob for entry in chosen},
        env=change.git,
    )
    return [(entry.path, contents[entry.blob]) for entry in chosen if entry.blob in contents]


def build_tree(
    change: ChangeSet,
    files: Mapping[str, bytes | None],
    tree: str = "",
) -> str:
    """Build ``tree`` (the change's) with ``files`` in place of what it has there; None takes a file away."""
    tree = tree or change.tree
    if not files:
        return tree
    modes = _read_modes(change, files)
    lines = []
    for path, data in files.items():
        if data is None:
            lines.append(f"0 {_NOTHING}\t{path}")
            continue
        blob = git_text(
            change.root, "hash-object", "-w", "--no-filters", "--stdin", data=data, env=change.git
        )
        lines.append(f"{modes.get(path, _REGULAR)} {blob}\t{path}")
    with tempfile.TemporaryDirectory(prefix=scratch_prefix()) as folder:
        env = {**change.git, "GIT_INDEX_FILE": os.path.join(folder, "index")}
        git_output(change.root, "read-tree", tree, env=env)
        index_info = "".join(f"{line}\0" for line in lines).encode(
            "utf-8",
            "surrogateescape",
        )
        git_output(
            change.root,
            "update-index",
            "-z",
            "--index-info",
            data=index_info,
            env=env,
        )
        return git_text(change.root, "write-tree", env=env)


def _read_modes(
    change: ChangeSet,
    paths: Iterable[str],
) -> dict[str, str]:
    """Read each path's file mode, as on the base where it is there, else as in the change."""
    wanted = tuple(paths)
    modes = {}
    for tree in (change.tree, change.base_tree):
        for entry in _list_entries(change, tree, wanted):
            modes[entry.path] = entry.mode
    return modes


def _list_entries(
    change: ChangeSet,
    tree: str,
    paths: tuple[str, ...] = (),
) -> Iterator[_Entry]:
    """List the files of a tree, or those of ``paths`` alone; links to other repositories are left out."""
    listed = git_output(
        change.root, "ls-tree", "-r", "-z", "-l", "--full-tree", tree, "--", *paths, env=change.git
    )
    for line in listed.decode("utf-8", "surrogateescape").split("\0"):
        facts, _, path = line.partition("\t")
        if not path:
            continue
        mode, kind, blob, size = facts.split()
        if kind == "blob":
            yield _Entry(path, mode, blob, int(size))
