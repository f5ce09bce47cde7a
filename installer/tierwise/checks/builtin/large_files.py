"""Files that are too large to commit, whether new or grown.

Files that Git LFS keeps are small pointers by the time they are staged, so they pass; a file that
``.gitattributes`` hands to LFS but that is staged with its content is told apart.
"""

from __future__ import annotations

from tierwise.checks.lock_files import is_lock_file
from tierwise.checks.model import CheckContext, TreeCheck
from tierwise.domain.change import (
    Change,
    Finding,
    Snapshot,
    encode_path,
)
from tierwise.git.plumbing import list_lfs_paths

LIMIT = 500 * 1024  # bytes; what pre-commit's check-added-large-files takes by default
_UNITS = (
    ("GB", 1 << 30),
    ("MB", 1 << 20),
    ("kB", 1 << 10),
)


def find_large(
    snapshot: Snapshot,
    changes: list[Change],
    context: CheckContext,
) -> list[Finding]:
    """Return a finding for each file over the limit that is new, has just passed it, or grew by as much."""
    limit = int(context.options.get("limit") or LIMIT)  # type: ignore[call-overload]
    sizes = _measure_over(snapshot, changes, limit)
    if not sizes:
        return []
    large = list(sizes)
    names = [encode_path(change.path) + b"\0" for change in large]
    in_lfs = list_lfs_paths(snapshot.root, b"".join(names))
    findings = []
    for change, old in zip(large, snapshot.old_sizes(large), strict=True):
        size = sizes[change]
        if old > limit and size - old <= limit:
            continue
        message = _describe_size(size, old, limit)
        if change.path in in_lfs:
            message += "; .gitattributes gives it to Git LFS, but its content is staged"
            message += " (run `git lfs install`)"
        findings.append(Finding(change.path, message))
    return findings


def _measure_over(
    snapshot: Snapshot,
    changes: list[Change],
    limit: int,
) -> dict[Change, int]:
    """Return the sizes of the files over the limit, in bytes."""
    files = [change for change in changes if change.is_file and not change.moved]
    measured = [change for change in files if not is_lock_file(change.path)]
    sizes = zip(measured, snapshot.sizes(measured), strict=True)
    return {change: size for change, size in sizes if size > limit}


def _describe_size(
    size: int,
    old: int,
    limit: int,
) -> str:
    what = "is"
    if old:
        what = f"grew from {format_size(old)} to"
    return f"{what} {format_size(size)}; the limit is {format_size(limit)}"


def format_size(size: int) -> str:
    """Format bytes as people write them: 1.5 MB, 500 kB (of 1024 bytes)."""
    for unit, factor in _UNITS:
        if size >= factor:
            return f"{size / factor:.1f}".removesuffix(".0") + f" {unit}"
    return f"{size} B"


CHECK = TreeCheck(
    name="large-files",
    meaning="large files, added or grown",
    fix="`git rm --cached FILE`, or `git lfs track FILE`; or raise checks.large_files.limit in tierwise.yaml",
    find=find_large,
)
