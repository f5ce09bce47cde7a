"""The tools for which files are generated: the only list of them."""

from __future__ import annotations

import os
from collections.abc import Iterator

from tierwise.domain.coding_tools import label_of
from tierwise.domain.record import Entry
from tierwise.files import read_usable
from tierwise.globs import any_matches
from tierwise.policy.load import Loaded
from tierwise.targets.aider import AiderTarget
from tierwise.targets.claude import ClaudeTarget
from tierwise.targets.cline import CLINE
from tierwise.targets.codex import CodexTarget
from tierwise.targets.continue_dev import ContinueTarget
from tierwise.targets.copilot import COPILOT
from tierwise.targets.crush import CrushTarget
from tierwise.targets.cursor import CURSOR
from tierwise.targets.gemini import GeminiTarget
from tierwise.targets.opencode import KILO, OPENCODE
from tierwise.targets.pi import PI
from tierwise.targets.qwen import QWEN
from tierwise.targets.roles import Dialect, list_role_paths
from tierwise.targets.shared import SharedTarget
from tierwise.targets.target import (
    RepoReader,
    Target,
    WantedFile,
)
from tierwise.targets.windsurf import WINDSURF

TARGETS: tuple[Target, ...] = (
    ClaudeTarget(),
    CodexTarget(),
    OPENCODE,
    KILO,
    GeminiTarget(),
    QWEN,
    COPILOT,
    PI,
    CURSOR,
    WINDSURF,
    CLINE,
    ContinueTarget(),
    CrushTarget(),
    AiderTarget(),
    SharedTarget(),
)


def render_targets(
    policy: Loaded,
    repo: RepoReader,
) -> list[WantedFile]:
    """Return the files of all targets that the policy speaks of, sorted by path."""
    asked = {SharedTarget.name, *policy.policy.targets}
    wanted: list[WantedFile] = []
    for target in TARGETS:
        if target.name in asked:
            wanted += target.files(policy, repo)
    return sorted(wanted, key=lambda file: file.path)


def describe_limits(policy: Loaded) -> list[str]:
    """Return one line for each tool of the policy that cannot do everything, with what it cannot do."""
    lines = []
    for target in TARGETS:
        if target.name in policy.policy.targets and target.limits:
            limits = " ".join(target.limits)
            lines.append(f"{label_of(target.name)}: {limits}")
    return lines


def find_dialect(name: str) -> Dialect | None:
    """Return how a target's tool writes roles; None where it has settings alone."""
    targets = {target.name: target for target in TARGETS}
    return getattr(targets[name], "dialect", None)


def find_faulty_roles(
    name: str,
    root: str,
) -> Iterator[tuple[str, str]]:
    """Yield each role file of a tool that is not of the tool's language, and why."""
    dialect = find_dialect(name)
    if dialect is None:
        return
    for path in list_role_paths(dialect, root):
        data = read_usable(os.path.join(root, path))
        try:
            dialect.text.load(data or b"")
        except ValueError as error:
            yield path, str(error)


def find_owner(path: str) -> Target | None:
    """Return the target that may write a path, with slashes and below the repository's root; None where none may."""
    for target in TARGETS:
        if any_matches(path, target.owns):
            return target
    return None


def list_folders() -> list[str]:
    """Return the folders below the repository's root that targets write to, each after the one that it lies in."""
    folders = {""}
    for target in TARGETS:
        for glob in target.owns:
            path = glob.replace("**/", "").removeprefix("./")
            while path:
                path, _, _ = path.rpartition("/")
                folders.add(path)
    return sorted(folders)


def list_root_files() -> list[str]:
    """Return the files that targets write at the repository's root."""
    names = []
    for target in TARGETS:
        for glob in target.owns:
            name = glob.removeprefix("./")
            if name != glob and "/" not in name:
                names.append(name)
    return names


def is_owned(path: str) -> bool:
    """Return whether a path is one that a target may write."""
    return find_owner(path) is not None


def is_spliced(path: str) -> bool:
    """Return whether a path is a tool's settings, in which only a part is ever ours."""
    return any(any_matches(path, target.spliced) for target in TARGETS)


def take_out(
    path: str,
    current: bytes,
    entry: Entry,
) -> bytes | None:
    """Return a shared file without our part; None where nothing of the user's is left.

    Raises ValueError where the file cannot be read, or where no target owns it.
    """
    owner = find_owner(path)
    if owner is None:
        raise ValueError("no target owns it")
    return owner.take_out(path, current, entry)
