"""The turns of the main conversation: what the plugin's module asks and reports (hooks/session.mjs).

``TurnStart`` chooses the turn's tier, ``TurnStep`` looks again while it runs, ``TurnComplete`` records
what was served.  Nothing of what was said is kept.
"""

import time

from tierwise import ledger
from tierwise.claude_hooks import live, sparing
from tierwise.claude_hooks.modes import mode_of
from tierwise.claude_hooks.turns.conversation import (
    PLAN_MODE,
    Memory,
    load_memory,
)
from tierwise.claude_hooks.turns.lengths import (
    add_length,
    load_lengths,
)
from tierwise.domain import models, table
from tierwise.session.choice import (
    Choice,
    TurnReading,
    choose_tier,
    is_assigned,
)
from tierwise.session.commands import hands_over
from tierwise.session.rules import Rules, list_claude_tiers, read_rules
from tierwise.session.size import MANY_FILES
from tierwise.transcripts.typed import read_typed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tierwise.claude_hooks.event import Event
    from tierwise.claude_hooks.limits import LimitWindow
    from tierwise.claude_hooks.module_question import ModuleQuestion
    from tierwise.domain.table_shape import Table


_NOT_TYPED = (
    "!",
    "<task-notification>",
    "<local-command",
    "<bash-",
    "Caveat: ",
)


def answer_turn(event: "Event") -> "dict[str, Any]":
    """Answer one event of a turn; empty where the conversation is not routed."""
    if event.root is None or not event.session_id:
        return {}
    policy = _load_policy(event)
    routing = _find_routing(event, policy)
    if routing == "off":
        return _announce_asking(event, policy)
    answers = {
        "TurnStart": _begin_turn,
        "TurnStep": _look_again,
        "TurnComplete": _end_turn,
    }
    return answers[event.name](event, policy, routing)


def _find_routing(event: "Event", policy: "Table") -> str:
    """Return off, shadow or on: the policy's `session.routing`, no further than the mode allows."""
    routing = str((policy.get("session") or {}).get("routing") or "off")
    mode = mode_of(event.environ, policy)
    if mode == "off" or not list_claude_tiers(policy):
        return "off"
    if mode != "enforce" and routing == "on":
        return "shadow"
    return routing


def _load_policy(event: "Event") -> "Table":
    if event.name == "TurnStart":
        return live.current(event.root).table
    return table.load(event.root) or table.load_default()


def _begin_turn(
    event: "Event",
    policy: "Table",
    routing: str,
) -> "dict[str, Any]":
    root = event.root or ""
    policy, spared = sparing.spare_limits(root, policy)
    rules = read_rules(policy)
    memory = load_memory(root, event.session_id)
    _note_model(memory, event, policy)
    memory.permission_mode = event.text("permission_mode")
    asking = _announce_asking(event, policy)
    question = None
    if asking and routing == "on":
        question = _open_question(event, policy, memory)
    typed = read_typed(event.text("prompt"))
    reading = _read_turn(typed, event, memory, policy, question)
    if question is not None and question.answer:
        return question.answer  # the module asks a model, and then for this turn again
    tier_before = str(memory.turn.get("tier") or "")
    choice = _choose_tier(memory, typed, reading, rules)
    is_named = reading.names_tier(rules)
    memory.turn = _describe_begun(event, typed, reading, choice)
    memory.turn["is_named"] = is_named
    memory.save(root)
    answer: dict[str, Any] = {"record": True, **asking}
    if routing != "on" or (memory.paused and not is_named):
        return answer
    route = _write_route(
        choice.tier,
        reading,
        memory.session_model,
        policy,
        rules,
    )
    said = _tell_person(tier_before, choice, rules)
    return {**answer, **route, **said, **_tell_news(root, spared, policy)}


def _tell_news(
    root: str,
    spared: "LimitWindow | None",
    policy: "Table",
) -> "dict[str, Any]":
    """Tell the person of a limit that is spared from now on, in place of anything else."""
    news = sparing.tell_once(root, spared, policy)
    if not news:
        return {}
    return {"toast": news}


def _describe_begun(
    event: "Event", typed: str, reading: TurnReading, choice: Choice
) -> "dict[str, Any]":
    """Return what is remembered of a turn until its end."""
    turn: dict[str, Any] = {
        "id": event.text("turn_id"),
        "tier": choice.tier,
        "kind": reading.kind,
        "reason": choice.reason,
        "at": time.time(),
        "hands_over": hands_over(typed),
        "goes_on": _is_the_clients(typed),
    }
    if reading.answered:
        turn["answered"] = reading.answered
    return turn


def _announce_asking(
    event: "Event",
    policy: "Table",
) -> "dict[str, Any]":
    """Tell the module, once a turn, to ask about agents too (`routing.ask`)."""
    may_ask_models = (policy.get("routing") or {}).get("ask")
    if event.name != "TurnStart" or not may_ask_models:
        return {}
    from tierwise.claude_hooks.module_question import may_ask

    if not may_ask(event, policy):
        return {}
    return {"asks": True}


def _open_question(
    event: "Event",
    policy: "Table",
    memory: Memory,
) -> "ModuleQuestion | None":
    if memory.is_fixed:
        return None
    from tierwise.claude_hooks.module_question import ModuleQuestion

    return ModuleQuestion(event, policy, "turn")


def _note_model(
    memory: Memory,
    event: "Event",
    policy: "Table",
) -> None:
    """Stop routing where the person chose another model; `opusplan` changes it by itself."""
    by_itself = (policy.get("session") or {}).get("model") == "opusplan"
    is_resumed = event.data.get("is_first") is True
    is_chosen = memory.note_model(event.text("model"), is_resumed)
    if is_chosen and not by_itself:
        memory.paused = "the person chose a model"


def _read_turn(
    text: str,
    event: "Event",
    memory: Memory,
    policy: "Table",
    question: "ModuleQuestion | None",
) -> TurnReading:
    if _is_the_clients(text):
        reading = TurnReading("")  # the conversation goes on
    else:
        reading = _read_words(
            text,
            event,
            memory,
            policy,
            question,
        )
    reading.is_stuck = reading.is_stuck or memory.is_stuck
    reading.is_planning = memory.permission_mode == PLAN_MODE
    reading.requests = load_lengths(event.root or "").expect_requests(reading.kind)
    return reading


def _read_words(
    text: str,
    event: "Event",
    memory: Memory,
    policy: "Table",
    question: "ModuleQuestion | None",
) -> TurnReading:
    from tierwise.routing.own_words import load_words
    from tierwise.session.reading import read_for_session

    consult = None
    if question is not None:
        consult = question.consult
    before = event.text("answer_before")
    words = load_words(event.root)
    return read_for_session(
        text,
        before,
        memory.last_turn,
        policy,
        consult,
        words,
    )


def _is_the_clients(text: str) -> bool:
    """Return whether the person typed none of this: an agent that ran beside is done, say."""
    return not text.strip() or text.startswith(_NOT_TYPED)


def _choose_tier(
    memory: Memory,
    typed: str,
    reading: TurnReading,
    rules: Rules,
) -> Choice:
    """Choose by the rules; what the client says itself goes on with the turn before."""
    before = str(memory.turn.get("tier"))
    if _is_the_clients(typed) and before in rules.ladder and not memory.pinned:
        return Choice(
            before,
            memory.base,
            str(memory.turn.get("reason")),
        )
    memory.note_warm_caches(rules)
    choice = choose_tier(memory, reading, rules)
    memory.stay_on(choice, rules)
    memory.is_task_over = memory.is_stuck = False
    return choice


def _write_route(
    tier: str, reading: TurnReading, model: str, policy: "Table", rules: Rules
) -> "dict[str, Any]":
    """Return the model and effort to set, and when the module is to ask again."""
    named = rules.models[tier]
    is_own_model = models.full_id(named) == models.known_id(model)
    route: dict[str, Any] = {"model": named, "instead_of": model}
    if is_own_model:
        route["model"] = model  # the person's own spelling, such as one with a larger context
    if not is_own_model or is_assigned(reading, rules):
        effort = _find_effort(tier, reading, policy)
        if effort:
            route["effort"] = effort
    if tier != rules.ladder[-1] and not reading.names_tier(rules):
        route["look_at"] = MANY_FILES  # what the person named stays for the whole turn
    return route


def _find_effort(
    tier: str,
    reading: TurnReading,
    policy: "Table",
) -> "str | None":
    """Return the policy's effort for the kind of work on a tier, else the tier's own."""
    if reading.effort and reading.effort_tier == tier:
        return reading.effort
    own: str | None = policy["tiers"][tier].get("effort")
    return own


def _tell_person(
    tier_before: str,
    choice: Choice,
    rules: Rules,
) -> "dict[str, Any]":
    """Return the line to show while the conversation is off its start, and a toast at a change."""
    said: dict[str, Any] = {}
    words = f"{choice.tier} ({choice.reason})"  # the client names the plugin
    if choice.tier != rules.first_tier:
        said["line"] = words
    if tier_before and tier_before != choice.tier:
        said["toast"] = words
    return said


def _look_again(
    event: "Event",
    policy: "Table",
    routing: str,
) -> "dict[str, Any]":
    """Raise a turn that shows to be large, or that goes in circles."""
    from tierwise.claude_hooks.turns.raises import find_raise

    root = event.root or ""
    policy, _ = sparing.spare_limits(root, policy)
    rules = read_rules(policy)
    memory = load_memory(root, event.session_id)
    tier = str(memory.turn.get("tier") or "")
    if routing != "on" or memory.is_fixed or tier not in rules.ladder:
        return {}
    raised = find_raise(event, memory, tier, rules)
    height = rules.ladder.index
    if raised is None or height(raised.tier) <= height(tier):
        return {}
    memory.stay_on(raised, rules)
    memory.turn.update(tier=raised.tier, reason=raised.reason)
    memory.save(root)
    route = _write_route(
        raised.tier,
        TurnReading(""),
        memory.session_model,
        policy,
        rules,
    )
    return {
        "look_at": 0,
        **route,
        **_tell_person(tier, raised, rules),
    }


def _end_turn(
    event: "Event",
    policy: "Table",
    routing: str,
) -> "dict[str, Any]":
    from tierwise.claude_hooks.turns.report import describe_turn
    from tierwise.claude_hooks.turns.reported_tools import read_tools

    root = event.root or ""
    memory = load_memory(root, event.session_id)
    if memory.turn.get("id") != event.text("turn_id"):
        if not event.text("fault"):
            return {}
        memory.turn = {}  # it went on as it was
    tools = read_tools(event)
    row = describe_turn(
        event,
        memory,
        tools,
        routing,
        read_rules(policy),
    )
    row["policy"] = str(policy.get("policy") or "")
    size = ledger.size_of(policy)
    is_new = ledger.append_once(root, row, "once", size=size)
    memory.save(root)
    if is_new:
        kind = str(row["kind"] or "")
        add_length(root, kind, row["calls"])
    return {}
