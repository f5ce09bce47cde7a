"""One run from the request to the record: route, plan the ladder, climb, deliver, write down."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from tierwise import ledger
from tierwise.cascade import records, reuse
from tierwise.cascade.answers import files_in_prompt
from tierwise.cascade.climb import climb
from tierwise.cascade.context import RepoContext, load_context, make_price, redact
from tierwise.cascade.delivery import deliver_branch, deliver_changes, name_branch
from tierwise.cascade.engines.choose import make_ask, make_author, make_engines, make_planner
from tierwise.cascade.gating import RunGates, choose_gates, has_verifier
from tierwise.cascade.handoff import BYTES_PER_TOKEN
from tierwise.cascade.ladder import cap_attempt
from tierwise.cascade.message import result_message
from tierwise.cascade.model import Attempt, Result, Say, StallLimits
from tierwise.cascade.outlines import (
    begin_record,
    describe_plan,
    record_automated,
    record_unverified,
    shorten_reason,
)
from tierwise.cascade.plan import (
    Plan,
    Request,
    UnverifiedError,
    decide_task,
    plan_run,
    start_at_top,
)
from tierwise.cascade.planning import PLAN_SHARE, WrittenPlan, write_plan
from tierwise.cascade.preconditions import looks_secret
from tierwise.cascade.race import race
from tierwise.cascade.records import RunRecord
from tierwise.cascade.signals import undisturbed
from tierwise.cascade.state import Dependencies, Job
from tierwise.cascade.workspace import Workspace, open_work_folder, open_workspace
from tierwise.errors import OutsideError, TierwiseError
from tierwise.gates import Gate
from tierwise.trust.guard import (
    list_withheld,
    note_trust,
    require_powers,
    revoke_trust,
    trusts_everything,
)

_STABLE = (
    "You work on one task in a copy of a git repository. Do the task and nothing else; do not commit. Keep the tests "
    "as strict as they are: your change is tried against the tests as they were before it."
)
_STABLE_ANSWER = (
    "You answer one request. Your whole answer is the result: no introduction, no closing words."
)
# What a run does by the policy's word: commands, clients, addresses that get a key.
_POWERS = ("automated", "checks", "escalation", "gates", "tiers")
_KEPT_EXAMPLE = 20_000  # characters of an accepted result
_MONEY_DIGITS = 10
_SUMMARY_KEYS = ("run", "kind", "tier", "accepted", "stop", "cost_usd", "override")


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
    decision = decide_task(context, request)
    if decision.command and not request.start:
        return record_automated(run, request.task, decision)
    require_powers(context.table, *_POWERS)
    plan = plan_run(context, request, decision)
    ask = make_ask(context, plan.engine, make_price(context.table))
    author = make_author(context, plan.engine, make_price(context.table))
    gates = choose_gates(context, request.gates, plan.kind, plan.edits, ask, author)
    gates += request.own_gates
    if plan.edits and not plan.answers and not has_verifier(gates):
        try:
            plan = start_at_top(plan, context.table)
        except UnverifiedError as error:
            return record_unverified(begin_record(run, request, plan, gates), error)
    record = begin_record(run, request, plan, gates)
    if request.dry_run:
        return {**record, "stop": "planned", "detail": describe_plan(record)}
    return _Flow(context, request, plan, gates, record).run(following)


@dataclass
class _Flow:
    """A run under way."""

    context: RepoContext
    request: Request
    plan: Plan
    gates: Sequence[Gate]
    record: RunRecord

    def __post_init__(self) -> None:
        self.options: dict[str, Any] = self.context.table["escalation"]
        self.price = make_price(self.context.table)
        self.written = WrittenPlan(0.0)
        self.fingerprint = ledger.fingerprint(self.context.root, self.request.task)

    def run(self, following: AbstractContextManager[Say]) -> RunRecord:
        engine = make_engines(self.context, self.plan.engine, self.price, batch=self.request.batch)
        engine(self.plan.tiers[0])  # an engine that cannot work is said before anything is written
        checker = RunGates(self.context, self.gates, self.request.task, self.request.gates)
        with following as say, ExitStack() as stack:
            self._announce_run(say)
            workspaces = self._open_workspaces(stack)
            stack.callback(checker.end)
            records.save(self.context.root, self.record)
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
            )
            result = self._climb_tiers(dependencies, workspaces)
            with undisturbed():
                self._finish_run(result, workspaces, say)
                stack.close()
                self._write_down()
        return self.record

    def _write_plan(self, checker: RunGates, workspace: Workspace, say: Say) -> None:
        """With ``--plan``: the top tier's plan and test, before the first attempt."""
        if not self.request.plan:
            return
        limit = self.plan.max_usd * PLAN_SHARE
        planner = make_planner(self.context, self.plan.engine, self.price, limit)
        record = self.record
        self.written = write_plan(checker.change_of_base(workspace), self.gates, planner)
        record["plan_usd"] = record["cost_usd"] = round(self.written.cost_usd, _MONEY_DIGITS)
        if self.written.gate is not None:
            checker.gates = [*checker.gates, self.written.gate]
            record["gates"].append(self.written.gate.name)
        if self.written.note:
            record["notes"].append(self.written.note)
        say(f"{self.written.note or 'planned by the top tier'}; ${self.written.cost_usd:.4f}")
        records.save(self.context.root, record)

    def _climb_tiers(self, dependencies: Dependencies, workspaces: Sequence[Workspace]) -> Result:
        first = workspaces[0] if workspaces else None
        job = self._make_job(first)
        if not self.request.race:
            return climb(job, dependencies, first)
        second = workspaces[1] if workspaces else None
        return race(job, dependencies, (first, second))

    def _make_job(self, workspace: Workspace | None) -> Job:
        plan, options = self.plan, self.options
        judges = "judge" in self.record["gates"]
        stop = options["early_stop"]
        limits = StallLimits(stop["repeats"], stop["minutes"], stop["budget_share"])
        return Job(
            run=self.record["run"],
            task=self._task_text(workspace),
            stable=_stable_text(plan),
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
            reserve_usd=self.context.table["gates"]["judge"]["max_usd"] if judges else 0.0,
            stall=limits if stop["enabled"] else None,
        )

    def _announce_run(self, say: Say) -> None:
        record = self.record
        tiers = " -> ".join(record["ladder"])
        say(f"{record['kind']} ({record['rule']}): {tiers}; gates {', '.join(record['gates'])}")
        for entry in record["skipped"]:
            say(f"skipped {entry['tier']}: {entry['reason']}")
        for note in record["notes"]:
            say(note)

    def _open_workspaces(self, stack: ExitStack) -> list[Workspace]:
        if not self.plan.edits:
            return []
        run = self.record["run"]
        context, options = self.context, self.options
        kept = options["link"], options["submodules"], self.request.base
        first = stack.enter_context(open_workspace(context.home, context.folder, run, *kept))
        opened = [first]
        if self.request.race:
            again = open_work_folder(
                first.store, first.origin, first.checkouts, first.scratch, f"{run}-2"
            )
            opened.append(stack.enter_context(again))
        for workspace in opened:
            stack.enter_context(_lend_trust(workspace.work_folder, context.table))
        self.record["folders"] = [first.scratch, *(workspace.root for workspace in opened)]
        self.record["notes"] += first.origin.notes
        return opened

    def _cap_attempt(self, tiers: Sequence[str], left_usd: float) -> float:
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
        record["cost_usd"] = round(total + record["plan_usd"], _MONEY_DIGITS)
        records.save(self.context.root, record)
        # Evidence may quote the user's code, and details the task: neither goes into the ledger.
        gates = [{**gate, "evidence": ""} for gate in row["gates"]]
        shown = {**row, "gates": gates, "detail": "", "why": shorten_reason(row)}
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
        ledger.append(self.context.root, {**named, **shown})

    def _keep_patch(self, workspace: Workspace, tree: str) -> None:
        """Keep an attempt's changes as a patch beside the record, for the person who may take over."""
        patch = workspace.patch(tree)
        self.record["patch"] = records.save_patch(self.context.root, self.record["run"], patch)

    def _finish_run(self, result: Result, workspaces: Sequence[Workspace], say: Say) -> None:
        record = self.record
        record["accepted"] = result.accepted
        record["stop"] = result.stop
        record["detail"] = result.detail
        record["tier"] = result.tier
        for opened in workspaces:
            record["notes"] += [note for note in opened.notes if note not in record["notes"]]
        if not result.accepted or self.request.trial is not None:
            return
        workspace = workspaces[0] if workspaces else None
        is_text = workspace is None or result.tree is None
        if workspace is not None and result.tree is not None and self.plan.answers:
            is_text = workspace.is_base(result.tree)
        try:
            if is_text:
                record["answer"] = result.text
                kept = result.text or ""
            else:
                assert workspace is not None and result.tree is not None
                self._deliver_result(workspace, result.tree, say)
                kept = workspace.patch(result.tree).decode("utf-8", "replace")
            self._keep_example(kept)
        except (TierwiseError, OSError) as error:
            record["accepted"] = False
            record["stop"] = "delivery-failed"
            record["detail"] = str(error)
            return
        if not is_text:
            self._drop_patch()

    def _deliver_result(self, workspace: Workspace, tree: str, say: Say) -> None:
        record, request = self.record, self.request
        added = [path for path in workspace.changed_paths(tree) if looks_secret(path)]
        if added:
            record["notes"].append(f"the result has {', '.join(added)}: look for secrets in it")
        if request.apply_result or self.options["deliver"] == "apply":
            try:
                deliver_changes(workspace, tree)
                record["applied"] = True
                return
            except OutsideError as error:
                why = error.message[:200]
                note = f"your files have changed meanwhile, so the result is on a branch instead ({why})"
                record["notes"].append(note)
                say(note)
        message = result_message(request.task, self.plan.kind, record["run"], record["tier"])
        name = name_branch(request.task, record["run"])
        record["branch"] = deliver_branch(workspace, tree, name, message)

    def _drop_patch(self) -> None:
        """A delivered result needs no patch beside it."""
        if self.record["patch"]:
            records.drop_patch(self.context.root, self.record["run"])
            self.record["patch"] = None

    def _keep_example(self, kept: str) -> None:
        options = self.context.table["reuse"]
        if options["enabled"] and kept:
            reuse.keep(
                self.context.root, self.plan.kind, self.request.task, kept[:_KEPT_EXAMPLE],
                limit=options["keep"], redact=redact,
            )  # fmt: skip

    def _find_example(self) -> str:
        """An accepted result for a cheap first tier, when the policy wants reuse."""
        options = self.context.table["reuse"]
        is_top = self.plan.tiers[0].tier == self.context.table["ladder"][-1]
        if not options["enabled"] or is_top or self.request.trial is not None:
            return ""
        found = reuse.find(self.context.root, self.plan.kind, self.request.task)
        return found[: options["tokens"] * BYTES_PER_TOKEN]

    def _task_text(self, workspace: Workspace | None) -> str:
        request, plan = self.request, self.plan
        parts = [request.task, self.written.describe_test()]
        if request.paths:
            parts.append("It is about these files: " + ", ".join(request.paths))
        cannot_read = plan.engine == "api" or any(spec.provider == "openai" for spec in plan.tiers)
        if workspace is not None and cannot_read:
            parts.append(files_in_prompt(workspace.work_folder, list(request.paths)))
        if plan.context and plan.engine == "claude":
            parts.append(f"<context>\n{plan.context}\n</context>")
        return "\n\n".join(part for part in parts if part)

    def _write_down(self) -> None:
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


@contextmanager
def _lend_trust(folder: str, table: Mapping[str, Any]) -> Iterator[None]:
    """Hooks inside an attempt may do what the user allowed in their own repository: exactly these powers, and no longer."""
    if list_withheld(table) or trusts_everything():
        yield
        return
    with contextlib.suppress(TierwiseError, OSError):  # then its hooks say what they left out
        note_trust(folder, table)
    try:
        yield
    finally:
        with contextlib.suppress(TierwiseError, OSError):
            revoke_trust(folder)


def _stable_text(plan: Plan) -> str:
    """What all attempts share.  For the API the context too: it is sent once and read from the cache after that."""
    rules = _STABLE_ANSWER if plan.answers or not plan.edits else _STABLE
    if plan.context and plan.engine != "claude":
        return f"{rules}\n\n<context>\n{plan.context}\n</context>"
    return rules
