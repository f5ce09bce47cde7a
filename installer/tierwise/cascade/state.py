"""What a run is to do, what it works with, and where it stands."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tierwise.cascade.budget import AttemptBudget
from tierwise.cascade.handoff import Handoff
from tierwise.cascade.model import (
    Attempt,
    Engine,
    RunResult,
    RunStop,
    Say,
    StallLimits,
    TierSpec,
)
from tierwise.cascade.questions import Questions
from tierwise.cascade.workspace import Workspace
from tierwise.gates.model import GateResult

# (workspace, state of its files, answer, told) -> results.
Gates = Callable[
    [Workspace | None, str | None, str | None, Callable[[GateResult], None]], Sequence[GateResult]
]
# (the tiers from this one to the top, US dollars left) -> what one attempt may spend.
Cap = Callable[[Sequence[str], float], float]


@dataclass(frozen=True)
class Job:
    """What one run is to do.

    ``edits``: the work is files.  ``answers``: it may be a text all the same, the last words of an attempt that
    changed no file.  ``plan``: what the top tier wrote first;
    ``spent_usd``: what that cost.  ``reserve_usd`` is kept back from each attempt for the models that look at its result.
    ``needs_known_cost``: an attempt whose cost nobody knows ends the run.
    """

    run: str
    task: str
    stable: str
    tiers: tuple[TierSpec, ...]
    attempts: int
    max_usd: float
    seconds: float
    handoff_tokens: int
    edits: bool = True
    answers: bool = False
    example: str = ""
    plan: str = ""
    spent_usd: float = 0.0
    reserve_usd: float = 0.0
    needs_known_cost: bool = False
    stall: StallLimits | None = None


@dataclass(frozen=True)
class Dependencies:
    """What the climb works with.

    ``gates`` looks at a state of the files or an answer; ``record`` is told each attempt as it ends; ``keep_patch``
    each state before it is gated; ``show`` takes the lines that a person follows; ``cap`` bounds an attempt's cost.
    ``questions``: what its gates ask of models.
    """

    engine: Callable[[TierSpec], Engine]
    gates: Gates
    record: Callable[[Attempt], None]
    show: Say
    keep_patch: Callable[[Workspace, str], None] = lambda workspace, tree: None
    cap: Cap = lambda tiers, left: left
    questions: Questions = field(default_factory=Questions)


@dataclass
class RunState:
    """Where a run stands: what was tried, what it cost, in which states the files have failed before."""

    job: Job
    dependencies: Dependencies
    workspace: Workspace | None
    budget: AttemptBudget
    attempts: list[Attempt] = field(default_factory=list)
    failed_states: set[str] = field(default_factory=set)
    handoff: Handoff = field(default_factory=lambda: Handoff(""))
    tree: str | None = None  # the state that the next attempt goes on from; None for the base
    down: set[tuple[str, str | None]] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def finish(
        self,
        stop: RunStop,
        detail: str = "",
        tree: str | None = None,
        text: str | None = None,
    ) -> RunResult:
        """End the run."""
        return RunResult(
            stop,
            tuple(self.attempts),
            tree,
            text,
            detail,
        )
