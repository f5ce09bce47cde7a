"""What calls led to: the pull request that a session opened, the commit that came next."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from operator import attrgetter

import msgspec

from tierwise.transcripts.records import (
    PullRequest,
    UsageRecord,
)

NONE = "none"
"""What stands for the pull request or commit of a call that led to none."""

REACH = 86_400_000
"""Milliseconds before a commit in which calls count to it: a day."""


class OwnCommit(msgspec.Struct, frozen=True):
    """One of the user's own commits."""

    made: int
    """Milliseconds since 1970: when it was first written, whatever a rebase did later."""
    name: str
    """The beginning of its hash, and its subject."""


class Landmarks(msgspec.Struct, frozen=True):
    """What there is to count calls to."""

    pull_requests: Mapping[str, Sequence[PullRequest]] = {}
    """By session, in order of time."""
    commits: Mapping[tuple[str, str], Sequence[OwnCommit]] = {}
    """By the folder and the branch that calls name, in order of time."""

    def find_led_to(
        self,
        record: UsageRecord,
    ) -> tuple[str, str]:
        """Return the pull request and the commit of a call."""
        return self._find_pull_request(record), self._find_commit(record)

    def _find_pull_request(self, record: UsageRecord) -> str:
        """Return the next one that its session was linked to, or the last one where none came after."""
        links = self.pull_requests.get(record.session)
        if not links:
            return NONE
        place = bisect_left(
            links,
            record.timestamp,
            key=attrgetter("linked"),
        )
        return links[min(place, len(links) - 1)].name

    def _find_commit(self, record: UsageRecord) -> str:
        commits = self.commits.get((record.project, record.branch))
        if not commits:
            return NONE
        # git knows seconds only: a commit of the call's own second came after it.
        second = record.timestamp - record.timestamp % 1000
        place = bisect_left(
            commits,
            second,
            key=attrgetter("made"),
        )
        if place == len(commits) or commits[place].made > record.timestamp + REACH:
            return NONE
        return commits[place].name
