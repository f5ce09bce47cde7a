"""What of the generated files git ignores: a clone would not have it."""

from __future__ import annotations

import subprocess


def ignored_paths(root: str, paths: list[str]) -> list[str]:
    """Those of ``paths`` that git ignores; none outside of a git work tree."""
    asked = ["git", "-C", root, "check-ignore", "--no-index", *paths]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    return done.stdout.splitlines()
