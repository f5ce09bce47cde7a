"""Files that are too large to commit, whether new or grown.

Files that Git LFS keeps are small pointers by the time they are staged, so they pass; a file that
``.gitattributes`` hands to LFS but that is staged with its content is told apart.
"""

from __future__ import annotations

from tierwise.checks.lock_files import is_lock_file
from tierwise.checks.model import CheckContext, TreeCheck
from tierwise.domain.change import Change, Finding, Snapshot, encode_path
from tierwise.git.plumbing import read_git

LIMIT = 500 * 1024  # bytes; what pre-commit's check-added-large-files takes by default
_UNITS = (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10))


def find_large(
    snapshot: Snapshot,
    changes: list[Change],
    context: CheckContext,
) -> list[Finding]:
    """Return a finding for each file over the limit that is new, has just passed it, or grew by as much."""
    limit = int(context.options.get("limit") or LIMIT)  # type: ignore[call-overload]
    candidates = [change for change in changes if _is_measured(change)]
    sizes = zip(candidates, snapshot.sizes(candidates), strict=True)
    over = [(change, size) for change, size in sizes if size > limit]
    if not over:
        return []
    lfs = _list_lfs_paths(snapshot.root, [change for change, _ in over])
    old_sizes = snapshot.old_sizes([change for change, _ in over])
    findings = []
    for (change, size), old in zip(over, old_sizes, strict=True):
        if old > limit and size - old <= limit:
            continue
        what = f"grew from {format_size(old)} to" if old else "is"
        message = f"{what} {format_size(size)}; the limit is {format_size(limit)}"
        if change.path in lfs:
            message += "; .gitattributes gives it to Git LFS, but its content is staged"
            message += " (run `git lfs install`)"
        findings.append(Finding(change.path, message))
    return findings


def format_size(size: int) -> str:
    """Format bytes as people write them: 1.5 MB, 500 kB (of 1024 bytes)."""
    for unit, factor in _UNITS:
        if size >= factor:
            return f"{size / factor:.1f}".removesuffix(".0") + f" {unit}"
    return f"{size} B"


def _is_measured(change: Change) -> bool:
    return change.is_file and not change.moved and not is_lock_file(change.path)


def _list_lfs_paths(root: str, changes: list[Change]) -> set[str]:
    names = b"".join(encode_path(change.path) + b"\0" for change in changes)
    answer = read_git(root, "check-attr", "--stdin", "-z", "filter", data=names)
    fields = answer.split(b"\0")
    triples = zip(fields[0::3], fields[2::3], strict=False)
    lfs = {name for name, value in triples if value == b"lfs"}
    return {change.path for change in changes if encode_path(change.path) in lfs}


CHECK = TreeCheck(
    name="large-files",
    meaning="large files, added or grown",
    fix="`git rm --cached FILE`, or `git lfs track FILE`; or raise checks.large_files.limit in tierwise.yaml",
    find=find_large,
)
