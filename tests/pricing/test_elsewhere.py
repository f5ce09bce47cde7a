"""Ranges of dollars, and what they do to each other."""

from __future__ import annotations

from decimal import Decimal

from tierwise.pricing.elsewhere import Range

ONE, TWO = Decimal(1), Decimal(2)


def test_ranges_are_added_turned_round_and_lessened() -> None:
    spent = Range.exactly(ONE)
    there = Range(ONE, TWO)
    assert spent + there == Range(TWO, Decimal(3))
    assert -there == Range(-TWO, -ONE)
    assert there.less(ONE) == Range(Decimal(0), ONE)
