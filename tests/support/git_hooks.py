"""Hook files in a repository, and what installing them came to."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from tierwise.checks.git_hooks.wanted import HookState

BAD = "x = (\n"
TRACE = '#!/bin/sh\necho "earlier $0 $#" >&2\n'


def hook_file(root: Path, name: str, text: str | bytes, mode: int = 0o755) -> Path:
    """Write a hook of somebody else's."""
    path = root / ".git" / "hooks" / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(mode)
    return path


def statuses(states: Iterable[HookState]) -> dict[str, str]:
    """How each hook ended, by name."""
    return {state.hook: state.status for state in states}


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Mode and content (or link target) of everything in a folder."""
    found = {}
    for path in sorted(folder.iterdir()):
        content = os.fsencode(os.readlink(path)) if path.is_symlink() else path.read_bytes()
        found[path.name] = (
            stat.S_IFMT(path.lstat().st_mode) | path.lstat().st_mode & 0o777,
            content,
        )
    return found
