"""The tools for which files are generated: the only list of them."""

from __future__ import annotations

from tierwise.globs import any_matches
from tierwise.policy.load import Loaded
from tierwise.targets.claude import ClaudeTarget
from tierwise.targets.shared import SharedTarget
from tierwise.targets.target import RepoReader, Target, WantedFile

TARGETS: tuple[Target, ...] = (ClaudeTarget(), SharedTarget())


def render_targets(policy: Loaded, repo: RepoReader) -> list[WantedFile]:
    """The files of all targets that the policy speaks of, sorted by path."""
    wanted = [file for target in TARGETS for file in target.files(policy, repo)]
    return sorted(wanted, key=lambda file: file.path)


def is_owned(path: str) -> bool:
    """Whether a path, with slashes and below the repository's root, is one that a target may write."""
    return any(any_matches(path, target.owns) for target in TARGETS)
