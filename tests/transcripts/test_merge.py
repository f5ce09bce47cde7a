"""However often and in whatever order a call is told of, it comes out the same."""

from __future__ import annotations

from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.transcripts.merge import merge, milliseconds
from tierwise.transcripts.records import UsageRecord

_counts = st.integers(0, 3)
_names = st.sampled_from(["", "a", "b"])
records = st.builds(
    UsageRecord,
    message_id=st.just("m"),
    session=st.sampled_from(["s1", "s2"]),
    model=st.just("claude-opus-5-5"),
    timestamp=st.integers(1, 3),
    is_main=st.booleans(),
    effort=_names,
    input_tokens=_counts,
    output_tokens=_counts,
    cache_read_tokens=_counts,
    web_searches=_counts,
    fast=st.booleans(),
    geo=st.sampled_from(["", "us"]),
    output_lower_bound=st.booleans(),
    agent_id=st.just(""),
    forked=st.booleans(),
)


def _money(record: UsageRecord) -> tuple[object, ...]:
    return (
        record.input_tokens,
        record.output_tokens,
        record.cache_write_5m_tokens,
        record.cache_write_1h_tokens,
        record.cache_read_tokens,
        record.web_searches,
        record.fast,
        record.geo,
        record.output_lower_bound,
    )


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(records, records, records)
def test_the_order_of_copies_does_not_matter(
    one: UsageRecord, two: UsageRecord, three: UsageRecord
) -> None:
    left, right = merge(merge(one, two), three), merge(one, merge(three, two))
    assert _money(left) == _money(right)
    assert (left.session, left.timestamp, left.is_main) == (
        right.session,
        right.timestamp,
        right.is_main,
    )


@pytest.mark.slow
@settings(deadline=None, max_examples=100)
@given(records, records)
def test_a_copy_read_again_adds_nothing_but_a_row(one: UsageRecord, two: UsageRecord) -> None:
    merged = merge(one, two)
    again = merge(merged, one)
    assert _money(again) == _money(merged)
    assert (again.session, again.rows) == (merged.session, 3)


def test_a_time_is_milliseconds_in_utc_whatever_its_spelling() -> None:
    assert milliseconds("2026-11-21T10:51:47.837Z") == 1_795_258_307_837
    assert milliseconds("2026-11-21T11:51:47.837+01:00") == 1_795_258_307_837
    assert milliseconds("2026-11-21T10:51:47") == 1_795_258_307_000
    assert milliseconds("yesterday") == milliseconds(None) == 0


def test_every_field_of_a_record_has_a_rule_or_is_of_the_nearest_row() -> None:
    nearest = {"message_id", "session", "model", "is_main", "kind", "request"}
    hints = get_type_hints(UsageRecord, include_extras=True)
    without = {name for name, hint in hints.items() if not hasattr(hint, "__metadata__")}
    assert without == nearest
    assert set(hints) == set(UsageRecord.__struct_fields__)
