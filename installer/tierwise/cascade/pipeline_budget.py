"""`ci.budget` for a run: what it may spend in a pipeline, and what it did spend."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from tierwise.cascade.context import (
    RepoContext,
    make_price,
    make_spec,
)
from tierwise.cascade.model import TierSpec
from tierwise.cascade.plan import RunPlan, RunRequest
from tierwise.cascade.records import RunRecord
from tierwise.ci.holding import (
    Hold,
    hold_call,
    load_spend,
    settle_call,
    sum_asked,
)
from tierwise.ci.spend import (
    LEAST_USD,
    find_allowance,
    read_limits,
)
from tierwise.domain.kinds import is_ci
from tierwise.domain.table_shape import Table
from tierwise.errors import TierwiseError

_MILLION = {"output_tokens": 1_000_000}


class RunBudget:
    """What a pipeline lets one run spend; without a ``hold``, what the run itself says."""

    def __init__(
        self,
        root: str,
        limit_usd: float | None = None,
        hold: Hold | None = None,
    ) -> None:
        self.root = root
        self.limit_usd = limit_usd
        self.hold = hold
        self.has_begun = False

    @property
    def is_limited(self) -> bool:
        """Whether the run's cost must be known."""
        return self.limit_usd is not None

    def bound_request(self, request: RunRequest) -> RunRequest:
        """Return the request with what is left of the limit once its kind of work has been asked for."""
        if self.limit_usd is None:
            return request
        asked_usd = 0.0
        if self.hold is not None:
            asked_usd = sum_asked(self.root, self.hold)
        left = max(self.limit_usd - asked_usd, LEAST_USD)
        return replace(request, max_usd=left)

    def settle_record(self, record: RunRecord) -> None:
        """Settle by what a run's record says; an attempt that did not tell its cost counts with all it may have spent."""
        sources = {attempt["cost_source"] for attempt in record["attempts"]}
        if "unpriced" in sources:
            self._settle(None)
        elif "lower-bound" not in sources:
            self._settle(record["cost_usd"])

    def settle_unspent(self) -> None:
        """Settle a run that never began: it has cost what was asked about its kind of work."""
        if not self.has_begun:
            self._settle(0.0)

    def _settle(self, usd: float | None) -> None:
        if self.hold is None:
            return
        cost = usd
        if cost is not None:
            cost += sum_asked(self.root, self.hold)
        settle_call(self.root, self.hold, cost)


@contextmanager
def hold_run(
    context: RepoContext,
    request: RunRequest,
    environ: Mapping[str, str] = os.environ,
) -> Iterator[RunBudget]:
    """Hold what a run may spend, where it is in a pipeline and the policy has a `ci.budget`.

    Raises SpendRefusedError where it may not begin.  A run that ends in an error after it began stays held: nobody knows
    what it cost.
    """
    root, table = context.root, context.table
    limits = read_limits(table)
    if not limits.are_set or not is_ci(environ):
        yield RunBudget(root)
        return
    wanted = request.max_usd or table["escalation"]["max_usd"]
    if request.dry_run:
        yield RunBudget(
            root,
            find_allowance(limits, load_spend(root, environ), wanted),
        )
        return
    hold = hold_call(
        root,
        table,
        "tierwise run",
        wanted,
        environ,
    )
    budget = RunBudget(root, hold.limit_usd, hold)
    try:
        yield budget
    finally:
        budget.settle_unspent()


def require_prices(
    context: RepoContext,
    plan: RunPlan,
    gates: Sequence[str],
) -> None:
    """Raise TierwiseError where the run may ask a model whose price is not known.

    The client tells its own cost, whatever the model.
    """
    price = make_price(context.table)
    for spec in (*plan.tiers, *_list_judges(context.table, gates)):
        is_told = plan.engine == "claude" and spec.provider == "claude"
        if not is_told and price(spec.model, _MILLION) is None:
            raise TierwiseError(
                f"{spec.model} has no price, so `ci.budget` could not be kept",
                place="tierwise.yaml",
                remedy=f"State it: `prices: {{{spec.model}: {{input: …, output: …}}}}`.",
            )


def _list_judges(
    table: Table,
    gates: Sequence[str],
) -> list[TierSpec]:
    """Return what the gates ask."""
    named = {"judge": table["gates"]["judge"], "second-test": table["gates"]["second_test"]}
    return [make_spec(table, named[gate]["tier"]) for gate in gates if gate in named]
