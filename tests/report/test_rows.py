"""Calls as rows: what is alike is one row, and one row costs what its calls cost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.spending import weeks

from tierwise.domain.ladder import ladder_of
from tierwise.domain.table import load_default
from tierwise.pricing.prices import Prices, load_prices, price
from tierwise.report.rows import enrich_records
from tierwise.report.totals import add_up

LADDER = ladder_of(load_default())
# Prices of the user's own for some classes only, so that some calls have a price in part.
PARTIAL = load_prices(
    {"claude-haiku-5-5": {"output": 5}, "claude-unheard-of": {"output": 7, "input": None}}
)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), prices=st.sampled_from([load_prices(), PARTIAL]))
def test_rows_add_up_to_their_calls_one_by_one(seed: int, prices: Prices) -> None:
    records, ledger_rows = weeks(seed, days=4)
    folded = enrich_records(records, ledger_rows, LADDER, prices)
    single = enrich_records(records, ledger_rows, LADDER, prices, one_by_one=True)
    assert len(single) == len(records)
    assert len(folded) < len(single)
    assert add_up(folded).as_json() == add_up(single).as_json()
    costs = [cost for record in records if (cost := price(record, prices).cost) is not None]
    assert add_up(folded).cost == sum(costs, Decimal(0))


@pytest.mark.parametrize("one_by_one", [True, False])
def test_every_call_is_in_exactly_one_row(one_by_one: bool) -> None:
    records, ledger_rows = weeks(3, days=4)
    rows = enrich_records(records, ledger_rows, LADDER, load_prices(), one_by_one=one_by_one)
    found = [call.message_id for row in rows for call in row.calls.records]
    assert sorted(found) == sorted(record.message_id for record in records)
