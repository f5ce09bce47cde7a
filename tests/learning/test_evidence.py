"""Certificates hold however often one looks."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pytest

from tierwise.learning.evidence import (
    ALPHA,
    EXPERIMENT_BETS,
    NO_PAIRS,
    STEP_DOWN_BETS,
    Bet,
    Count,
    PairCounts,
    certify_step_down,
    confidence_sequence,
    log_added_evidence,
    log_bets,
    log_paired_evidence,
    log_step_down,
)

HISTORIES = 200
TASKS = 240
LOOK_EVERY = 6
CLEAN = 59
NEEDED = math.log(1 / ALPHA)
NOTHING = Count(0, 0)


def has_false_certificate(cheaper_rate: float, present_rate: float, seed: int) -> bool:
    """Look every few tasks at one simulated history; whether a certificate was ever given."""
    chance = random.Random(seed)
    cheaper = present = 0
    for task in range(1, TASKS + 1):
        cheaper += chance.random() < cheaper_rate
        present += chance.random() < present_rate
        looks = task % LOOK_EVERY == 0 or (not cheaper and task == CLEAN)
        if looks and log_step_down(Count(cheaper, task), Count(present, task)) >= NEEDED:
            return True
    return False


def test_fifty_nine_clean_tasks_certify_and_fifty_eight_do_not() -> None:
    assert certify_step_down(Count(0, 59), NOTHING).certified
    almost = certify_step_down(Count(0, 58), NOTHING)
    assert (almost.certified, almost.clean_tasks_missing) == (False, 1)


@pytest.mark.parametrize("failures", [1, 2, 5])
def test_the_number_that_is_missing_is_the_number_that_certifies(failures: int) -> None:
    missing = certify_step_down(Count(failures, 60), NOTHING).clean_tasks_missing
    assert certify_step_down(Count(failures, 60 + missing), NOTHING).certified
    assert not certify_step_down(Count(failures, 59 + missing), NOTHING).certified


def test_failures_that_the_present_tier_has_too_do_not_stand_in_the_way() -> None:
    both = certify_step_down(Count(100, 2000), Count(100, 2000))
    alone = certify_step_down(Count(100, 2000), NOTHING)
    assert (both.certified, alone.certified) == (True, False)


@pytest.mark.slow
@pytest.mark.parametrize(("cheaper", "present"), [(0.05, 0.0), (0.15, 0.10), (0.5, 0.2)])
def test_false_certificates_stay_below_their_level(cheaper: float, present: float) -> None:
    false = sum(has_false_certificate(cheaper, present, seed) for seed in range(HISTORIES))
    # Three standard errors above the level; bench/learning.py runs ten thousand histories.
    allowed = ALPHA + 3 * math.sqrt(ALPHA * (1 - ALPHA) / HISTORIES)
    assert false / HISTORIES <= allowed


def test_an_interval_for_all_times_is_wider_than_one_for_one_look() -> None:
    interval = confidence_sequence(45, 50)
    assert interval.low < 0.78 < 0.97 < interval.high


def test_an_interval_for_all_times_narrows() -> None:
    early = confidence_sequence(9, 10)
    late = confidence_sequence(900, 1000)
    assert early.low < late.low < 0.9 < late.high < early.high


def test_pairs_without_a_difference_are_evidence_against_added_failures() -> None:
    assert log_paired_evidence(added=0, saved=0, ties=120) > NEEDED
    assert log_paired_evidence(added=12, saved=0, ties=108) < 0


@pytest.mark.slow
@pytest.mark.parametrize(("failures", "tasks"), [(0, 30), (2, 60), (9, 100)])
def test_the_mixture_is_the_beta_binomial_of_scipy(failures: int, tasks: int) -> None:
    stats = pytest.importorskip("scipy.stats")
    mixed = stats.betabinom.logpmf(failures, tasks, 0.5, 0.5)

    def exceed(rate: float) -> float:
        return float(mixed - stats.binom.logpmf(failures, tasks, rate) - NEEDED)

    high = scipy_root(exceed, max(failures / tasks, 1e-6), 1 - 1e-9)
    assert confidence_sequence(tasks - failures, tasks).low == pytest.approx(1 - high, abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(("added", "saved", "ties"), [(0, 0, 90), (1, 3, 120), (2, 2, 300)])
def test_the_paired_evidence_is_the_dirichlet_multinomial_of_scipy(
    added: int, saved: int, ties: int
) -> None:
    stats = pytest.importorskip("scipy.stats")
    optimize = pytest.importorskip("scipy.optimize")
    counts = [added, saved, ties]
    mixed = stats.dirichlet_multinomial.logpmf(counts, [0.5, 0.5, 10.0], sum(counts))

    def evidence(rate: float) -> float:
        rates = [rate + 0.05, rate, 1 - 2 * rate - 0.05]
        return float(mixed - stats.multinomial.logpmf(counts, sum(counts), rates))

    least = optimize.minimize_scalar(evidence, bounds=(0, 0.4), method="bounded").fun
    edge = min(float(least), evidence(0.0))
    assert log_paired_evidence(added, saved, ties) == pytest.approx(edge, abs=1e-4)


def scipy_root(function: Callable[[float], float], low: float, high: float) -> float:
    optimize = pytest.importorskip("scipy.optimize")
    return float(optimize.brentq(function, low, high))


def test_added_failures_need_no_second_run_where_the_cheaper_side_passed() -> None:
    assert log_added_evidence(0, 64, NO_PAIRS, 0.05) > NEEDED
    assert log_added_evidence(0, 59, NO_PAIRS, 0.05) < NEEDED
    both = PairCounts(added=20, saved=25, ties=800)
    assert log_added_evidence(20, 845, both, 0.05) > log_added_evidence(20, 845, NO_PAIRS, 0.05)


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.05, 0.10])
def test_an_experiment_s_false_certificates_stay_below_their_level(rate: float) -> None:
    false = 0
    for seed in range(HISTORIES):
        chance = random.Random(seed)
        added = 0
        for task in range(1, TASKS + 1):
            added += chance.random() < rate
            if task % LOOK_EVERY == 0 and log_added_evidence(added, task, NO_PAIRS, 0.05) >= NEEDED:
                false += 1
                break
    allowed = ALPHA + 3 * math.sqrt(ALPHA * (1 - ALPHA) / HISTORIES)
    assert false / HISTORIES <= allowed


@pytest.mark.slow
@pytest.mark.parametrize("bets", [STEP_DOWN_BETS, EXPERIMENT_BETS])
@pytest.mark.parametrize(("failures", "tasks"), [(0, 60), (2, 150), (9, 100)])
def test_bets_are_the_likelihood_ratios_of_scipy(
    bets: tuple[Bet, ...], failures: int, tasks: int
) -> None:
    stats = pytest.importorskip("scipy.stats")
    special = pytest.importorskip("scipy.special")
    rates = [bet.rate * 0.05 for bet in bets]
    ratios = stats.binom.logpmf(failures, tasks, rates) - stats.binom.logpmf(failures, tasks, 0.05)
    expected = special.logsumexp(ratios, b=[bet.weight for bet in bets])
    assert log_bets(Count(failures, tasks), 0.05, bets) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("bets", [STEP_DOWN_BETS, EXPERIMENT_BETS])
@pytest.mark.parametrize("rate", [0.05, 0.06, 0.2, 1.0])
def test_a_bet_wins_nothing_on_average_where_failures_are_as_frequent_as_the_margin(
    bets: tuple[Bet, ...], rate: float
) -> None:
    won = [math.exp(log_bets(Count(failed, 1), 0.05, bets)) for failed in (0, 1)]
    assert (1 - rate) * won[0] + rate * won[1] <= sum(bet.weight for bet in bets) + 1e-12
