"""The climb on a real worktree, with an engine that writes what it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.repository import make_repository

from tierwise.cascade.climb import climb
from tierwise.cascade.model import Answer, Attempt, Order, Say, TierSpec
from tierwise.cascade.state import Dependencies, Job
from tierwise.cascade.workspace import open_workspace
from tierwise.gates.model import GateResult


@pytest.fixture
def climbed(tmp_path: Path) -> Callable[..., list[Attempt]]:
    """Climb light and top; each attempt writes the next text, and no gate passes."""

    def run(*texts: str, attempts: int = 2) -> list[Attempt]:
        home = make_repository(tmp_path / "repository", {"a.txt": "one\n"})
        left: Iterator[str] = iter(texts)

        def engine(order: Order, show: Say) -> Answer:
            Path(order.folder, "a.txt").write_text(next(left))
            return Answer("Done.", "done", 0.01, "client")

        failed = GateResult("tests", False, "1 failed", 0.0, 0.0, True)
        means = Dependencies(
            lambda spec: engine,
            lambda place, tree, text, tell: [failed],
            lambda attempt: None,
            lambda line: None,
        )
        tiers = (TierSpec("light", "haiku"), TierSpec("top", "opus"))
        with open_workspace(str(home), "", "r1") as place:
            return list(
                climb(
                    Job("r1", "task", "", tiers, attempts, 5.0, 60.0, 2000), means, place
                ).attempts
            )

    return run


def test_a_tier_s_first_attempt_may_come_to_what_a_cheaper_one_came_to(
    climbed: Callable[..., list[Attempt]],
) -> None:
    attempts = climbed("same", "same", "same", "same")
    assert [attempt.spec.tier for attempt in attempts] == ["light", "light", "top", "top"]
    assert [attempt.circular for attempt in attempts] == [False, True, False, True]


def test_a_tier_that_goes_in_circles_is_left_at_once(climbed: Callable[..., list[Attempt]]) -> None:
    attempts = climbed("x", "x", "p", "q", "r", attempts=3)
    assert [attempt.spec.tier for attempt in attempts] == ["light", "light", "top", "top", "top"]
