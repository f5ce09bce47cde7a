"""What became of the commits that carry a run's result: reverted, fixed up, or standing.

A run's commit names it in the trailer ``Tierwise-Run``; so the join needs no guess.  One ``git log``
reads all of it, and is kept in local state for as long as no branch has moved.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from tierwise import local_state
from tierwise.errors import OutsideError
from tierwise.git.plumbing import read_git

STANDS_AFTER = 14 * 86_400
"""Seconds after which a commit that nobody took back counts as standing."""

_CACHE = "commit-fates.json"
_FORMAT = "%H%x00%ct%x00%B%x1e"
_NEWEST = 20_000
"""Commits that are looked at."""

_RUN = re.compile(r"^Tierwise-Run: (\S+)$", re.MULTILINE)
_REVERTS = re.compile(r"This reverts commit ([0-9a-f]{7,64})")
_FIXES = re.compile(r"^Fixes: ([0-9a-f]{7,64})\b", re.MULTILINE)
_FIXUP = re.compile(r"(?:fixup|amend|squash)! (.+)")


@dataclass(frozen=True)
class Commit:
    """One commit: ``time`` in seconds since 1970."""

    name: str
    time: int
    message: str

    @property
    def subject(self) -> str:
        """The first line."""
        return self.message.partition("\n")[0]


def read_commit_fates(
    root: str, rows: Iterable[Mapping[str, object]], now: float | None = None
) -> Iterator[dict[str, object]]:
    """Yield a row ``commit`` for each run whose commit has a fate.  ``now``: seconds since 1970."""
    runs = {str(row["run"]) for row in rows if row.get("row") == "attempt" and row.get("run")}
    if not runs:
        return
    moment = time.time() if now is None else now
    for run, fate, committed in _read_fates(root):
        if run not in runs:
            continue
        if fate:
            yield {"row": "commit", "run": run, "fate": fate}
        elif moment - committed >= STANDS_AFTER:
            yield {"row": "commit", "run": run, "fate": "standing"}


def find_fates(commits: Iterable[Commit]) -> list[tuple[str, str, int]]:
    """Return (run, fate, time of the commit) for each commit of a run; an empty fate: not yet told.

    A revert that was reverted itself has taken nothing back.
    """
    history = list(commits)
    reverted = _find_reverted(history)
    fixed = _find_fixed(history)
    found = []
    for commit in history:
        run = _RUN.search(commit.message)
        if run is None or _REVERTS.search(commit.message):
            continue
        fate = ""
        if commit.name in reverted:
            fate = "reverted"
        elif commit.name in fixed:
            fate = "fixed-up"
        found.append((run[1], fate, commit.time))
    return found


def _find_reverted(history: list[Commit]) -> set[str]:
    reverted: set[str] = set()
    for commit in history:  # newest first: what was reverted later takes nothing back
        if commit.name in reverted:
            continue
        for prefix in _REVERTS.findall(commit.message):
            reverted |= {one.name for one in history if one.name.startswith(prefix)}
    return reverted


def _find_fixed(history: list[Commit]) -> set[str]:
    subjects: dict[str, list[Commit]] = {}
    for commit in history:
        subjects.setdefault(commit.subject, []).append(commit)
    fixed: set[str] = set()
    for commit in history:
        for prefix in _FIXES.findall(commit.message):
            fixed |= {one.name for one in history if one.name.startswith(prefix)}
        fixup = _FIXUP.match(commit.subject)
        if fixup is not None:
            fixed |= {one.name for one in subjects.get(fixup[1], ())}
    return fixed


def _read_fates(root: str) -> list[tuple[str, str, int]]:
    try:
        heads = read_git(root, "for-each-ref", "--format=%(objectname)", "refs/heads")
        key = sha256(heads + read_git(root, "rev-parse", "HEAD")).hexdigest()
    except OutsideError:
        return []  # no repository, or none with a commit
    known = _read_cache(root, key)
    if known is not None:
        return known
    fates = find_fates(_read_history(root))
    data = json.dumps({"key": key, "fates": fates}).encode()
    try:
        local_state.write(root, _CACHE, data=data)
    except OSError:
        pass  # a full disk or a read-only folder: read again the next time
    return fates


def _read_cache(root: str, key: str) -> list[tuple[str, str, int]] | None:
    """Return what was kept for these branches; None where they have moved since."""
    try:
        value = json.loads(local_state.read(root, _CACHE) or b"{}")
        if value["key"] != key:
            return None
        return [(str(run), str(fate), int(at)) for run, fate, at in value["fates"]]
    except (ValueError, TypeError, KeyError):
        return None


def _read_history(root: str) -> Iterator[Commit]:
    count = f"--max-count={_NEWEST}"
    data = read_git(root, "log", "HEAD", "--branches", count, f"--format={_FORMAT}")
    for entry in data.decode("utf-8", "replace").split("\x1e"):
        name, _, rest = entry.strip("\n").partition("\0")
        committed, _, message = rest.partition("\0")
        if message:
            yield Commit(name, int(committed), message)
