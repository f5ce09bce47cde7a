"""The amounts of a report's findings by the second, plain implementation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tests.support.plain_report import highest, list_entry, price_call

if TYPE_CHECKING:
    from tests.support.plain_document import PlainReport

Call = dict[str, Any]
ZERO = Decimal(0)


def find_amounts(report: PlainReport) -> dict[str, tuple[Decimal, Decimal]]:
    """The amounts of the findings that these corpora can have."""
    found = {
        "model-switched": _switched(report),
        "unread-hour-writes": _unread(report),
        "inherited-top-tier": _too_high(report, is_decided=False),
        "policy-not-followed": _too_high(report, is_decided=True),
        "checks-by-a-model": _checks(report),
        "retries-cost-more": _retries(report),
        "judged-too-high": _judged(report, ("cheaper",)),
        "judged-too-low": _judged(report, ("needed-frontier", "wrong")),
        "prompt-above-band": _above_band(report),
    }
    return {name: usd for name, usd in found.items() if usd != (ZERO, ZERO)}


def _checks(report: PlainReport) -> tuple[Decimal, Decimal]:
    done = [call for call in report.calls if call["right"] == "automated"]
    total = sum((call["cost"] or ZERO for call in done), ZERO)
    return total, total


def _retries(report: PlainReport) -> tuple[Decimal, Decimal]:
    """Kinds of work whose runs cost more than the most that the top would have cost."""
    low = high = ZERO
    for paid, least, most in report.kinds_against_top().values():
        if paid > most:
            low, high = low + paid - most, high + paid - least
    return low, high


def _judged(report: PlainReport, words: tuple[str, ...]) -> tuple[Decimal, Decimal]:
    """Kinds of which two tasks or more have such a flag; those too high cost something between nothing and all."""
    spent: dict[str, list[Decimal]] = defaultdict(list)
    for name, calls in report.list_tasks().items():
        height, spawn = highest(calls, len(report.tiers)), calls[0]["decision"]
        is_too_low = "wrong" in words and height >= len(report.tiers) - 1
        is_lowest = "cheaper" in words and height <= 0
        if spawn and report.list_flags().get(name) in words and not is_too_low and not is_lowest:
            spent[spawn["kind"]].append(sum((call["cost"] or ZERO for call in calls), ZERO))
    total = sum((sum(costs, ZERO) for costs in spent.values() if len(costs) > 1), ZERO)
    return (ZERO if "cheaper" in words else total), total


def _above_band(report: PlainReport) -> tuple[Decimal, Decimal]:
    total = ZERO
    for call in report.calls:
        entry = list_entry(call["model"])
        band = (entry or {}).get("price_above")
        prompt = sum(call["counts"]) - call["counts"][1]
        if (
            not band
            or (call["fast"] and entry.get("price_fast"))
            or prompt <= band["above_prompt_tokens"]
        ):
            continue
        short = [_one_token(call, place) * count for place, count in enumerate(call["counts"])]
        paid = price_call({**call, "searches": 0}, call["counts"], call["model"]) or ZERO
        total += paid - sum(short, ZERO)
    return total, total


def _conversations(report: PlainReport) -> Iterable[list[Call]]:
    found: dict[tuple[str, str], list[Call]] = defaultdict(list)
    for call in sorted(report.calls, key=lambda call: (call["when"], call["id"])):
        if not call["inner"]:
            found[call["session"], "" if call["main"] else call["agent_id"]].append(call)
    return found.values()


def _switched(report: PlainReport) -> tuple[Decimal, Decimal]:
    total = ZERO
    for calls in _conversations(report):
        for before, call in pairwise(calls):
            new, old = call["counts"], before["counts"]
            context = sum(old) - old[1]
            if not call["main"] or call["model"] == before["model"] or new[4] >= context // 2:
                continue
            again = min(new[2] + new[3] + new[0], context)
            place = 3 if new[3] > new[2] else 2
            if again >= 2000:
                total += _difference(call, again, place, 4)
    return total, total


def _unread(report: PlainReport) -> tuple[Decimal, Decimal]:
    total = ZERO
    for calls in _conversations(report):
        for number, call in enumerate(calls):
            written, until = call["counts"][3], call["when"] + timedelta(hours=1)
            later = [
                other for other in calls[number + 1 :]
                if other["when"] <= until and other["model"] == call["model"] and other["counts"][4] >= written
            ]  # fmt: skip
            if written >= 2000 and not later:
                total += _difference(call, written, 3, 0)
    return total, total


def _too_high(report: PlainReport, *, is_decided: bool) -> tuple[Decimal, Decimal]:
    """Subagents above the tier that was decided, or without a decision on the top or above."""
    groups: dict[tuple[Any, ...], list[tuple[Decimal, ...]]] = defaultdict(list)
    for call in report.calls:
        if call["main"] or bool(call["decision"]) is not is_decided or call["cost"] is None:
            continue
        tier = call["right"] or report.table["default"]
        height = call["height"] or 0
        is_below_top = not is_decided and height < len(report.tiers) - 1
        if tier == "automated" or is_below_top or height <= report.tiers.index(tier):
            continue
        # What costs more elsewhere is told by all calls of an agent on a model together.
        alike = ("session", "agent_id", "agent", "model", "effort", "fast", "us", "inner")
        group = (call["when"].date(), *(call[name] for name in alike))
        groups[group].append((*report.cost_on(call, tier, {}), call["cost"]))
    low = high = ZERO
    for found in groups.values():
        least, most, cost = (sum(column, ZERO) for column in zip(*found, strict=True))
        if least < cost:
            low, high = low + cost - most, high + cost - least
    return low, high


def _difference(call: Call, tokens: int, high: int, low: int) -> Decimal:
    """What tokens cost more in one class than in another, in the band of short prompts, everywhere."""
    return tokens * (_one_token(call, high) - _one_token(call, low))


def _one_token(call: Call, place: int) -> Decimal:
    """What one token of a class costs in a short prompt, everywhere."""
    counts = [0] * 5
    counts[place] = 1
    return price_call({**call, "us": False, "searches": 0}, counts, call["model"]) or ZERO
