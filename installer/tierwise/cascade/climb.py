"""The climb: attempt, gate, accept or climb.  Everything that touches the world comes in as a function."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace

from tierwise.cascade.budget import Budget
from tierwise.cascade.handoff import Handoff, Tried, read_closing, render
from tierwise.cascade.model import (
    GATED_STOPS,
    LEAVING_STOPS,
    OUTAGE_STOPS,
    Answer,
    Attempt,
    GateAnswer,
    InterruptedQuestionError,
    Order,
    Result,
    TierSpec,
)
from tierwise.cascade.state import Dependencies, Job, RunState
from tierwise.cascade.workspace import Workspace
from tierwise.errors import TierwiseError

# An engine that fails for reasons of its own (network, overload, a killed client) gets this many attempts in a row.
OUTAGES = 2
_FAILURE_TAIL = 4000  # characters of evidence kept per failed gate
_SHOWN_EVIDENCE = 160  # characters of a failed gate's first line


def climb(
    job: Job,
    dependencies: Dependencies,
    workspace: Workspace | None,
    state: RunState | None = None,
    failures: int = 0,
) -> Result:
    """Climb ``job.tiers`` until a result passes.  ``workspace`` is None for work that is one answer.

    ``state`` and ``failures`` (on the first tier) go on with what a race has begun.

    A KeyboardInterrupt ends the run as ``interrupted``: the attempt's process is gone, nothing was delivered.
    """
    state = state or begin(job, dependencies, workspace)
    try:
        for number, spec in enumerate(job.tiers):
            if spec.endpoint in state.down:
                dependencies.show(f"{spec.tier} is left out: it is at the endpoint that failed")
                continue
            if state.attempts:
                dependencies.show(f"climbing to {spec.tier}")
            ended = _climb_tier(state, spec, failures if number == 0 else 0)
            if ended is not None:
                return ended
        return _end_at_top(state)
    except KeyboardInterrupt:
        return state.finish("interrupted", "stopped by you")


def begin(
    job: Job,
    dependencies: Dependencies,
    workspace: Workspace | None,
) -> RunState:
    """A state before the first attempt."""
    handoff = Handoff(job.task, plan=job.plan, example=job.example)
    budget = Budget(job.max_usd)
    budget.spend(job.spent_usd)
    return RunState(job, dependencies, workspace, budget, handoff=handoff)


def _end_at_top(state: RunState) -> Result:
    if not state.attempts:
        return state.finish("unavailable", "no tier could be asked")
    last = state.attempts[-1]
    if last.answer.stop == "budget":
        return state.finish("budget-spent", last.answer.detail or describe_spent(state.budget))
    never_worked = all(
        attempt.answer.stop in (*OUTAGE_STOPS, "refused") for attempt in state.attempts
    )
    if never_worked:
        return state.finish("unavailable", last.answer.detail or last.answer.stop)
    return state.finish("top-tier-failed", last.explain())


def _climb_tier(
    state: RunState,
    spec: TierSpec,
    failures: int,
) -> Result | None:
    """Make attempts on one tier; return a result when the run is over, None to climb."""
    outages = 0
    while failures < state.job.attempts:
        short = _lack_of_money(state)
        if short:
            return state.finish("budget-spent", short)
        attempt, tree = try_once(state, spec, state.workspace)
        settle(state, attempt, tree)
        ended = conclude(state, attempt, tree)
        if ended is not None:
            return ended
        if attempt.answer.for_all:
            state.down.add(spec.endpoint)
            return None
        if attempt.answer.stop in OUTAGE_STOPS:
            outages += 1
            if outages >= OUTAGES:
                state.down.add(spec.endpoint)
                return None
            continue  # says nothing of the tier
        failures += 1
        if attempt.circular or attempt.answer.stop in LEAVING_STOPS:
            return None  # another attempt on this tier would end the same
    return None


def _lack_of_money(state: RunState) -> str:
    """Why another attempt cannot be paid; empty where it can."""
    budget, reserve = state.budget, state.job.reserve_usd
    if budget.is_spent:
        return describe_spent(budget)
    if budget.left_usd <= reserve:
        kept = f"the share of ${reserve:.4f} for models that look at the result leaves nothing for an attempt"
        return f"{describe_spent(budget)}; {kept}"
    return ""


def try_once(
    state: RunState,
    spec: TierSpec,
    workspace: Workspace | None,
    cancel: threading.Event | None = None,
    raced: bool = False,
) -> tuple[Attempt, str | None]:
    """Make one attempt and gate it; return it with the files' state after it."""
    job, show = state.job, state.dependencies.show
    start = time.monotonic()
    number, order = _make_order(state, spec, workspace, raced)
    if cancel is not None:
        order = replace(order, cancel=cancel)
    effort = f" at {spec.effort}" if spec.effort else ""
    left = f"${state.budget.left_usd:.4f} left"
    show(f"attempt {number} on {spec.tier} ({spec.model}{effort}), {left}")
    fault = _prepare_attempt(state, workspace)
    if fault:
        answer = Answer("", "unavailable", 0.0, "priced", fault, for_all=True)
    else:
        answer = state.dependencies.engine(spec)(order, show)
    # From here on the attempt has been paid: whatever happens, it must come to be recorded.
    look = _Look(state, workspace, answer)
    look.take()
    # A tier's first attempt may well come to what a cheaper one came to; it has not gone in circles yet.
    again = any(earlier.spec.tier == spec.tier for earlier in state.attempts)
    known = look.tree is not None and look.tree in state.failed_states
    attempt = Attempt(
        number=number,
        spec=spec,
        answer=look.answer,
        gates=tuple(look.gates),
        accepted=look.passed,
        seconds=time.monotonic() - start,
        circular=again and known and not look.passed and look.text is None,
        example=bool(job.example) and number == 1,
        raced=raced,
        fault=fault or look.fault,
    )
    return attempt, look.tree


def _make_order(
    state: RunState, spec: TierSpec, workspace: Workspace | None, raced: bool
) -> tuple[int, Order]:
    job = state.job
    edits = job.edits and not job.answers
    with state.lock:
        is_second = raced and spec.provider != "openai"
        number = len(state.attempts) + (2 if is_second else 1)
        left = state.budget.left_usd - job.reserve_usd
        if raced:
            limit = left / 2
        else:
            names = [entry.tier for entry in job.tiers]
            position = names.index(spec.tier)
            limit = min(left, state.dependencies.cap(names[position:], left))
    order = Order(
        prompt=render(state.handoff, job.handoff_tokens, edits=edits),
        stable=job.stable,
        spec=spec,
        folder=workspace.work_folder if workspace else "",
        max_usd=limit,
        seconds=job.seconds,
        session=str(uuid.uuid4()),
        edits=edits,
        stall=job.stall,
    )
    return number, order


def _prepare_attempt(state: RunState, workspace: Workspace | None) -> str:
    """Make an attempt start from exactly the tracked state; return what prevented it, in words."""
    if workspace is None or not state.attempts:
        return ""
    try:
        workspace.reset(state.tree)
    except (TierwiseError, OSError) as error:
        return f"the attempts' folder could not be prepared: {error}"
    return ""


class _Look:
    """What stands after an attempt: the files' state, and what the gates say of it."""

    def __init__(
        self,
        state: RunState,
        workspace: Workspace | None,
        answer: Answer,
    ) -> None:
        self.state, self.workspace, self.answer = state, workspace, answer
        self.tree: str | None = None
        self.text: str | None = None
        self.gates: Sequence[GateAnswer] = ()
        self.passed = False
        self.fault = ""

    def take(self) -> None:
        """Read the state, keep it as a patch, run the gates.  Faults of git or the disk become words."""
        try:
            self._read_state()
            if self._is_worth_gating():
                self._run_gates()
        except InterruptedQuestionError as stopped:
            cost = self.answer.cost_usd + stopped.cost_usd
            self.answer = replace(self.answer, stop="interrupted", cost_usd=cost)
        except KeyboardInterrupt:
            self.answer = replace(self.answer, stop="interrupted")
        except (TierwiseError, OSError) as error:
            self.fault = f"the result could not be looked at: {error}"

    def _read_state(self) -> None:
        job, workspace = self.state.job, self.workspace
        unchanged = False
        if workspace is not None:
            # Before the gates: what their commands leave behind is no part of the result.
            self.tree = workspace.state()
            unchanged = workspace.is_base(self.tree)
            if not unchanged:
                self.state.dependencies.keep_patch(workspace, self.tree)
        if not job.edits or (job.answers and unchanged):
            self.text = self.answer.text

    def _is_worth_gating(self) -> bool:
        if self.answer.stop == "done":
            return True
        if self.answer.stop not in GATED_STOPS or self.tree is None or self.text is not None:
            return False
        return self.workspace is not None and not self.workspace.is_base(self.tree)

    def _run_gates(self) -> None:
        show = self.state.dependencies.show
        self.gates = self.state.dependencies.gates(
            self.workspace,
            self.tree,
            self.text,
            lambda gate: show(f"gate {gate.name}: {_describe_gate(gate)}"),
        )
        # Work that was cut off counts as done only where something has looked at what it does.
        enough = self.answer.stop == "done" or any(gate.verifies for gate in self.gates)
        self.passed = enough and all(gate.passed for gate in self.gates)


def settle(
    state: RunState,
    attempt: Attempt,
    tree: str | None,
) -> None:
    """Count, record and remember an attempt, and write the handoff to the next."""
    with state.lock:
        state.attempts.append(attempt)
        state.budget.spend(attempt.cost_usd)
        state.dependencies.record(attempt)
    end = "accepted" if attempt.accepted else attempt.explain()
    total = f"${state.budget.spent_usd:.4f} in all"
    state.dependencies.show(f"{end}; ${attempt.cost_usd:.4f}, {total}")
    if attempt.accepted:
        return
    if tree is not None:
        cut_off = state.job.answers or attempt.answer.stop != "done"
        refused = any(gate.restart for gate in attempt.gates if not gate.passed)
        if cut_off or refused:
            tree = None
        else:
            state.failed_states.add(tree)
    state.tree = tree
    state.handoff = _next_handoff(state, attempt, tree)


def conclude(
    state: RunState,
    attempt: Attempt,
    tree: str | None,
) -> Result | None:
    """Say whether the run is over after this attempt, and how; None where it goes on."""
    if attempt.accepted:
        return state.finish("accepted", tree=tree, text=attempt.answer.text)
    if attempt.answer.stop == "interrupted":
        return state.finish("interrupted", "stopped by you")
    if attempt.fault:
        return state.finish("failed", attempt.fault)
    stuck = [gate for gate in attempt.gates if not gate.ran and not gate.timed_out]
    if stuck:
        # No tier can fix what keeps a gate from running; going on would only spend.
        return state.finish("gate-cannot-run", f"{stuck[0].name}: {stuck[0].evidence}")
    return None


def _next_handoff(
    state: RunState,
    attempt: Attempt,
    tree: str | None,
) -> Handoff:
    """What the next attempt should know: the earlier ones' words, and how this one failed."""
    plan, decisions = read_closing(attempt.answer.text)
    before = state.handoff
    evidence = "\n".join(
        f"[{gate.name}] {gate.evidence[-_FAILURE_TAIL:]}"
        for gate in attempt.gates
        if not gate.passed
    )
    started_over = ""
    if tree is None and state.workspace is not None:
        started_over = "; its changes were taken back"
    diff = ""
    if state.workspace is not None and tree is not None:
        diff = state.workspace.diff_summary(tree)
    failure = evidence or attempt.explain()
    if attempt.answer.stop != "done" and attempt.answer.text:
        failure = f"{failure}\nWhat it said before it was ended: {attempt.answer.text}"
    return Handoff(
        task=before.task,
        plan=plan or before.plan,
        decisions=decisions or before.decisions,
        tried=(*before.tried, Tried(attempt.spec.tier, attempt.explain() + started_over)),
        diff=diff,
        failure=failure,
        example=before.example,
    )


def describe_spent(budget: Budget) -> str:
    """``$0.5012 of $0.5000 spent``."""
    return f"${budget.spent_usd:.4f} of ${budget.total_usd:.4f} spent"


def _describe_gate(gate: GateAnswer) -> str:
    if gate.passed:
        return f"passed ({gate.seconds:.1f} s)"
    state = "could not run"
    if gate.timed_out:
        state = "timed out"
    elif gate.ran:
        state = "failed"
    first = gate.evidence.strip().splitlines()[:1]
    return f"{state}: {first[0][:_SHOWN_EVIDENCE]}" if first else state
