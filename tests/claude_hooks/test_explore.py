"""A share of spawns on the neighbouring tier: who never, how likely, how many."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.hook import compiled, rows, spawn_event, written

from tierwise import local_state
from tierwise.claude_hooks.explore import note_settled, read_state

POLICY = "routes: {refactor: mid}\nexplore: {share: 0.5, per_day: 1000}\n"
ENOUGH = 24
"""Tasks of which half go elsewhere: all on one side has a probability of one in eight million."""


def send(root: Path, number: int, more: dict[str, Any] | None = None, **call: Any) -> None:
    fields = {
        "subagent_type": "general-purpose",
        "prompt": f"Refactor the parser of file{number}.py into smaller functions",
        "description": "Refactor",
        **call,
    }
    written(spawn_event(root, number, more=more, **fields))


def explored(root: Path) -> list[dict[str, Any]]:
    return [row for row in rows(root) if row["explored"]]


def test_about_the_share_goes_a_tier_down_with_its_propensity(repository: Path) -> None:
    compiled(repository, POLICY)
    for number in range(ENOUGH):
        send(repository, number)
    assert {(row["tier"], row["explored"], row["propensity"]) for row in rows(repository)} == {
        ("mid", "", 0.5),
        ("light", "down", 0.5),
    }
    row = explored(repository)[0]
    assert row["wrote"]["model"] == "haiku"
    assert "explored: by chance one tier down from mid" in row["reasons"][-1]


def test_the_same_task_has_the_same_fate(repository: Path) -> None:
    compiled(repository, POLICY)
    for number in range(6):
        send(repository, number, prompt="Refactor the parser into smaller functions")
    assert len({row["tier"] for row in rows(repository)}) == 1


def test_up_where_the_policy_says_so(repository: Path) -> None:
    compiled(repository, POLICY.replace("share: 0.5", "share: 0.5, direction: up"))
    for number in range(ENOUGH):
        send(repository, number)
    assert {row["tier"] for row in explored(repository)} == {"frontier"}


@pytest.mark.parametrize(
    ("policy", "call"),
    [
        ("frontier_only: {kinds: [refactor]}\n", {}),
        ("requires: [{domain: refactor, tier: mid}]\n", {}),
        ("", {"model": "sonnet"}),
        ("", {"run_in_background": True}),
        ("", {"description": "Audit login", "prompt": "Audit the login for security holes"}),
    ],
)
def test_what_is_never_explored(repository: Path, policy: str, call: dict[str, Any]) -> None:
    compiled(repository, POLICY + policy)
    for number in range(ENOUGH):
        prompt = call.get("prompt", "Refactor the parser into smaller functions")
        send(repository, number, **{**call, "prompt": f"{prompt} in file{number}.py"})
    assert {(row["propensity"], row["explored"]) for row in rows(repository)} == {(1.0, "")}


def test_never_in_ci(repository: Path) -> None:
    compiled(repository, POLICY)
    for number in range(ENOUGH):
        fields = {"subagent_type": "general-purpose", "prompt": f"Refactor the parser {number}"}
        written(spawn_event(repository, number, **fields), {"CI": "true"})
    assert explored(repository) == []


@pytest.mark.parametrize("limit", ["per_day: 3", "per_kind: 3"])
def test_a_budget_holds_and_what_comes_after_is_certain(repository: Path, limit: str) -> None:
    compiled(repository, f"routes: {{refactor: mid}}\nexplore: {{share: 0.5, {limit}}}\n")
    for number in range(ENOUGH):
        send(repository, number)
    assert len(explored(repository)) == 3
    assert rows(repository)[-1]["propensity"] == 1.0


def test_a_settled_kind_is_explored_no_more(repository: Path) -> None:
    compiled(repository, POLICY)
    table = json.loads((repository / ".tierwise" / "table.json").read_text())
    state = {"settled": {table["policy"]: ["refactor"]}}
    local_state.write(str(repository), "explore.json", data=json.dumps(state).encode())
    for number in range(ENOUGH):
        send(repository, number)
    assert explored(repository) == []


def test_without_a_share_chance_has_no_part(repository: Path) -> None:
    compiled(repository, "routes: {refactor: mid}\n")
    send(repository, 1)
    assert [row["propensity"] for row in rows(repository)] == [1.0]
    assert not (repository / ".tierwise" / "local" / "explore.json").exists()


@pytest.mark.slow
def test_settled_kinds_are_noted_beside_the_counts(repository: Path) -> None:
    compiled(repository, POLICY)
    for number in range(ENOUGH):
        send(repository, number)
    count = len(explored(repository))
    table = json.loads((repository / ".tierwise" / "table.json").read_text())
    note_settled(str(repository), table["policy"], ["refactor"])
    for number in range(ENOUGH, 2 * ENOUGH):
        send(repository, number)
    assert len(explored(repository)) == count
    assert read_state(str(repository))["today"] == count
