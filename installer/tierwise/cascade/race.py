"""``--race``: the local tier and the next one at once; the local result is taken if it passes, both are paid for."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

from tierwise.cascade.climb import Job, Means, begin, climb, settle, try_once, verdict
from tierwise.cascade.model import Attempt, Result, Rung
from tierwise.cascade.worktree import Place

_Ended = tuple[Attempt, "str | None"]


def race(job: Job, means: Means, places: tuple[Place | None, Place | None]) -> Result:
    """Race ``job.rungs[0]`` (local) against ``job.rungs[1]``; if neither passes, climb on from the second.

    Each racer has a place of its own.  When the local result passes first, the other is stopped and what it had
    cost by then is counted.
    """
    course = begin(job, means, places[1])
    stop = (threading.Event(), threading.Event())
    first, second = job.rungs[0], job.rungs[1]

    def run(index: int, rung: Rung) -> _Ended:
        ended = try_once(course, rung, places[index], cancel=stop[index], raced=True)
        if index == 0 and ended[0].accepted:
            stop[1].set()
        return ended

    interrupted = False
    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = [pool.submit(run, index, rung) for index, rung in enumerate((first, second))]
        try:
            wait(futures)
        except KeyboardInterrupt:
            interrupted = True
            for event in stop:
                event.set()  # both end, and what they had cost by then is counted below
    local, other = (future.result() for future in futures)
    settle(course, local[0], None)
    settle(course, *other)
    if interrupted:
        return course.result("interrupted", "stopped by you")
    if local[0].accepted:
        return course.result("accepted", tree=local[1], text=local[0].answer.text)
    ended = verdict(course, *other)
    if ended is not None and ended.stop != "unavailable":
        return ended
    course.job = replace(job, rungs=job.rungs[1:])
    failures = 0 if ended is not None else 1
    return climb(course.job, means, places[1], course, failures)
