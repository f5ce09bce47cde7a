"""The version that the commits since the last version tag ask for (Semantic Versioning 2.0.0).

- a breaking change raises the major version, ``feat`` the minor, ``fix`` the patch; other types nothing
  (Conventional Commits 1.0.0, summary and clauses 2, 3, 11, 16);
- below 1.0.0 nothing is promised yet (SemVer clause 4): a breaking change raises the minor version like ``feat``;
- without any version tag the answer is 0.1.0 (SemVer's own advice for a first release);
- a commit that a later one in the range reverts does not count, and neither does the revert.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from tierwise.commits.history import (
    Commit,
    read_commits,
    read_history,
    reverted_id,
)
from tierwise.commits.message import check
from tierwise.commits.state import REVERTS
from tierwise.commits.verdict import MessageVerdict, is_breaking
from tierwise.errors import TierwiseError
from tierwise.files import read_bytes
from tierwise.git.plumbing import (
    find_commit,
    read_git,
    read_git_line,
)

_VERSION_PARTS = 3  # major, minor, patch
Version = tuple[int, int, int]
FIRST: Version = (0, 1, 0)
_SHOWN_TAGS = 3
_PRE_RELEASE = re.compile(r"^v?\d+\.\d+\.\d+-?[A-Za-z]")
_OTHER_FORM = re.compile(r"v?\d+\.\d+(?:\.\d+)?(?:[-+.]?[0-9A-Za-z.]*)?$")
_QUOTED_SUBJECT = re.compile(r'^Revert "(.*)"(?: \(#\d+\))?$')
_PULL_REQUEST = re.compile(r" \(#\d+\)$")
_KINDS = ("breaking", "feat", "fix", "other", "unconventional")
# The largest step first: what the counted commits ask for.
_STEPS = (
    ("major", "breaking"),
    ("minor", "feat"),
    ("patch", "fix"),
)


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
        """Return what ``--json`` prints.  ``next_tag`` has the prefix of the last tag (``v`` where there is none)."""
        prefix, current = "v", None
        if self.tag and self.current:
            current = show(self.current)
            prefix = self.tag.removesuffix(current)
        return {
            "current": current,
            "next": show(self.next),
            "bump": self.size,
            "tag": self.tag,
            "next_tag": prefix + show(self.next),
            "commits": self.counts,
            "warnings": self.doubts,
        }


def show(version: Version) -> str:
    """Return ``1.2.3``."""
    return ".".join(str(number) for number in version)


def read_version(tag: str) -> Version | None:
    """Return the version that a tag names (``v1.2.3``, ``1.2.3``, ``name@1.2.3``, ``name-v1.2.3``); None for any other tag.

    Tags of pre-releases name no version that was released.
    """
    tail = re.split(r"[@/-]", tag)[-1]
    numbers = tail.removeprefix("v").split(".")
    if len(numbers) != _VERSION_PARTS or not all(map(_is_version_number, numbers)):
        return None
    head = tag.removesuffix(tail)
    if head.endswith("-") and re.search(r"\d", head.partition("-")[0]):
        return None  # 1.2.3-rc-1.0.0 and its like
    major, minor, patch = map(int, numbers)
    return major, minor, patch


def _is_version_number(text: str) -> bool:
    """Return whether ``text`` is a whole number without a leading zero."""
    is_number = text.isascii() and text.isdigit()
    return is_number and (text == "0" or text[0] != "0")


def next_version(
    root: str,
    start: str = "",
    pattern: str = "",
) -> Bump:
    """Return the next version after tag ``start``, or after the highest version tag that HEAD has behind it.

    ``pattern`` is a glob for the tags that count (``pkg@*``).  Raises TierwiseError where the version cannot be known:
    ``start`` names none or is not there, the clone is shallow, the tags have another form, or what was reverted is not
    in the history.
    """
    tag = start or _find_last_tag(root, pattern)
    current = read_version(tag)
    if tag and current is None:
        raise TierwiseError(
            f'the tag "{tag}" names no version', remedy="Give one like v1.2.3 to --from."
        )
    if tag:
        commits = read_commits(root, f"{tag}..HEAD")
    else:
        commits = read_history(root)
    _refuse_cut_history(root, commits)
    counted, doubts = _take_out_reverted(root, commits)
    counts, near_misses = _count_sizes(counted)
    doubts += near_misses
    size = next((size for size, kind in _STEPS if counts[kind]), "none")
    if current is None:
        return Bump(None, None, FIRST, "minor", counts, doubts)
    if current[0] == 0 and size == "major":
        size = "minor"
    wanted = raised(current, size)
    return Bump(tag, current, wanted, size, counts, doubts)


def raised(version: Version, size: str) -> Version:
    """Return the version one step of ``size`` (major, minor, patch, none) above."""
    major, minor, patch = version
    if size == "major":
        return major + 1, 0, 0
    if size == "minor":
        return major, minor + 1, 0
    if size == "patch":
        return major, minor, patch + 1
    return version


def _find_last_tag(root: str, pattern: str) -> str:
    """Return the highest version tag behind HEAD; empty in a repository that never had one."""
    merged = _list_tags(root, "--merged", "HEAD")
    wanted = [tag for tag in merged if _is_wanted(tag, pattern)]
    versions = {tag: version for tag in wanted if (version := read_version(tag))}
    if versions:
        return max(versions, key=lambda tag: (versions[tag], tag))
    if pattern:
        raise TierwiseError(
            f'no tag behind HEAD that names a version matches "{pattern}"',
            place="--tags",
            remedy="Correct the pattern, or fetch the tags (`git fetch --tags`).",
        )
    _refuse_to_guess(root, merged)
    return ""


def _is_wanted(tag: str, pattern: str) -> bool:
    """Return whether a tag counts: by the pattern, and without one as ``1.2.3`` or ``v1.2.3``."""
    if pattern:
        return fnmatchcase(tag, pattern)
    version = read_version(tag)
    return version is not None and tag.lstrip("v") == show(version)


def _refuse_to_guess(root: str, merged: list[str]) -> None:
    """Raise where the last version exists and cannot be told; pass where there never was one."""
    if _is_shallow(root):
        raise _name_shallow(
            root,
            "this clone is shallow, and no version tag is in what it holds",
        )
    early = list(filter(_PRE_RELEASE.search, merged))
    if early:
        raise TierwiseError(
            f"there are only pre-releases so far ({_name_some(early)}), and what they lead to is not said",
            place=root,
            remedy="Decide the version of the first release yourself, or give a released tag to --from.",
        )
    other = list(filter(_OTHER_FORM.search, merged))
    if other:
        raise TierwiseError(
            f"no tag is a plain version, and several may name one ({_name_some(other)})",
            place=root,
            remedy=f"Say which tags count: --tags '{_OTHER_FORM.sub('', other[-1])}*'.",
        )
    elsewhere = [tag for tag in _list_tags(root) if _is_wanted(tag, "")]
    if elsewhere:
        raise TierwiseError(
            f"there are version tags ({_name_some(elsewhere)}), and none is behind HEAD",
            place=root,
            remedy="Give the tag to start from to --from.",
        )


def _name_shallow(root: str, problem: str) -> TierwiseError:
    return TierwiseError(
        problem,
        place=root,
        remedy="Fetch the whole history with its tags: `git fetch --unshallow --tags`.",
    )


def _refuse_cut_history(
    root: str,
    commits: list[Commit],
) -> None:
    """Raise where a shallow clone cuts off commits since the last version."""
    if not _is_shallow(root):
        return
    path = read_git_line(
        root,
        "rev-parse",
        "--git-path",
        "shallow",
    )
    listed = read_bytes(os.path.join(root, path)) or b""
    cut = set(listed.decode("ascii", "replace").split())
    if cut.intersection(commit.id for commit in commits):
        problem = "the commits since the last version tag are not all in it"
        raise _name_shallow(
            root,
            f"this clone is shallow, and {problem}",
        )


def _is_shallow(root: str) -> bool:
    """Return whether the history is cut off.  Raises OutsideError where git fails: then nothing is known of any version."""
    answer = read_git(
        root,
        "rev-parse",
        "--is-shallow-repository",
    )
    return answer.strip() == b"true"


def _list_tags(root: str, *options: str) -> list[str]:
    # A repository without a commit has nothing behind HEAD.
    listed = read_git_line(
        root,
        "tag",
        "--list",
        "--no-column",
        *options,
    )
    return listed.split()


def _name_some(tags: list[str]) -> str:
    shown = ", ".join(tags[-_SHOWN_TAGS:])
    if len(tags) > _SHOWN_TAGS:
        shown += ", …"
    return shown


def _take_out_reverted(
    root: str,
    commits: list[Commit],
) -> tuple[list[Commit], list[str]]:
    """Return ``commits`` (newest first) without what was undone, and what is to be said of reverts.

    A revert counts for nothing itself, nor does what it undoes; a reverted revert undoes nothing.  Raises TierwiseError
    where a revert names a commit that is nowhere, as after a squash: what it undid cannot be known.
    """
    undone: set[str] = set()
    doubts = []
    for commit in commits:
        if commit.id in undone:
            continue
        targets = _find_reverted(commit, commits)
        undone |= targets
        is_revert = commit.subject.startswith(REVERTS)
        if is_revert and targets:
            undone.add(commit.id)
        if not targets and (is_revert or reverted_id(commit)):
            doubts.append(_describe_doubt(root, commit))
    kept = [commit for commit in commits if commit.id not in undone]
    return kept, doubts


def _describe_doubt(root: str, commit: Commit) -> str:
    """Return what is to be said of a revert of which nothing is in the range.  Raises TierwiseError where it is nowhere."""
    named = reverted_id(commit)
    if not named or not find_commit(root, named):
        raise TierwiseError(
            f"{commit.id[:12]} reverts a commit that is not in this history, so what it undoes is not known",
            place=root,
            remedy="Decide the version yourself; squashed reverts keep no trace of what they undid.",
        )
    return f"{commit.id[:12]} reverts {named[:12]}, which was released already"


def _find_reverted(
    commit: Commit,
    commits: list[Commit],
) -> set[str]:
    """Return the commits of the range that this one says it reverts: by id, and by subject for want of one."""
    named = reverted_id(commit)
    if named:
        found = {other.id for other in commits if other.id.startswith(named)}
        if found:
            return found
    quoted = _QUOTED_SUBJECT.match(commit.subject)
    if quoted is None:
        return set()
    wanted = _PULL_REQUEST.sub("", quoted[1])
    older = commits[commits.index(commit) + 1 :]
    for other in older:
        if _PULL_REQUEST.sub("", other.subject) == wanted:
            return {other.id}
    return set()


def _count_sizes(commits: list[Commit]) -> tuple[dict[str, int], list[str]]:
    counts = dict.fromkeys(_KINDS, 0)
    doubts = []
    for commit in commits:
        verdict = check(commit.message, {"preset": "spec"})
        counts[_find_kind(verdict)] += 1
        doubts += [
            f"{commit.id[:12]}: line {fault.line}: {fault.message}"
            for fault in verdict.warnings
            if fault.rule == "breaking-change"
        ]
    return counts, doubts


def _find_kind(verdict: MessageVerdict) -> str:
    # A body that touches the header does not hide what the header says.
    if verdict.header is None:
        return "unconventional"
    if is_breaking(verdict.header, verdict.body):
        return "breaking"
    kind = verdict.header.type.lower()
    if kind in ("feat", "fix"):
        return kind
    return "other"
