"""``--race``: the local tier and the next one at once; the local result is taken if it passes, both are paid for."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from tierwise.route.cascade.climb import Course, Job, Means, begin, climb, settle, try_once, verdict
from tierwise.route.cascade.model import Attempt, Result, Rung
from tierwise.route.cascade.worktree import Place


def race(job: Job, means: Means, places: tuple[Place | None, Place | None]) -> Result:
    """Race ``job.rungs[0]`` (local) against ``job.rungs[1]``; if neither passes, climb on from the second.

    Each racer has a place of its own.  When the local result passes first, the other is stopped and what it had
    cost by then is counted.
    """
    course = begin(job, means, places[1])
    stop = (threading.Event(), threading.Event())
    first, second = job.rungs[0], job.rungs[1]

    def run(index: int, rung: Rung) -> tuple[Attempt, str | None]:
        ended = try_once(course, rung, places[index], cancel=stop[index], raced=True)
        if index == 0 and ended[0].accepted:
            stop[1].set()
        return ended

    try:
        with ThreadPoolExecutor(max_workers=2) as pool:
            futures = [pool.submit(run, index, rung) for index, rung in enumerate((first, second))]
            try:
                local, other = (future.result() for future in futures)
            except BaseException:
                for event in stop:
                    event.set()
                raise
    except KeyboardInterrupt:
        return course.result("interrupted", "stopped by you")
    return _judge(course, job, means, local, other, places)


def _judge(
    course: Course,
    job: Job,
    means: Means,
    local: tuple[Attempt, str | None],
    other: tuple[Attempt, str | None],
    places: tuple[Place | None, Place | None],
) -> Result:
    for attempt, tree in (local, other):
        settle(course, attempt, tree if attempt is other[0] else None)
    if local[0].accepted:
        return course.result("accepted", tree=local[1], text=local[0].answer.text)
    ended = verdict(course, *other)
    if ended is not None and (ended.accepted or len(job.rungs) < 2):
        return ended
    if ended is not None and ended.stop != "unavailable":
        return ended
    rest = Job(**{**job.__dict__, "rungs": job.rungs[1:]})
    # The second tier's failure counts: one attempt less there.
    course.job = rest
    return climb(rest, means, places[1], course)
