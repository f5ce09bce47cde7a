"""What a small model is asked about unclear tasks, between the plugin's module and the hook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.hook import ask, compiled, event, rows, spawn_event, written
from tests.support.trust import trust

from tierwise import ledger, local_state
from tierwise.classify.signals import read_signals
from tierwise.domain import table
from tierwise.routing.asking import STATE, Asking
from tierwise.routing.decide import decide

UNCLEAR = "Do task 4 of the plan"
CLEAR = "Write the README's section on installing"
PROTECTED = "Change the password check in src/auth/login.py"
POLICY = "extends: balanced\nrouting: {ask: {tier: light}}\n"
DOCS = "docs: documentation, README, guides"
OPUS = "claude-opus-5-5"


@pytest.fixture
def root(repository: Path) -> Path:
    compiled(repository, POLICY)
    trust(repository)
    return repository


def call(prompt: str, **more: Any) -> dict[str, Any]:
    return {"description": "", "prompt": prompt, "subagent_type": "general-purpose", **more}


def consult(root: Path, prompt: str = UNCLEAR, *, answered: Any = None, **more: Any) -> Any:
    """What the module is told before an agent's call; the question, where there is one."""
    fields = {"tool_name": "Agent", "tool_use_id": "toolu_0001", "tool_input": call(prompt, **more)}
    if answered is not None:
        fields["answered"] = answered
    return ask(event("AgentCall", root, **fields)).get("question")


def settle(root: Path, label: str = DOCS, **told: Any) -> None:
    """The module asks, a model answers, the module says what."""
    question = consult(root)
    assert consult(root, answered={"id": question["id"], "label": label, "ms": 400, **told}) is None


def spawn(root: Path, number: int = 1, prompt: str = UNCLEAR) -> dict[str, Any]:
    return written(spawn_event(root, number, **call(prompt)))


def test_an_unclear_task_is_asked_about_once_and_runs_as_the_model_says(root: Path) -> None:
    question = consult(root)
    assert question["text"] == UNCLEAR
    assert DOCS in question["labels"]
    assert question["model"] == "haiku"
    settle(root)
    assert consult(root) is None  # known by its fingerprint
    assert spawn(root)["model"] == "haiku"
    (row,) = rows(root)
    local = {"local_kind": "unknown", "local_tier": "mid"}
    assert row["answered"] == {"kind": "docs", "tier": "light", **local}
    assert any("a model that was asked says docs" in reason for reason in row["reasons"])
    (told,) = rows(root, "ask")
    assert (told["kind"], told["local_kind"], told["where"]) == ("docs", "unknown", "spawn")
    assert (told["confidence"], told["fault"], told["ms"]) == (0.3, "", 400)
    assert 0 < told["usd"] < 0.001


def test_the_text_is_kept_nowhere(root: Path) -> None:
    settle(root)
    spawn(root)
    kept = (local_state.read(root, STATE) or b"") + (local_state.read(root, "ledger.jsonl") or b"")
    assert b"task 4" not in kept


@pytest.mark.parametrize("prompt", [CLEAR, PROTECTED])
def test_what_is_clear_or_kept_on_top_is_not_asked_about(root: Path, prompt: str) -> None:
    assert consult(root, prompt) is None


@pytest.mark.parametrize(
    "more", [{"model": "opus"}, {"subagent_type": "fork"}, {"subagent_type": "explorer"}]
)
def test_no_question_where_no_answer_could_change_the_tier(
    root: Path, more: dict[str, str]
) -> None:
    assert consult(root, **more) is None


def test_a_floor_stays_whatever_a_model_says(root: Path) -> None:
    compiled(root, POLICY + "requires: [{tier: mid, scope: multi-file}]\n")
    trust(root)
    prompt = f"[scope: multi-file] {UNCLEAR}"
    question = consult(root, prompt)
    consult(root, prompt, answered={"id": question["id"], "label": DOCS})
    assert spawn(root, prompt=prompt)["model"] == "sonnet"


def test_an_answer_in_time_is_missing_and_the_local_reading_stands(root: Path) -> None:
    settle(root, label="", fault="no answer in time")
    assert spawn(root)["model"] == "sonnet"
    (told,) = rows(root, "ask")
    assert (told["kind"], told["fault"]) == ("", "no answer in time")
    assert consult(root) is not None  # nobody has answered yet


def test_a_model_that_names_none_of_the_kinds_is_not_asked_again(root: Path) -> None:
    settle(root, label="I cannot tell")
    assert consult(root) is None
    assert spawn(root)["model"] == "sonnet"


def test_an_answer_to_another_question_is_none(root: Path) -> None:
    assert consult(root, answered={"id": "another", "label": DOCS}) is not None
    assert rows(root, "ask") == []


@pytest.mark.slow
def test_the_budget_of_a_day_holds(root: Path) -> None:
    compiled(root, "extends: balanced\nrouting: {ask: {tier: light, budget_usd_per_day: 0.0005}}\n")
    trust(root)
    asked = [consult(root, f"Do task {number} of the plan") for number in range(20)]
    assert 0 < sum(question is not None for question in asked) < 20
    state = json.loads(local_state.read(root, STATE) or b"{}")
    assert state["usd"] <= 0.0005
    local_state.write(str(root), STATE, data=json.dumps({**state, "day": "2020-01-01"}).encode())
    assert consult(root, "Do task 21 of the plan") is not None  # another day


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"[]",
        b'{"answers": 3, "usd": "x"}',
        b"\x00{",
        b'{"usd": -5}',
        b'{"usd": 1%s}' % (b"0" * 400),
    ],
)
def test_a_damaged_state_breaks_nothing(root: Path, state: bytes) -> None:
    local_state.write(str(root), STATE, data=state)
    assert consult(root) is not None
    assert spawn(root)["model"] == "sonnet"


@pytest.mark.parametrize("usd", ["x", None, -5, 10**400], ids=["text", "none", "less", "digits"])
def test_a_damaged_sum_of_the_day_counts_nothing(root: Path, usd: object) -> None:
    state = {"day": ledger.now()[:10], "usd": usd}
    local_state.write(str(root), STATE, data=json.dumps(state).encode())
    assert consult(root) is not None


@pytest.mark.parametrize("kind", [[], {}, 3, None])
def test_an_answer_that_is_no_kind_is_none(root: Path, kind: object) -> None:
    settle(root)
    state = json.loads(local_state.read(root, STATE) or b"{}")
    state["answers"] = dict.fromkeys(state["answers"], kind)
    local_state.write(str(root), STATE, data=json.dumps(state).encode())
    assert spawn(root)["model"] == "sonnet"
    assert consult(root) is not None


def test_the_policys_own_prices_count_for_the_budget(root: Path) -> None:
    compiled(root, POLICY + "prices:\n  haiku: {input: 1000, output: 1000}\n")
    trust(root)
    assert consult(root) is None  # one question would cost more than a day may


def test_one_event_reads_the_answers_of_its_questions_once(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = Asking(str(root), table.load(str(root)) or {})
    signals = read_signals(UNCLEAR)
    decision = decide(signals, table.load(str(root)) or {})
    real = local_state.read
    read = []

    def count(root: str, *names: str) -> bytes | None:
        read.append(names)
        return real(root, *names)

    monkeypatch.setattr(local_state, "read", count)
    assert asking.find_answer(UNCLEAR, decision) == ""
    assert asking.make_question(UNCLEAR, signals, decision) is not None
    assert read.count((STATE,)) == 1


def test_a_folder_that_cannot_be_written_asks_nothing(root: Path) -> None:
    (root / ".tierwise" / "local").write_text("a file where the folder should be")
    assert consult(root) is None
    assert spawn(root)["model"] == "sonnet"


def test_nothing_is_asked_without_the_users_trust(repository: Path) -> None:
    compiled(repository, POLICY)
    assert consult(repository) is None


@pytest.mark.parametrize("mode", ["advise", "off"])
def test_nothing_is_asked_where_nothing_is_enforced(root: Path, mode: str) -> None:
    compiled(root, f"{POLICY}hooks: {{mode: {mode}}}\n")
    trust(root)
    assert consult(root) is None


def begin_turn(root: Path, prompt: str, **more: Any) -> dict[str, Any]:
    return ask(event("TurnStart", root, turn_id="t1", prompt=prompt, model=OPUS, **more))


def test_the_module_is_told_that_models_are_asked(root: Path) -> None:
    assert begin_turn(root, CLEAR) == {"asks": True}
    compiled(root, "extends: balanced\n")
    assert begin_turn(root, CLEAR) == {}


def test_an_unclear_turn_is_asked_about_before_it_begins(root: Path) -> None:
    compiled(root, f"{POLICY}session: {{routing: on}}\n")
    trust(root)
    question = begin_turn(root, UNCLEAR)["question"]
    answer = begin_turn(root, UNCLEAR, answered={"id": question["id"], "label": DOCS, "ms": 3})
    assert answer["record"] is True
    assert answer["asks"] is True
    assert rows(root, "ask")[0]["where"] == "turn"
    ask(event("TurnComplete", root, turn_id="t1", steps=[], tools=[]))
    (row,) = rows(root, "turn")
    local = {"local_kind": "unknown", "local_tier": "mid"}
    assert row["answered"] == {"kind": "docs", "tier": "light", **local}
    assert (row["propensity"], row["policy"]) == (1.0, table.load(str(root))["policy"])
    assert "question" not in begin_turn(root, UNCLEAR)
    assert "question" not in begin_turn(root, CLEAR)
