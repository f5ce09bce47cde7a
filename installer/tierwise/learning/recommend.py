"""Lines of ``tierwise.yaml`` that the outcomes speak for, or why there are none.

Down only when certified: the cheaper tier was tried on this kind of work and adds at most 5 %
failures, at 95 % confidence however often one looks.  Up soon: when what the failures cost, a
person's time included, passes what the cheaper tier saves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tierwise.learning.beta import Interval, beta_cdf
from tierwise.learning.evidence import Certificate, Count, certify_step_down
from tierwise.learning.shrinkage import PRIOR_TASKS, Prior, Rate
from tierwise.learning.summary import Group

PRESET_SUCCESS = 0.9
"""The success rate that a preset expects of a tier for the work that it sends there."""

NO_PRIOR = Prior(PRESET_SUCCESS, PRIOR_TASKS)
"""What a tier is taken for before there are any outcomes on it."""

HOPELESS = 0.5
"""The failure rate beyond which a tier is left whatever it saves: most of its work is done twice."""

_GRID = 200

SURE_ENOUGH = 0.9
"""The probability at which a tier that does not pay is left."""

FEWEST_JUDGED = 8
"""Judged tasks below which nothing is recommended: one bad day is not a policy."""


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
class Recommendation:
    """One kind of work: what to change, or why nothing."""

    kind: str
    present: str
    proposed: str
    """The same tier where nothing is recommended."""

    direction: Literal["down", "up", "none"]
    reason: str
    certificate: Certificate | None = None
    rates: Mapping[str, Rate] = field(default_factory=dict)
    """The success rate on each tier that was tried, pulled towards the tier's own as far as data are few."""

    is_settled: bool = False
    """Whether more trials on the tier below would change nothing: it is certified, or worse."""


@dataclass(frozen=True)
class KindHistory:
    """What is known of one kind of work: its tier today and the outcomes on each tier."""

    kind: str
    present: str
    is_protected: bool
    groups: Mapping[str, Group]
    priors: Mapping[str, Prior] = field(default_factory=dict)
    """What all kinds of work together tell of each tier; the preset's word where it is left out."""

    def find_prior(self, tier: str) -> Prior:
        """Return what is to be expected of this kind of work on a tier before its own outcomes."""
        return self.priors.get(tier, NO_PRIOR)


def recommend_route(
    history: KindHistory, ladder: Sequence[str], human: HumanCost
) -> Recommendation:
    """Recommend a tier for one kind of work.  ``ladder``: cheapest first."""
    if history.present not in ladder:
        return _make_no_proposal(history, f"{history.present} is not a tier of the ladder")
    height = ladder.index(history.present)
    up = _recommend_up(history, ladder, height, human)
    if up is not None:
        return up
    if history.is_protected:
        return _make_no_proposal(history, "protected: never below the top tier")
    if height == 0:
        return _make_no_proposal(history, "on the cheapest tier, and it pays")
    return _recommend_down(history, ladder[height - 1])


def find_failure_excess(
    cheaper: Count,
    above: Count,
    limit: float,
    cheaper_prior: Prior = NO_PRIOR,
    above_prior: Prior = NO_PRIOR,
) -> float:
    """Return the probability that the cheaper tier adds more than ``limit`` failures a task.

    Beta posteriors of both rates, integrated on a grid of the upper tier's one.
    """
    total = 0.0
    a, b = _find_posterior(above, above_prior)
    below = 0.0
    for step in range(1, _GRID + 1):
        upper = beta_cdf(step / _GRID, a, b)
        middle = (step - 0.5) / _GRID
        total += (upper - below) * find_failure_chance(cheaper, middle + limit, cheaper_prior)
        below = upper
    return total


def find_failure_chance(count: Count, rate: float, prior: Prior = NO_PRIOR) -> float:
    """Return the probability that a tier fails more often than ``rate``."""
    a, b = _find_posterior(count, prior)
    return 1 - beta_cdf(min(rate, 1.0), a, b)


def _find_posterior(count: Count, prior: Prior) -> tuple[float, float]:
    """Return the parameters of the failure rate's Beta posterior."""
    failures = (1 - prior.mean) * prior.strength + count.failures
    return failures, prior.mean * prior.strength + count.successes


def _recommend_up(
    history: KindHistory, ladder: Sequence[str], height: int, human: HumanCost
) -> Recommendation | None:
    if height + 1 >= len(ladder):
        return None
    group = history.groups.get(history.present, Group())
    above = ladder[height + 1]
    if group.judged < FEWEST_JUDGED:
        return None
    prior = history.find_prior(history.present)
    failed = f"{group.failures} of {group.judged} failed on {history.present}"
    hopeless = find_failure_chance(group.count, HOPELESS, prior)
    if hopeless >= SURE_ENOUGH:
        reason = f"{failed}: more than every second task is done twice (probability {hopeless:.0%})"
        return Recommendation(history.kind, history.present, above, "up", reason)
    saved = _find_saving(group, history.groups.get(above))
    if saved is None or not human.per_failure:
        return None  # what is lost, or what it is worth, is not known
    limit = saved / human.per_failure
    other = history.groups.get(above, Group()).count
    chance = find_failure_excess(group.count, other, limit, prior, history.find_prior(above))
    if chance < SURE_ENOUGH:
        return None
    reason = (
        f"{failed}; a failure costs ${human.per_failure:.2f} of a person's time and the tier saves "
        f"${saved:.2f} a task (probability {chance:.0%} that it does not pay)"
    )
    return Recommendation(history.kind, history.present, above, "up", reason)


def _find_saving(group: Group, above: Group | None) -> float | None:
    """Return what a task saves on the cheaper tier, in US dollars; None where no cost is known."""
    if not group.costed:
        return None
    cost = group.cost / group.costed
    if above is None or not above.costed:
        return cost  # at least what it costs now: the tier above is not cheaper
    return max(above.cost / above.costed - cost, 0.0)


def _recommend_down(history: KindHistory, below: str) -> Recommendation:
    cheaper = history.groups.get(below, Group())
    present = history.groups.get(history.present, Group())
    certificate = certify_step_down(cheaper.count, present.count)
    tried = f"{cheaper.judged} judged tasks on {below}, {cheaper.failures} failed"
    if certificate.certified:
        reason = f"{tried}: at most 5 % failures are added, at 95 % confidence"
        return Recommendation(
            history.kind, history.present, below, "down", reason, certificate, is_settled=True
        )
    missing = certificate.clean_tasks_missing
    reason = f"{tried}; {missing} more without a failure would certify a step down"
    is_worse = bool(cheaper.judged and present.judged)
    is_worse = is_worse and cheaper.success.high < present.success.low
    if is_worse:
        reason = f"{tried}: it fails more often than {history.present}, at 95 % confidence"
    return Recommendation(
        history.kind,
        history.present,
        history.present,
        "none",
        reason,
        certificate,
        is_settled=is_worse,
    )


def _make_no_proposal(history: KindHistory, reason: str) -> Recommendation:
    return Recommendation(history.kind, history.present, history.present, "none", reason)


def describe_interval(interval: Interval) -> str:
    """Say an interval of shares in whole percent."""
    return f"{interval.low:.0%} to {interval.high:.0%}"
