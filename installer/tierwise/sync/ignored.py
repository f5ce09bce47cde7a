"""What of the generated files git ignores: a clone would not have it."""

from __future__ import annotations

from tierwise import repo


def ignored_paths(root: str, paths: list[str]) -> list[str]:
    """Return those of ``paths`` that git ignores; none outside of a git work tree."""
    said = repo.run_git(
        root,
        "check-ignore",
        "--no-index",
        "--",
        *paths,
        check=False,
    )
    return said.splitlines()
