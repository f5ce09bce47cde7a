"""One run from the request to the record: route, plan the ladder, climb, deliver, write down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import (
    AbstractContextManager,
    ExitStack,
    contextmanager,
)
from dataclasses import dataclass
from typing import Any

from tierwise import ledger
from tierwise.cascade import records, reuse
from tierwise.cascade.asking import Consult, make_consult
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
from tierwise.cascade.handoff import BYTES_PER_TOKEN
from tierwise.cascade.ladder import cap_attempt
from tierwise.cascade.lending import lend_trust
from tierwise.cascade.model import (
    Attempt,
    Engine,
    Result,
    Say,
    StallLimits,
    TierSpec,
)
from tierwise.cascade.outlines import (
    begin_record,
    describe_plan,
    record_automated,
    record_refused,
    record_unverified,
    shorten_reason,
)
from tierwise.cascade.pipeline_budget import (
    RunBudget,
    hold_run,
    require_prices,
)
from tierwise.cascade.plan import (
    Plan,
    Request,
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
from tierwise.cascade.prompt import (
    describe_rules,
    describe_task,
)
from tierwise.cascade.race import race
from tierwise.cascade.records import RunRecord
from tierwise.cascade.signals import undisturbed
from tierwise.cascade.state import Dependencies, Job
from tierwise.cascade.workspace import (
    Workspace,
    open_another,
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


def carry_out(
    request: Request,
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
        return record_refused(run, request.task, error)


def _carry_out_within(
    budget: RunBudget,
    run: str,
    request: Request,
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
    gates = choose_gates(
        context,
        request.gates,
        plan.kind,
        plan.edits,
        asker.make_judge(),
        asker.make_author(),
    )
    gates += request.own_gates
    if plan.edits and not plan.answers and not has_verifier(gates):
        try:
            plan = start_at_top(plan, context.table)
        except UnverifiedError as error:
            return record_unverified(
                begin_record(run, request, plan, gates),
                error,
            )
    record = begin_record(run, request, plan, gates)
    if budget.is_limited:
        require_prices(context, plan, record["gates"])
    if request.dry_run:
        return {
            **record,
            "stop": "planned",
            "detail": describe_plan(record),
        }
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
    request: Request,
) -> Consult | None:
    """How an unclear task is asked about; None where nothing may be spent on that."""
    if request.dry_run or request.start or request.trial:
        return None
    return make_consult(context, request.engine, "run")


@dataclass
class _Flow:
    """A run under way."""

    context: RepoContext
    request: Request
    plan: Plan
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
        self.fingerprint = ledger.fingerprint(
            self.root,
            self.request.task,
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
                self._note_interruption()
        return self.record

    def _note_interruption(self) -> None:
        """Before the climb, which meets it by itself; what comes after the result changes nothing of it."""
        if self.record["stop"] == "running":
            self.record["stop"] = "interrupted"
            self.record["detail"] = "stopped by you"
            self._write_down()

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
            with self._known_by_its_record():
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
                record=self._remember_attempt,
                show=say,
                keep_patch=self._keep_patch,
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
                self._write_down()

    @contextmanager
    def _known_by_its_record(self) -> Iterator[None]:
        """A kill while folders are made leaves a record to find them by; a refused repository leaves none."""
        records.save(self.root, self.record)
        try:
            yield
        except Exception:
            records.drop(self.root, self.record["run"])
            raise

    def _write_plan(
        self,
        checker: RunGates,
        workspace: Workspace,
        say: Say,
    ) -> None:
        """With ``--plan``: the top tier's plan and test, before the first attempt."""
        if not self.request.plan:
            return
        limit = self.plan.max_usd * PLAN_SHARE
        planner = self.asker.make_planner(limit)
        record = self.record
        try:
            base = checker.change_of_base(workspace)
            self.written = write_plan(base, self.gates, planner)
        except KeyboardInterrupt:
            self._note_plan_cost(self.asker.questions.spent_usd)
            raise
        self._note_plan_cost(self.written.cost_usd)
        if self.written.gate is not None:
            checker.gates = [*checker.gates, self.written.gate]
            record["gates"].append(self.written.gate.name)
        if self.written.note:
            record["notes"].append(self.written.note)
        say(f"{self.written.note or 'planned by the top tier'}; ${self.written.cost_usd:.4f}")
        records.save(self.root, record)

    def _note_plan_cost(self, usd: float) -> None:
        """The plan has been paid for, whatever becomes of the run."""
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
        ledger.append(self.root, row)

    def _climb_tiers(
        self,
        dependencies: Dependencies,
        workspaces: Sequence[Workspace],
    ) -> Result:
        # Without files to work on, there is nothing to work in.
        first, second = [*workspaces, None, None][:2]
        job = self._make_job(first)
        if self.request.race:
            return race(job, dependencies, (first, second))
        return climb(job, dependencies, first)

    def _make_job(self, workspace: Workspace | None) -> Job:
        plan = self.plan
        options = self.options
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
            example=self._find_example(),
            plan=self.written.plan,
            spent_usd=self.written.cost_usd,
            reserve_usd=self._reserve_usd(),
            needs_known_cost=self.needs_known_cost,
            stall=self._read_stall_limits(),
        )

    def _reserve_usd(self) -> float:
        policy = self.context.table["gates"]
        return sum_reserve(self.record["gates"], policy)

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
            again = open_another(first, f"{run}-2")
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

    def _remember_attempt(self, attempt: Attempt) -> None:
        """Note an attempt as it ends, in the run's record and in the ledger."""
        record, row = self.record, attempt.as_row()
        record["attempts"].append(row)
        total = sum(entry["cost_usd"] for entry in record["attempts"])
        record["cost_usd"] = round(
            total + record["plan_usd"],
            _MONEY_DIGITS,
        )
        records.save(self.root, record)
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
        ledger.append(self.root, {**named, **shown})

    def _keep_patch(
        self,
        workspace: Workspace,
        tree: str,
    ) -> None:
        """Keep an attempt's changes as a patch beside the record, for the person who may take over."""
        patch = workspace.patch(tree)
        run = self.record["run"]
        self.record["patch"] = records.save_patch(
            self.root,
            run,
            patch,
        )

    def _find_example(self) -> str:
        """An accepted result for a cheap first tier, when the policy wants reuse."""
        table = self.context.table
        options = table["reuse"]
        top = table["ladder"][-1]
        is_wanted = options["enabled"] and self.request.trial is None
        if not is_wanted or self.plan.tiers[0].tier == top:
            return ""
        found = reuse.find(
            self.root,
            self.plan.kind,
            self.request.task,
        )
        return found[: options["tokens"] * BYTES_PER_TOKEN]

    def _write_down(self) -> None:
        records.save(self.root, self.record)
        summary = {key: self.record.get(key) for key in _SUMMARY_KEYS}
        row = {
            "row": "run",
            "fingerprint": self.fingerprint,
            "attempts": len(self.record["attempts"]),
            "planned": self.request.plan,
            "plan_usd": self.record["plan_usd"],
            **summary,
        }
        ledger.append(self.root, row)
