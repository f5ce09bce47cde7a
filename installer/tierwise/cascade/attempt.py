"""One attempt: its order, the answer, the files' state after it, and what the gates say of that."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tierwise.cascade.handoff import render
from tierwise.cascade.model import (
    GATED_STOPS,
    Answer,
    Attempt,
    Order,
    TierSpec,
)
from tierwise.cascade.signals import undisturbed
from tierwise.cascade.state import RunState
from tierwise.cascade.workspace import Workspace
from tierwise.errors import TierwiseError
from tierwise.gates.installed import make_variables
from tierwise.gates.model import GateResult

_SHOWN_EVIDENCE = 160  # characters of a failed gate's first line


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
    left = f"${state.budget.left_usd:.4f} left"
    show(f"attempt {number} on {spec.tier} ({spec.describe_model()}), {left}")
    fault = _prepare_attempt(state, workspace)
    if fault:
        answer = Answer.empty(
            "unavailable",
            fault,
            for_all=True,
        )
    else:
        engine = state.dependencies.engine(spec)
        answer = engine(order, show)
    # From here on the attempt has been paid: whatever happens, it must come to be recorded.
    look = _Look(state, workspace, answer)
    look.take()
    # A tier's first attempt may well come to what a cheaper one came to; it has not gone in circles yet.
    again = spec.tier in [earlier.spec.tier for earlier in state.attempts]
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
    is_second_racer = raced and spec.provider != "openai"
    with state.lock:
        number = len(state.attempts) + 1 + is_second_racer
        left = state.budget.left_usd - job.reserve_usd
        if raced:
            limit = left / 2
        else:
            names = [entry.tier for entry in job.tiers]
            here_and_above = names[names.index(spec.tier) :]
            limit = min(left, state.dependencies.cap(here_and_above, left))
    folder = ""
    variables: Mapping[str, str] = {}
    git: Mapping[str, str] = {}
    if workspace is not None:
        folder = workspace.work_folder
        variables = make_variables(workspace.origin.home, workspace.root)
        git = workspace.environment
    order = Order(
        prompt=render(state.handoff, job.handoff_tokens, edits=edits),
        stable=job.stable,
        spec=spec,
        folder=folder,
        max_usd=limit,
        seconds=job.seconds,
        session=str(uuid.uuid4()),
        edits=edits,
        stall=job.stall,
        variables=variables,
        git=git,
    )
    return number, order


def _prepare_attempt(
    state: RunState,
    workspace: Workspace | None,
) -> str:
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
        self.state = state
        self.workspace = workspace
        self.answer = answer
        self.asked_before_usd = state.dependencies.questions.spent_usd
        self.is_base = False
        self.tree: str | None = None
        self.text: str | None = None
        self.gates: Sequence[GateResult] = ()
        self.passed = False
        self.fault = ""

    def take(self) -> None:
        """Read the state, keep it as a patch, run the gates.  Faults of git or the disk become words."""
        try:
            self._read_state()
            if self._is_worth_gating():
                self._run_gates()
        except KeyboardInterrupt:
            with undisturbed():
                self._end_questions()
        except (TierwiseError, OSError) as error:
            self.fault = f"the result could not be looked at: {error}"

    def _end_questions(self) -> None:
        """Count what the gates had asked of models when a person stopped them."""
        questions = self.state.dependencies.questions
        questions.end()
        asked_usd = questions.spent_usd - self.asked_before_usd
        cost = self.answer.cost_usd + asked_usd
        self.answer = replace(
            self.answer,
            stop="interrupted",
            cost_usd=cost,
        )

    def _read_state(self) -> None:
        job, workspace = self.state.job, self.workspace
        if workspace is not None:
            # Before the gates: what their commands leave behind is no part of the result.
            self.tree = workspace.state()
            self.is_base = workspace.is_base(self.tree)
            if not self.is_base:
                self.state.dependencies.keep_patch(
                    workspace,
                    self.tree,
                )
        if not job.edits or (job.answers and self.is_base):
            self.text = self.answer.text

    def _is_worth_gating(self) -> bool:
        if self.answer.stop == "done":
            return True
        is_files = self.tree is not None and self.text is None
        if self.answer.stop not in GATED_STOPS or not is_files:
            return False
        return not self.is_base

    def _run_gates(self) -> None:
        show = self.state.dependencies.show
        self.gates = self.state.dependencies.gates(
            self.workspace,
            self.tree,
            self.text,
            lambda gate: show(f"gate {gate.name}: {_describe_gate(gate)}"),
        )
        # Work that was cut off counts as done only where something has looked at what it does.
        is_verified = any(gate.verifies for gate in self.gates)
        all_passed = all(gate.passed for gate in self.gates)
        self.passed = all_passed and (is_verified or self.answer.stop == "done")


def _describe_gate(gate: GateResult) -> str:
    if gate.passed:
        return f"passed ({gate.seconds:.1f} s)"
    state = "could not run"
    if gate.timed_out:
        state = "timed out"
    elif gate.ran:
        state = "failed"
    first, _, _ = gate.evidence.strip().partition("\n")
    if not first:
        return state
    return f"{state}: {first[:_SHOWN_EVIDENCE]}"
