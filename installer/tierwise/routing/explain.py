"""A decision in words, for a person.  Pure: the command prints it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


def explain(decision: Decision, signals: Signals, costs: list[TierCost]) -> Iterator[str]:
    """The lines of an explanation: the answer, the rule, every reason, what would change it, what it costs."""
    answer = [
        decision.tier,
        *filter(None, (decision.model, decision.effort and f"effort {decision.effort}")),
    ]
    yield ", ".join(answer)
    if decision.command is not None:
        yield f"  command     {decision.command}"
    yield f"  kind        {decision.kind} (confidence {decision.confidence:.0%})"
    yield f"  rule        {decision.rule}"
    if decision.floor is not None:
        yield f"  floor       {decision.floor}{' (overridden)' if decision.below_floor else ''}"
    if decision.command is None:
        yield f"  complexity  {decision.complexity:g}{_show_features(signals)}"
    yield from _show_list("because", decision.reasons)
    yield from _words_that_counted(decision.kind, signals)
    yield from _show_list("what would change it", decision.changes)
    yield from _show_costs(decision, costs)


def _show_features(signals: Signals) -> str:
    named = ", ".join(f"{name} {weight:+g}" for name, weight in signals.features)
    return f" = 0.5 ({named})" if named else ""


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


def _show_list(title: str, lines: tuple[str, ...]) -> Iterator[str]:
    if lines:
        yield f"{title}:"
        yield from (f"  - {line}" for line in lines)


def _show_costs(decision: Decision, costs: list[TierCost]) -> Iterator[str]:
    work = size_of(decision.kind)
    size = f"{work.written + work.read:,} tokens read and {work.output:,} written"
    yield f"estimated cost at list prices, for a task of {size} (an assumption, not a measurement):"
    if decision.command is not None:
        yield "  * automated   $0"
    for one in costs:
        mark = "*" if one.tier == decision.tier else " "
        price = "no known price" if one.dollars is None else f"${one.dollars:.4f}"
        yield f"  {mark} {one.tier:<11} {price:<15} {one.model}{f', effort {one.effort}' if one.effort else ''}"
