"""What work would have cost on another model, worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tierwise.domain.economics import saved_span, token_span

OLD, NEW = "claude-opus-4-5", "claude-opus-5-5"
TOKENIZER, TURNS = Decimal("1.35"), Decimal("1.48")
SPANS = [
    (OLD, OLD, 0, (1, 1)),
    (OLD, NEW, 0, (1, TOKENIZER)),
    (NEW, OLD, 0, (1 / TOKENIZER, 1)),
    (OLD, OLD, 1, (1 / TURNS, 1)),
    (OLD, OLD, -2, (1, TURNS**2)),
    (NEW, OLD, 1, (1 / TOKENIZER / TURNS, 1)),
    (OLD, NEW, -1, (1, TOKENIZER * TURNS)),
]


@pytest.mark.parametrize(("ran", "other", "steps", "span"), SPANS)
def test_tokens_differ_by_tokenizer_and_turns(
    ran: str, other: str, steps: int, span: tuple[Decimal, Decimal]
) -> None:
    assert token_span(ran, other, steps, Decimal) == pytest.approx(span)


def test_savings_are_what_the_other_would_have_cost_less_what_was_paid() -> None:
    span = Decimal("0.5"), Decimal(2)
    assert saved_span(Decimal(3), Decimal(4), span) == (Decimal("-1.0"), Decimal(5))


def test_floats_reckon_by_the_same_formula() -> None:
    exact = token_span(NEW, OLD, 2, Decimal)
    assert token_span(NEW, OLD, 2, float) == pytest.approx([float(part) for part in exact])
