"""What became of the commits that carry a run's or an agent's result: reverted, fixed up, merged, standing or rewritten.

A run's commit names it in the trailer ``Tierwise-Run``; an agent's own commits git names in its transcript (rows
``made``).  So the join needs no guess.  One ``git log``
reads nearly all of it; whether the lines of an old commit still stand, ``git blame`` says.  Both are kept in
local state for as long as no branch has moved.
"""

from __future__ import annotations

import json
import re
import time
from bisect import bisect_left
from collections.abc import (
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import islice

from tierwise import local_state
from tierwise.domain.ledger_rows import RawRow
from tierwise.errors import OutsideError
from tierwise.git.plumbing import read_git, read_git_line
from tierwise.learning.agent_work import MADE

STANDS_AFTER = 14 * 86_400
"""Seconds after which a commit that nobody took back counts as standing."""

STANDING_SHARE = 0.5
"""The share of a commit's lines from which it counts as standing."""

_CACHE = "commit-fates.json"
_FORMAT = "%H%x00%ct%x00%P%x00%B%x1e"
_MOST_FILES = 20
"""Files of a commit that are blamed; a larger one is taken by its first ones."""

_NEWEST = 20_000
"""Commits that are looked at."""

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
class Commit:
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


def read_commit_fates(
    root: str,
    rows: Iterable[RawRow],
    now: float | None = None,
) -> Iterator[dict[str, object]]:
    """Yield a row ``commit`` for each run and each agent whose commit has a fate.  ``now``: seconds since 1970."""
    runs, agents = _collect_makers(rows)
    if not runs and not agents:
        return
    moment = now
    if moment is None:
        moment = time.time()
    known = _Known(root, agents)
    for fate in known.fates:
        maker = _find_maker(fate, runs, agents)
        if maker is None:
            continue
        word = fate.word
        if not word and moment - fate.time >= STANDS_AFTER:
            word = "rewritten"
            if known.find_survival(fate.commit) >= STANDING_SHARE:
                word = "standing"
        if word:
            yield {"row": "commit", **maker, "fate": word}
    known.keep()


def _collect_makers(rows: Iterable[RawRow]) -> tuple[set[str], dict[str, RawRow]]:
    """Return the runs of the ledger, and the agents by the beginnings of their commits' names."""
    runs = set()
    agents: dict[str, RawRow] = {}
    for row in rows:
        if row.get("row") == "attempt" and row.get("run"):
            runs.add(str(row["run"]))
        elif row.get("row") == MADE:
            for name in _list_commits(row):
                agents[name] = row
    return runs, agents


def _list_commits(row: RawRow) -> list[str]:
    commits = row.get("commits")
    if not isinstance(commits, list):
        return []
    return [str(name) for name in commits]


def _find_maker(
    fate: Fate,
    runs: Collection[str],
    agents: Mapping[str, RawRow],
) -> dict[str, object] | None:
    """Return what names the decision behind a commit; None where nobody here made it."""
    if fate.run:
        if fate.run not in runs:
            return None
        return {"run": fate.run}
    for prefix, row in agents.items():
        if fate.commit.startswith(prefix):
            return {"agent_id": row["agent_id"], "session_id": row["session_id"]}
    return None


def find_fates(
    commits: Iterable[Commit],
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


def _read_run(commit: Commit) -> str:
    """Return the run that a commit names; empty where it names none, or only quotes one that it reverts."""
    run = _RUN.search(commit.message)
    if run is None or _REVERTS.search(commit.message):
        return ""
    return run[1]


def measure_survival(root: str, commit: str) -> float:
    """Return the share of a commit's added lines that ``git blame`` still gives to it at HEAD.

    1 where it added none.  Raises OutsideError where git fails.
    """
    added = 0
    standing = 0
    top = read_git_line(root, "rev-parse", "--show-toplevel")
    options = ("--format=", "--numstat", "--no-renames", "-z")
    listing = read_git(top, "show", *options, commit)
    entries = listing.decode("utf-8", "surrogateescape").split("\0")
    for entry in entries[:_MOST_FILES]:
        count, _, rest = entry.strip("\n").partition("\t")
        _, _, path = rest.partition("\t")
        if count.isdigit() and int(count):
            added += int(count)
            standing += _count_standing(top, commit, path)
    if not added:
        return 1.0
    return standing / added


def _count_standing(
    top: str,
    commit: str,
    path: str,
) -> int:
    if not read_git(top, "ls-tree", "--name-only", "HEAD", "--", path):
        return 0
    blamed = read_git(
        top,
        "blame",
        "-l",
        "-s",
        "HEAD",
        "--",
        path,
    )
    name = commit.encode()
    lines = [line.lstrip(b"^") for line in blamed.splitlines()]
    return sum(line.startswith(name) for line in lines)


def _find_reverted(history: list[Commit]) -> set[str]:
    names = sorted(commit.name for commit in history)
    reverted: set[str] = set()
    for commit in history:  # newest first: what was reverted later takes nothing back
        if commit.name in reverted:
            continue
        for prefix in _REVERTS.findall(commit.message):
            reverted |= _list_matching(names, prefix)
    return reverted


def _find_fixed(history: list[Commit]) -> set[str]:
    names = sorted(commit.name for commit in history)
    subjects: dict[str, list[Commit]] = {}
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


def _find_merged(history: list[Commit]) -> set[str]:
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
    history: list[Commit],
    by_name: Mapping[str, Commit],
) -> list[Commit]:
    """Return the commits from the first one to the newest, by first parents."""
    trunk: list[Commit] = []
    names = [commit.name for commit in history[:1]]
    while names and names[0] in by_name:
        trunk.append(by_name[names[0]])
        names = list(trunk[-1].parents)
    return trunk[::-1]


def _collect_new(
    name: str,
    by_name: Mapping[str, Commit],
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


class _Known:
    """What is known of these commits while no branch moves; read from git where nothing was kept."""

    def __init__(
        self,
        root: str,
        prefixes: Iterable[str],
    ) -> None:
        self._root = root
        self._key = ""
        self._survival: dict[str, float] = {}
        self._is_new = False
        self.fates: list[Fate] = []
        try:
            heads = read_git(
                root,
                "for-each-ref",
                "--format=%(objectname)",
                "refs/heads",
            )
            head = read_git(root, "rev-parse", "HEAD")
            wanted = sorted(prefixes)
            made = " ".join([_FORMAT, *wanted]).encode()
            self._key = sha256(heads + head + made).hexdigest()
            if not self._read_cache():
                self.fates = find_fates(
                    _read_history(root),
                    wanted,
                )
                self._is_new = True
        except OutsideError:
            return  # no repository, or none with a commit

    def find_survival(self, commit: str) -> float:
        """Return the share of a commit's lines that stand; 0 where git does not tell."""
        if commit not in self._survival:
            self._is_new = True
            try:
                self._survival[commit] = measure_survival(
                    self._root,
                    commit,
                )
            except OutsideError:
                self._survival[commit] = 0.0
        return self._survival[commit]

    def keep(self) -> None:
        """Keep what was read; a full disk or a read-only folder costs the next call its time."""
        if not self._is_new or not self._key:
            return
        known = {
            "key": self._key,
            "fates": [asdict(fate) for fate in self.fates],
            "survival": self._survival,
        }
        data = json.dumps(known).encode()
        try:
            local_state.write(self._root, _CACHE, data=data)
        except OSError:
            return

    def _read_cache(self) -> bool:
        try:
            kept = json.loads(local_state.read(self._root, _CACHE) or b"{}")
            if kept["key"] != self._key:
                return False
            self.fates = [Fate(**fate) for fate in kept["fates"]]
            for name, share in kept["survival"].items():
                self._survival[str(name)] = float(share)
        except (ValueError, TypeError, KeyError, AttributeError):
            return False
        return True


def _read_history(root: str) -> Iterator[Commit]:
    """Read the commits of HEAD and all branches, those of HEAD first where times are equal."""
    count = f"--max-count={_NEWEST}"
    data = read_git(
        root,
        "log",
        "HEAD",
        "--branches",
        count,
        f"--format={_FORMAT}",
    )
    head = read_git(root, "rev-parse", "HEAD").decode().strip()
    found = []
    for entry in data.decode("utf-8", "replace").split("\x1e"):
        name, _, rest = entry.strip("\n").partition("\0")
        committed, _, rest = rest.partition("\0")
        parents, _, message = rest.partition("\0")
        if not message:
            continue
        commit = Commit(
            name=name,
            time=int(committed),
            message=message,
            parents=tuple(parents.split()),
        )
        found.append(commit)
    # The sort is stable: HEAD leads, the rest stays newest first.
    found.sort(key=lambda commit: commit.name != head)
    yield from found
