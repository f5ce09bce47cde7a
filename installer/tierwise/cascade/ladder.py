"""Which tiers a run climbs: break-even on the user's own ledger, and the context's size.

The rule (routing economics): a cheaper tier in front of a more expensive one pays only if

    c_cheap / c_next  <  1 - P(cheap fails) * E[c_next | cheap failed] / E[c_next]

where the costs are means per task as the ledger has them, never price-list ratios.  Applied from the top down, with
the cost of everything above as ``c_next``, it also asks of the middle tier that it earn its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tierwise.domain.ledger_rows import Attempt, RawRow, read_attempts

# Tasks that a cheap tier failed cost the top tier 1.3 times its mean (500 SWE-bench Verified issues, 35 model runs).
# Used until the ledger has both means for a pair of tiers.
FAILED_TASKS_COST = 1.3
# Ends of an attempt that say something of its tier.
_TELLING = ("done", "truncated", "stalled", "malformed")
# An attempt may cost this many times what a run usually costs on its tier, whatever the rule says.
_USUAL_ATTEMPTS = 2
# Runs with and without a failed tier below, before their means are compared.
_ENOUGH_BOTH = 5


@dataclass(frozen=True)
class Experience:
    """What the ledger knows of one tier: runs that tried it, how many failed there, mean cost per run in US dollars."""

    runs: int
    failed: int
    mean_usd: float
    # The mean where the run began here, and where a cheaper tier had failed before: (runs, US dollars).
    fresh: tuple[int, float] = (0, 0.0)
    inherited: tuple[int, float] = (0, 0.0)

    @property
    def fails(self) -> float:
        """The share of runs that failed on this tier."""
        return self.failed / self.runs if self.runs else 0.0


@dataclass(frozen=True)
class Ladder:
    """The tiers to climb, cheapest first; those left out, each with the reason; and what a person should know."""

    tiers: tuple[str, ...]
    skipped: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_experience(rows: Iterable[RawRow], kind: str | None = None) -> dict[str, Experience]:
    """Tier -> experience, from the ledger's ``attempt`` rows (of one kind of work, or of all).

    Attempts that a budget, a person or an outage ended say nothing of the tier and are left out.
    """
    runs: dict[str, dict[str, list[Attempt]]] = {}
    for attempt in read_attempts(rows):
        if attempt.stop in _TELLING and kind in (None, attempt.kind):
            by_tier = runs.setdefault(attempt.run, {})
            by_tier.setdefault(attempt.tier, []).append(attempt)
    costs: dict[str, list[tuple[float, bool, bool]]] = {}
    for by_tier in runs.values():
        for position, (tier, attempts) in enumerate(by_tier.items()):
            cost = float(sum(attempt.cost for attempt in attempts))
            failed = not any(attempt.is_accepted for attempt in attempts)
            costs.setdefault(tier, []).append((cost, failed, position > 0))
    return {tier: _read_experience(entries) for tier, entries in costs.items()}


def plan_ladder(
    tiers: Sequence[str],
    experience: Mapping[str, Experience],
    *,
    needed: int,
    unproven: str = "keep",
    windows: Mapping[str, int | None] | None = None,
    context_tokens: int = 0,
) -> Ladder:
    """Choose the tiers to climb among ``tiers`` (cheapest first; the last is always kept).

    ``needed``: runs of a tier before its figures count.  ``unproven``: what becomes of a middle tier without them.
    """
    skipped = _too_small(tiers, windows or {}, context_tokens)
    left = [tier for tier in tiers if tier not in skipped] or [tiers[-1]]
    skipped.pop(left[-1], None)
    unjudged: list[str] = []
    kept = [left[-1]]
    for position in range(len(left) - 2, -1, -1):
        tier = left[position]
        known = experience.get(tier, Experience(0, 0, 0.0))
        rate = known.fails * _extra_cost(kept[0], experience)
        above, lacking = _known_cost(kept, experience, needed)
        # What is above costs at least what is known of it; a tier whose failures eat all savings never pays.
        if known.runs >= needed and (pays(known.mean_usd, above, rate) or rate >= 1 or not lacking):
            if pays(known.mean_usd, above, rate):
                kept.insert(0, tier)
            else:
                skipped[tier] = _does_not_pay(known, above, rate)
            continue
        lacking = tier if known.runs < needed else lacking
        runs = experience.get(lacking, Experience(0, 0, 0.0)).runs
        little = f"{tier} ({runs} of {needed} runs on {lacking})"
        if unproven == "skip" and position > 0:
            skipped[tier] = (
                f"too little data on your ledger: {little}; the policy skips unproven middle tiers"
            )
        else:
            unjudged.insert(0, little)
            kept.insert(0, tier)
    notes = f"too little data on your ledger to judge whether these pay, so they are kept: {', '.join(unjudged)}"
    return Ladder(tuple(kept), skipped, (notes,) if unjudged else ())


def pays(cheap_usd: float, next_usd: float, failure_share: float) -> bool:
    """The break-even rule.  ``failure_share``: P(cheap fails) times how much more expensive its failures cost above."""
    return cheap_usd < next_usd * (1 - failure_share)


def _does_not_pay(known: Experience, above: float, rate: float) -> str:
    against = f" against ${above:.4f} above it" if above else ""
    figures = f"break-even ratio {1 - rate:.2f}" + (
        f", yours {known.mean_usd / above:.2f}" if above else ""
    )
    return (
        f"does not pay on your ledger: ${known.mean_usd:.4f} per task{against}, "
        f"fails {known.fails:.0%} of {known.runs} runs; {figures}"
    )


def expected_cost(tiers: Sequence[str], experience: Mapping[str, Experience]) -> float:
    """The mean cost of a task that begins on the first of ``tiers`` and climbs them, in US dollars."""
    first = experience[tiers[0]]
    own = first.fresh[1] if first.fresh[0] else first.mean_usd
    if len(tiers) == 1:
        return own
    return own + first.fails * _extra_cost(tiers[1], experience) * expected_cost(
        tiers[1:], experience
    )


def cap_attempt(
    tiers: Sequence[str],
    experience: Mapping[str, Experience],
    *,
    needed: int,
    left_usd: float,
    attempts: int,
) -> float:
    """What one attempt on the first of ``tiers`` may spend, in US dollars, so that climbing still pays.

    All attempts on a tier together may cost what the break-even rule allows: what the tiers above cost, less what
    this tier's failures add there.  Where the ledger does not know that yet, each tier leaves half to those above.
    """
    above = list(tiers[1:])
    if not above:
        return left_usd
    halves = left_usd / float(2 ** len(above))
    usd_above, lacking = _known_cost(above, experience, needed)
    if lacking or not usd_above:
        return halves
    own = experience.get(tiers[0], Experience(0, 0, 0.0))
    failure_share = own.fails * _extra_cost(above[0], experience)
    worth = usd_above * (1 - failure_share) / attempts
    return min(left_usd, max(worth, _USUAL_ATTEMPTS * own.mean_usd))


def _known_cost(
    tiers: Sequence[str], experience: Mapping[str, Experience], needed: int
) -> tuple[float, str]:
    """What a task on ``tiers`` costs at least, and the tier that more runs are needed of to know it; empty if none.

    What lies above a tier that never failed is not needed.
    """
    for number, tier in enumerate(tiers):
        if tier not in experience or experience[tier].runs < needed:
            return (expected_cost(tiers[:number], experience) if number else 0.0), tier
        if not experience[tier].failed:
            return expected_cost(tiers[: number + 1], experience), ""
    return expected_cost(tiers, experience), ""


def _extra_cost(tier: str, experience: Mapping[str, Experience]) -> float:
    """How much more than its mean ``tier`` costs on tasks that a cheaper one failed."""
    known = experience.get(tier, Experience(0, 0, 0.0))
    enough = min(known.fresh[0], known.inherited[0]) >= _ENOUGH_BOTH
    if enough and known.fresh[1] > 0:
        return known.inherited[1] / known.fresh[1]
    return FAILED_TASKS_COST


def _too_small(
    tiers: Sequence[str],
    windows: Mapping[str, int | None],
    tokens: int,
) -> dict[str, str]:
    return {
        tier: f"the context (about {tokens} tokens) is over its window ({window})"
        for tier in tiers
        if (window := windows.get(tier)) is not None and tokens > window
    }


def _read_experience(entries: list[tuple[float, bool, bool]]) -> Experience:
    fresh = [cost for cost, _, climbed in entries if not climbed]
    inherited = [cost for cost, _, climbed in entries if climbed]
    return Experience(
        runs=len(entries),
        failed=sum(1 for _, failed, _ in entries if failed),
        mean_usd=_take_mean([cost for cost, _, _ in entries]),
        fresh=(len(fresh), _take_mean(fresh)),
        inherited=(len(inherited), _take_mean(inherited)),
    )


def _take_mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
