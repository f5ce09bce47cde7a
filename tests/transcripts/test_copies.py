"""One message id is not one call: relays and the API itself give one id to several."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.support.transcripts import Call, project, row, usage, write

from tierwise.pricing.prices import load_prices, price
from tierwise.transcripts.read import read_usage
from tierwise.transcripts.records import Usage
from tierwise.transcripts.served import read_agent

START = 1_790_000_000


def _main(root: Path, session: str = "s1") -> Path:
    return project(root) / f"{session}.jsonl"


def _cost(usage_read: Usage) -> Decimal:
    prices = load_prices()
    return sum(
        (price(record, prices).cost or Decimal(0) for record in usage_read.records), Decimal(0)
    )


def _relay_calls(count: int) -> list[Call]:
    """Calls of a relay: one id, each prompt a thousand tokens longer than the last, 100 tokens out."""
    return [
        Call("gen-1", "s1", at=START + 30 * number, input=1000 * number, output=100)
        for number in range(1, count + 1)
    ]


def test_a_relay_that_gives_every_response_one_id_and_no_request_id(tmp_path: Path) -> None:
    lines = [
        row(call, block=block, requestId=None, uuid=f"u{call.at}-{block}")
        for call in _relay_calls(15)
        for block in range(2)
    ]
    write(_main(tmp_path), *lines)
    read = read_usage([tmp_path])
    # Opus 5.5: 1000 * (1 + ... + 15) = 120,000 in at $4/M, 15 * 100 out at $20/M
    assert _cost(read) == Decimal("0.48") + Decimal("0.03")
    assert (read.coverage.records, read.coverage.shared_id_records) == (15, 14)
    assert (read.coverage.usage_rows, read.coverage.duplicate_rows) == (30, 15)
    assert len({record.message_id for record in read.records}) == 15


def test_sequential_responses_with_request_ids_of_their_own_under_one_id(tmp_path: Path) -> None:
    calls = [
        Call(
            "msg_1",
            "s1",
            at=START + number,
            input=3,
            write_5m=1000,
            read=10_000 * number,
            output=50,
        )
        for number in range(1, 7)
    ]
    write(_main(tmp_path), *(row(call, requestId=f"req_{call.at}") for call in calls))
    read = read_usage([tmp_path])
    # 6 * (3 * $4 + 1000 * $5 + 50 * $20) / M + 10,000 * 21 * $0.20 / M
    assert _cost(read) == Decimal("0.036072") + Decimal("0.042")
    assert read.coverage.shared_id_records == 5


def test_it_does_not_matter_in_which_order_lines_and_files_are_read(tmp_path: Path) -> None:
    calls = _relay_calls(4)
    snapshot = row(
        replace(calls[2], at=calls[2].at - 1, finalised=False),
        told={"input_tokens": 1, "output_tokens": 1},
        requestId=None,
    )
    zeroed = row(calls[1], told={"input_tokens": 0, "output_tokens": 0}, requestId=None)
    lines = [*(row(call, requestId=None) for call in calls), snapshot, zeroed]
    found = set()
    for number, order in enumerate(itertools.permutations(lines)):
        if number % 37:
            continue
        root = tmp_path / str(number)
        write(_main(root, "s1"), *order[:3])
        write(_main(root, "s2"), *order[3:])
        records = read_usage([root]).records
        found.add(
            tuple((record.message_id, *record.prompt, record.output_tokens) for record in records)
        )
    (only,) = found
    assert [item[1] for item in only] == [1000, 2000, 3000, 4000]


def _copies() -> dict[str, list[dict[str, Any]]]:
    call = Call("msg_1", "s1", at=START, input=1000, write_5m=500, read=2000, output=200)
    later = replace(call, at=START + 5)
    zero = dict.fromkeys(usage(call, split=False), 0)
    snapshot = {**usage(call, split=False), "cache_read_input_tokens": 0, "output_tokens": 2}
    return {
        "blocks": [row(call, block=block) for block in range(3)],
        "fork": [row(call), row(call, sessionId="s2", forkedFrom={"sessionId": "s1"})],
        "side question": [row(call), row(later, requestId="req_other", isSidechain=True)],
        "zeroed after compaction": [row(call), row(later, told=zero, requestId=None)],
        "start of the stream, the same request": [
            row(replace(call, finalised=False), told=snapshot),
            row(later),
        ],
        "start of the stream, no request id": [
            row(replace(call, finalised=False), told=snapshot, requestId=None),
            row(later, requestId=None),
        ],
    }


@pytest.mark.parametrize("kind", _copies())
def test_real_copies_go_on_counting_once(tmp_path: Path, kind: str) -> None:
    write(_main(tmp_path), *_copies()[kind])
    read = read_usage([tmp_path])
    # 1000 * $4 + 500 * $5 + 2000 * $0.20 + 200 * $20, per million
    assert _cost(read) == Decimal("0.0109")
    assert (read.coverage.records, read.coverage.shared_id_records) == (1, 0)


def test_a_store_keeps_calls_that_share_an_id_apart(tmp_path: Path) -> None:
    store = tmp_path / "usage.sqlite3"
    calls = _relay_calls(6)
    write(_main(tmp_path), *(row(call, requestId=None) for call in calls[:3]))
    read_usage([tmp_path], store=store)
    write(_main(tmp_path), *(row(call, requestId=None) for call in calls[3:]))
    grown = read_usage([tmp_path], store=store)
    assert grown == read_usage([tmp_path])
    assert [record.input_tokens for record in grown.records] == [1000, 2000, 3000, 4000, 5000, 6000]


def test_the_live_reader_of_one_agent_counts_a_relay_s_calls_too(tmp_path: Path) -> None:
    path = _main(tmp_path)
    write(path, *(row(call, requestId=None, block=b) for call in _relay_calls(3) for b in range(2)))
    found = read_agent(str(path))
    assert (found["calls"], found["tokens"]["input_tokens"]) == (3, 6000)


@pytest.mark.parametrize("count", [-5, 1 << 63, 1 << 64, 1e30])
@pytest.mark.parametrize(
    "name",
    ["input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"],
)
def test_a_negative_or_endless_count_is_a_damaged_row(
    tmp_path: Path, name: str, count: float
) -> None:
    good = Call("msg_1", "s1", at=START, input=1000, output=200)
    bad = replace(good, id="msg_2")
    told = {**usage(bad), name: count}
    write(_main(tmp_path), row(good), row(bad, told=told))
    read = read_usage([tmp_path], store=tmp_path / "usage.sqlite3")
    assert _cost(read) == Decimal("0.008")
    assert read.coverage.damaged_lines == 1
    assert read_agent(str(_main(tmp_path)))["tokens"]["input_tokens"] <= 2000
