"""The climb: attempt, gate, accept or climb.  Everything that touches the world comes in as a function."""

from __future__ import annotations

from tierwise.cascade.attempt import try_once
from tierwise.cascade.budget import AttemptBudget
from tierwise.cascade.handoff import Handoff, read_closing
from tierwise.cascade.model import (
    LEAVING_STOPS,
    OUTAGE_STOPS,
    UNKNOWN_COSTS,
    Attempt,
    RunResult,
    RunStop,
    TierSpec,
)
from tierwise.cascade.state import Dependencies, Job, RunState
from tierwise.cascade.workspace import Workspace
from tierwise.gates.model import GateResult

# An engine that fails for reasons of its own (network, overload, a killed client) gets this many attempts in a row.
OUTAGES = 2
_FAILURE_TAIL = 4000  # characters of evidence kept per failed gate


def climb(
    job: Job,
    dependencies: Dependencies,
    workspace: Workspace | None,
    state: RunState | None = None,
    failures: int = 0,
) -> RunResult:
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
            ended = _climb_tier(
                state,
                spec,
                failures if number == 0 else 0,
            )
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
    """Begin with the state before the first attempt."""
    handoff = Handoff(
        job.task,
        plan=job.plan,
        example=job.example,
    )
    budget = AttemptBudget(job.max_usd)
    budget.spend(job.spent_usd)
    return RunState(
        job,
        dependencies,
        workspace,
        budget,
        handoff=handoff,
    )


def _end_at_top(state: RunState) -> RunResult:
    if not state.attempts:
        return state.finish(
            "unavailable",
            "no tier could be asked",
        )
    last = state.attempts[-1]
    answer = last.answer
    if answer.stop == "budget":
        detail = answer.detail or describe_spent(state.budget)
        return state.finish("budget-spent", detail)
    stops = {attempt.answer.stop for attempt in state.attempts}
    if stops <= {*OUTAGE_STOPS, "refused"}:
        return state.finish(
            "unavailable",
            answer.detail or answer.stop,
        )
    return state.finish("top-tier-failed", last.explain())


def _climb_tier(
    state: RunState,
    spec: TierSpec,
    failures: int,
) -> RunResult | None:
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
    """Return why another attempt cannot be paid; empty where it can."""
    budget, reserve = state.budget, state.job.reserve_usd
    if budget.is_spent:
        return describe_spent(budget)
    if budget.left_usd <= reserve:
        kept = f"the share of ${reserve:.4f} for models that look at the result leaves nothing for an attempt"
        return f"{describe_spent(budget)}; {kept}"
    return ""


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
    end = attempt.explain() or "accepted"
    total = f"${state.budget.spent_usd:.4f} in all"
    state.dependencies.show(f"{end}; ${attempt.cost_usd:.4f}, {total}")
    if attempt.accepted:
        return
    if tree is not None:
        cut_off = state.job.answers or attempt.answer.stop != "done"
        if cut_off or any(gate.restart for gate in attempt.refusing_gates):
            tree = None
        else:
            state.failed_states.add(tree)
    state.tree = tree
    state.handoff = _next_handoff(state, attempt, tree)


def conclude(
    state: RunState,
    attempt: Attempt,
    tree: str | None,
) -> RunResult | None:
    """Say whether the run is over after this attempt, and how; None where it goes on."""
    answer = attempt.answer
    if attempt.accepted:
        return state.finish(
            "accepted",
            tree=tree,
            text=answer.text,
        )
    if answer.stop == "interrupted":
        return state.finish("interrupted", "stopped by you")
    if attempt.fault:
        return state.finish("failed", attempt.fault)
    if state.job.needs_known_cost and answer.cost_source in UNKNOWN_COSTS:
        detail = f"what attempt {attempt.number} cost is not known ({answer.cost_source}), and unknown is not zero"
        return state.finish("unknown-cost", detail)
    for gate in attempt.gates:
        stop = _find_stop(gate)
        if stop is not None:
            return state.finish(
                stop,
                f"{gate.name}: {gate.evidence}",
            )
    return None


def _find_stop(gate: GateResult) -> RunStop | None:
    """Return why a gate ends the run, whatever tier comes next: going on would only spend."""
    if not gate.ran and not gate.timed_out:
        return "gate-cannot-run"
    if gate.asks_person:
        # Another tier would change the same expectations, and the question would be the same.
        return "ask-a-person"
    return None


def _next_handoff(
    state: RunState,
    attempt: Attempt,
    tree: str | None,
) -> Handoff:
    """Return what the next attempt should know: the earlier ones' words, and how this one failed."""
    plan, decisions = read_closing(attempt.answer.text)
    before = state.handoff
    why, diff = attempt.explain(), ""
    if state.workspace is not None and tree is None:
        why += "; its changes were taken back"
    elif state.workspace is not None and tree is not None:
        diff = state.workspace.diff_summary(tree)
    return Handoff(
        task=before.task,
        plan=plan or before.plan,
        decisions=decisions or before.decisions,
        tried=(*before.tried, f"{attempt.spec.tier}: {why}"),
        diff=diff,
        failure=_describe_failure(attempt),
        example=before.example,
    )


def _describe_failure(attempt: Attempt) -> str:
    """Return the end of what each gate showed, or why there is none; before it what an attempt that was ended said."""
    tails = [f"[{gate.name}] {gate.evidence[-_FAILURE_TAIL:]}" for gate in attempt.refusing_gates]
    failure = "\n".join(tails) or attempt.explain()
    if attempt.answer.stop == "done" or not attempt.answer.text:
        return failure
    # Before the failure: where it is too long, the end is kept.
    return f"What it said before it was ended: {attempt.answer.text}\n{failure}"


def describe_spent(budget: AttemptBudget) -> str:
    """Return ``$0.5012 of $0.5000 spent``."""
    return f"${budget.spent_usd:.4f} of ${budget.total_usd:.4f} spent"
