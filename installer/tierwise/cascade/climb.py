"""The climb: attempt, gate, accept or climb.  Everything that touches the world comes in as a function."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from tierwise.cascade.budget import Budget
from tierwise.cascade.handoff import Handoff, Tried, read_closing, render
from tierwise.cascade.model import (
    Answer,
    Attempt,
    Engine,
    GateAnswer,
    Order,
    Result,
    Rung,
    RunStop,
    Say,
)
from tierwise.cascade.worktree import Place

# An engine that fails for reasons of its own (network, overload, a killed client) gets this many attempts in a row.
OUTAGES = 2
# Gates after which what the attempt left is not worth going on from.
_START_OVER = ("tests-intact", "paths")
_FAILURE_TAIL = 4000  # characters of evidence kept per failed gate


@dataclass(frozen=True)
class Job:
    """What one run is to do."""

    run: str
    task: str
    stable: str
    rungs: tuple[Rung, ...]
    attempts: int
    max_usd: float
    seconds: float
    handoff_tokens: int
    edits: bool = True
    # In a worktree all the same, but an attempt that changes no file gives its last words as the result.
    answers: bool = False
    example: str = ""
    # Kept back from each attempt for the judge that looks at its result.
    reserve_usd: float = 0.0


@dataclass(frozen=True)
class Means:
    """What the climb works with.

    ``gates`` looks at a place and an answer; ``record`` is told each attempt as it ends; ``show`` takes the lines
    that a person follows.
    """

    engine: Callable[[Rung], Engine]
    gates: Callable[[Place | None, str | None, Callable[[GateAnswer], None]], Sequence[GateAnswer]]
    record: Callable[[Attempt], None]
    show: Say


@dataclass
class Course:
    """Where a run stands: what was tried, what it cost, in which states the files have failed before."""

    job: Job
    means: Means
    place: Place | None
    budget: Budget
    attempts: list[Attempt] = field(default_factory=list)
    failed_states: set[str] = field(default_factory=set)
    handoff: Handoff = field(default_factory=lambda: Handoff(""))
    outages: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def order(self, rung: Rung, limit_usd: float) -> Order:
        """What the next attempt on ``rung`` is asked."""
        edits = self.job.edits and not self.job.answers
        return Order(
            prompt=render(self.handoff, self.job.handoff_tokens, edits=edits),
            stable=self.job.stable,
            rung=rung,
            folder=self.place.work_folder if self.place else "",
            max_usd=limit_usd,
            seconds=self.job.seconds,
            session=str(uuid.uuid4()),
            edits=edits,
        )

    def result(
        self, stop: RunStop, detail: str = "", tree: str | None = None, text: str | None = None
    ) -> Result:
        """The run's end."""
        return Result(stop, tuple(self.attempts), tree, text, detail)


def climb(
    job: Job, means: Means, place: Place | None, course: Course | None = None, failures: int = 0
) -> Result:
    """Climb ``job.rungs`` until a result passes.  ``place`` is None for work that is one answer.

    ``course`` and ``failures`` (on the first rung) go on with what a race has begun.

    A KeyboardInterrupt ends the run as ``interrupted``: the attempt's process is gone, nothing was delivered.
    """
    course = course or begin(job, means, place)
    try:
        for number, rung in enumerate(job.rungs):
            if number or course.attempts:
                means.show(f"climbing to {rung.tier}")
            ended = _on_rung(course, rung, failures if number == 0 else 0)
            if ended is not None:
                return ended
        last = course.attempts[-1].why() if course.attempts else ""
        return course.result("top-tier-failed", last)
    except KeyboardInterrupt:
        return course.result("interrupted", "stopped by you")


def begin(job: Job, means: Means, place: Place | None) -> Course:
    """A course before its first attempt."""
    return Course(
        job, means, place, Budget(job.max_usd), handoff=Handoff(job.task, example=job.example)
    )


def _on_rung(course: Course, rung: Rung, failures: int) -> Result | None:
    """Attempts on one tier; a result when the run is over, None to climb."""
    while failures < course.job.attempts:
        if course.budget.is_spent:
            return course.result("budget-spent", spent(course.budget))
        if course.budget.left_usd <= course.job.reserve_usd:
            kept = (
                f"the judge's share of ${course.job.reserve_usd:.4f} leaves nothing for an attempt"
            )
            return course.result("budget-spent", f"{spent(course.budget)}; {kept}")
        attempt, tree = try_once(course, rung, course.place)
        settle(course, attempt, tree)
        ended = verdict(course, attempt, tree)
        if ended is not None:
            return ended
        if attempt.answer.stop in ("unavailable", "killed"):
            continue  # says nothing of the tier
        failures += 1
        if attempt.circular or attempt.answer.stop == "too-long":
            return None  # another attempt on this tier would end the same
    return None


def try_once(
    course: Course,
    rung: Rung,
    place: Place | None,
    cancel: threading.Event | None = None,
    raced: bool = False,
) -> tuple[Attempt, str | None]:
    """One attempt and its gates; with the files' state after it."""
    job, show = course.job, course.means.show
    start = time.monotonic()
    with course.lock:
        number = len(course.attempts) + 1 + (1 if raced and rung.provider != "openai" else 0)
        limit = (course.budget.left_usd - job.reserve_usd) / (2 if raced else 1)
        order = course.order(rung, limit)
    if place is not None and place is not course.place:
        order = replace(order, folder=place.work_folder)
    if cancel is not None:
        order = replace(order, cancel=cancel)
    effort = f" at {rung.effort}" if rung.effort else ""
    show(
        f"attempt {number} on {rung.tier} ({rung.model}{effort}), ${course.budget.left_usd:.4f} left"
    )
    answer = course.means.engine(rung)(order, show)
    # Before the gates: what their commands leave behind is no part of the result.
    tree = place.state() if place is not None else None
    answers = not job.edits or (
        job.answers and place is not None and tree is not None and place.is_base(tree)
    )
    text = answer.text if answers else None
    gates: Sequence[GateAnswer] = ()
    if answer.stop == "done":
        try:
            gates = course.means.gates(
                place, text, lambda gate: show(f"gate {gate.name}: {_word(gate)}")
            )
        except KeyboardInterrupt:
            answer = replace(answer, stop="interrupted")  # what it cost is counted all the same
    passed = answer.stop == "done" and all(gate.passed for gate in gates)
    # A tier's first attempt may well come to what a cheaper one came to; it has not gone in circles yet.
    again = any(earlier.rung.tier == rung.tier for earlier in course.attempts)
    attempt = Attempt(
        number=number,
        rung=rung,
        answer=answer,
        gates=tuple(gates),
        accepted=passed,
        seconds=time.monotonic() - start,
        circular=again
        and not passed
        and text is None
        and tree is not None
        and tree in course.failed_states,
        example=bool(job.example) and number == 1,
        raced=raced,
    )
    return attempt, tree


def settle(course: Course, attempt: Attempt, tree: str | None) -> None:
    """Count, record and remember an attempt, and write the handoff to the next."""
    with course.lock:
        course.attempts.append(attempt)
        course.budget.spend(attempt.cost_usd)
        course.means.record(attempt)
    end = "accepted" if attempt.accepted else attempt.why()
    course.means.show(f"{end}; ${attempt.cost_usd:.4f}, ${course.budget.spent_usd:.4f} in all")
    course.outages = course.outages + 1 if attempt.answer.stop in ("unavailable", "killed") else 0
    if attempt.accepted:
        return
    if course.place is not None and tree is not None:
        over = course.job.answers or attempt.answer.stop != "done"
        if over or any(name in _START_OVER for name in attempt.failed_gates):
            course.place.reset()
            tree = None
        else:
            course.failed_states.add(tree)
    course.handoff = next_handoff(course, attempt, tree)


def verdict(course: Course, attempt: Attempt, tree: str | None) -> Result | None:
    """Whether the run is over after this attempt, and how."""
    if attempt.accepted:
        text = attempt.answer.text
        return course.result("accepted", tree=tree, text=text)
    answer = attempt.answer
    if answer.stop == "interrupted":
        return course.result("interrupted", "stopped by you")
    if answer.stop == "refused":
        return course.result("unavailable", answer.detail)
    if course.outages >= OUTAGES:
        return course.result("unavailable", answer.detail or answer.stop)
    if answer.stop == "budget":
        return course.result("budget-spent", spent(course.budget))
    stuck = next((gate for gate in attempt.gates if not gate.ran and not gate.timed_out), None)
    if stuck is not None:
        # No tier can mend what keeps a gate from running; going on would only spend.
        return course.result("gate-cannot-run", f"{stuck.name}: {stuck.evidence}")
    return None


def next_handoff(course: Course, attempt: Attempt, tree: str | None) -> Handoff:
    """What the next attempt should know: the earlier ones' words, and how this one failed."""
    plan, decisions = read_closing(attempt.answer.text)
    before = course.handoff
    evidence = "\n".join(
        f"[{gate.name}] {gate.evidence[-_FAILURE_TAIL:]}"
        for gate in attempt.gates
        if not gate.passed
    )
    started_over = (
        "; its changes were taken back" if tree is None and course.place is not None else ""
    )
    return Handoff(
        task=before.task,
        plan=plan or before.plan,
        decisions=decisions or before.decisions,
        tried=(*before.tried, Tried(attempt.rung.tier, attempt.why() + started_over)),
        diff=course.place.diff_summary(tree)
        if course.place is not None and tree is not None
        else "",
        failure=evidence or attempt.why(),
        example=before.example,
    )


def spent(budget: Budget) -> str:
    """``$0.5012 of $0.5000 spent``."""
    return f"${budget.spent_usd:.4f} of ${budget.total_usd:.4f} spent"


def _word(gate: GateAnswer) -> str:
    if gate.passed:
        return f"passed ({gate.seconds:.1f} s)"
    first = gate.evidence.strip().splitlines()[:1]
    state = "failed" if gate.ran else "timed out" if gate.timed_out else "could not run"
    return f"{state}: {first[0][:160]}" if first else state


__all__ = ["Answer", "Course", "Job", "Means", "begin", "climb", "settle", "try_once", "verdict"]
