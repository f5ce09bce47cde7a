"""The version that the commits since the last version tag ask for (Semantic Versioning 2.0.0).

- a breaking change raises the major version, ``feat`` the minor, ``fix`` the patch; other types nothing
  (Conventional Commits 1.0.0, summary and clauses 2, 3, 11, 16);
- below 1.0.0 nothing is promised yet (SemVer clause 4): a breaking change raises the minor version like ``feat``;
- without any version tag the answer is 0.1.0 (SemVer's own advice for a first release);
- a commit that a later one in the range reverts does not count, and neither does the revert.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tierwise import repo
from tierwise.commits.history import Commit, read_commits, read_history, reverted_id
from tierwise.commits.message import check
from tierwise.commits.parse import Verdict, is_breaking
from tierwise.errors import TierwiseError

Version = tuple[int, int, int]
FIRST: Version = (0, 1, 0)
_STEPS = (("major", "breaking"), ("minor", "feat"), ("patch", "fix"))


@dataclass(frozen=True)
class Bump:
    """What was found: the last version's tag, the size of the step, and what was counted on the way."""

    tag: str | None
    current: Version | None
    next: Version
    size: str
    counts: dict[str, int]
    doubts: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """What ``--json`` prints.  ``next_tag`` has the prefix of the last tag (``v`` where there is none)."""
        prefix = (
            self.tag[: len(self.tag) - len(show(self.current))]
            if self.tag and self.current
            else "v"
        )
        return {
            "current": show(self.current) if self.current else None,
            "next": show(self.next),
            "bump": self.size,
            "tag": self.tag,
            "next_tag": prefix + show(self.next),
            "commits": self.counts,
            "warnings": self.doubts,
        }


def show(version: Version) -> str:
    """``1.2.3``."""
    return ".".join(str(number) for number in version)


def read_version(tag: str) -> Version | None:
    """The version that a tag names (``v1.2.3``, ``1.2.3``, ``name@1.2.3``, ``name-v1.2.3``); None for any other tag.

    Tags of pre-releases name no version that was released.
    """
    tail = tag.rpartition("@")[2].rpartition("/")[2].rpartition("-")[2]
    numbers = tail.removeprefix("v").split(".")
    if len(numbers) != 3 or not all(
        n.isascii() and n.isdigit() and (n == "0" or n[0] != "0") for n in numbers
    ):
        return None
    head = tag[: len(tag) - len(tail)]
    if head.endswith("-") and any(c.isdigit() for c in head.split("-")[0]):
        return None  # 1.2.3-rc-1.0.0 and its like
    major, minor, patch = (int(number) for number in numbers)
    return major, minor, patch


def next_version(root: str, start: str = "") -> Bump:
    """The next version after tag ``start``, or after the highest plain version tag that HEAD has behind it.

    Raises TierwiseError when ``start`` names no version or is not there.
    """
    tag = start or _last_tag(root)
    current = read_version(tag) if tag else None
    if tag and current is None:
        raise TierwiseError(
            f'the tag "{tag}" names no version', remedy="Give one like v1.2.3 to --from."
        )
    commits = read_commits(root, f"{tag}..HEAD") if tag else read_history(root)
    counts, doubts = _count(_without_reverted(commits))
    size = next((size for size, kind in _STEPS if counts[kind]), "none")
    if current is None:
        return Bump(None, None, FIRST, "minor", counts, doubts)
    if current[0] == 0 and size == "major":
        size = "minor"
    return Bump(tag, current, raised(current, size), size, counts, doubts)


def raised(version: Version, size: str) -> Version:
    """The version one step of ``size`` (major, minor, patch, none) above."""
    major, minor, patch = version
    if size == "major":
        return major + 1, 0, 0
    if size == "minor":
        return major, minor + 1, 0
    return (major, minor, patch + 1) if size == "patch" else version


def _last_tag(root: str) -> str:
    """The highest of ``1.2.3`` and ``v1.2.3``; a tag of one package (``name@1.2.3``) must be asked for by name."""
    tags = repo.git(root, "tag", "--list", "--no-column", "--merged", "HEAD", check=False).split(
        "\n"
    )
    versions = [
        (version, tag)
        for tag in tags
        if (version := read_version(tag)) and tag.lstrip("v") == show(version)
    ]
    return max(versions, default=(FIRST, ""))[1]


def _without_reverted(commits: list[Commit]) -> list[Commit]:
    """``commits`` (newest first) without reverts and what they undo; a reverted revert counts for nothing itself."""
    undone: set[str] = set()
    for commit in commits:
        target = reverted_id(commit) if commit.id not in undone else ""
        match = (
            next((other.id for other in commits if other.id.startswith(target)), None)
            if target
            else None
        )
        if match:
            undone |= {commit.id, match}
    return [commit for commit in commits if commit.id not in undone]


def _count(commits: list[Commit]) -> tuple[dict[str, int], list[str]]:
    counts = dict.fromkeys(("breaking", "feat", "fix", "other", "unconventional"), 0)
    doubts = []
    for commit in commits:
        verdict = check(commit.message, {"preset": "spec"})
        counts[_kind(verdict)] += 1
        doubts += [
            f"{commit.id[:12]}: line {fault.line}: {fault.message}"
            for fault in verdict.warnings
            if fault.rule == "breaking-change"
        ]
    return counts, doubts


def _kind(verdict: Verdict) -> str:
    # A body that touches the header does not hide what the header says.
    if verdict.header is None:
        return "unconventional"
    if is_breaking(verdict.header, verdict.body):
        return "breaking"
    kind = verdict.header.type.lower()
    return kind if kind in ("feat", "fix") else "other"
