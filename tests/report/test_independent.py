"""Every figure of a report beside a second, plain calculation of the same transcripts: equal to the last digit."""

from __future__ import annotations

import importlib.util
from datetime import timezone
from decimal import Decimal
from pathlib import Path

import pytest
from tests.support.plain_report import plain_figures
from tests.support.spending import default_table
from tests.support.transcript_world import write_world
from tests.support.transcripts import Call, project, row, write

from tierwise.pricing.prices import load_prices
from tierwise.report.build import build_report
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
