"""Files that are too large to commit, whether new or grown.

Files that Git LFS keeps are small pointers by the time they are staged, so they pass; a file that
``.gitattributes`` hands to LFS but that is staged with its content is told apart.
"""

from tierwise.domain.change import Change, Finding, Snapshot, encode

LIMIT = 500 * 1024  # bytes; what pre-commit's check-added-large-files takes by default
# Written by package managers, needed in the repository, and large in any project of some size.
LOCK_FILES = frozenset(
    {
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "bun.lock",
        "uv.lock",
        "poetry.lock",
        "pdm.lock",
        "Pipfile.lock",
        "Cargo.lock",
        "go.sum",
        "composer.lock",
        "Gemfile.lock",
        "mix.lock",
        "flake.lock",
    }
)


def check(
    snapshot: Snapshot, changes: "list[Change]", settings: "dict[str, object]"
) -> "list[Finding]":
    """A finding for each file over the limit that is new, has just passed it, or grew by as much again."""
    limit = int(settings.get("limit") or LIMIT)  # type: ignore[call-overload]
    candidates = [
        change
        for change in changes
        if change.is_file and not change.moved and change.path.rpartition("/")[2] not in LOCK_FILES
    ]
    sizes = zip(candidates, snapshot.sizes(candidates), strict=True)
    over = [(change, size) for change, size in sizes if size > limit]
    if not over:
        return []
    lfs = _lfs_paths(snapshot.root, [change for change, _ in over])
    findings = []
    for (change, size), old in zip(
        over, snapshot.old_sizes([change for change, _ in over]), strict=True
    ):
        if old > limit and size - old <= limit:
            continue
        how = f"grew from {in_words(old)} to {in_words(size)}" if old else f"is {in_words(size)}"
        message = f"{how}; the limit is {in_words(limit)}"
        if change.path in lfs:
            message += "; .gitattributes gives it to Git LFS, but its content is staged (run `git lfs install`)"
        findings.append(Finding(change.path, message))
    return findings


def in_words(size: int) -> str:
    """A size in bytes as people write it: 1.5 MB, 500 kB (of 1024 bytes)."""
    for unit, factor in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if size >= factor:
            return f"{size / factor:.1f}".removesuffix(".0") + f" {unit}"
    return f"{size} B"


def _lfs_paths(root: str, changes: "list[Change]") -> "set[str]":
    from tierwise.checks.spawn import output

    known = {encode(change.path): change.path for change in changes[:200]}  # arguments have a limit
    _, text = output(["git", "-C", root, "check-attr", "-z", "filter", "--", *known.values()])
    fields = text.split(b"\0")
    return {
        known[path]
        for path, value in zip(fields[0::3], fields[2::3], strict=False)
        if value == b"lfs" and path in known
    }
