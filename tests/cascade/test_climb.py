"""The climb on a real worktree, with an engine that writes what it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.repository import make_repository

from tierwise.cascade.climb import climb
from tierwise.cascade.ladder import cap_attempt
from tierwise.cascade.model import Answer, AnswerStop, Attempt, Order, RunResult, Say, TierSpec
from tierwise.cascade.state import Dependencies, Job
from tierwise.cascade.workspace import Workspace, open_workspace
from tierwise.errors import OutsideError
from tierwise.gates.model import ASK_A_PERSON, GateResult


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


@pytest.mark.slow
def test_a_tier_s_first_attempt_may_come_to_what_a_cheaper_one_came_to(
    climbed: Callable[..., list[Attempt]],
) -> None:
    attempts = climbed("same", "same", "same", "same")
    assert [attempt.spec.tier for attempt in attempts] == ["light", "light", "top", "top"]
    assert [attempt.circular for attempt in attempts] == [False, True, False, True]


@pytest.mark.slow
def test_a_tier_that_goes_in_circles_is_left_at_once(climbed: Callable[..., list[Attempt]]) -> None:
    attempts = climbed("x", "x", "p", "q", "r", attempts=3)
    assert [attempt.spec.tier for attempt in attempts] == ["light", "light", "top", "top", "top"]


TIERS = (TierSpec("light", "haiku"), TierSpec("top", "opus"))
PASSED = GateResult("tests", True, "", 0.0, 0.0, True, verifies=True)


class Scripted:
    """A climb whose engine answers in turn, on a real workspace; what is recorded is kept."""

    def __init__(
        self, folder: Path, *answers: Answer, gates: list[GateResult] | None = None
    ) -> None:
        self.home = make_repository(folder, {"a.txt": "one\n"})
        self.left = iter(answers)
        self.gates = [PASSED] if gates is None else gates
        self.recorded: list[Attempt] = []
        self.patches: list[str] = []
        self.limits: list[float] = []
        self.prompts: list[str] = []

    def engine(self, order: Order, show: Say) -> Answer:
        self.limits.append(order.max_usd)
        self.prompts.append(order.prompt)
        answer = next(self.left)
        if answer.text == "edit":
            Path(order.folder, "a.txt").write_text(f"{len(self.limits)}\n")
        return answer

    def run(self, tiers: tuple[TierSpec, ...] = TIERS, **more: Any) -> RunResult:
        dependencies = Dependencies(
            lambda spec: self.engine,
            lambda place, tree, text, tell: self.gates,
            self.recorded.append,
            lambda line: None,
            keep_patch=lambda place, tree: self.patches.append(tree),
            **more,
        )
        job = Job("r1", "task", "", tiers, 2, 4.0, 60.0, 2000)
        with open_workspace(str(self.home), "", "r1") as place:
            return climb(job, dependencies, place)


def answer(stop: AnswerStop, text: str = "", usd: float = 0.01, **more: Any) -> Answer:
    return Answer(text, stop, usd, "client", **more)


@pytest.mark.slow
@pytest.mark.parametrize("stop", ["refused", "too-long", "truncated", "stalled", "budget"])
def test_what_one_model_cannot_do_leaves_its_tier_and_not_the_run(
    tmp_path: Path, stop: AnswerStop
) -> None:
    scripted = Scripted(tmp_path / "r", answer(stop), answer("done", "edit"))
    result = scripted.run()
    assert result.accepted
    assert [attempt.spec.tier for attempt in result.attempts] == ["light", "top"]


@pytest.mark.slow
def test_an_endpoint_that_is_down_leaves_its_tiers_and_not_the_run(tmp_path: Path) -> None:
    local = TierSpec("local", "qwen", provider="openai", base_url="http://127.0.0.1:9/v1")
    down = answer("unavailable")
    scripted = Scripted(tmp_path / "r", down, down, answer("done", "edit"))
    result = scripted.run((local, TIERS[1]))
    assert result.accepted
    assert [attempt.spec.tier for attempt in result.attempts] == ["local", "local", "top"]


def test_what_only_a_person_can_tell_is_asked_and_not_tried_on_the_next_tier(
    tmp_path: Path,
) -> None:
    asks = GateResult("tests-as-they-were", False, "", 0.0, 0.0, True, outcome=ASK_A_PERSON)
    scripted = Scripted(tmp_path / "r", answer("done", "edit"), gates=[PASSED, asks])
    result = scripted.run()
    assert (result.stop, len(result.attempts), len(scripted.patches)) == ("ask-a-person", 1, 1)


def test_a_login_that_is_refused_is_not_tried_on_the_next_tier(tmp_path: Path) -> None:
    scripted = Scripted(tmp_path / "r", answer("refused", for_all=True))
    result = scripted.run()
    assert (result.stop, len(result.attempts)) == ("unavailable", 1)


@pytest.mark.parametrize("stop", ["budget", "timeout", "stalled"])
def test_work_that_is_right_when_money_or_time_ends_is_gated_and_taken(
    tmp_path: Path, stop: AnswerStop
) -> None:
    scripted = Scripted(tmp_path / "r", answer(stop, "edit"))
    result = scripted.run()
    assert result.accepted and len(scripted.patches) == 1


@pytest.mark.slow
def test_work_that_was_cut_off_needs_somebody_who_looks_at_what_it_does(tmp_path: Path) -> None:
    shape = GateResult("diff", True, "", 0.0, 0.0, True)
    scripted = Scripted(
        tmp_path / "r", answer("timeout", "edit"), answer("done", "edit"), gates=[shape]
    )
    result = scripted.run()
    assert [attempt.accepted for attempt in result.attempts] == [False, True]


@pytest.mark.slow
def test_one_attempt_may_not_spend_what_the_tiers_above_need(tmp_path: Path) -> None:
    scripted = Scripted(tmp_path / "r", answer("budget", usd=2.0), answer("done", "edit"))
    result = scripted.run(
        cap=lambda tiers, left: cap_attempt(tiers, {}, needed=20, left_usd=left, attempts=2)
    )
    assert scripted.limits == [2.0, 2.0]
    assert result.accepted


def test_what_an_attempt_cost_is_recorded_whatever_git_says_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(workspace: Workspace) -> str:
        raise OutsideError("git add: no space left on device")

    monkeypatch.setattr(Workspace, "state", broken)
    scripted = Scripted(tmp_path / "r", answer("done", "edit", usd=0.25))
    result = scripted.run()
    assert result.stop == "failed"
    assert [attempt.cost_usd for attempt in scripted.recorded] == [0.25]
    assert "no space left" in result.detail


@pytest.mark.slow
def test_long_last_words_leave_room_for_what_failed(tmp_path: Path) -> None:
    last_words = "word " * 5000
    scripted = Scripted(
        tmp_path / "r", answer("stalled", last_words, detail="no new edit"), answer("done", "edit")
    )
    assert scripted.run().accepted
    failure = scripted.prompts[1].partition("## How the last attempt failed")[2].partition("##")[0]
    assert "no new edit" in failure and "word" in failure
