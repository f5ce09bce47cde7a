"""Routing efficiency: the share of routable work that ran no higher than it should have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from tierwise.domain.ladder import Ladder
from tierwise.domain.ledger_rows import RawRow, read_judgements
from tierwise.domain.table_shape import Table
from tierwise.report.counterfactual import right_tier
from tierwise.report.rows import Row, find_height, name_task
from tierwise.report.totals import divide_by, sum_costs

Flags = Mapping[tuple[str, str], str]
"""Judgements by session and task; see :func:`read_flags`."""

DENOMINATOR = (
    "subagent tasks that the policy gives a tier (by a recorded decision, else by the agent's line), "
    "and tasks that were flagged"
)


class TaskCalls(msgspec.Struct, frozen=True):
    """The calls of one subagent, or of a main conversation."""

    session: str
    agent_id: str
    """Empty for the main conversation."""
    tool_use_id: str
    agent: str
    kind: str
    rank: int
    """The highest tier that it ran on."""
    right: str | None
    """The tier that the policy gives it."""
    cost: Decimal
    run: str = ""
    """The cascade's run that it was an attempt of."""


class Efficiency(msgspec.Struct, frozen=True):
    """``good`` of ``tasks`` routable tasks ran at or below the right tier; the same by their cost."""

    good: int
    tasks: int
    good_cost: Decimal
    cost: Decimal
    too_low: int
    """Of the good ones, flagged as having needed a higher tier than they had."""
    flags: Mapping[str, int]
    """How many tasks have each judgement."""

    @property
    def ratio(self) -> float | None:
        """0 to 1; None without routable work."""
        return divide_by(self.good, self.tasks)

    def as_json(self) -> dict[str, Any]:
        """Return the shape in ``baselines.routing_efficiency``."""
        return {
            "ratio": self.ratio,
            "good_tasks": self.good,
            "tasks": self.tasks,
            "cost_ratio": divide_by(self.good_cost, self.cost),
            "cost_usd": float(self.cost),
            "flagged_too_low": self.too_low,
            "flags": dict(self.flags),
            "denominator": DENOMINATOR,
        }


def tasks_of(
    rows: Iterable[Row],
    ladder: Ladder,
    table: Table,
) -> list[TaskCalls]:
    """Return the calls of each subagent and each main conversation as one task, in order of their first call."""
    calls: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        record = row.record
        task = name_task(record)
        if not task and not record.is_main:
            task = record.agent
        calls[record.session, task].append(row)
    return [_make_task(found, ladder, table) for found in calls.values()]


def measure_efficiency(
    tasks: Iterable[TaskCalls],
    flags: Flags,
    ladder: Ladder,
) -> Efficiency:
    """Count the routable tasks."""
    good = count = too_low = 0
    good_cost = cost = Decimal(0)
    judged: dict[str, int] = defaultdict(int)
    for task in tasks:
        flag = flag_of(task, flags)
        if flag:
            judged[flag] += 1
        right = find_right_rank(
            task.rank,
            task.right or "",
            flag,
            ladder,
        )
        if right is None:
            continue
        count += 1
        cost += task.cost
        if task.rank <= right:
            good += 1
            good_cost += task.cost
            too_low += flag == "needed-frontier" and task.rank < right
    return Efficiency(
        good,
        count,
        good_cost,
        cost,
        too_low,
        dict(sorted(judged.items())),
    )


def find_right_rank(
    rank: int,
    tier: str,
    flag: str,
    ladder: Ladder,
) -> int | None:
    """Return the rank of the tier that the user's flag, else the policy, calls right; None where neither does.

    ``rank`` is the one that the work ran on, ``tier`` the policy's; empty where it gives none.
    """
    if flag == "cheaper":
        return rank - 1
    if flag == "needed-frontier":
        return len(ladder.names) - 1
    return ladder.rank(tier)


def read_flags(ledger_rows: Iterable[RawRow]) -> dict[tuple[str, str], str]:
    """Return the last judgement on each task: (session, task id) -> word; the id is empty for a whole session.

    A judgement on a cascade's run stands under ("", run).
    """
    flags: dict[tuple[str, str], str] = {}
    for found in read_judgements(ledger_rows):
        place = (found.session, found.task)
        if found.run:
            place = ("", found.run)
        flags[place] = found.flag
    return flags


def flag_of(task: TaskCalls, flags: Flags) -> str:
    """Return the judgement on a task, by its agent's id, its call's id or its run; empty where there is none."""
    return _find_flag(
        flags,
        task.run,
        task.session,
        task.agent_id,
        task.tool_use_id,
    )


def flag_of_row(row: Row, flags: Flags) -> str:
    """Return the judgement on the task that a row belongs to; empty where there is none."""
    record = row.record
    return _find_flag(
        flags,
        _read_run(row),
        record.session,
        record.agent_id,
        record.tool_use_id,
    )


def _find_flag(
    flags: Flags,
    run: str,
    session: str,
    agent_id: str,
    call: str,
) -> str:
    if run and ("", run) in flags:
        return flags["", run]
    names = [name for name in (agent_id, call) if name]
    for name in names or [""]:
        if (session, name) in flags:
            return flags[session, name]
    return ""


def _read_run(row: Row) -> str:
    """Return the cascade's run that made a call; empty where none did."""
    if row.decision is None:
        return ""
    return row.decision.run


def _make_task(
    rows: list[Row],
    ladder: Ladder,
    table: Table,
) -> TaskCalls:
    first = rows[0]
    record = first.record
    calls = (row.record.tool_use_id for row in rows)
    heights = [find_height(row, ladder) for row in rows]
    known_heights = [height for height in heights if height is not None]
    right_tiers = (right_tier(row, table) for row in rows)
    return TaskCalls(
        session=record.session,
        agent_id=record.agent_id,
        tool_use_id=next(filter(None, calls), ""),
        agent=record.agent,
        kind=first.domain,
        rank=max(known_heights, default=len(ladder.names)),
        right=next(filter(None, right_tiers), None),
        cost=sum_costs(rows),
        run=_read_run(first),
    )
