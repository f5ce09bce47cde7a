"""``--race``: the local tier and the next one at once; the local result is taken if it passes, both are paid for."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

from tierwise.cascade.attempt import try_once
from tierwise.cascade.climb import (
    begin,
    climb,
    conclude,
    settle,
)
from tierwise.cascade.model import (
    OUTAGE_STOPS,
    Attempt,
    RunResult,
    TierSpec,
)
from tierwise.cascade.state import Dependencies, Job, RunState
from tierwise.cascade.workspace import Workspace

_Ended = tuple[Attempt, "str | None"]


def race(
    job: Job,
    dependencies: Dependencies,
    workspaces: tuple[Workspace | None, Workspace | None],
) -> RunResult:
    """Race ``job.tiers[0]`` (local) against ``job.tiers[1]``; if neither passes, climb on from the second.

    Each racer has a workspace of its own.  When the local result passes first, the other is stopped and what it had
    cost by then is counted.
    """
    state = begin(job, dependencies, workspaces[1])
    local, other, is_interrupted = _run_both(state, workspaces)
    attempt, tree = local
    settle(state, attempt, None)
    settle(state, *other)
    if is_interrupted:
        return state.finish("interrupted", "stopped by you")
    if attempt.accepted:
        return state.finish(
            "accepted",
            tree=tree,
            text=attempt.answer.text,
        )
    ended = conclude(state, *other)
    if ended is not None:
        return ended
    other_attempt, _ = other
    is_outage = other_attempt.answer.stop in OUTAGE_STOPS
    failures = int(not is_outage)
    state.job = replace(job, tiers=job.tiers[1:])
    return climb(
        state.job,
        dependencies,
        workspaces[1],
        state,
        failures,
    )


def _run_both(
    state: RunState,
    workspaces: tuple[Workspace | None, Workspace | None],
) -> tuple[_Ended, _Ended, bool]:
    """Return both racers' ends, the local one first, and whether a person stopped them."""
    stop = (threading.Event(), threading.Event())

    def run(index: int, spec: TierSpec) -> _Ended:
        ended = try_once(
            state,
            spec,
            workspaces[index],
            cancel=stop[index],
            raced=True,
        )
        if index == 0 and ended[0].accepted:
            stop[1].set()
        return ended

    is_interrupted = False
    with ThreadPoolExecutor(max_workers=2) as pool:
        first, second = state.job.tiers[:2]
        futures = [pool.submit(run, 0, first), pool.submit(run, 1, second)]
        try:
            wait(futures)
        except KeyboardInterrupt:
            is_interrupted = True
            for event in (*stop, state.dependencies.questions.cancel):
                event.set()  # all of it ends, and what it had cost by then is counted
    local, other = [future.result() for future in futures]
    return local, other, is_interrupted
