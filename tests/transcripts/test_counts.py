"""What a call's usage comes to: snapshots, calls inside calls, lifetimes, bands; reckoned by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from tests.support.one_call import CALL, COST, cost_of, main_file, only_record
from tests.support.transcripts import (
    Call,
    row,
    usage,
    write,
)

from tierwise.pricing.prices import load_prices, price
from tierwise.transcripts.read import read_usage


def test_the_final_count_wins_over_the_snapshot(tmp_path: Path) -> None:
    early = row(CALL)
    early["message"] |= {"usage": usage(CALL, output=4), "stop_reason": None}
    write(main_file(tmp_path), early, row(CALL, block=1))
    record = only_record(tmp_path)
    assert (record.output_tokens, record.output_lower_bound) == (200, False)


def test_an_output_that_was_never_finalised_is_a_lower_bound(tmp_path: Path) -> None:
    write(main_file(tmp_path), row(replace(CALL, output=3, finalised=False)))
    read = read_usage([tmp_path])
    assert read.records[0].output_lower_bound
    assert read.coverage.lower_bound_records == 1


def test_an_advisor_is_a_call_of_its_own_model(tmp_path: Path) -> None:
    # 500 in, 100 out on Fable 5.2: 500 * $8/M + 100 * $40/M
    write(
        main_file(tmp_path),
        row(replace(CALL, inside=(("advisor_message", "claude-fable-5-2", 500, 100),))),
    )
    read = read_usage([tmp_path])
    assert sorted(record.model for record in read.records) == [
        "claude-fable-5-2",
        "claude-opus-5-5",
    ]
    assert cost_of(read) == COST + Decimal("0.008")


def test_passes_are_already_in_the_sums(tmp_path: Path) -> None:
    passes = (("message", "claude-opus-5-5", 400, 80), ("message", "claude-opus-5-5", 600, 120))
    write(main_file(tmp_path), row(replace(CALL, inside=passes)))
    record = only_record(tmp_path)
    assert record.input_tokens == 1000
    assert [part.input_tokens for part in record.parts] == [400, 600]


def test_a_fallback_outside_the_sums_is_added(tmp_path: Path) -> None:
    # 2000 in, 300 out on Sonnet 5.5 (before the cut): 2000 * $2/M + 300 * $10/M
    inside = (
        ("message", "claude-opus-5-5", 1000, 200),
        ("fallback_message", "claude-sonnet-5-5", 2000, 300),
    )
    write(main_file(tmp_path), row(replace(CALL, inside=inside)))
    assert cost_of(read_usage([tmp_path])) == COST + Decimal("0.007")


def test_a_fallback_inside_the_sums_is_not_counted_twice(tmp_path: Path) -> None:
    inside = (
        ("message", "claude-opus-5-5", 1000, 200),
        ("fallback_message", "claude-sonnet-5-5", 2000, 300),
    )
    told = usage(replace(CALL, inside=inside)) | {"input_tokens": 3000, "output_tokens": 500}
    write(main_file(tmp_path), row(CALL, told=told))
    assert cost_of(read_usage([tmp_path])) == COST + Decimal("0.007")


def test_a_call_that_only_the_fallback_served_costs_only_the_fallback(tmp_path: Path) -> None:
    inside = (
        ("message", "claude-opus-5-5", 9, 0),
        ("fallback_message", "claude-sonnet-5-5", 1000, 200),
    )
    write(main_file(tmp_path), row(replace(CALL, inside=inside)))
    read = read_usage([tmp_path])
    assert [record.model for record in read.records] == ["claude-sonnet-5-5"]
    assert cost_of(read) == Decimal("0.004")


def test_a_compaction_is_a_call_of_its_own(tmp_path: Path) -> None:
    write(
        main_file(tmp_path),
        row(replace(CALL, inside=(("compaction", "claude-opus-5-5", 1000, 200),))),
    )
    read = read_usage([tmp_path])
    assert sorted(record.kind for record in read.records) == ["compaction", "message"]
    assert cost_of(read) == 2 * COST


def test_fast_mode_has_prices_of_its_own(tmp_path: Path) -> None:
    write(main_file(tmp_path), row(replace(CALL, fast=True)))
    assert cost_of(read_usage([tmp_path])) == 2 * COST


def test_a_us_call_costs_a_tenth_more_but_its_searches_do_not(tmp_path: Path) -> None:
    write(main_file(tmp_path), row(replace(CALL, us=True, searches=2)))
    assert cost_of(read_usage([tmp_path])) == COST * Decimal("1.1") + Decimal("0.02")


def test_an_hour_s_cache_writes_cost_twice_the_input(tmp_path: Path) -> None:
    write(main_file(tmp_path), row(replace(CALL, write_5m=1000, write_1h=1000)))
    assert cost_of(read_usage([tmp_path])) == COST + Decimal("0.005") + Decimal("0.008")


def test_writes_without_a_stated_lifetime_live_five_minutes(tmp_path: Path) -> None:
    call = replace(CALL, write_5m=1000)
    write(main_file(tmp_path), row(call, told=usage(call, split=False)))
    assert only_record(tmp_path).cache_write_5m_tokens == 1000


def test_a_row_without_lifetimes_does_not_add_writes_to_one_with_them(tmp_path: Path) -> None:
    call = replace(CALL, write_1h=1000)
    write(main_file(tmp_path), row(call, told=usage(call, split=False)), row(call, block=1))
    record = only_record(tmp_path)
    assert (record.cache_write_5m_tokens, record.cache_write_1h_tokens) == (0, 1000)


def test_a_long_haiku_prompt_is_charged_whole_at_the_higher_band(tmp_path: Path) -> None:
    # 100,000 tokens are not above 100,000; one more makes all of them dear
    edge = replace(CALL, model="claude-haiku-5-5", input=50_000, read=50_000, output=1000)
    write(main_file(tmp_path), row(edge), row(replace(edge, id="msg_2", read=50_001)))
    costs = [price(record, load_prices()).cost for record in read_usage([tmp_path]).records]
    assert costs == [Decimal("0.006"), Decimal("0.03000005")]


def test_the_band_is_chosen_for_each_pass(tmp_path: Path) -> None:
    passes = (
        ("message", "claude-haiku-5-5", 60_000, 0),
        ("message", "claude-haiku-5-5", 60_000, 0),
    )
    call = Call("msg_1", "s1", "claude-haiku-5-5", input=120_000, inside=passes)
    told = usage(call)
    for item in told["iterations"]:
        item |= {"cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
    write(main_file(tmp_path), row(call, told=told))
    assert cost_of(read_usage([tmp_path])) == Decimal("0.012")


def test_an_unknown_model_is_unpriced_not_free(tmp_path: Path) -> None:
    write(main_file(tmp_path), row(replace(CALL, model="claude-unheard-of-9")))
    assert price(only_record(tmp_path), load_prices()) == (None, 1200)
