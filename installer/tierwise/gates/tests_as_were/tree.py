"""A tree made of another one with some files put in their place."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping

from tierwise.gates.model import ChangeSet
from tierwise.git.snapshot import git_output, git_text
from tierwise.scratch import scratch_prefix

_NOTHING = "0" * 40
_REGULAR = "100644"


def modes_of(change: ChangeSet, tree: str) -> dict[str, str]:
    """Path -> file mode of everything in a tree."""
    listed = git_output(change.root, "ls-tree", "-r", "-z", tree, env=change.git)
    entries = listed.decode("utf-8", "surrogateescape").split("\0")
    return {entry.split("\t", 1)[1]: entry.split(" ", 1)[0] for entry in entries if "\t" in entry}


def build_tree(change: ChangeSet, files: Mapping[str, bytes | None], tree: str = "") -> str:
    """``tree`` (the change's) with ``files`` in place of what it has there; None takes a file away."""
    tree = tree or change.tree
    if not files:
        return tree
    modes = {**modes_of(change, change.tree), **modes_of(change, change.base_tree)}
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
        data = "".join(f"{line}\0" for line in lines).encode("utf-8", "surrogateescape")
        git_output(change.root, "update-index", "-z", "--index-info", data=data, env=env)
        return git_text(change.root, "write-tree", env=env)
