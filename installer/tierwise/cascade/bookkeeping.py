"""What is written down of a run while it goes on: its record, and its rows in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tierwise import ledger
from tierwise.cascade import records
from tierwise.cascade.context import RepoContext
from tierwise.cascade.model import Attempt
from tierwise.cascade.outlines import shorten_reason
from tierwise.cascade.plan import RunPlan, RunRequest
from tierwise.cascade.records import RunRecord
from tierwise.cascade.workspace import Workspace

_MONEY_DIGITS = 10
_SUMMARY_KEYS = (
    "run",
    "kind",
    "tier",
    "accepted",
    "stop",
    "cost_usd",
    "override",
)


@dataclass
class Bookkeeping:
    """The books of one run."""

    context: RepoContext
    request: RunRequest
    plan: RunPlan
    record: RunRecord

    def __post_init__(self) -> None:
        task = self.request.task
        self.fingerprint = ledger.fingerprint(
            self.context.root,
            task,
        )

    def note_attempt(self, attempt: Attempt) -> None:
        """Note an attempt as it ends, in the run's record and in the ledger."""
        record, row = self.record, attempt.as_row()
        record["attempts"].append(row)
        total = sum(entry["cost_usd"] for entry in record["attempts"])
        record["cost_usd"] = round(
            total + record["plan_usd"],
            _MONEY_DIGITS,
        )
        records.save(self.context.root, record)
        # Evidence may quote the user's code, and details the task: neither goes into the ledger.
        gates = [{**gate, "evidence": ""} for gate in row["gates"]]
        why = shorten_reason(row)
        shown = {
            **row,
            "gates": gates,
            "detail": "",
            "why": why,
        }
        named = {
            "row": "attempt",
            "run": record["run"],
            "kind": self.plan.kind,
            "fingerprint": self.fingerprint,
            "engine": self.plan.engine,
            "policy": self.context.table["policy"],
            "propensity": 1.0,  # a run climbs by its record, never by chance
            "trial": self.request.trial is not None,
        }
        if self.plan.answered and not record["attempts"][1:]:
            # The answer chose where the run begins, and no more.
            named["answered"] = self.plan.answered
        ledger.append(self.context.root, {**named, **shown})

    def keep_patch(
        self,
        workspace: Workspace,
        tree: str,
    ) -> None:
        """Keep an attempt's changes as a patch beside the record, for the person who may take over."""
        patch = workspace.patch(tree)
        run = self.record["run"]
        self.record["patch"] = records.save_patch(
            self.context.root,
            run,
            patch,
        )

    def note_plan_cost(self, usd: float) -> None:
        """Note the plan as paid for, whatever becomes of the run."""
        record = self.record
        record["plan_usd"] = record["cost_usd"] = round(
            usd,
            _MONEY_DIGITS,
        )
        row = {
            "row": "plan",
            "run": record["run"],
            "kind": self.plan.kind,
            "tier": self.context.table["ladder"][-1],
            "cost_usd": record["plan_usd"],
        }
        ledger.append(self.context.root, row)

    @contextmanager
    def known_by_record(self) -> Iterator[None]:
        """Keep the record while folders are made: a kill leaves it to find them by, a refused repository does not."""
        records.save(self.context.root, self.record)
        try:
            yield
        except Exception:
            records.drop(self.context.root, self.record["run"])
            raise

    def note_interruption(self) -> None:
        """Note a stop before the climb, which notes its own; what comes after the result changes nothing of it."""
        if self.record["stop"] == "running":
            self.record["stop"] = "interrupted"
            self.record["detail"] = "stopped by you"
            self.note_end()

    def note_end(self) -> None:
        """Write down how the run ended."""
        records.save(self.context.root, self.record)
        summary = {key: self.record.get(key) for key in _SUMMARY_KEYS}
        row = {
            "row": "run",
            "fingerprint": self.fingerprint,
            "attempts": len(self.record["attempts"]),
            "planned": self.request.plan,
            "plan_usd": self.record["plan_usd"],
            **summary,
        }
        ledger.append(self.context.root, row)
