"""A decision in words, for a person.  Pure: the command prints it."""

from __future__ import annotations

from collections.abc import (
    Collection,
    Iterable,
    Iterator,
    Sequence,
)
from copy import copy
from dataclasses import dataclass

from tierwise.classify.features import STEM, Evidence
from tierwise.classify.model import HEADS, weigh_features
from tierwise.classify.roles import MECHANICAL, REASONING
from tierwise.classify.signals import Signals
from tierwise.classify.words import (
    DURATION,
    ENDPOINT,
    PATH,
    ROUTE,
    SUBSTITUTION,
    VERSION,
)
from tierwise.domain.estimate import (
    LARGE,
    MEDIUM,
    SMALL,
    Work,
    estimate_cost,
)
from tierwise.domain.table_shape import Table
from tierwise.routing.decide import decide
from tierwise.routing.decision import Decision
from tierwise.routing.reading import share_kinds

_MOST_WORDS = 8
_MOST_OTHERS = 3
# How a feature that is no word is told; the others are in classify/features.py.
_TOLD = {
    "#": "({})",
    "@": "agent {}",
    "§": "<{}>",
    "~": "{}",
    "`": "{}",
}
_STAND_INS = {
    PATH: "(path)",
    VERSION: "(version)",
    DURATION: "(duration)",
    ROUTE: "(route)",
    ENDPOINT: "(endpoint)",
    SUBSTITUTION: "(s/old/new/)",
}


@dataclass(frozen=True)
class TierCost:
    """What a task of the assumed size costs on one tier, in US dollars; None where the price is not known."""

    tier: str
    model: str
    effort: str | None
    dollars: float | None


def estimate_costs(
    decision: Decision,
    table: Table,
) -> list[TierCost]:
    """The estimated cost at each tier, cheapest first; at its own effort, on the chosen tier at the decided one."""
    work = size_of(decision.kind)
    found = []
    for name in table["ladder"]:
        tier = table["tiers"][name]
        effort = decision.effort if name == decision.tier else tier["effort"]
        dollars = estimate_cost(
            work,
            tier["model"],
            effort,
            table["prices"],
        )
        found.append(TierCost(name, tier["model"], effort, dollars))
    return found


def size_of(kind: str) -> Work:
    """The assumed tokens of a task: the seed's three example sizes, by how much thought the kind takes."""
    if kind in MECHANICAL:
        return SMALL
    return LARGE if kind in REASONING else MEDIUM


def explain(
    decision: Decision,
    signals: Signals,
    table: Table,
    others: Sequence[tuple[str, str]] = (),
    *,
    answered: str = "",
) -> Iterator[str]:
    """The lines of an explanation: the answer, the rule, every reason, what would change it, what it costs.

    ``others``: (another kind that the task might be, the tier that it has with that annotation), the likeliest first.
    ``answered``: the kind that a model named for the task, as the decision was made with it.
    """
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
    if decision.command is None:
        title = "the words, with their weights (<…> is a meaning)"
        yield from _show_list(title, _list_words(decision.kind, signals))
    limits = list(_list_limits(decision, signals, table, answered))
    yield from _show_list("what would change it", _list_changes(decision, limits, others))
    yield from _show_costs(decision, estimate_costs(decision, table))


def list_other_kinds(
    kind: str,
    signals: Signals,
    table: Table,
) -> list[str]:
    """The likeliest kinds of work beside one."""
    shares = share_kinds(signals, table)
    ranked = sorted(shares, key=lambda one: (-shares[one], one))
    return [one for one in ranked if one != kind][:_MOST_OTHERS]


def _list_changes(
    decision: Decision,
    limits: Sequence[str],
    others: Sequence[tuple[str, str]],
) -> Iterator[str]:
    """What would change the answer, one sentence each."""
    if decision.command is not None:
        yield "any other request, such as fixing what the command finds"
        return
    if decision.is_by_floor:
        yield f"without the floor it would go to {decision.base}"
    yield from limits
    for kind, tier in others:
        if tier != decision.tier:
            yield f"[domain: {kind}] at its head sends it to {tier}"
    if not decision.override:
        yield "[tier: …] at its head decides, and is recorded as an override"


def _list_limits(
    decision: Decision,
    signals: Signals,
    table: Table,
    answered: str,
) -> Iterator[str]:
    """The complexities from which another tier would be chosen."""
    limits = table["complexity"]
    for limit, extreme in (
        (f"over {limits['promote_over']:g}", 1.0),
        (f"under {limits['demote_under']:g}", 0.0),
    ):
        tried = copy(signals)
        tried.complexity = extreme
        tier = decide(tried, table, answered=answered).tier
        if tier != decision.tier:
            yield f"a complexity {limit} would send it to {tier} (now {decision.complexity:g})"


def _show_features(signals: Signals) -> str:
    named = " ".join(f"{weight:+g} ({name})" for name, weight in signals.features)
    if not named:
        return ""
    return f" = 0.5 {named}"


def _list_words(kind: str, signals: Signals) -> Iterator[str]:
    """What is done, and the words that counted for the kind and for a change of protected things."""
    if signals.act:
        changes = ", changes nothing" if signals.reading else ""
        yield f"{signals.act} ({signals.acts[signals.act]:.0%}){changes}"
    if kind in HEADS:
        yield f"{kind}: {_show_words(signals, kind)}"
    yield f"protected ({signals.protected:.0%}): {_show_words(signals, 'protected')}"


def _show_words(signals: Signals, head: str) -> str:
    weights = weigh_words(signals.evidence, head, signals.nouns)
    ranked = sorted(
        weights.items(),
        key=lambda one: (-abs(one[1]), one[0]),
    )
    told = [f"{word} {weight:+.2f}" for word, weight in ranked[:_MOST_WORDS]]
    return ", ".join(told) or "none"


def weigh_words(
    evidence: Evidence,
    head: str,
    nouns: Collection[str] = (),
) -> dict[str, float]:
    """Word -> what all of its features together added to a head's score."""
    words = [feature for feature in evidence.features if feature.isalnum()]
    found: dict[str, float] = {}
    for feature, weight in weigh_features(evidence, head, nouns):
        word = _tell_feature(feature, words)
        found[word] = found.get(word, 0.0) + weight
    return found


def _tell_feature(feature: str, words: list[str]) -> str:
    """A feature as a person reads it, with the words in place of their stems and endings."""
    mark, rest = feature[:1], feature[1:]
    if mark in _TOLD:
        return _TOLD[mark].format(rest)
    if mark == "-":
        return next(
            (word for word in words if word.endswith(rest)),
            f"…{rest}",
        )
    parts = feature.lstrip("^").removeprefix(". ").split(" ")
    return " ".join(_find_word(part, words) for part in parts)


def _find_word(stem: str, words: list[str]) -> str:
    word = stem
    if len(stem) == STEM:
        word = max((one for one in words if one.startswith(stem)), key=len, default=stem)
    return _STAND_INS.get(word, word)


def _show_list(
    title: str,
    lines: Iterable[str],
) -> Iterator[str]:
    told = [f"  - {line}" for line in lines]
    if told:
        yield f"{title}:"
        yield from told


def _show_costs(
    decision: Decision,
    costs: list[TierCost],
) -> Iterator[str]:
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
