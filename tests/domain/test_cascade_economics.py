"""Did the cascade pay: measured by the runs that began on top, else by each run's own tokens."""

from __future__ import annotations

from decimal import Decimal

from tierwise.domain.cascade_economics import NEEDED, RunCost, Span, add_plans, price_on_top
from tierwise.domain.ledger_rows import PlanCost

ESTIMATE: Span = (Decimal(1), Decimal(2))


def _make_run(cost: str, *, kind: str = "docs", on_top: bool = False) -> RunCost:
    return RunCost(kind, on_top, Decimal(cost), ESTIMATE)


def test_enough_runs_on_top_make_a_measured_price_for_their_kind() -> None:
    on_top = [_make_run(cost, on_top=True) for cost in ("0.1", "0.2", "0.3", "0.4", "1.0")]
    assert len(on_top) == NEEDED
    cheap, other = _make_run("0.01"), _make_run("0.01", kind="tests")
    prices = price_on_top([*on_top, cheap, other])
    mean = Decimal("0.4")
    assert prices == [(mean, mean)] * 6 + [ESTIMATE]


def test_too_few_runs_on_top_measure_nothing() -> None:
    runs = [_make_run("0.1", on_top=True) for _ in range(NEEDED - 1)]
    assert price_on_top(runs) == [ESTIMATE] * (NEEDED - 1)


def test_what_nothing_tells_stays_unknown() -> None:
    assert price_on_top([RunCost("docs", False, Decimal(1), None)]) == [None]


def test_plans_are_paid_for_by_their_runs() -> None:
    runs = {"a": _make_run("0.10"), "b": _make_run("0.20")}
    plans = [PlanCost(name, "docs", Decimal(cost)) for name, cost in (("b", "1"), ("b", "2"))]
    found = add_plans(runs, [*plans, PlanCost("gone", "docs", Decimal(9))])
    assert [one.cost for one in found] == [Decimal("0.10"), Decimal("3.20")]
