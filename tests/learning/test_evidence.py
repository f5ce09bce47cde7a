"""Certificates hold however often one looks."""

from __future__ import annotations

import math
import random

import pytest

from tierwise.learning.evidence import (
    ALPHA,
    Count,
    certify_step_down,
    confidence_sequence,
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
