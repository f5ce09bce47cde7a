"""A proposal as a branch: one commit with the policy's lines, the evidence in its message.  No network."""

from __future__ import annotations

import os
import tempfile
import textwrap
from collections.abc import Sequence

from tierwise import repo
from tierwise.errors import TierwiseError
from tierwise.git.plumbing import (
    copy_environment,
    read_git,
    read_git_line,
    run_git,
)
from tierwise.learning.recommend import Recommendation

_WIDTH = 72
_WRAPPER = textwrap.TextWrapper(
    _WIDTH,
    break_long_words=False,
    break_on_hyphens=False,
)
_BY_PERSON = "100644"


def write_message(changes: Sequence[Recommendation]) -> str:
    """Write the commit message of these changes: a Conventional Commit, with the evidence for each."""
    first = changes[0]
    subject = f"chore(policy): {first.title} from {first.present} to {first.proposed}"
    if len(changes) > 1:
        subject = f"chore(policy): {len(changes)} routes by what happened"
    parts = [subject]
    for change in changes:
        said = f"{change.title}: {change.present} -> {change.proposed}. {change.reason}."
        parts.append(_WRAPPER.fill(said))
    parts.append("Run `tierwise sync` on this branch to bring the generated files up to it.")
    return "\n\n".join(parts) + "\n"


def commit_policy(
    root: str,
    branch: str,
    policy: bytes,
    message: str,
) -> str:
    """Commit ``policy`` on top of HEAD to a new branch and return the commit; files and index stay as they are.

    Raises TierwiseError where the branch exists, its name is none, or the policy has changes that are not
    committed: the proposal would carry them along.  Raises OutsideError where git fails.
    """
    _require_new(root, branch)
    if run_git(root, "diff", "--quiet", "HEAD", "--", repo.POLICY).returncode:
        raise TierwiseError(
            f"{repo.POLICY} has changes that are not committed",
            place="--pr",
            remedy="Commit them first; the branch is made from HEAD.",
        )
    blob = _read_name(
        root,
        "hash-object",
        "-w",
        "--stdin",
        data=policy,
    )
    tree = _write_tree(root, blob)
    said = ("commit-tree", tree, "-p", "HEAD", "-F", "-")
    commit = _read_name(root, *said, data=message.encode())
    read_git(
        root,
        "update-ref",
        f"refs/heads/{branch}",
        commit,
        "0" * len(commit),
    )
    return commit


def _write_tree(root: str, blob: str) -> str:
    """Write the tree of HEAD with another policy, ``blob``, and return its name."""
    path = read_git_line(root, "rev-parse", "--show-prefix") + repo.POLICY
    with tempfile.TemporaryDirectory() as folder:
        index = os.path.join(folder, "index")
        environment = copy_environment(GIT_INDEX_FILE=index)
        read_git(
            root,
            "read-tree",
            "HEAD",
            environment=environment,
        )
        entry = f"{_BY_PERSON},{blob},{path}"
        read_git(
            root,
            "update-index",
            "--add",
            "--cacheinfo",
            entry,
            environment=environment,
        )
        return _read_name(
            root,
            "write-tree",
            environment=environment,
        )


def _read_name(
    root: str,
    *arguments: str,
    data: bytes | None = None,
    environment: dict[str, str] | None = None,
) -> str:
    """Return the name of the object that git has written."""
    name = read_git(
        root,
        *arguments,
        data=data,
        environment=environment,
    )
    return name.decode().strip()


def _require_new(root: str, branch: str) -> None:
    if run_git(root, "check-ref-format", "--branch", branch).returncode:
        raise TierwiseError(
            f"{branch!r} is no name of a branch", place="--pr", remedy="Name another one."
        )
    if read_git_line(root, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}"):
        raise TierwiseError(
            f"the branch {branch} exists", place="--pr", remedy="Name another one, or delete it."
        )
