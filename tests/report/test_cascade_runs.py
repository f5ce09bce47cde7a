"""Did the cascade pay: measured by the runs that began on top, else by each run's own tokens."""

from __future__ import annotations

from decimal import Decimal

from tests.support.spending import default_table

from tierwise.domain.ladder import ladder_of
from tierwise.domain.ledger_rows import PlanCost, read_attempts
from tierwise.pricing.elsewhere import Range
from tierwise.pricing.prices import load_prices
from tierwise.report.cascade_runs import NEEDED, RunCost, measure_runs, prefer_measured

ESTIMATE = Range(Decimal(1), Decimal(2))


def _make_run(cost: str, *, kind: str = "docs", on_top: bool = False) -> RunCost:
    return RunCost(kind, on_top, Decimal(cost), ESTIMATE)


def test_enough_runs_on_top_make_a_measured_price_for_their_kind() -> None:
    on_top = [_make_run(cost, on_top=True) for cost in ("0.1", "0.2", "0.3", "0.4", "1.0")]
    assert len(on_top) == NEEDED
    cheap, other = _make_run("0.01"), _make_run("0.01", kind="tests")
    found = prefer_measured([*on_top, cheap, other])
    mean = Range.exactly(Decimal("0.4"))
    assert [run.on_top for run in found] == [mean] * 6 + [ESTIMATE]


def test_too_few_runs_on_top_measure_nothing() -> None:
    runs = [_make_run("0.1", on_top=True) for _ in range(NEEDED - 1)]
    assert prefer_measured(runs) == runs


def test_what_nothing_tells_stays_unknown() -> None:
    unknown = RunCost("docs", False, Decimal(1), None)
    assert prefer_measured([unknown]) == [unknown]


def test_plans_are_paid_for_by_their_runs() -> None:
    rows = [
        {"row": "attempt", "run": run, "kind": "docs", "tier": "light", "cost_usd": cost}
        for run, cost in (("a", 0.10), ("b", 0.20))
    ]
    plans = [PlanCost(name, "docs", Decimal(cost)) for name, cost in (("b", "1"), ("b", "2"))]
    found = measure_runs(
        read_attempts(rows),
        [*plans, PlanCost("gone", "docs", Decimal(9))],
        ladder_of(default_table()),
        load_prices(),
    )
    assert [run.cost for run in found] == [Decimal("0.10"), Decimal("3.20")]
