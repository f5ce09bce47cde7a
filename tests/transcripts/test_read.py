"""Totals are exact on transcripts of every era and quirk, whatever way they are read."""

from __future__ import annotations

import itertools
import random
from datetime import datetime, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from tests.support.transcript_world import write_world
from tests.support.transcripts import Call, Truth

from tierwise.pricing.prices import load_prices, price
from tierwise.transcripts.read import read_usage
from tierwise.transcripts.records import Usage, UsageRecord

SEEDS = range(20)

# US dollars per million tokens, written down here a second time: input, output, 5 m, 1 h, read.
_PLAIN = {
    "claude-opus-5-5": "4 20 5 8 0.2",
    "claude-sonnet-5-5": "2 10 2.5 4 0.2",  # the generator's days are before the cut of 2026-10-07
    "claude-haiku-5-5": "0.1 0.5 0.125 0.2 0.01",
    "claude-haiku-4-5-20251001": "1 5 1.25 2 0.1",
    "claude-sonnet-4-20250514": "3 15 3.75 6 0.3",
    "claude-fable-5-2": "8 40 10 16 0.2",
}
_FAST = {"claude-opus-5-5": "8 40 10 16 0.4", "claude-fable-5-2": "16 80 20 32 0.4"}


def _cost(call: Call) -> Fraction | None:
    """The price of a call, those inside it left out; None for a model nobody has heard of."""
    row = (_FAST if call.fast else _PLAIN).get(call.model) or _PLAIN.get(call.model)
    if row is None:
        return None
    prompt = call.input + call.write_5m + call.write_1h + call.read
    if call.model == "claude-haiku-5-5" and prompt > 100_000:
        row = "0.5 2.5 0.625 1 0.05"
    tokens = (call.input, call.output, call.write_5m, call.write_1h, call.read)
    dollars = (
        sum(Fraction(rate) * count for rate, count in zip(row.split(), tokens, strict=True)) / 10**6
    )
    return dollars * (Fraction(11, 10) if call.us else 1) + Fraction(call.searches, 100)


def _inside_cost(call: Call) -> Fraction:
    total = Fraction(0)
    for kind, model, read, written in call.inside:
        fast = call.fast and kind != "advisor_message"
        total += _cost(Call("", "", model, input=read, output=written, us=call.us, fast=fast)) or 0
    return total


def _assert_exact(usage: Usage, truth: Truth) -> None:
    by_id = {record.message_id: record for record in usage.records}
    assert {key for key in by_id if "#" not in key} == set(truth.calls)
    for call in truth.calls.values():
        _assert_call(by_id[call.id], call)
    names = {
        "input": "input_tokens",
        "output": "output_tokens",
        "write_5m": "cache_write_5m_tokens",
        "write_1h": "cache_write_1h_tokens",
        "read": "cache_read_tokens",
        "searches": "web_searches",
    }
    for name, field in names.items():
        assert sum(getattr(record, field) for record in usage.records) == truth.total(name), name
    prices = load_prices()
    ours = sum((price(record, prices).cost or Decimal(0) for record in usage.records), Decimal(0))
    theirs = sum((_cost(call) or 0) + _inside_cost(call) for call in truth.calls.values())
    assert Fraction(ours) == theirs


def _assert_call(record: UsageRecord, call: Call) -> None:
    assert record.session == call.session
    assert record.agent == (call.agent or "main")
    assert record.is_main == (not call.agent_id)
    assert record.output_lower_bound == (not call.finalised)
    assert record.timestamp == call.at * 1000


@pytest.mark.parametrize("seed", SEEDS)
def test_every_total_of_a_world_is_exact(tmp_path: Path, seed: int) -> None:
    truth = write_world(tmp_path, seed)
    usage = read_usage([tmp_path])
    _assert_exact(usage, truth)
    assert usage.coverage.usage_rows == truth.rows
    assert usage.coverage.duplicate_rows == truth.rows - len(truth.calls)
    assert usage.coverage.damaged_lines == truth.damaged
    assert {session: bill.cost_usd for session, bill in usage.cost_states.items()} == truth.bills


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_a_world_read_piece_by_piece_into_a_store_is_the_same(tmp_path: Path, seed: int) -> None:
    truth = write_world(tmp_path / "whole", seed)
    rng, store, grown = random.Random(seed), tmp_path / "store.sqlite3", tmp_path / "grown"
    files = sorted(path for path in (tmp_path / "whole").rglob("*") if path.is_file())
    for share in (rng.random(), rng.random(), 1.0):
        for path in files:
            copy = grown / path.relative_to(tmp_path / "whole")
            copy.parent.mkdir(parents=True, exist_ok=True)
            had = copy.stat().st_size if copy.exists() else 0
            with copy.open("ab") as handle:
                handle.write(path.read_bytes()[had : max(had, int(path.stat().st_size * share))])
        usage = read_usage([grown], store=store)
    _assert_exact(usage, truth)
    assert usage.records == read_usage([grown]).records
    assert usage.coverage == read_usage([grown]).coverage
    assert read_usage([grown], store=store).records == usage.records


@pytest.mark.parametrize("seed", SEEDS[:6])
def test_a_window_of_the_store_is_that_part_of_everything(tmp_path: Path, seed: int) -> None:
    write_world(tmp_path, seed)
    store = tmp_path / "store.sqlite3"
    everything = read_usage([tmp_path], store=store).records
    edges = sorted({record.timestamp for record in everything})[:: max(1, len(everything) // 8)]
    for since, until in itertools.pairwise(edges):
        window = [datetime.fromtimestamp(edge / 1000, timezone.utc) for edge in (since, until)]
        part = [record for record in everything if since <= record.timestamp < until]
        assert read_usage([tmp_path], *window, store=store).records == part
        assert read_usage([tmp_path], *window).records == part
