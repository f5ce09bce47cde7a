"""Which task a person means by `last`, by a session, by a subagent and by a run."""

from __future__ import annotations

from typing import Any

from tests.support.spending import decision

from tierwise.report.flags import FlagTarget, last_target, named_target

DECIDED = decision("doc-writer", "light", "docs", tool_use_id="toolu_1")
SERVED = {"row": "served", "session_id": "s1", "tool_use_id": "toolu_1", "agent_id": "a1"}
ATTEMPT: dict[str, Any] = {"row": "attempt", "run": "r1", "kind": "tests", "session": "s9"}


def test_last_is_the_newest_spawn_with_its_agent_s_id() -> None:
    assert last_target([DECIDED, SERVED]) == FlagTarget(
        "s1", "toolu_1", "a1", agent="doc-writer", kind="docs"
    )


def test_last_is_the_newest_run_where_that_came_later() -> None:
    assert last_target([DECIDED, ATTEMPT]) == FlagTarget("s9", run="r1", kind="tests")
    assert last_target([ATTEMPT, DECIDED]) == FlagTarget(
        "s1", "toolu_1", agent="doc-writer", kind="docs"
    )


def test_a_spawn_that_was_refused_is_no_task() -> None:
    assert last_target([DECIDED | {"denied": "run the linter"}]) is None


def test_names_find_sessions_subagents_and_runs() -> None:
    rows = [DECIDED, SERVED, ATTEMPT]
    spawn = FlagTarget("s1", "toolu_1", "a1", agent="doc-writer", kind="docs")
    assert (
        named_target("s1/toolu_1", rows)
        == named_target("s1/a1", rows)
        == named_target("a1", rows)
        == spawn
    )
    assert named_target("r1", rows) == FlagTarget("s9", run="r1", kind="tests")
    assert named_target("s1", rows) == FlagTarget("s1")


def test_what_the_ledger_does_not_know_is_taken_at_its_word() -> None:
    assert named_target("s5/toolu_7", []) == FlagTarget("s5", tool_use_id="toolu_7")
    assert named_target("s5/a7", []) == FlagTarget("s5", agent_id="a7")
