"""The turns of the main conversation, as the plugin's module asks and reports them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.hook import ask, event, rows
from tests.support.session_turns import OPUS, SAID, begin, edits, end, failures, look, set_routing

from tierwise import local_state
from tierwise.domain import table
from tierwise.files import write_atomic

NOTIFIED = "<task-notification>\n<task-id>a</task-id>"
TAKEN_APART = "<command-message>x</command-message>\n<command-name>/tierwise:handoff</command-name>"


@pytest.fixture
def root(repository: Path) -> Path:
    set_routing(repository, "on")
    return repository


def test_a_conversation_begins_on_the_policys_start(root: Path) -> None:
    assert begin(root) == {
        "record": True,
        "model": "sonnet",
        "instead_of": OPUS,
        "effort": "medium",
        "look_at": 4,
    }


@pytest.mark.parametrize("routing", ["off", "shadow"])
def test_off_and_shadow_change_nothing(routing: str, repository: Path) -> None:
    set_routing(repository, routing)
    assert "model" not in begin(repository)
    end(repository)
    assert len(rows(repository, "turn")) == (routing == "shadow")


@pytest.mark.parametrize("mode", ["advise", "shadow"])
def test_a_mode_that_only_watches_makes_routing_a_shadow(mode: str, root: Path) -> None:
    data = event("TurnStart", root, turn_id="turn-1", prompt=SAID, model=OPUS)
    assert ask(data, {"TIERWISE_MODE": mode}) == {"record": True}


def test_the_fourth_code_file_raises_the_turn_and_the_task(root: Path) -> None:
    begin(root)
    assert look(root, edits(3)) == {}
    assert look(root, edits(4))["model"] == OPUS  # in the spelling that the session has
    end(root, model=OPUS, tools=edits(4))
    assert begin(root, number=2)["model"] == OPUS


def test_the_twelfth_file_that_a_turn_reads_raises_it(root: Path) -> None:
    begin(root)
    files = [{"name": "Read", "target": f"/src/m{number}.py"} for number in range(12)]
    assert look(root, files[1:]) == {}
    assert look(root, files)["line"] == "frontier (12 files read in one turn)"


def test_the_twentieth_edit_raises_a_turn_of_one_file_which_is_not_looked_at_again(
    root: Path,
) -> None:
    begin(root)
    again = [{"name": "Edit", "target": "/src/m.py"}] * 20
    failed = {**again[0], "failed": True}
    assert look(root, [*again[1:], failed]) == {}
    raised = look(root, again)
    assert (raised["line"], raised["look_at"]) == ("frontier (20 edits in one turn)", 0)


def test_prose_does_not_raise_a_turn(root: Path) -> None:
    begin(root)
    assert look(root, [{"name": "Edit", "target": f"/{n}.md"} for n in range(9)]) == {}


def test_a_commit_brings_it_down_at_the_next_turn(root: Path) -> None:
    begin(root)
    look(root, edits(6))
    end(root, model=OPUS, tools=[{"name": "Bash", "target": "git commit -m x"}])
    assert begin(root, number=2)["model"] == "sonnet"


def test_the_commit_of_a_large_turn_does_not(root: Path) -> None:
    begin(root)
    look(root, edits(6))
    commit = {"name": "Bash", "target": "git commit -m x"}
    end(root, model=OPUS, tools=[*edits(6), commit])
    assert begin(root, number=2)["model"] == OPUS


def test_where_quality_is_preferred_three_small_turns_bring_it_down(repository: Path) -> None:
    set_routing(repository, "on", "  prefer: quality\n")
    for number, count in enumerate((2, 1, 0, 1)):
        begun = begin(repository, number=number)
        assert begun["model"] == OPUS
        assert "line" not in begun  # it is where it begins
        end(repository, number, model=OPUS, tools=edits(count))
    down = begin(repository, number=4)
    assert down["model"] == "sonnet"
    assert down["line"] == "mid (the last 3 turns were small)"


@pytest.mark.parametrize("command", ["/handoff", "/tierwise:handoff mid", TAKEN_APART])
def test_a_handoff_brings_it_down_at_the_next_turn(command: str, root: Path) -> None:
    begin(root)
    look(root, edits(6))
    end(root, model=OPUS, tools=edits(6))
    assert begin(root, command, number=2)["model"] == OPUS
    end(root, 2, model=OPUS, tools=[{"name": "Write", "target": "/handoff.md"}])
    assert begin(root, number=3)["model"] == "sonnet"


def test_a_turn_that_edits_nothing_brings_it_down_at_the_next_turn(root: Path) -> None:
    begin(root)
    look(root, edits(6))
    end(root, model=OPUS, tools=edits(6))
    begin(root, number=2)
    end(root, 2, model=OPUS)
    assert begin(root, number=3)["model"] == "sonnet"


def test_a_task_that_names_six_code_files_begins_on_the_top_tier(root: Path) -> None:
    files = ", ".join(f"src/part{n}.ts" for n in range(6))
    assert begin(root, f"Rename the helper in {files}")["model"] == OPUS


def test_three_equal_errors_raise_one_tier_once(root: Path) -> None:
    begin(root)
    assert look(root, failures(2)) == {}
    assert look(root, failures(3))["model"] == OPUS
    assert look(root, failures(4)) == {}


def test_a_person_who_says_that_it_still_fails_is_heard(root: Path) -> None:
    begin(root)
    end(root)
    assert begin(root, "It is still failing with the same error", 2)["model"] == OPUS


def test_a_persons_choice_of_a_model_ends_routing(root: Path) -> None:
    begin(root)
    end(root)
    assert begin(root, number=2, model="claude-fable-5-2") == {"record": True}
    end(root, 2, model="claude-fable-5-2")
    assert begin(root, number=3, model="claude-fable-5-2") == {"record": True}
    assert rows(root, "turn")[1]["routing"] == "paused"


def test_the_tier_of_one_turn_holds_in_a_paused_conversation_too(root: Path) -> None:
    begin(root)
    end(root)
    begin(root, number=2, model="claude-fable-5-2")
    end(root, 2, model="claude-fable-5-2")
    named = begin(root, "[tier: light] Say hello", 3, model="claude-fable-5-2")
    assert named["model"] == "haiku"
    end(root, 3, model="claude-haiku-5-5")
    assert begin(root, number=4, model="claude-fable-5-2") == {"record": True}
    assert [row["routing"] for row in rows(root, "turn")] == ["on", "paused", "on"]


def test_a_command_of_a_tier_names_it(root: Path) -> None:
    named = begin(root, "/tierwise:light the third item")
    assert named["model"] == "haiku"
    assert "look_at" not in named
    assert begin(root, "/unknown the third item", 2)["look_at"] == 4


def test_a_turn_on_its_commands_own_model_is_told_of_with_that_tier(root: Path) -> None:
    begin(root, "/flag wrong")
    end(root, model="claude-haiku-5-5", own_model="claude-haiku-5-5")
    begin(root, "/explain", 2)
    end(root, 2, model="claude-fable-5-2", own_model="claude-fable-5-2")
    told = [(row["tier"], row["reason"]) for row in rows(root, "turn")]
    assert told == [("light", "the command's own model"), ("", "the command's own model")]


def test_the_end_of_an_agent_goes_on_with_the_turn_before(root: Path) -> None:
    begin(root)
    look(root, edits(6))
    end(root, model=OPUS, tools=edits(6))
    assert begin(root, NOTIFIED, 2)["model"] == OPUS
    end(root, 2, model=OPUS)  # it says so, and no more
    assert begin(root, number=3)["model"] == OPUS


def test_a_commit_after_the_end_of_an_agent_ends_the_task(root: Path) -> None:
    begin(root)
    end(root, tools=edits(2))
    assert begin(root, "[tier: light] Say hello", 2)["model"] == "haiku"
    end(root, 2, model="claude-haiku-5-5", tools=edits(2))
    assert begin(root, NOTIFIED, 3)["model"] == "haiku"
    look(root, edits(6), 3)
    end(root, 3, model=OPUS, tools=[{"name": "Bash", "target": "git commit -m x"}])
    assert begin(root, number=4)["model"] == "sonnet"


def test_a_resumed_conversation_has_the_model_that_served_it_which_nobody_chose(root: Path) -> None:
    begin(root, is_first=True)
    end(root)
    sonnet = "claude-sonnet-5-5"
    resumed = begin(root, number=2, model=sonnet, is_first=True)
    assert (resumed["model"], resumed["instead_of"]) == (sonnet, sonnet)
    assert look(root, edits(4), 2)["model"] == "opus"
    end(root, 2)
    assert begin(root, number=3, model=sonnet)["instead_of"] == sonnet
    assert [row["own_model"] for row in rows(root, "turn")] == [OPUS, OPUS]


@pytest.mark.parametrize(
    ("model", "is_first"), [("claude-sonnet-5-5", False), ("claude-fable-5-2", True)]
)
def test_another_model_is_chosen_within_a_client_or_where_it_did_not_serve(
    model: str, is_first: bool, root: Path
) -> None:
    begin(root, is_first=True)
    end(root)
    assert begin(root, number=2, model=model, is_first=is_first) == {"record": True}
    end(root, 2, model=model)
    assert rows(root, "turn")[1]["own_model"] == model


def test_opusplan_changes_the_model_by_itself(repository: Path) -> None:
    set_routing(repository, "on", "  model: opusplan\n")
    begin(repository)
    assert begin(repository, number=2, model="claude-sonnet-5-5")["model"] == "claude-sonnet-5-5"


def test_plan_mode_goes_up(root: Path) -> None:
    assert begin(root, permission_mode="plan")["model"] == OPUS


def test_the_authors_tier_holds_for_its_turn_only(root: Path) -> None:
    named = begin(root, "[tier: light] Say hello")
    assert named["model"] == "haiku"
    assert "look_at" not in named  # nor is it raised while it runs
    end(root, model="claude-haiku-5-5")
    assert begin(root, number=2)["model"] == "sonnet"


def test_the_authors_tier_holds_for_a_command_too(root: Path) -> None:
    taken_apart = f"{TAKEN_APART}\n<command-args>[tier: light] now</command-args>"
    assert begin(root, taken_apart)["model"] == "haiku"


@pytest.mark.parametrize(
    "words",
    [
        "Review the authentication code for security holes",
        "/src/auth/login.py: review the authentication code for security holes",
    ],
)
def test_protected_work_gets_the_top_tier_and_its_effort(words: str, root: Path) -> None:
    answer = begin(root, words)
    assert (answer["model"], answer["effort"]) == (OPUS, "high")


@pytest.mark.parametrize("prefer", ["saving", "quality"])
def test_on_the_persons_own_model_a_turn_keeps_their_effort(prefer: str, repository: Path) -> None:
    set_routing(repository, "on", f"  prefer: {prefer}\n")
    large = begin(repository, "Rename the helper in a.py, b.py, c.py, d.py, e.py and f.py")
    assert (large["model"], large.get("effort")) == (OPUS, None)
    end(repository, tools=edits(6), model=OPUS)
    after = begin(repository, number=2)  # the conversation stays there
    assert (after["model"], after.get("effort")) == (OPUS, None)


def test_a_tier_that_the_person_names_has_its_effort(root: Path) -> None:
    assert begin(root, "[tier: frontier] Say hello")["effort"] == "high"


def test_an_effort_that_a_route_has_of_its_own_holds_for_its_kind(repository: Path) -> None:
    more = "routes:\n  security: {tier: frontier, effort: xhigh}\n"
    set_routing(repository, "on", more)
    answer = begin(repository, "Review the authentication code for security holes")
    assert answer["effort"] == "xhigh"


@pytest.mark.parametrize("words", [NOTIFIED, "/compact", ""])
def test_the_clients_own_words_change_nothing(words: str, root: Path) -> None:
    begin(root)
    look(root, edits(6))
    end(root, model=OPUS, tools=edits(6))
    assert begin(root, words, 2)["model"] == OPUS


def test_a_turn_is_recorded_once_without_a_word_of_it(root: Path) -> None:
    begin(root, "Add a zebra to the page")
    end(root, tools=[{"name": "Bash", "target": "echo zebra", "failed": True, "error": "zebra"}])
    end(root)
    (row,) = rows(root, "turn")
    assert (row["tier"], row["label"], row["calls"]) == ("mid", "read", 1)
    assert row["served"][0]["cache_read_input_tokens"] == 50_000
    assert row["context_tokens"] == 51_110
    kept = [path.read_bytes() for path in (root / ".tierwise").rglob("*") if path.is_file()]
    assert b"turn-1" in b"".join(kept)
    assert b"zebra" not in b"".join(kept)


def test_a_turn_without_an_answer_in_time_is_recorded_as_that(root: Path) -> None:
    step = {"model": OPUS, "input_tokens": 10}
    told = {"turn_id": "turn-9", "steps": [step], "tools": [], "fault": "no answer in time"}
    ask(event("TurnComplete", root, **told))
    (row,) = rows(root, "turn")
    assert (row["tier"], row["fault"], row["served"][0]["model"]) == (None, told["fault"], OPUS)


def test_a_damaged_memory_is_a_new_conversation(root: Path) -> None:
    local_state.write(str(root), "session", "session.json", data=b"[]{")
    assert begin(root)["model"] == "sonnet"


@pytest.mark.parametrize("value", [None, 3, "x", [1], {"a": 1}])
def test_no_field_of_another_type_breaks_a_turn(value: Any, root: Path) -> None:
    for name in ("TurnStart", "TurnStep", "TurnComplete"):
        fields = dict.fromkeys(("turn_id", "prompt", "model", "tools", "steps"), value)
        ask(event(name, root, **fields))
    assert not (root / ".tierwise/local/hook.log").exists()


def test_a_turn_that_goes_into_plan_mode_is_raised(root: Path) -> None:
    begin(root)
    assert look(root, [{"name": "EnterPlanMode"}])["model"] == OPUS


def test_a_change_of_tier_is_said_and_the_start_is_not(root: Path) -> None:
    assert "line" not in begin(root)
    raised = look(root, edits(6))
    assert raised["line"] == raised["toast"] == "frontier (6 files edited in one turn)"
    end(root, model=OPUS, tools=[{"name": "Bash", "target": "git commit -m x"}])
    after = begin(root, number=2)
    assert "line" not in after
    assert after["toast"] == "mid (the work before is done)"


def test_a_policy_without_a_claude_tier_routes_no_conversation(root: Path) -> None:
    policy = table.load(str(root)) or {}
    for tier in policy["tiers"].values():
        tier["provider"] = "openai"
    write_atomic(str(root / ".tierwise" / "table.json"), json.dumps(policy).encode())
    assert begin(root) == {}
    assert not (root / ".tierwise/local/hook.log").exists()


def test_a_long_list_of_steps_raises_the_turn_before_its_first_edit(root: Path) -> None:
    begin(root)
    task = {"name": "TaskCreate"}
    assert look(root, [task] * 5) == {}
    assert look(root, [task] * 6)["model"] == OPUS


def test_a_whole_list_at_once_counts_too(root: Path) -> None:
    begin(root)
    assert (
        look(root, [{"name": "TodoWrite", "items": 7}])["toast"] == "frontier (7 steps on its list)"
    )


def test_the_assent_to_offered_work_begins_on_the_top_tier(root: Path) -> None:
    begin(root, "Why do the exports differ?")
    end(root, tools=[{"name": "Read", "target": "/src/export.py"}])
    offer = "Two writers round differently. Want me to implement one for both?"
    assert begin(root, "go ahead", 2, answer_before=offer)["model"] == OPUS
