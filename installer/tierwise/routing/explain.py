"""A decision in words, for a person.  Pure: the command prints it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tierwise.classify.model import HEADS, weigh_features
from tierwise.classify.roles import MECHANICAL, REASONING
from tierwise.classify.signals import Signals
from tierwise.domain.estimate import LARGE, MEDIUM, SMALL, Work, estimate_cost
from tierwise.routing.decision import Decision

_MOST_WORDS = 8


@dataclass(frozen=True)
class TierCost:
    """What a task of the assumed size costs on one tier, in US dollars; None where the price is not known."""

    tier: str
    model: str
    effort: str | None
    dollars: float | None


def estimate_costs(decision: Decision, table: Mapping[str, Any]) -> list[TierCost]:
    """The estimated cost at each tier, cheapest first; at its own effort, on the chosen tier at the decided one."""
    work = size_of(decision.kind)
    found = []
    for name in table["ladder"]:
        tier = table["tiers"][name]
        effort = decision.effort if name == decision.tier else tier["effort"]
        dollars = estimate_cost(work, tier["model"], effort, table["prices"].get(tier["model"]))
        found.append(TierCost(name, tier["model"], effort, dollars))
    return found


def size_of(kind: str) -> Work:
    """The assumed tokens of a task: the seed's three example sizes, by how much thought the kind takes."""
    if kind in MECHANICAL:
        return SMALL
    return LARGE if kind in REASONING else MEDIUM


def explain(decision: Decision, signals: Signals, table: Mapping[str, Any]) -> Iterator[str]:
    """The lines of an explanation: the answer, the rule, every reason, what would change it, what it costs."""
    answer = [decision.tier]
    if decision.model:
        answer.append(decision.model)
    if decision.effort:
        answer.append(f"effort {decision.effort}")
    yield ", ".join(answer)
    if decision.command is not None:
        yield f"  command     {decision.command}"
    yield f"  kind        {decision.kind} (confidence {decision.confidence:.0%})"
    yield f"  rule        {decision.rule}"
    if decision.below_floor:
        yield f"  floor       {decision.floor} (overridden)"
    elif decision.floor is not None:
        yield f"  floor       {decision.floor}"
    if decision.command is None:
        yield f"  complexity  {decision.complexity:g}{_show_features(signals)}"
    yield from _show_list("because", decision.reasons)
    yield from _words_that_counted(decision.kind, signals)
    yield from _show_list("what would change it", _list_changes(decision, table))
    yield from _show_costs(decision, estimate_costs(decision, table))


def _list_changes(decision: Decision, table: Mapping[str, Any]) -> Iterator[str]:
    """What would change the answer, one sentence each."""
    if decision.command is not None:
        yield "any further wish in the task, such as fixing what the command finds"
        return
    if decision.is_by_floor:
        yield f"without the floor it would go to {decision.base}"
    if table["mode"] == "hybrid" and not decision.override:
        yield from _list_limits(decision, table)
    for kind, tier in decision.alternatives:
        if tier != decision.tier:
            yield f"read as {kind} it would go to {tier}"
    if not decision.override:
        yield "a [tier: …] at the head of the task decides, and is recorded as an override"


def _list_limits(decision: Decision, table: Mapping[str, Any]) -> Iterator[str]:
    """The complexity from which the hybrid would choose another tier."""
    limits = table["complexity"]
    now = f"(now {decision.complexity:g})"
    if decision.tier != table["ladder"][-1]:
        yield f"a complexity over {limits['promote_over']:g} would promote it {now}"
    elif decision.floor is None:
        yield f"a complexity under {limits['demote_under']:g} may demote it {now}"


def _show_features(signals: Signals) -> str:
    named = ", ".join(f"{name} {weight:+g}" for name, weight in signals.features)
    if not named:
        return ""
    return f" = 0.5 ({named})"


def _words_that_counted(kind: str, signals: Signals) -> Iterator[str]:
    """The words by which the learned model read the kind and whether protected things change, with their weights."""
    if signals.act:
        yield f"  act         {signals.act} ({signals.acts[signals.act]:.0%}), {_show_touch(signals)}"
    for head in (kind, "protected"):
        if head in HEADS:
            weights = weigh_features(signals.evidence, head, signals.nouns)[:_MOST_WORDS]
            told = ", ".join(f"{feature} {weight:+.2f}" for feature, weight in weights)
            yield f"  {head} by its words: {told or 'none'}"


def _show_touch(signals: Signals) -> str:
    if signals.reading:
        return "changes nothing"
    return f"changes protected things with {signals.protected:.0%}"


def _show_list(title: str, lines: Iterable[str]) -> Iterator[str]:
    told = [f"  - {line}" for line in lines]
    if told:
        yield f"{title}:"
        yield from told


def _show_costs(decision: Decision, costs: list[TierCost]) -> Iterator[str]:
    work = size_of(decision.kind)
    size = f"{work.written + work.read:,} tokens read and {work.output:,} written"
    yield f"estimated cost at list prices, for a task of {size} (an assumption, not a measurement):"
    if decision.command is not None:
        yield "  * automated   $0"
    for one in costs:
        mark = "*" if one.tier == decision.tier else " "
        price = "no known price"
        if one.dollars is not None:
            price = f"${one.dollars:.4f}"
        line = f"  {mark} {one.tier:<11} {price:<15} {one.model}"
        if one.effort:
            line += f", effort {one.effort}"
        yield line
