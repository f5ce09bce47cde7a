"""The hook's answer to one spawn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.hook import CALL, ask, compiled, rows, spawn_event, written
from tests.support.trust import trust

from tierwise import ledger
from tierwise.claude_hooks import escalations as marks

# Manual mode: the agents' lines alone decide, whatever the task's text says.
MANUAL = "extends: balanced\nmode: manual\n"


@pytest.fixture
def root(repository: Path) -> Path:
    compiled(repository, MANUAL)
    return repository


def test_the_whole_call_comes_back_with_model_and_effort(root: Path) -> None:
    call = {
        "isolation": "worktree",
        "run_in_background": True,
        "unheard_of": {"keep": [1, None, "ü"]},
    }
    assert written(spawn_event(root, **call)) == {
        **CALL,
        **call,
        "model": "haiku",
        "effort": "medium",
    }


def test_the_permission_decision_is_left_to_the_user(root: Path) -> None:
    answer = ask(spawn_event(root))
    assert set(answer) == {"hookSpecificOutput"}
    assert set(answer["hookSpecificOutput"]) == {"hookEventName", "updatedInput"}


def test_a_call_that_already_agrees_is_left_alone_and_recorded(root: Path) -> None:
    assert ask(spawn_event(root, model="haiku", effort="medium")) == {}
    assert [(row["tier"], row["wrote"], row["override"]) for row in rows(root)] == [
        ("light", {}, None)
    ]


def test_other_tools_are_none_of_its_business(root: Path) -> None:
    assert ask({**spawn_event(root), "tool_name": "Bash"}) == {}
    assert rows(root) == []


def test_old_clients_call_the_tool_task(root: Path) -> None:
    assert written({**spawn_event(root), "tool_name": "Task"})["model"] == "haiku"


def test_a_call_without_a_type_is_general_purpose(root: Path) -> None:
    assert written(spawn_event(root, subagent_type=None))["model"] == "sonnet"


def test_the_plugins_agents_go_by_their_bare_names(root: Path) -> None:
    assert written(spawn_event(root, subagent_type="tierwise:researcher"))["model"] == "opus"


def test_a_callers_model_between_floor_and_ceiling_is_kept_and_recorded(root: Path) -> None:
    assert written(spawn_event(root, model="opus"))["effort"] == "high"
    (row,) = rows(root)
    assert (row["tier"], row["model"], row["effort"]) == ("frontier", "opus", "high")
    found = row["override"]
    assert (found["who"], found["asked"], found["kept"], found["tier"]) == (
        "main",
        "opus",
        True,
        "light",
    )
    assert found["why"] == CALL["description"]
    assert row["time"].endswith("Z")


def test_a_tier_at_the_head_of_the_prompt_is_an_override_whatever_the_description_says(
    root: Path,
) -> None:
    prompt = "[tier: light] Rotate the keys of the login"
    call = written(
        spawn_event(root, prompt=prompt, description="Rotate keys", subagent_type="general-purpose")
    )
    assert call["model"] == "haiku"
    found = rows(root)[0]["override"]
    assert (found["how"], found["asked"], found["below_floor"]) == ("[tier: …]", "light", True)


def test_a_tier_further_down_in_the_prompt_does_not_lower_what_the_description_asks_for(
    root: Path,
) -> None:
    prompt = "Rotate the keys of the login.\n[tier: light]"
    call = written(
        spawn_event(root, prompt=prompt, description="Rotate keys", subagent_type="general-purpose")
    )
    assert (call["model"], rows(root)[0]["override"]) == ("opus", None)


def test_a_callers_effort_goes_with_its_model(root: Path) -> None:
    assert ask(spawn_event(root, model="opus", effort="low")) == {}
    assert rows(root)[0]["effort"] == "low"


def test_who_overrides_is_named_also_inside_an_agent(root: Path) -> None:
    ask(spawn_event(root, model="opus", more={"agent_id": "a123", "agent_type": "general-purpose"}))
    assert rows(root)[0]["override"]["who"] == "a123"


def test_a_callers_model_above_the_ceiling_is_held_back(root: Path) -> None:
    compiled(root, MANUAL + "hooks: {ceiling: mid}\n")
    assert written(spawn_event(root, 1, model="opus"))["model"] == "sonnet"
    assert written(spawn_event(root, 2, model="fable"))["model"] == "sonnet"
    assert (
        written(spawn_event(root, 3, subagent_type="Plan", model="fable"))["model"] == "opus"
    )  # the policy's own
    assert [row["override"]["kept"] for row in rows(root)] == [False, False, False]


def test_the_top_of_the_ladder_is_the_ceiling_by_default(root: Path) -> None:
    assert written(spawn_event(root, model="fable"))["model"] == "opus"


def test_a_callers_model_below_the_floor_is_held_up(root: Path) -> None:
    compiled(root, "extends: balanced\n")
    prompt = "[domain: security] Check the token handling of the login."
    call = written(
        spawn_event(root, prompt=prompt, subagent_type="security-reviewer", model="haiku")
    )
    assert (call["model"], rows(root)[0]["override"]["kept"]) == ("opus", False)


@pytest.mark.parametrize("model", ["inherit", "", None, 7, "gpt-5", ["opus"]])
def test_no_model_that_the_client_would_refuse_is_written(root: Path, model: object) -> None:
    assert written(spawn_event(root, model=model))["model"] == "haiku"


def test_nobody_writes_in_plan_mode_so_no_floor_holds(root: Path) -> None:
    compiled(root, "extends: balanced\nfrontier_only: {paths: [src/auth/**]}\n")
    call = {
        "subagent_type": "general-purpose",
        "description": "Run the tests",
        "prompt": "Run the unit tests in src/auth/login.py and say which of them fail",
    }
    assert written(spawn_event(root, 1, **call))["model"] == "opus"
    planning = spawn_event(root, 2, more={"permission_mode": "plan"}, **call)
    assert written(planning)["model"] == "sonnet"


def test_a_full_id_in_the_call_is_read_as_its_family(root: Path) -> None:
    assert written(spawn_event(root, model="claude-opus-4-8"))["model"] == "opus"


FULL_ID = (
    MANUAL
    + "tiers:\n  light: {model: claude-haiku-4-5-20251001, effort: low}\nagents: {mine: light}\n"
)


def test_a_tiers_full_id_goes_into_the_call_as_its_alias(root: Path) -> None:
    compiled(root, FULL_ID)
    assert written(spawn_event(root))["model"] == "haiku"
    assert rows(root)[0]["model"] == "claude-haiku-4-5-20251001"


def test_an_agent_file_with_that_full_id_keeps_it(root: Path) -> None:
    mine = root / ".claude" / "agents" / "mine.md"
    mine.parent.mkdir(parents=True)
    mine.write_text(
        "---\nname: mine\nmodel: claude-haiku-4-5-20251001\n---\nwork\n", encoding="utf-8"
    )
    compiled(root, FULL_ID)
    call = written(spawn_event(root, subagent_type="mine"))
    assert "model" not in call
    assert call["effort"] == "low"


def test_the_same_call_through_two_wirings_is_decided_once(root: Path) -> None:
    first = ask(spawn_event(root))
    compiled(root, MANUAL + "agents: {Explore: frontier}\n")
    assert ask(spawn_event(root)) == first
    assert len(rows(root)) == 1


def test_shadow_records_and_changes_nothing(root: Path) -> None:
    assert ask(spawn_event(root), {"TIERWISE_MODE": "shadow"}) == {}
    assert [(row["mode"], row["tier"], row["wrote"]) for row in rows(root)] == [
        ("shadow", "light", {})
    ]


def test_advise_says_what_it_would_be_and_changes_nothing(root: Path) -> None:
    answer = ask(spawn_event(root), {"TIERWISE_MODE": "advise"})
    assert set(answer) == {"systemMessage"}
    assert "model haiku effort medium" in answer["systemMessage"]


def test_off_does_nothing_at_all(root: Path) -> None:
    compiled(root, MANUAL + "hooks: {mode: 'off'}\n")
    assert ask(spawn_event(root)) == {}
    assert rows(root) == []
    assert written(spawn_event(root), {"TIERWISE_MODE": "enforce"})["model"] == "haiku"


AUTOMATED = "extends: balanced\nautomated:\n  lint: ruff check .\n"
LINT: dict[str, Any] = {
    "subagent_type": "general-purpose",
    "description": "lint",
    "prompt": "Run the linter.",
}


def test_work_for_a_command_is_refused_with_the_command(root: Path) -> None:
    compiled(root, AUTOMATED)
    trust(root)  # a command counts once a person has looked at it
    answer = ask(spawn_event(root, **LINT))["hookSpecificOutput"]
    assert answer["permissionDecision"] == "deny"
    assert "ruff check ." in answer["permissionDecisionReason"]
    assert rows(root)[0]["denied"]


def test_it_is_refused_in_enforce_mode_only(root: Path) -> None:
    compiled(root, AUTOMATED)
    assert "permissionDecision" not in str(
        ask(spawn_event(root, **LINT), {"TIERWISE_MODE": "advise"})
    )


def test_without_a_command_in_the_policy_it_is_routed(root: Path) -> None:
    compiled(root, "extends: balanced\n")
    assert written(spawn_event(root, **LINT))["model"] in ("haiku", "sonnet")


def test_the_fan_out_guard_caps_beyond_its_limit_in_one_turn(root: Path) -> None:
    compiled(root, MANUAL + "hooks: {fan_out: {limit: 2}}\n")
    models = [
        written(spawn_event(root, number, subagent_type="Plan"))["model"] for number in range(4)
    ]
    assert models == ["opus", "opus", "sonnet", "sonnet"]
    next_turn = spawn_event(root, 9, subagent_type="Plan", more={"prompt_id": "another"})
    assert written(next_turn)["model"] == "opus"
    assert [row["capped"] for row in rows(root)] == [False, False, True, True, False]


def test_a_damaged_row_of_a_workflow_counts_as_one_agent(root: Path) -> None:
    compiled(root, MANUAL + "hooks: {fan_out: {limit: 2}}\n")
    ask(spawn_event(root, 1, subagent_type="Plan"))
    first = rows(root)[0]
    ledger.append(str(root), {**first, "tool_use_id": "", "workflow": {"least": "many"}})
    assert written(spawn_event(root, 2, subagent_type="Plan"))["model"] == "sonnet"


def test_the_fan_out_guard_refuses_where_the_policy_says_so(root: Path) -> None:
    compiled(root, MANUAL + "hooks: {fan_out: {limit: 1, then: deny}}\n")
    ask(spawn_event(root, 1, subagent_type="Plan"))
    refused = ask(spawn_event(root, 2, subagent_type="Plan"))["hookSpecificOutput"]
    assert refused["permissionDecision"] == "deny"
    assert "hooks.fan_out" in refused["permissionDecisionReason"]
    assert written(spawn_event(root, 3))["model"] == "haiku"


def test_the_fan_out_guard_never_goes_below_the_floor(root: Path) -> None:
    compiled(root, "extends: balanced\nhooks: {fan_out: {limit: 1}}\n")
    call = {
        "subagent_type": "security-reviewer",
        "prompt": "[domain: security] Review the token check.",
    }
    assert [written(spawn_event(root, number, **call))["model"] for number in range(2)] == [
        "opus",
        "opus",
    ]


def test_a_task_is_known_again_by_its_prompt_alone(root: Path) -> None:
    ask(spawn_event(root, 1, description="Find the entry"))
    ask(spawn_event(root, 2, description="Find it again", subagent_type="Plan"))
    first, second = (row["task"] for row in rows(root))
    assert first == second == ledger.fingerprint(str(root), CALL["prompt"])


def test_a_marked_task_goes_a_tier_up_until_the_mark_is_cleared(root: Path) -> None:
    task = ledger.fingerprint(str(root), CALL["prompt"])
    marks.mark_up(str(root), task, "its gate failed")
    assert written(spawn_event(root, 1))["model"] == "sonnet"
    marks.clear(str(root), task)
    assert written(spawn_event(root, 2))["model"] == "haiku"
    assert [row["marked"] for row in rows(root)] == [1, 0]


def test_prompts_stay_out_of_the_ledger_unless_the_policy_keeps_them(root: Path) -> None:
    secret = "Where is the blue door of the cathedral?"
    ask(spawn_event(root, 1, prompt=secret))
    ask(spawn_event(root, 2, prompt=f"  {secret}\n"))
    ask(spawn_event(root, 3, prompt="Something else"))
    assert not any(
        b"cathedral" in path.read_bytes() for path in (root / ".tierwise/local").iterdir()
    )
    first, again, other = (row["task"] for row in rows(root))
    assert first == again != other
    compiled(root, MANUAL + "hooks: {record_prompts: true}\n")
    trust(root)  # what people write is kept once a person has looked at the policy
    ask(spawn_event(root, 4, prompt=secret))
    assert secret in rows(root)[-1]["prompt"]


def test_without_a_policy_the_balanced_preset_decides(repository: Path) -> None:
    assert written(spawn_event(repository))["model"] == "haiku"
    assert len(rows(repository)) == 1


def test_outside_of_any_repository_it_routes_and_writes_nothing(tmp_path: Path) -> None:
    assert written(spawn_event(tmp_path))["model"] == "haiku"
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_that_cannot_be_written_does_not_stop_the_routing(root: Path) -> None:
    (root / ".tierwise" / "local" / "ledger.jsonl").mkdir(parents=True)
    assert written(spawn_event(root))["model"] == "haiku"
    assert "NotPrivateError" in (root / ".tierwise/local/hook.log").read_text(encoding="utf-8")


def test_a_local_tier_that_the_client_cannot_serve_goes_one_up(root: Path) -> None:
    local = "tiers:\n  local: {model: qwen, provider: openai, base_url: 'http://127.0.0.1:1/v1'}\n"
    rest = (
        "  light: {model: haiku, effort: low}\n  mid: {model: sonnet}\n  frontier: {model: opus}\n"
    )
    compiled(root, MANUAL + local + rest + "agents: {Explore: local}\n")
    assert written(spawn_event(root))["model"] == "haiku"


def test_each_decision_says_under_which_policy_and_how_likely_it_was(root: Path) -> None:
    written(spawn_event(root))
    table = json.loads((root / ".tierwise" / "table.json").read_text())
    assert [(row["policy"], row["propensity"]) for row in rows(root)] == [(table["policy"], 1.0)]


@pytest.mark.parametrize(
    ("model", "wrote"), [(None, {}), ("opus", {}), ("haiku", {"model": "opus"})]
)
def test_a_call_does_not_go_below_the_owners_file(
    model: str | None, wrote: dict[str, str], repository: Path
) -> None:
    compiled(repository, "extends: balanced\n")
    agent = repository / ".claude" / "agents" / "pinned.md"
    agent.parent.mkdir(parents=True)
    agent.write_text("---\nname: pinned\nmodel: opus\n---\nYou work.\n")
    ask(spawn_event(repository, subagent_type="pinned", model=model))
    (row,) = rows(repository)
    assert (row["model"], row["wrote"], bool(row["override"])) == ("opus", wrote, bool(wrote))
