"""Signs of one decision, joined by ids, and the verdict that they make together."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.domain.ledger_rows import RawRow
from tierwise.learning.outcomes import Outcome, collect_outcomes, collect_turns
from tierwise.likeness import describe_likeness


def decision(call: str = "t1", minute: int = 0, **more: object) -> RawRow:
    row = {"row": "decision", "tool_use_id": call, "session_id": "s", "tier": "light"}
    return {
        **row,
        "kind": "docs",
        "task": call,
        "time": f"2026-11-02T10:{minute:02d}:00.000Z",
        **more,
    }


def only(rows: list[RawRow]) -> Outcome:
    (outcome,) = collect_outcomes(rows)
    return outcome


def test_without_a_sign_nothing_is_known() -> None:
    assert only([decision()]).verdict == "unknown"


def test_a_gate_s_row_finds_its_decision_by_the_agent() -> None:
    rows = [
        decision(),
        {"row": "start", "session_id": "s", "agent_id": "a1", "tool_use_id": "t1"},
        {"row": "gate", "session_id": "s", "agent_id": "a1", "changed": True, "failed": []},
    ]
    assert only(rows).verdict == "success"


def test_a_gate_that_looked_at_nothing_is_no_success() -> None:
    rows = [decision(), {"row": "gate", "tool_use_id": "t1", "changed": False, "failed": []}]
    assert only(rows).verdict == "unknown"


@pytest.mark.parametrize(
    ("flag", "verdict"),
    [("wrong", "failure"), ("needed-frontier", "failure"), ("cheaper", "success")],
)
def test_a_person_s_flag_decides(flag: str, verdict: str) -> None:
    rows = [decision(), {"row": "flag", "flag": flag, "tool_use_id": "t1", "session_id": "s"}]
    assert only(rows).verdict == verdict


def test_the_same_task_within_the_hour_is_a_failure_of_the_first() -> None:
    first, second = collect_outcomes([decision("t1", task="x"), decision("t2", 40, task="x")])
    assert (first.verdict, second.verdict) == ("failure", "unknown")


def test_other_sessions_and_later_hours_are_no_retries() -> None:
    rows = [
        decision("t1", task="x"),
        decision("t2", 5, task="x", session_id="other"),
        decision("t3", task="x", time="2026-11-02T12:00:00.000Z"),
    ]
    assert {outcome.verdict for outcome in collect_outcomes(rows)} == {"unknown"}


@pytest.mark.parametrize(
    ("kind", "verdict"), [("docs", "failure"), ("review", "unknown"), ("validation", "unknown")]
)
def test_a_judgement_asked_for_again_after_a_fix_had_not_failed(
    kind: str, verdict: str, tmp_path: Path
) -> None:
    prompt = "Look at src/lexer.py and src/parser.py for names that mislead; answer in a list."
    kept = [
        describe_likeness(str(tmp_path), "Look at the lexer", text)
        for text in (prompt, f"The names are fixed now. {prompt}")
    ]
    rows = [
        decision("t1", kind=kind, likeness=kept[0]),
        decision("t2", 30, kind=kind, likeness=kept[1]),
    ]
    first, second = collect_outcomes(rows)
    assert (first.verdict, second.verdict) == (verdict, "unknown")


def test_a_refused_spawn_has_no_outcome() -> None:
    assert collect_outcomes([decision(denied="use the command")]) == []


def test_an_attempt_of_the_cascade_is_judged_by_its_gates_and_by_later_flags() -> None:
    attempt = {"row": "attempt", "run": "r1", "number": 1, "tier": "light", "accepted": True}
    later = {"row": "flag", "run": "r1", "flag": "wrong"}
    assert only([{**attempt, "cost_usd": 0.02}]).verdict == "success"
    assert only([attempt, later]).verdict == "failure"
    assert only([{**attempt, "accepted": False}]).verdict == "failure"


def test_an_escalation_is_a_failure_of_the_task_s_last_spawn_before_it() -> None:
    rows = [
        decision("t1", 0, task="x"),
        decision("t2", 5, task="x", session_id="other"),
        {"row": "escalation", "task": "x", "time": "2026-11-02T10:06:00.000Z", "up": 1},
        decision("t3", 50, task="x", session_id="third"),
        {"row": "escalation", "task": "unknown", "time": "2026-11-02T10:55:00.000Z"},
        {"row": "escalation", "task": "", "time": "2026-11-02T10:56:00.000Z"},
    ]
    verdicts = [outcome.verdict for outcome in collect_outcomes(rows)]
    assert verdicts == ["unknown", "failure", "unknown"]


def test_a_row_without_a_propensity_was_taken_for_certain() -> None:
    assert only([decision()]).propensity == 1.0
    assert only([decision(propensity=0.1)]).propensity == 0.1


def test_rows_of_strange_shapes_cost_nothing_but_themselves() -> None:
    rows: list[RawRow] = [
        decision(),
        {"row": "flag"},
        {"row": "gate", "failed": "x"},
        {"row": 7},
        {},
        {"row": "decision", "tool_use_id": None},
    ]
    assert only(rows).verdict == "unknown"


@pytest.mark.parametrize("mode", ["advise", "shadow"])
def test_a_tier_that_was_not_written_has_no_outcome(mode: str) -> None:
    flag = {"row": "flag", "tool_use_id": "t1", "flag": "wrong"}
    assert collect_outcomes([decision(mode=mode), flag]) == []


def test_a_row_from_before_propensities_counts_as_certain() -> None:
    assert only([decision()]).propensity == 1.0
    assert only([decision(propensity=0.25, policy="abc")]).propensity == 0.25


def test_the_same_prompt_side_by_side_is_a_vote_and_no_retry() -> None:
    end = {"row": "stop", "tool_use_id": "t1", "time": "2026-11-02T10:20:00.000Z"}
    votes = [decision("t1", 0, task="x"), decision("t2", 5, task="x"), end]
    assert [outcome.verdict for outcome in collect_outcomes(votes)] == ["unknown", "unknown"]
    untold = [decision("t1", 0, task="x", turn="p"), decision("t2", 1, task="x", turn="p")]
    assert [outcome.verdict for outcome in collect_outcomes(untold)] == ["unknown", "unknown"]


def test_the_same_prompt_after_the_end_is_a_retry() -> None:
    end = {"row": "stop", "tool_use_id": "t1", "time": "2026-11-02T10:02:00.000Z"}
    rows = [decision("t1", 0, task="x", turn="p"), decision("t2", 5, task="x", turn="p"), end]
    assert [outcome.verdict for outcome in collect_outcomes(rows)] == ["failure", "unknown"]


def test_what_the_person_said_next_tells_of_the_only_spawn_of_the_turn() -> None:
    said = {"row": "reaction", "tool_use_id": "t1", "reaction": "failing"}
    assert only([decision(), {**said, "shared": False}]).verdict == "failure"
    assert only([decision(), {**said, "shared": True}]).verdict == "unknown"


def test_a_decision_that_was_written_twice_is_one_outcome() -> None:
    gate = {"row": "gate", "tool_use_id": "t1", "changed": True, "failed": []}
    outcome = only([decision(tier="mid"), decision(), gate])
    assert (outcome.tier, outcome.verdict) == ("light", "success")


def test_moments_with_and_without_a_zone_are_both_read() -> None:
    rows = [
        decision("t1", task="same", time="2026-11-02T10:00:00"),
        decision("t2", task="same", time="2026-11-02T10:20:00.000Z"),
        decision("t3", task="same", time="no time"),
    ]
    first, second, third = collect_outcomes(rows)
    assert (first.verdict, second.verdict, third.verdict) == ("failure", "unknown", "unknown")


@pytest.mark.parametrize("damaged", [0, -1, 2, True, "0.5", None, 1e999, 10**400, [0.5]])
def test_a_propensity_that_is_none_is_taken_for_no_chance(damaged: object) -> None:
    assert only([decision(propensity=damaged)]).propensity == 1.0


@pytest.mark.parametrize("damaged", [-1, True, "1", None, 1e999, 10**400])
def test_a_cost_that_is_none_is_unknown(damaged: object) -> None:
    attempt = {"row": "attempt", "run": "r", "attempt": 1, "cost_usd": damaged}
    assert only([attempt]).cost is None


def test_outcomes_tell_whether_an_asked_model_agreed() -> None:
    local = {"kind": "docs", "local_kind": "unknown", "local_tier": "mid"}
    rows = [
        {"row": "decision", "tool_use_id": "1", "tier": "light", "time": "1", "answered": local},
        {"row": "decision", "tool_use_id": "2", "tier": "mid", "time": "2", "answered": local},
        {"row": "decision", "tool_use_id": "3", "tier": "mid", "time": "3"},
    ]
    outcomes = collect_outcomes(rows)
    assert [outcome.answered for outcome in outcomes] == ["differs", "agrees", ""]


def routed(turn: str = "p1", **more: object) -> RawRow:
    """A turn of the main conversation as the ledger tells of it."""
    row = {"row": "turn", "turn": turn, "session_id": "s", "routing": "on", "tier": "mid"}
    return {**row, "kind": "docs", "cost_usd": 0.2, "time": "2026-11-02T10:00:00.000Z", **more}


def test_a_turn_is_judged_by_what_was_said_next_and_by_its_tests() -> None:
    said = {"row": "reaction", "turn": "p1", "reaction": "failing", "shared": False}
    tests = {"row": "tests", "turn": "p2", "before": "failed", "after": "passed"}
    turns = collect_turns([routed(), said, routed("p2"), tests, routed("p3", is_aborted=True)])
    assert [turn.verdict for turn in turns] == ["failure", "success", "unknown"]
    assert {(turn.agent, turn.scope, turn.cost) for turn in turns} == {("main", "turn", 0.2)}


def test_a_turn_is_no_spawn_and_a_spawn_no_turn() -> None:
    said = {"row": "reaction", "turn": "p1", "reaction": "failing", "shared": False}
    assert collect_outcomes([routed(), said]) == []
    spawn = decision(turn="p1")
    assert only([spawn, routed(), said]).verdict == "unknown"
    assert collect_turns([spawn]) == []


@pytest.mark.parametrize(
    "more", [{"routing": "shadow"}, {"routing": "paused"}, {"tier": None}, {"fault": "late"}]
)
def test_a_turn_that_ran_on_the_person_s_own_model_has_no_outcome(more: dict[str, object]) -> None:
    assert collect_turns([routed(**more)]) == []


def test_an_asked_model_s_answer_is_joined_to_turns_and_to_runs() -> None:
    answered = {"kind": "docs", "tier": "light", "local_kind": "unknown", "local_tier": "mid"}
    attempt = {"row": "attempt", "run": "r", "tier": "light", "accepted": True}
    first, second = ({**attempt, "attempt": number} for number in (1, 2))
    found = collect_outcomes([{**first, "answered": answered}, second])
    assert [outcome.answered for outcome in found] == ["differs", ""]
    (turn,) = collect_turns([routed(answered={**answered, "tier": "mid"})])
    assert turn.answered == "agrees"
