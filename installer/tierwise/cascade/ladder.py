"""Which tiers a run climbs: break-even on the user's own ledger, and the context's size.

The rule (routing economics): a cheaper tier in front of a more expensive one pays only if

    c_cheap / c_next  <  1 - P(cheap fails) * E[c_next | cheap failed] / E[c_next]

where the costs are means per task as the ledger has them, never price-list ratios.  Applied from the top down, with
the cost of everything above as ``c_next``, it also asks of the middle tier that it earn its place: on the tasks that
came to it, which cost more above as well where a cheaper tier had failed them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tierwise.domain.ledger_rows import (
    AttemptEntry,
    RawRow,
    read_attempts,
)

# Tasks that a cheap tier failed cost the top tier 1.3 times its mean (500 SWE-bench Verified issues, 35 model runs).
# Used until the ledger has both means for a pair of tiers.
FAILED_TASKS_COST = 1.3
# Ends of an attempt that say something of its tier.
_TELLING = ("done", "truncated", "stalled", "malformed")
# An attempt may cost this many times what a run usually costs on its tier, whatever the rule says.
_USUAL_ATTEMPTS = 2
# Runs with and without a failed tier below, before their means are compared.
_ENOUGH_BOTH = 5
_TOO_LITTLE = "too little data on your ledger"


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
        if not self.runs:
            return 0.0
        return self.failed / self.runs

    @property
    def climbed_share(self) -> float:
        """The share of runs in which a cheaper tier had failed before."""
        if not self.runs:
            return 0.0
        return self.inherited[0] / self.runs


_NO_EXPERIENCE = Experience(0, 0, 0.0)


@dataclass(frozen=True)
class _RunOnTier:
    """What one run did on one tier, in US dollars; ``is_climbed``: a cheaper tier had failed before."""

    usd: float
    is_failed: bool
    is_climbed: bool


@dataclass(frozen=True)
class ClimbLadder:
    """The tiers to climb, cheapest first; those left out, each with the reason; and what a person should know."""

    tiers: tuple[str, ...]
    skipped: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_experience(
    rows: Iterable[RawRow],
    kind: str | None = None,
) -> dict[str, Experience]:
    """Return tier -> experience, from the ledger's ``attempt`` rows (of one kind of work, or of all).

    Attempts that a budget, a person or an outage ended say nothing of the tier and are left out.
    """
    runs: dict[str, dict[str, list[AttemptEntry]]] = {}
    for attempt in read_attempts(rows):
        if attempt.stop in _TELLING and kind in (None, attempt.kind):
            by_tier = runs.setdefault(attempt.run, {})
            by_tier.setdefault(attempt.tier, []).append(attempt)
    found: dict[str, list[_RunOnTier]] = {}
    for by_tier in runs.values():
        first = next(iter(by_tier))
        for tier, attempts in by_tier.items():
            summed = _sum_attempts(
                attempts,
                is_climbed=tier != first,
            )
            found.setdefault(tier, []).append(summed)
    return {tier: _read_experience(runs_there) for tier, runs_there in found.items()}


def _sum_attempts(
    attempts: Sequence[AttemptEntry],
    *,
    is_climbed: bool,
) -> _RunOnTier:
    cost = sum(attempt.cost for attempt in attempts)
    is_accepted = any(attempt.is_accepted for attempt in attempts)
    return _RunOnTier(float(cost), not is_accepted, is_climbed)


def plan_ladder(
    tiers: Sequence[str],
    experience: Mapping[str, Experience],
    *,
    needed: int,
    unproven: str = "keep",
    windows: Mapping[str, int | None] | None = None,
    context_tokens: int = 0,
) -> ClimbLadder:
    """Choose the tiers to climb among ``tiers`` (cheapest first; the last is always kept).

    ``needed``: runs of a tier before its figures count.  ``unproven``: what becomes of a middle tier without them.
    """
    skipped = _too_small(tiers, windows or {}, context_tokens)
    left = [tier for tier in tiers if tier not in skipped] or [tiers[-1]]
    *below, top = left
    skipped.pop(top, None)
    unjudged: list[str] = []
    kept = [top]
    for tier in reversed(below):
        reason, lacking = _judge_tier(
            tier,
            kept,
            experience,
            needed,
        )
        if lacking:
            runs = experience.get(lacking, _NO_EXPERIENCE).runs
            little = f"{tier} ({runs} of {needed} runs on {lacking})"
            if unproven == "skip" and tier != below[0]:
                reason = f"{_TOO_LITTLE}: {little}; the policy skips unproven middle tiers"
            else:
                unjudged.insert(0, little)
        if reason:
            skipped[tier] = reason
        else:
            kept.insert(0, tier)
    return ClimbLadder(
        tuple(kept),
        skipped,
        _note_unjudged(unjudged),
    )


def _note_unjudged(tiers: list[str]) -> tuple[str, ...]:
    if not tiers:
        return ()
    listed = ", ".join(tiers)
    return (f"{_TOO_LITTLE} to judge whether these pay, so they are kept: {listed}",)


def _judge_tier(
    tier: str,
    above: Sequence[str],
    experience: Mapping[str, Experience],
    needed: int,
) -> tuple[str, str]:
    """Return why a tier in front of those ``above`` does not pay, and of which tier more runs are needed to say; else empty.

    What is above costs at least what is known of it; a tier whose failures eat all savings never pays.
    """
    known = experience.get(tier, _NO_EXPERIENCE)
    if known.runs < needed:
        return "", tier
    extra = _extra_cost(above[0], experience)
    usd_above, lacking = _known_cost(above, experience, needed)
    own_extra = 1 + known.climbed_share * (extra - 1)
    rate = known.fails * extra / own_extra
    usd_above *= own_extra
    if pays(known.mean_usd, usd_above, rate):
        return "", ""
    if rate >= 1 or not lacking:
        return _does_not_pay(known, usd_above, rate), ""
    return "", lacking


def pays(
    cheap_usd: float,
    next_usd: float,
    failure_share: float,
) -> bool:
    """Return whether a tier pays, by the break-even rule.

    ``failure_share``: P(cheap fails) times how much more expensive its failures cost above.
    """
    return cheap_usd < next_usd * (1 - failure_share)


def _does_not_pay(
    known: Experience,
    above: float,
    rate: float,
) -> str:
    cost = f"${known.mean_usd:.4f} per task"
    figures = f"break-even ratio {1 - rate:.2f}"
    if above:
        cost += f" against ${above:.4f} above it"
        figures += f", yours {known.mean_usd / above:.2f}"
    failures = f"fails {known.fails:.0%} of {known.runs} runs"
    return f"does not pay on your ledger: {cost}, {failures}; {figures}"


def expected_cost(
    tiers: Sequence[str],
    experience: Mapping[str, Experience],
) -> float:
    """Return the mean cost of a task that begins on the first of ``tiers`` and climbs them, in US dollars."""
    first = experience[tiers[0]]
    begun, own = first.fresh
    if not begun:
        own = first.mean_usd
    above = tiers[1:]
    if not above:
        return own
    extra = _extra_cost(above[0], experience)
    return own + first.fails * extra * expected_cost(above, experience)


def cap_attempt(
    tiers: Sequence[str],
    experience: Mapping[str, Experience],
    *,
    needed: int,
    left_usd: float,
    attempts: int,
) -> float:
    """Return what one attempt on the first of ``tiers`` may spend, in US dollars, so that climbing still pays.

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
    own = experience.get(tiers[0], _NO_EXPERIENCE)
    failure_share = own.fails * _extra_cost(above[0], experience)
    worth = usd_above * (1 - failure_share) / attempts
    return min(left_usd, max(worth, _USUAL_ATTEMPTS * own.mean_usd))


def _known_cost(
    tiers: Sequence[str],
    experience: Mapping[str, Experience],
    needed: int,
) -> tuple[float, str]:
    """Return what a task on ``tiers`` costs at least, and the tier that more runs are needed of to know it; empty if none.

    What lies above a tier that never failed is not needed.
    """
    known: list[str] = []
    for tier in tiers:
        found = experience.get(tier, _NO_EXPERIENCE)
        if found.runs < needed:
            usd = 0.0
            if known:
                usd = expected_cost(known, experience)
            return usd, tier
        known.append(tier)
        if not found.failed:
            break
    return expected_cost(known, experience), ""


def _extra_cost(
    tier: str,
    experience: Mapping[str, Experience],
) -> float:
    """Return how much more than its mean ``tier`` costs on tasks that a cheaper one failed."""
    known = experience.get(tier, _NO_EXPERIENCE)
    begun, fresh_usd = known.fresh
    climbed, inherited_usd = known.inherited
    if min(begun, climbed) >= _ENOUGH_BOTH and fresh_usd > 0:
        return inherited_usd / fresh_usd
    return FAILED_TASKS_COST


def _too_small(
    tiers: Sequence[str],
    windows: Mapping[str, int | None],
    tokens: int,
) -> dict[str, str]:
    """Return the tiers whose context window does not hold so many tokens, each with that reason."""
    found = {}
    for tier in tiers:
        window = windows.get(tier)
        if window is not None and tokens > window:
            context = f"the context (about {tokens} tokens)"
            found[tier] = f"{context} is over its window ({window})"
    return found


def _read_experience(runs: Sequence[_RunOnTier]) -> Experience:
    fresh = [run.usd for run in runs if not run.is_climbed]
    inherited = [run.usd for run in runs if run.is_climbed]
    return Experience(
        runs=len(runs),
        failed=sum(run.is_failed for run in runs),
        mean_usd=_take_mean([run.usd for run in runs]),
        fresh=(len(fresh), _take_mean(fresh)),
        inherited=(len(inherited), _take_mean(inherited)),
    )


def _take_mean(values: Sequence[float]) -> float:
    if not values:
        return 0.0
    return sum(values) / len(values)
