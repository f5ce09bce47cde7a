"""Every figure of a report beside a second, plain calculation of the same transcripts: equal to the last digit."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from datetime import timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.support.plain_document import PlainReport
from tests.support.plain_report import plain_figures, read_calls
from tests.support.spending import default_table
from tests.support.transcript_world import write_world
from tests.support.transcripts import Call, project, row, write

from tierwise.pricing.prices import load_prices
from tierwise.report.build import build_report
from tierwise.report.document import build_document
from tierwise.report.totals import KEYS
from tierwise.report.window import Window
from tierwise.transcripts.read import read_usage

BENCH = Path(__file__).parents[2] / "bench" / "usage.py"
TINY = Decimal(1).scaleb(-18)


def _of_the_benchmark(root: Path) -> None:
    spec = importlib.util.spec_from_file_location("bench_usage", BENCH)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.write_transcripts(root, 4)


def _of_all_quirks(root: Path) -> None:
    write_world(root, 7)


def _of_switches(root: Path) -> None:
    """Two conversations that go between three models, blocks repeated, one of them with writes for an hour."""
    for session, hourly in (("s1", False), ("s2", True)):
        prompt = read = 0
        for number in range(40):
            prompt += 900 + 37 * number
            model = ("claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-4-5")[number // 4 % 3]
            written = prompt - read if number % 4 else prompt
            call = Call(
                f"msg_{session}_{number}",
                session,
                model=model,
                at=1_790_000_000 + 70 * number,
                input=5,
                output=300 + number,
                write_5m=0 if hourly else written,
                write_1h=written if hourly else 0,
                read=prompt - written,
            )
            read = prompt
            path = project(root) / f"{session}.jsonl"
            write(path, *(row(call, block=block) for block in range(1 + number % 3)))


@pytest.mark.parametrize("make", [_of_the_benchmark, _of_all_quirks, _of_switches])
def test_a_plain_calculation_gives_every_figure(tmp_path: Path, make: object) -> None:
    make(tmp_path)  # type: ignore[operator]
    plain = plain_figures(tmp_path)
    window = Window(zone=timezone.utc, zone_name="UTC")
    report = build_report(read_usage([tmp_path]), (), default_table(), load_prices(), window)
    total = report.total
    assert total.cost == plain["total"] > 0
    counts = [total.input_tokens, total.output_tokens, total.cache_write_5m_tokens]
    assert [*counts, total.cache_write_1h_tokens, total.cache_read_tokens] == plain["tokens"]
    for name, view in plain["views"].items():
        assert {group.key: group.total.cost for group in report.view(name)} == view, name
    assert report.mean is not None and abs(report.mean - plain["mean"]) < TINY
    assert report.median == plain["median"]
    baseline = next(item for item in report.baselines if item.name == "all-frontier")
    assert abs(baseline.cost.low - plain["low"]) < TINY
    assert abs(baseline.cost.high - plain["high"]) < TINY


def make_ledger(root: Path) -> list[dict[str, Any]]:
    """Decisions on some of a corpus' spawns, judgements, runs of the cascade, and turns of the session router."""
    spawned = sorted(
        {(call["session"], call["agent_id"]) for call in read_calls(root) if call["agent_id"]}
    )
    rows: list[dict[str, Any]] = []
    for number, (session, agent_id) in enumerate(spawned):
        spawn = {"session_id": session, "tool_use_id": f"toolu_{agent_id}", "kind": "search"}
        tier = ("light", "mid", "frontier", "automated")[number % 4]
        override = {"kept": number % 2 == 0} if number % 3 == 0 else None
        if number % 5:
            rows.append(
                {"row": "decision", "tier": tier, "mode": "enforce", "override": override, **spawn}
            )
        flag = ("cheaper", "needed-frontier", "wrong")[number % 3]
        if number % 2:
            rows.append({"row": "flag", "flag": flag, "session_id": session, "agent_id": agent_id})
    for number in range(9):
        tier, model = (("light", "claude-haiku-5-5"), ("frontier", "claude-opus-5-5"))[number % 2]
        attempt = {
            "row": "attempt",
            "run": f"r{number // 3 + number % 2}",
            "tier": tier,
            "model": model,
        }
        tokens = {"input_tokens": 1000 * number, "output_tokens": 100 + number}
        more = {
            "kind": ("docs", "tests")[(number // 3 + number % 2) % 2],
            "accepted": number % 3 == 0,
            "tokens": tokens,
        }
        rows.append({**attempt, **more, "cost_usd": 0.013 + number / 7, "stop": "done"})
    rows.append(
        {"row": "plan", "run": "r1", "kind": "tests", "tier": "frontier", "cost_usd": 0.077}
    )
    for number in range(7):
        turn = {"row": "turn", "routing": "on" if number % 3 else "shadow", "calls": 1 + number}
        label = ("talk", "read")[number % 2]
        usd = {"cost_usd": 0.1 * number, "own_usd": [0.11 * number, 0.3 * number], "own_model": "o"}
        rows.append({**turn, **usd, "label": label})
    return rows


def list_figures(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every number below a value, with its place; what is not known is there as None, words are not."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from list_figures(item, f"{place}/{key}")
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from list_figures(item, f"{place}/{number}")
    elif value is None or isinstance(value, (int, float, Decimal)):
        yield place, None if value is None else float(value)


def as_figures(document: dict[str, Any]) -> dict[str, Any]:
    """The figures of a document, rows and findings by their name."""
    kept = {
        key: value for key, value in document.items() if key in ("total", "coverage", "baselines")
    }
    kept["baselines"].pop("outcomes")
    kept["rows"] = {group.pop("key"): group for group in document["rows"]}
    kept["findings"] = {
        finding["name"]: (finding["low_usd"], finding["high_usd"])
        for finding in document["findings"]
    }
    return dict(list_figures(kept))


@pytest.mark.slow
@pytest.mark.parametrize("make", [_of_the_benchmark, _of_all_quirks, _of_switches])
def test_a_plain_calculation_gives_every_figure_of_the_document(
    tmp_path: Path, make: object
) -> None:
    make(tmp_path)  # type: ignore[operator]
    rows, table = make_ledger(tmp_path), default_table()
    # The first day on which there are two weeks to compare.
    today = min(call["when"] for call in read_calls(tmp_path)).date() + timedelta(days=13)
    window = Window(zone=timezone.utc, zone_name="UTC")
    report = build_report(read_usage([tmp_path]), rows, table, load_prices(), window, today)
    plain = PlainReport(tmp_path, rows, table, today)
    for by in (*KEYS, "tier,agent"):
        found, expected = (
            as_figures(build_document(report, by)),
            dict(list_figures(plain.figures(by))),
        )
        assert set(found) == set(expected), by
        wrong = {
            place: (found[place], expected[place])
            for place in expected
            if not _is_same(found[place], expected[place])
        }
        assert wrong == {}, by


def _is_same(found: float | None, expected: float | None) -> bool:
    """To the last digit that a float has: sums in another order may differ by less than that."""
    return found == (
        expected if expected is None else pytest.approx(expected, rel=1e-14, abs=1e-15)
    )
