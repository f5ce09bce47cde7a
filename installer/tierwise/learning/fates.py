"""The fate of commits, by a history that was read: reverted, fixed up or merged."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

_RUN = re.compile(r"^Tierwise-Run: (\S+)$", re.MULTILINE)
_REVERTS = re.compile(r"This reverts commit ([0-9a-f]{7,64})")
_FIXES = re.compile(r"^Fixes: ([0-9a-f]{7,64})\b", re.MULTILINE)
_PULL_REQUEST = re.compile(
    r"^Merge pull request #\d+|^Merged? in .*\(pull request #\d+\)|^See merge request \S+!\d+",
    re.MULTILINE,
)
_SQUASHED = re.compile(r"\(#\d+\)$")
_FIXUP = re.compile(r"(?:fixup|amend|squash)! (.+)")


@dataclass(frozen=True)
class DatedCommit:
    """One commit: ``time`` in seconds since 1970."""

    name: str
    time: int
    message: str
    parents: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """The first line."""
        return self.message.partition("\n")[0]


@dataclass(frozen=True)
class Fate:
    """What git tells of a commit; ``word`` is empty where it tells nothing yet."""

    run: str
    """Empty for an agent's commit."""

    word: str
    time: int
    commit: str


def find_fates(
    commits: Iterable[DatedCommit],
    prefixes: Iterable[str] = (),
) -> list[Fate]:
    """Find the fate of each commit of a run, and of those whose names begin with one of ``prefixes``.

    A revert that was reverted itself has taken nothing back.  Merged is what came by a pull request.
    """
    history = list(commits)
    names = sorted(commit.name for commit in history)
    made: set[str] = set()
    for prefix in prefixes:
        made |= _list_matching(names, prefix)
    reverted = _find_reverted(history)
    fixed = _find_fixed(history)
    merged = _find_merged(history)
    found = []
    for commit in history:
        run = _read_run(commit)
        if not run and commit.name not in made:
            continue
        word = ""
        if commit.name in reverted:
            word = "reverted"
        elif commit.name in fixed:
            word = "fixed-up"
        elif commit.name in merged or _SQUASHED.search(commit.subject):
            word = "merged"
        fate = Fate(run, word, commit.time, commit.name)
        found.append(fate)
    return found


def _read_run(commit: DatedCommit) -> str:
    """Return the run that a commit names; empty where it names none, or only quotes one that it reverts."""
    run = _RUN.search(commit.message)
    if run is None or _REVERTS.search(commit.message):
        return ""
    return run[1]


def _find_reverted(history: list[DatedCommit]) -> set[str]:
    names = sorted(commit.name for commit in history)
    reverted: set[str] = set()
    for commit in history:  # newest first: what was reverted later takes nothing back
        if commit.name in reverted:
            continue
        for prefix in _REVERTS.findall(commit.message):
            reverted |= _list_matching(names, prefix)
    return reverted


def _find_fixed(history: list[DatedCommit]) -> set[str]:
    names = sorted(commit.name for commit in history)
    subjects: dict[str, list[DatedCommit]] = {}
    for commit in history:
        subjects.setdefault(commit.subject, []).append(commit)
    fixed: set[str] = set()
    for commit in history:
        for prefix in _FIXES.findall(commit.message):
            fixed |= _list_matching(names, prefix)
        fixup = _FIXUP.match(commit.subject)
        if fixup is not None:
            meant = subjects.get(fixup[1], ())
            fixed |= {one.name for one in meant}
    return fixed


def _list_matching(
    names: Sequence[str],
    prefix: str,
) -> set[str]:
    """Return the names that begin with ``prefix``, of sorted ones."""
    found = set()
    for name in islice(names, bisect_left(names, prefix), None):
        if not name.startswith(prefix):
            break
        found.add(name)
    return found


def _find_merged(history: list[DatedCommit]) -> set[str]:
    """Return the commits that pull requests brought: on a side of their merge that nothing older had."""
    by_name = {commit.name: commit for commit in history}
    known: set[str] = set()
    merged: set[str] = set()
    for merge in _list_trunk(history, by_name):
        brought = set()
        for parent in merge.parents[1:]:
            brought |= _collect_new(parent, by_name, known)
        known |= brought | {merge.name}
        if _PULL_REQUEST.search(merge.message):
            merged |= brought
    return merged


def _list_trunk(
    history: list[DatedCommit],
    by_name: Mapping[str, DatedCommit],
) -> list[DatedCommit]:
    """Return the commits from the first one to the newest, by first parents."""
    trunk: list[DatedCommit] = []
    names = [commit.name for commit in history[:1]]
    while names and names[0] in by_name:
        trunk.append(by_name[names[0]])
        names = list(trunk[-1].parents)
    return trunk[::-1]


def _collect_new(
    name: str,
    by_name: Mapping[str, DatedCommit],
    known: set[str],
) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one in found or one in known or one not in by_name:
            continue
        found.add(one)
        waiting += by_name[one].parents
    return found
