"""What became of the commits that carry a run's or an agent's result: reverted, fixed up, merged, standing or rewritten.

A run's commit names it in the trailer ``Tierwise-Run``; an agent's own commits git names in its transcript (rows
``made``).  So the join needs no guess.  One ``git log``
reads nearly all of it; whether the lines of an old commit still stand, ``git blame`` says.  Both are kept in
local state for as long as no branch has moved.
"""

from __future__ import annotations

import json
import time
from collections.abc import (
    Collection,
    Iterable,
    Iterator,
    Mapping,
)
from dataclasses import asdict
from hashlib import sha256

from tierwise import local_state
from tierwise.domain.ledger_rows import RawRow
from tierwise.errors import OutsideError
from tierwise.git.plumbing import read_git, read_git_line
from tierwise.learning.agent_work import MADE
from tierwise.learning.fates import DatedCommit, Fate, find_fates

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


def _read_history(root: str) -> Iterator[DatedCommit]:
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
        commit = DatedCommit(
            name=name,
            time=int(committed),
            message=message,
            parents=tuple(parents.split()),
        )
        found.append(commit)
    # The sort is stable: HEAD leads, the rest stays newest first.
    found.sort(key=lambda commit: commit.name != head)
    yield from found
