"""What a run's record says before the first attempt, and of runs that need none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tierwise.cascade import records
from tierwise.cascade.model import AttemptRow
from tierwise.cascade.plan import RunPlan, RunRequest
from tierwise.cascade.records import RunRecord
from tierwise.errors import TierwiseError
from tierwise.gates import Gate
from tierwise.shown import neutralise


def begin_record(
    run: str,
    request: RunRequest,
    plan: RunPlan,
    gates: Sequence[Gate],
) -> RunRecord:
    """Return a run's record as its plan is made."""
    record = records.blank(run, request.task)
    record["kind"] = plan.kind
    record["rule"] = plan.rule
    record["engine"] = plan.engine
    record["ladder"] = list(plan.ladder.tiers)
    for tier, reason in plan.ladder.skipped.items():
        record["skipped"].append({"tier": tier, "reason": reason})
    record["notes"] = list(plan.ladder.notes)
    record["override"] = plan.override
    record["max_usd"] = plan.max_usd
    record["gates"] = [gate.name for gate in gates]
    return record


def record_automated(
    run: str,
    task: str,
    decision: Any,
) -> RunRecord:
    """Return the record of work that a command answers."""
    record = records.blank(run, task)
    record["kind"] = decision.kind
    record["rule"] = decision.rule
    record["tier"] = "automated"
    record["command"] = decision.command
    record["accepted"] = True
    record["stop"] = "automated"
    record["detail"] = f"this has a right answer, no model is needed: {decision.command}"
    return record


def record_stopped(
    record: RunRecord,
    stop: str,
    error: TierwiseError,
) -> RunRecord:
    """Return the record of a run that an error keeps from beginning, with what helps."""
    record["stop"] = stop
    record["detail"] = f"{error.message}. {error.remedy}"
    return record


def record_planned(record: RunRecord) -> RunRecord:
    """Return the record of a run that is only to be told of."""
    record["stop"] = "planned"
    record["detail"] = _describe_plan(record)
    return record


def _describe_plan(record: RunRecord) -> str:
    """Return what a run would do, in lines."""
    tiers = " -> ".join(record["ladder"])
    gates = ", ".join(record["gates"])
    lines = [
        f"kind {record['kind']} ({record['rule']}); tiers {tiers}; engine {record['engine']}",
        f"gates {gates}; at most ${record['max_usd']:.2f}",
    ]
    for entry in record["skipped"]:
        lines.append(f"skipped {entry['tier']}: {entry['reason']}")
    for note in record["notes"]:
        lines.append(f"note: {note}")
    return "\n".join(map(neutralise, lines))


def shorten_reason(row: AttemptRow) -> str:
    """Return why an attempt was not accepted, without the task's or the code's words."""
    if row["accepted"]:
        return ""
    failed = [gate["name"] for gate in row["gates"] if not gate["passed"]]
    return ", ".join(failed) or row["stop"]
