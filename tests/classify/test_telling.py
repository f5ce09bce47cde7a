"""Words that tell anything."""

from __future__ import annotations

import pytest
from tests.support.routing import route

EMPTY = ["do the work of X", "go on", "Execute plan 07-02", "do task 4 of the plan", "handle it"]


@pytest.mark.parametrize("task", EMPTY)
@pytest.mark.parametrize("agent", [None, "general-purpose", "dev"])
@pytest.mark.parametrize("mode", ["hybrid", "manual"])
def test_a_task_that_tells_nothing_has_no_kind_and_no_floor(
    task: str, agent: str | None, mode: str
) -> None:
    decision = route(task, f"mode: {mode}\n", agent=agent)
    assert (decision.tier, decision.kind, decision.floor) == ("mid", "unknown", None)
    assert decision.confidence < 0.5


def test_the_agent_s_line_holds_for_it() -> None:
    assert route("do the work of X", agent="Explore").tier == "light"


@pytest.mark.parametrize("task", ["Krypter kopierne.", "Kopie mají být zaszyfrowane."])
def test_what_plainly_changes_protected_things_counts_in_rare_words(task: str) -> None:
    assert route(task).tier == "frontier"
