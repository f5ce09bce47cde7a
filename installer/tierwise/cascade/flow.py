"""One run from the request to the record: route, plan the ladder, climb, deliver, write down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Any

from tierwise.cascade import records, reuse
from tierwise.cascade.asking import Consult, make_consult
from tierwise.cascade.bookkeeping import Bookkeeping
from tierwise.cascade.climb import climb
from tierwise.cascade.context import (
    RepoContext,
    load_context,
    make_price,
)
from tierwise.cascade.engines.choose import Asker, make_engines
from tierwise.cascade.finish import Finish
from tierwise.cascade.gating import (
    RunGates,
    choose_gates,
    has_verifier,
    sum_reserve,
)
from tierwise.cascade.ladder import cap_attempt
from tierwise.cascade.lending import lend_trust
from tierwise.cascade.model import (
    Engine,
    RunResult,
    Say,
    StallLimits,
    TierSpec,
)
from tierwise.cascade.outlines import (
    begin_record,
    record_automated,
    record_planned,
    record_stopped,
)
from tierwise.cascade.pipeline_budget import (
    RunBudget,
    hold_run,
    require_prices,
)
from tierwise.cascade.plan import (
    RunPlan,
    RunRequest,
    UnverifiedError,
    decide_task,
    plan_run,
    start_at_top,
)
from tierwise.cascade.planning import (
    PLAN_SHARE,
    WrittenPlan,
    write_plan,
)
from tierwise.cascade.prompt import describe_rules, describe_task
from tierwise.cascade.race import race
from tierwise.cascade.records import RunRecord
from tierwise.cascade.signals import undisturbed
from tierwise.cascade.state import Dependencies, Job
from tierwise.cascade.workspace import (
    Workspace,
    open_work_folder,
    open_workspace,
)
from tierwise.ci.spend import SpendRefusedError
from tierwise.gates import Gate
from tierwise.trust.guard import require_powers

# What a run does by the policy's word: commands, clients, addresses that get a key.
_POWERS = (
    "automated",
    "checks",
    "escalation",
    "gates",
    "tiers",
)


def carry_out(
    request: RunRequest,
    following: AbstractContextManager[Say],
    context: RepoContext | None = None,
) -> RunRecord:
    """Carry a request out; return the record (see docs/cascade.md).  ``following``: takes progress in lines.

    ``context``: the repository and the policy to go by, those of the current folder where it is left out.
    Raises TierwiseError for a bad call or a refused repository, before anything is spent.
    """
    context = context or load_context()
    run = records.new_id()
    records.sweep(context.root)
    try:
        with hold_run(context, request) as budget:
            return _carry_out_within(
                budget,
                run,
                request,
                following,
                context,
            )
    except SpendRefusedError as error:
        unbegun = records.blank(run, request.task)
        return record_stopped(unbegun, "budget-spent", error)


def _carry_out_within(
    budget: RunBudget,
    run: str,
    request: RunRequest,
    following: AbstractContextManager[Say],
    context: RepoContext,
) -> RunRecord:
    decision = decide_task(
        context,
        request,
        _choose_consult(context, request),
    )
    if decision.command and not request.start:
        return record_automated(run, request.task, decision)
    require_powers(context.table, *_POWERS)
    request = budget.bound_request(request)
    plan = plan_run(context, request, decision)
    asker = Asker(
        context,
        plan.engine,
        make_price(context.table),
    )
    gates = _choose_gates(context, request, plan, asker)
    if plan.edits and not plan.answers and not has_verifier(gates):
        try:
            plan = start_at_top(plan, context.table)
        except UnverifiedError as error:
            return record_stopped(
                begin_record(run, request, plan, gates),
                "unverified",
                error,
            )
    record = begin_record(run, request, plan, gates)
    if budget.is_limited:
        require_prices(context, plan, record["gates"])
    if request.dry_run:
        return record_planned(record)
    flow = _Flow(
        context,
        request,
        plan,
        gates,
        asker,
        record,
        budget.is_limited,
    )
    budget.has_begun = True
    record = flow.run(following)
    budget.settle_record(record)
    return record


def _choose_consult(
    context: RepoContext,
    request: RunRequest,
) -> Consult | None:
    """Return how an unclear task is asked about; None where nothing may be spent on that."""
    if request.dry_run or request.start or request.trial:
        return None
    return make_consult(context, request.engine, "run")


def _choose_gates(
    context: RepoContext,
    request: RunRequest,
    plan: RunPlan,
    asker: Asker,
) -> list[Gate]:
    gates = choose_gates(
        context,
        request.gates,
        plan.kind,
        plan.edits,
        asker.make_judge(),
        asker.make_author(),
    )
    return [*gates, *request.own_gates]


@dataclass
class _Flow:
    """A run under way."""

    context: RepoContext
    request: RunRequest
    plan: RunPlan
    gates: Sequence[Gate]
    asker: Asker
    record: RunRecord
    needs_known_cost: bool = False

    def __post_init__(self) -> None:
        table = self.context.table
        self.root = self.context.root
        self.options: dict[str, Any] = table["escalation"]
        self.price = make_price(table)
        self.written = WrittenPlan(0.0)
        self.books = Bookkeeping(
            self.context,
            self.request,
            self.plan,
            self.record,
        )

    def run(
        self,
        following: AbstractContextManager[Say],
    ) -> RunRecord:
        engine = make_engines(
            self.context,
            self.plan.engine,
            self.price,
            batch=self.request.batch,
        )
        engine(self.plan.tiers[0])  # an engine that cannot work is said before anything is written
        try:
            self._carry_out(engine, following)
        except KeyboardInterrupt:
            with undisturbed():
                self.books.note_interruption()
        return self.record

    def _carry_out(
        self,
        engine: Callable[[TierSpec], Engine],
        following: AbstractContextManager[Say],
    ) -> None:
        request = self.request
        checker = RunGates(
            self.context,
            self.gates,
            request.task,
            request.gates,
        )
        with following as say, ExitStack() as stack:
            self._announce_run(say)
            with self.books.known_by_record():
                workspaces = self._open_workspaces(stack)
            stack.callback(checker.end)
            stack.callback(self.asker.questions.end)
            records.save(self.root, self.record)
            if workspaces:
                checker.begin_baseline(workspaces[0])
                self._write_plan(checker, workspaces[0], say)
            dependencies = Dependencies(
                engine=engine,
                gates=checker.check,
                record=self.books.note_attempt,
                show=say,
                keep_patch=self.books.keep_patch,
                cap=self._cap_attempt,
                questions=self.asker.questions,
            )
            result = self._climb_tiers(dependencies, workspaces)
            with undisturbed():
                finish = Finish(
                    self.context,
                    self.request,
                    self.plan,
                    self.record,
                )
                finish.take_result(result, workspaces, say)
                stack.close()
                self.books.note_end()

    def _write_plan(
        self,
        checker: RunGates,
        workspace: Workspace,
        say: Say,
    ) -> None:
        """Write, with ``--plan``, the top tier's plan and test, before the first attempt."""
        if not self.request.plan:
            return
        limit = self.plan.max_usd * PLAN_SHARE
        planner = self.asker.make_planner(limit)
        record = self.record
        try:
            base = checker.change_of_base(workspace)
            self.written = write_plan(base, self.gates, planner)
        except KeyboardInterrupt:
            self.books.note_plan_cost(self.asker.questions.spent_usd)
            raise
        self.books.note_plan_cost(self.written.cost_usd)
        if self.written.gate is not None:
            checker.gates = [*checker.gates, self.written.gate]
            record["gates"].append(self.written.gate.name)
        if self.written.note:
            record["notes"].append(self.written.note)
        say(f"{self.written.note or 'planned by the top tier'}; ${self.written.cost_usd:.4f}")
        records.save(self.root, record)

    def _climb_tiers(
        self,
        dependencies: Dependencies,
        workspaces: Sequence[Workspace],
    ) -> RunResult:
        # Without files to work on, there is nothing to work in.
        first, second = [*workspaces, None, None][:2]
        job = self._make_job(first)
        if self.request.race:
            return race(job, dependencies, (first, second))
        return climb(job, dependencies, first)

    def _make_job(self, workspace: Workspace | None) -> Job:
        plan = self.plan
        options = self.options
        reserve_usd = sum_reserve(
            self.record["gates"],
            self.context.table["gates"],
        )
        return Job(
            run=self.record["run"],
            task=describe_task(self.request, plan, self.written, workspace),
            stable=describe_rules(plan),
            tiers=plan.tiers,
            attempts=options["attempts"],
            max_usd=plan.max_usd,
            seconds=options["attempt_seconds"],
            handoff_tokens=options["handoff_tokens"],
            edits=plan.edits,
            answers=plan.answers,
            example=reuse.find_example(self.context, self.request, plan),
            plan=self.written.plan,
            spent_usd=self.written.cost_usd,
            reserve_usd=reserve_usd,
            needs_known_cost=self.needs_known_cost,
            stall=self._read_stall_limits(),
        )

    def _read_stall_limits(self) -> StallLimits | None:
        options = self.options["early_stop"]
        if not options["enabled"]:
            return None
        return StallLimits(
            repeats=options["repeats"],
            minutes=options["minutes"],
            budget_share=options["budget_share"],
        )

    def _announce_run(self, say: Say) -> None:
        record = self.record
        tiers = " -> ".join(record["ladder"])
        say(f"{record['kind']} ({record['rule']}): {tiers}; gates {', '.join(record['gates'])}")
        for entry in record["skipped"]:
            say(f"skipped {entry['tier']}: {entry['reason']}")
        for note in record["notes"]:
            say(note)

    def _open_workspaces(
        self,
        stack: ExitStack,
    ) -> list[Workspace]:
        if not self.plan.edits:
            return []
        run = self.record["run"]
        context = self.context
        opening = open_workspace(
            context.home,
            context.folder,
            run,
            self.options["link"],
            self.options["submodules"],
            self.request.base,
        )
        first = stack.enter_context(opening)
        opened = [first]
        if self.request.race:
            again = open_work_folder(first.checkouts, f"{run}-2")
            opened.append(stack.enter_context(again))
        self.record["folders"] = [first.scratch]
        for workspace in opened:
            stack.enter_context(lend_trust(workspace.work_folder, context.table))
            self.record["folders"].append(workspace.root)
        self.record["notes"] += first.origin.notes
        return opened

    def _cap_attempt(
        self,
        tiers: Sequence[str],
        left_usd: float,
    ) -> float:
        return cap_attempt(
            tiers,
            self.plan.experience,
            needed=self.options["evidence_runs"],
            left_usd=left_usd,
            attempts=self.options["attempts"],
        )
