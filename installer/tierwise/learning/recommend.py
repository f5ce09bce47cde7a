"""Lines of ``tierwise.yaml`` that the outcomes speak for, or why there are none.

Down only when certified: the cheaper tier was tried on this kind of work and adds at most 5 %
failures, at 95 % confidence however often one looks.  Up soon: when what the failures cost, a
person's time included, passes what the cheaper tier saves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from tierwise.learning.beta import Interval
from tierwise.learning.evidence import (
    MARGIN,
    Certificate,
    Count,
    certify_step_down,
)
from tierwise.learning.shrinkage import (
    NO_PRIOR,
    Prior,
    Rate,
    estimate_rate,
    find_failure_chance,
    find_failure_excess,
)
from tierwise.learning.summary import OutcomeGroup

HOPELESS = 0.5
"""The failure rate beyond which a tier is left whatever it saves: most of its work is done twice."""


SURE_ENOUGH = 0.9
"""The probability at which a tier that does not pay is left."""

FEWEST_JUDGED = 8
"""Judged tasks below which nothing is recommended: one bad day is not a policy."""


LARGE_PART = 0.1
"""The share of the work from which a part that was never tried on a tier keeps the whole off it."""


@dataclass(frozen=True)
class HumanCost:
    """What a failure costs a person: the policy's ``costs:`` section."""

    minutes_per_failure: float = 15.0
    hour_usd: float = 90.0

    @property
    def per_failure(self) -> float:
        """US dollars."""
        return self.minutes_per_failure / 60 * self.hour_usd


@dataclass(frozen=True)
class WorkPart:
    """One agent's part of the work that a line decides, or one scope's."""

    by: str
    """``agent`` or ``scope``."""

    name: str
    groups: Mapping[str, OutcomeGroup]
    """Its outcomes on each tier."""

    priors: Mapping[str, Prior]
    """What the line's whole work tells of each tier."""


@dataclass(frozen=True)
class RouteHistory:
    """What is known of the work that one line of the policy decides: a kind of work's, or an agent's."""

    name: str
    present: str
    """Its tier today."""

    is_protected: bool
    groups: Mapping[str, OutcomeGroup]
    """The outcomes on each tier."""

    priors: Mapping[str, Prior] = field(default_factory=dict)
    """What all lines together tell of each tier; the preset's word where it is left out."""

    section: str = "routes"
    parts: tuple[WorkPart, ...] = ()


@dataclass(frozen=True)
class PartRates:
    """The success rates of one agent's or scope's part of the work."""

    by: str
    name: str
    rates: Mapping[str, Rate]

    def list_worse(
        self,
        rates: Mapping[str, Rate],
    ) -> Iterator[str]:
        """Say on which tiers it most likely succeeds less often than the line's whole work, whose rates these are."""
        for tier, rate in self.rates.items():
            if rate.interval.high < rates[tier].mean:
                yield (
                    f"{self.by} {self.name} on {tier}: {rate.mean:.0%} succeed "
                    f"({rate.tasks} judged), of all this work {rates[tier].mean:.0%}"
                )


@dataclass(frozen=True)
class Recommendation:
    """One line of the policy: what to change, or why nothing."""

    section: str
    """``routes``, where ``name`` is a kind of work, or ``agents``."""

    name: str
    present: str
    proposed: str
    """The same tier where nothing is recommended."""

    direction: Literal["down", "up", "none"]
    reason: str
    certificate: Certificate | None = None
    rates: Mapping[str, Rate] = field(default_factory=dict)
    """The success rate on each tier that was tried, pulled towards the tier's own as far as data are few."""

    costs: Mapping[str, float | None] = field(default_factory=dict)
    """US dollars a task on each tier that was tried; None where no cost is known."""

    parts: tuple[PartRates, ...] = ()
    is_settled: bool = False
    """Whether more trials on the tier below would change nothing: it is certified, or worse."""

    @property
    def title(self) -> str:
        """What the line is of, in words."""
        if self.section == "agents":
            return f"agent {self.name}"
        return self.name


def recommend_route(
    history: RouteHistory,
    ladder: Sequence[str],
    human: HumanCost,
) -> Recommendation:
    """Recommend a tier for one line.  ``ladder``: cheapest first."""
    answer = _choose_direction(history, ladder, human)
    parts = []
    for part in history.parts:
        rates = _estimate_rates(part.groups, part.priors)
        parts.append(PartRates(part.by, part.name, rates))
    costs = {tier: group.mean_cost for tier, group in history.groups.items()}
    return replace(
        answer,
        rates=_estimate_rates(history.groups, history.priors),
        costs=costs,
        parts=tuple(parts),
    )


def _choose_direction(
    history: RouteHistory,
    ladder: Sequence[str],
    human: HumanCost,
) -> Recommendation:
    if history.present not in ladder:
        return _make_no_proposal(
            history,
            f"{history.present} is not a tier of the ladder",
        )
    height = ladder.index(history.present)
    up = _recommend_up(history, ladder, height, human)
    if up is not None:
        return up
    if history.is_protected:
        return _make_no_proposal(
            history,
            "protected: never below the top tier",
        )
    if height == 0:
        return _make_no_proposal(
            history,
            "on the cheapest tier, and it pays",
        )
    return _recommend_down(history, ladder[height - 1])


def _estimate_rates(
    groups: Mapping[str, OutcomeGroup],
    priors: Mapping[str, Prior],
) -> dict[str, Rate]:
    rates = {}
    for tier, group in groups.items():
        prior = priors.get(tier, NO_PRIOR)
        rates[tier] = estimate_rate(group.count, prior)
    return rates


def _recommend_up(
    history: RouteHistory,
    ladder: Sequence[str],
    height: int,
    human: HumanCost,
) -> Recommendation | None:
    if height + 1 >= len(ladder):
        return None
    group = history.groups.get(history.present, OutcomeGroup())
    above = ladder[height + 1]
    if group.judged < FEWEST_JUDGED:
        return None
    prior = history.priors.get(history.present, NO_PRIOR)
    failed = f"{group.failures} of {group.judged} failed on {history.present}"
    hopeless = find_failure_chance(group.count, HOPELESS, prior)
    if hopeless >= SURE_ENOUGH:
        reason = f"{failed}: more than every second task is done twice (probability {hopeless:.0%})"
        return _make_proposal(history, above, "up", reason)
    saved = _find_saving(group, history.groups.get(above))
    if saved is None or not human.per_failure:
        return None  # what is lost, or what it is worth, is not known
    limit = saved / human.per_failure
    other = history.groups.get(above, OutcomeGroup()).count
    chance = find_failure_excess(
        group.count,
        other,
        limit,
        prior,
        history.priors.get(above, NO_PRIOR),
    )
    if chance < SURE_ENOUGH:
        return None
    reason = (
        f"{failed}; a failure costs ${human.per_failure:.2f} of a person's time and the tier saves "
        f"${saved:.2f} a task (probability {chance:.0%} that it does not pay)"
    )
    return _make_proposal(history, above, "up", reason)


def _find_saving(
    group: OutcomeGroup,
    above: OutcomeGroup | None,
) -> float | None:
    """Return what a task saves on the cheaper tier, in US dollars; None where no cost is known."""
    cost = group.mean_cost
    if cost is None:
        return None
    if above is None or above.mean_cost is None:
        return cost  # at least what it costs now: the tier above is not cheaper
    return max(above.mean_cost - cost, 0.0)


def _recommend_down(
    history: RouteHistory,
    below: str,
) -> Recommendation:
    cheaper = history.groups.get(below, OutcomeGroup())
    present = history.groups.get(history.present, OutcomeGroup())
    certificate = certify_step_down(
        cheaper.count,
        present.count,
    )
    tried = f"{cheaper.judged} judged tasks on {below}, {cheaper.failures} failed"
    if certificate.certified:
        exception = _find_exception(history, below)
        if exception:
            return _make_no_proposal(
                history,
                f"{tried}; but {exception}",
                certificate,
            )
        reason = f"{tried}: at most 5 % failures are added, at 95 % confidence"
        down = _make_proposal(
            history,
            below,
            "down",
            reason,
            certificate,
        )
        return replace(down, is_settled=True)
    if cheaper.success.high < present.success.low:
        reason = f"{tried}: it fails more often than {history.present}, at 95 % confidence"
        return replace(
            _make_no_proposal(history, reason, certificate),
            is_settled=True,
        )
    missing = certificate.clean_tasks_missing
    reason = f"{tried}; {missing} more without a failure would certify a step down"
    return _make_no_proposal(history, reason, certificate)


def _find_exception(history: RouteHistory, below: str) -> str:
    """Say which part of the work the certificate does not speak for; empty where it speaks for all."""
    present = history.groups.get(history.present, OutcomeGroup())
    for part in history.parts:
        group = part.groups.get(history.present, OutcomeGroup())
        tried = part.groups.get(below, OutcomeGroup())
        title = f"{part.by} {part.name}"
        if not tried.judged and group.judged > LARGE_PART * present.judged:
            share = group.judged / present.judged
            return f"none of them was of {title}, which is {share:.0%} of this work on {history.present}"
        if _is_worse(part, tried.count, group.count, below, history.present):
            return f"{title} failed in {tried.failures} of {tried.judged}: {_name_remedy(part, history.present)}"
    return ""


def _is_worse(
    part: WorkPart,
    tried: Count,
    group: Count,
    below: str,
    present: str,
) -> bool:
    """Return whether a part of the work most likely adds more failures than the margin."""
    if tried.tasks < FEWEST_JUDGED:
        return False
    chance = find_failure_excess(
        tried,
        group,
        MARGIN,
        part.priors.get(below, NO_PRIOR),
        part.priors.get(present, NO_PRIOR),
    )
    return chance >= SURE_ENOUGH


def _name_remedy(part: WorkPart, tier: str) -> str:
    line = f"`agents: {{{part.name}: {tier}}}`"
    if part.by == "scope":
        line = f"`requires: [{{scope: {part.name}, tier: {tier}}}]`"
    return f"first keep it where it is, by {line}"


def _make_proposal(
    history: RouteHistory,
    proposed: str,
    direction: Literal["down", "up", "none"],
    reason: str,
    certificate: Certificate | None = None,
) -> Recommendation:
    return Recommendation(
        section=history.section,
        name=history.name,
        present=history.present,
        proposed=proposed,
        direction=direction,
        reason=reason,
        certificate=certificate,
    )


def _make_no_proposal(
    history: RouteHistory,
    reason: str,
    certificate: Certificate | None = None,
) -> Recommendation:
    return _make_proposal(
        history,
        history.present,
        "none",
        reason,
        certificate,
    )


def describe_interval(interval: Interval) -> str:
    """Say an interval of shares in whole percent."""
    return f"{interval.low:.0%} to {interval.high:.0%}"
