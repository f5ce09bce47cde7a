"""Spawns that were sent again soon after they had ended: by the same prompt, or by nearly the same one.

The ledger keeps no prompt; :mod:`tierwise.likeness` says what it keeps instead.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Protocol, TypeVar

from tierwise.likeness import NEAR_IDENTICAL, compare_likeness

RETRY_WITHIN = 3600.0
"""Seconds within which the same task counts as tried again."""

_MOST_COMPARED = 20
"""The newest spawns under one title that a spawn is compared with."""


class RepeatedSpawn(Protocol):
    """What tells a spawn that is sent again; times as in the ledger."""

    id: str
    session: str
    time: str
    turn: str
    task: str
    likeness: str


SpawnT = TypeVar("SpawnT", bound=RepeatedSpawn)


@dataclass(frozen=True)
class Retry:
    """Two spawns for the same work."""

    before: RepeatedSpawn
    after: RepeatedSpawn
    is_reworded: bool
    """Whether the prompt was changed."""


def find_retries(
    spawns: Iterable[SpawnT],
    ends: Mapping[str, str],
) -> Iterator[Retry]:
    """Yield each spawn that was tried again within the hour, in the same session, after it had ended.

    ``ends``: when each one ended, by its id, where that is known.  Spawns side by side are a vote or a fan-out.
    """
    by_task: dict[tuple[str, str], SpawnT] = {}
    titled = _Titled()
    for spawn in sorted(spawns, key=lambda one: one.time):
        if not spawn.task:
            continue
        task = (spawn.session, spawn.task)
        same = by_task.get(task)
        by_task[task] = spawn
        others = titled.take_recent(spawn)
        if same is not None:
            if _is_sent_again(same, spawn, ends):
                yield Retry(same, spawn, is_reworded=False)
            continue
        for other in others:
            if _is_near_identical(other, spawn) and _is_sent_again(other, spawn, ends):
                yield Retry(other, spawn, is_reworded=True)
                break


class _Titled:
    """The spawns of the last hour, by session and title."""

    def __init__(self) -> None:
        self._known: defaultdict[tuple[str, str], deque[RepeatedSpawn]] = defaultdict(_make_recent)

    def take_recent(self, spawn: RepeatedSpawn) -> list[RepeatedSpawn]:
        """Return those under a spawn's title, the newest first, and keep it for later ones."""
        if not spawn.likeness:
            return []  # a row from before it was kept, or a spawn without a title
        title = spawn.likeness.partition(":")[0]
        known = self._known[spawn.session, title]
        while known and _is_long_before(known[0], spawn):
            known.popleft()
        recent = list(reversed(known))
        known.append(spawn)
        return recent


def _make_recent() -> deque[RepeatedSpawn]:
    return deque(maxlen=_MOST_COMPARED)


def _is_long_before(one: RepeatedSpawn, other: RepeatedSpawn) -> bool:
    return seconds_between(one.time, other.time) > RETRY_WITHIN


def _is_near_identical(one: RepeatedSpawn, other: RepeatedSpawn) -> bool:
    return compare_likeness(one.likeness, other.likeness) >= NEAR_IDENTICAL


def _is_sent_again(
    before: RepeatedSpawn,
    after: RepeatedSpawn,
    ends: Mapping[str, str],
) -> bool:
    """Return whether the first had ended when the second began, and not long before."""
    end = ends.get(before.id)
    if end is None and before.turn and before.turn == after.turn:
        return False
    if end is not None and after.time < end:
        return False
    return not _is_long_before(before, after)


def seconds_between(earlier: str, later: str) -> float:
    """Return the seconds from one moment of the ledger to another; infinite where one of them is none."""
    try:
        span = _read_time(later) - _read_time(earlier)
    except ValueError:
        return float("inf")
    return span.total_seconds()


def _read_time(text: str) -> datetime:
    """Read a moment of the ledger, which writes UTC; one without a zone is taken for that."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        return moment.replace(tzinfo=timezone.utc)
    return moment
