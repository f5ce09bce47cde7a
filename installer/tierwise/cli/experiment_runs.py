"""Running one task of an experiment on one side, as ``tierwise run`` does, without climbing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from tierwise.cascade.acceptance import Acceptance, tells_apart
from tierwise.cascade.context import (
    RepoContext,
    load_context,
    project_commands,
)
from tierwise.cascade.flow import carry_out
from tierwise.cascade.plan import RunRequest, Trial, decide_task
from tierwise.cascade.records import RunRecord
from tierwise.cli.run_display import make_follower
from tierwise.domain.table_shape import Table
from tierwise.errors import OutsideError, TierwiseError
from tierwise.learning.experiment_plan import ExperimentTask
from tierwise.policy.compile import compile_table
from tierwise.policy.load import parse_policy
from tierwise.transcripts.spawns import Spawn
from tierwise.trust.guard import guard_table

_KNOWN_COSTS = frozenset(("client", "priced"))
_OUTCOMES = ("accepted", "top-tier-failed", "budget-spent")
"""How a run ends that says something of its tier."""

_OF_THE_REPOSITORY = (
    "automated",
    "checks",
    "escalation",
    "gates",
    "reuse",
)
"""What another policy has no say in: both sides are judged alike."""


@dataclass(frozen=True)
class Side:
    """A tier, or a policy that sends each task to a tier of its own (``tier`` is empty)."""

    name: str
    context: RepoContext
    tier: str = ""

    @property
    def version(self) -> str:
        """The version of the policy that decides."""
        return str(self.context.table["policy"])

    def find_tier(self, task: str) -> str:
        """Return the tier on which the task runs."""
        if self.tier:
            return self.tier
        return str(decide_task(self.context, RunRequest(task=task)).tier)

    def describe_tier(self, task: str) -> tuple[object, object]:
        """Return model and effort: two sides that agree in both do the same."""
        entry = self.context.table["tiers"][self.find_tier(task)]
        return entry["model"], entry.get("effort")


class Runner:
    """Runs tasks for an experiment.  ``gates``: names or commands of the command line."""

    def __init__(
        self,
        sides: Mapping[str, Side],
        gates: tuple[str, ...],
        spawns: Mapping[str, Spawn] | None = None,
    ) -> None:
        self._sides = sides
        self._gates = gates
        self._spawns = spawns or {}

    def run(
        self,
        task: ExperimentTask,
        side: str,
        limit: float,
    ) -> tuple[bool, float | None]:
        """Run one task; return whether it passed, and its cost.  Raises OutsideError where nothing was told."""
        request = self._make_request(task, side, limit)
        record = carry_out(
            request,
            make_follower(),
            self._sides[side].context,
        )
        if record["stop"] not in _OUTCOMES:
            raise OutsideError(f"{record['stop']}: {record['detail']}")
        return record["accepted"], _read_cost(record)

    def keep_telling(
        self,
        tasks: Iterator[ExperimentTask],
    ) -> Iterator[ExperimentTask]:
        """Yield the tasks of the history whose tests fail before the commit and pass after it."""
        for task in tasks:
            if tells_apart(self._make_acceptance(task), self._any_context, task.base):
                yield task

    def keep_differing(
        self,
        tasks: Iterator[ExperimentTask],
    ) -> Iterator[ExperimentTask]:
        """Yield the tasks that the two sides send to different models or efforts."""
        for task in tasks:
            text = self._read_text(task)
            tiers = {side.describe_tier(text) for side in self._sides.values()}
            if len(tiers) > 1:
                yield task

    def find_kind(self, task: ExperimentTask) -> str:
        """Return the kind of work that the present policy reads a task as."""
        if task.kind:
            return task.kind
        request = RunRequest(task=self._read_text(task))
        return str(decide_task(self._any_context, request).kind)

    @property
    def _any_context(self) -> RepoContext:
        return next(iter(self._sides.values())).context

    def _make_request(
        self,
        task: ExperimentTask,
        side: str,
        limit: float,
    ) -> RunRequest:
        text = self._read_text(task)
        tier = self._sides[side].find_tier(text)
        request = RunRequest(
            task=text,
            gates=self._gates,
            start=tier,
            top=tier,
            max_usd=limit,
            trial=Trial(task.base),
        )
        if not task.commit:
            return request
        judge = self._make_acceptance(task).make_gate()
        return replace(
            request,
            gates=(),
            trial=Trial(task.base, (judge,)),
        )

    def _read_text(self, task: ExperimentTask) -> str:
        if not task.call:
            return task.text
        if task.call not in self._spawns:
            raise OutsideError(
                "the prompt of a recorded spawn is gone",
                place=task.call,
                remedy="Keep the transcripts until the experiment is through, or begin anew.",
            )
        return self._spawns[task.call].text

    def _make_acceptance(self, task: ExperimentTask) -> Acceptance:
        context = self._any_context
        commands = project_commands(context.table)
        command = commands.get("tests", "")
        if self._gates:
            command = commands.get(
                self._gates[0],
                self._gates[0],
            )
        if not command:
            raise _refuse(
                "no command runs the tests here",
                "Name one with --gate, or under `automated: unit-tests`.",
            )
        seconds = float(context.table["gates"]["seconds"])
        return Acceptance(
            context.home,
            task.commit,
            task.tests,
            command,
            seconds,
        )


def load_sides(cheaper: str, present: str) -> dict[str, Side]:
    """Return the two sides by name: tiers of the policy, or policy files.  Raises TierwiseError."""
    context = load_context()
    ladder = context.table["ladder"]
    names = (cheaper, present)
    if cheaper == present:
        raise _refuse(
            f"{cheaper} is named twice",
            "Name two different ones.",
        )
    if all(name not in ladder and Path(name).is_file() for name in names):
        return {name: _load_policy(name, context) for name in names}
    for name in names:
        if name not in ladder:
            raise _refuse(
                f"{name} is not a tier",
                f"Name two of {', '.join(ladder)}, or two policy files.",
            )
    if ladder.index(cheaper) >= ladder.index(present):
        raise _refuse(
            f"{cheaper} is not below {present}",
            "Name the cheaper tier first.",
        )
    return {name: Side(name, context, name) for name in names}


def _refuse(message: str, remedy: str) -> TierwiseError:
    return TierwiseError(
        message,
        place="experiment",
        remedy=remedy,
    )


def _load_policy(name: str, context: RepoContext) -> Side:
    policy = parse_policy(Path(name).read_bytes(), name)
    table: dict[str, object] = {**guard_table(context.root, compile_table(policy))}
    for key in _OF_THE_REPOSITORY:
        table[key] = context.table.get(key)
    return Side(name, replace(context, table=cast(Table, table)))


def _read_cost(record: RunRecord) -> float | None:
    """Return what a run cost; None where any attempt's cost is not known."""
    sources = {attempt["cost_source"] for attempt in record["attempts"]}
    if not sources or not sources <= _KNOWN_COSTS:
        return None
    return record["cost_usd"]
