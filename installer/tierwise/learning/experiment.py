"""The same tasks on two sides: a plan that is written first, and a result that must match it.

A side is a tier or a policy.  The cheaper one runs first; the present one, which costs most of the money, only
where it can tell something: where the cheaper one failed, and on a random share.  The evidence is anytime-valid
(:func:`tierwise.learning.evidence.log_added_evidence`), so looking after every task and stopping early costs
nothing.  A cost that nobody knows stops the experiment; it is never taken for zero.
"""

from __future__ import annotations

import math
from collections.abc import (
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from typing import Literal

from tierwise.errors import OutsideError
from tierwise.learning.beta import Interval
from tierwise.learning.evidence import (
    NO_PAIRS,
    PairCounts,
    confidence_sequence,
    log_added_evidence,
)
from tierwise.learning.experiment_plan import (
    ExperimentFiles,
    ExperimentPlan,
    ExperimentTask,
    Try,
    count_lost,
    hold_lock,
    note_beginning,
    note_try,
    read_tries,
    write_plan,
)

PAIR_AFTER = 3
"""Added failures from which every task runs on both sides, where they pass half the margin as well: whether the
present side has such failures of its own is what is open then."""

_LARGEST_E_VALUE = 1e12

Stop = Literal["certified", "refuted", "tasks-done", "budget", "unknown-cost", "outside"]

RunTask = Callable[[ExperimentTask, str, float], tuple[bool, float | None]]
"""(task, side, limit in US dollars) -> (passed, what it cost).  Raises OutsideError."""


@dataclass
class TaskTally:
    """Tasks by what became of them.

    ``added``: failed on the cheaper side only; ``saved``: failed on the present one only; ``alone``: passed on the
    cheaper side, and was not run on the present one.
    """

    both: int = 0
    neither: int = 0
    added: int = 0
    saved: int = 0
    alone: int = 0
    drawn: PairCounts = NO_PAIRS
    """Of the tasks for which it was settled beforehand that they run on both sides."""

    cheaper_usd: float = 0.0
    present_usd: float = 0.0
    present_mean_sum: float = 0.0
    """The present side's costs, those of drawn tasks weighted for the ones that were not."""

    present_weight: float = 0.0
    """The tasks that these costs stand for."""

    @property
    def tasks(self) -> int:
        """Tasks that have told what they can."""
        on_both = self.both + self.neither + self.added + self.saved
        return on_both + self.alone

    def add(
        self,
        cheaper: Try,
        present: Try | None,
        is_drawn: bool,
        weight: float,
    ) -> None:
        """Count a finished task.  ``weight``: how many such tasks the present side's cost stands for."""
        self.cheaper_usd += cheaper.usd or 0.0
        if present is None:
            self.alone += 1
            return
        usd = present.usd or 0.0
        self.present_usd += usd
        self.present_mean_sum += usd * weight
        self.present_weight += weight
        added = int(present.passed and not cheaper.passed)
        saved = int(cheaper.passed and not present.passed)
        self.added += added
        self.saved += saved
        self.both += int(cheaper.passed and present.passed)
        self.neither += int(not cheaper.passed and not present.passed)
        if is_drawn:
            tie = 1 - added - saved
            self.drawn = PairCounts(
                added=self.drawn.added + added,
                saved=self.drawn.saved + saved,
                ties=self.drawn.ties + tie,
            )


@dataclass(frozen=True)
class ExperimentResult:
    """Where an experiment stands."""

    stop: Stop
    tally: TaskTally
    e_value: float
    difference: Interval
    """Of the failure rates, cheaper minus present; holds at all times together."""

    @property
    def pairs(self) -> int:
        """Tasks that ran on both sides."""
        return self.tally.tasks - self.tally.alone

    @property
    def cost_ratio(self) -> float | None:
        """What the cheaper side costs beside the present one; None where the present one cost nothing."""
        tally = self.tally
        if not tally.present_mean_sum:
            return None
        cheaper = tally.cheaper_usd / tally.tasks
        present = tally.present_mean_sum / tally.present_weight
        return cheaper / present

    @property
    def cheaper_success(self) -> float | None:
        """The share of tasks that passed on the cheaper side."""
        tally = self.tally
        if not tally.tasks:
            return None
        passed = tally.both + tally.saved + tally.alone
        return passed / tally.tasks

    @property
    def ladder_pays(self) -> bool | None:
        """Whether the cheaper side first and then the present one costs less than the present one alone.

        It does where the cost ratio is below the cheaper side's success rate.
        """
        ratio = self.cost_ratio
        success = self.cheaper_success
        if ratio is None or success is None:
            return None
        return ratio < success


def carry_out(
    files: ExperimentFiles,
    plan: ExperimentPlan,
    run: RunTask,
) -> ExperimentResult:
    """Run what is left of a plan, task by task, until its stopping rule holds.

    Raises TierwiseError where another plan is registered in ``files``, or the experiment runs already.
    """
    with hold_lock(files):
        write_plan(files, plan)
        return _Experiment(files, plan, run).carry_out()


class _Experiment:
    """An experiment under way."""

    def __init__(
        self,
        files: ExperimentFiles,
        plan: ExperimentPlan,
        run: RunTask,
    ) -> None:
        self._files = files
        self._plan = plan
        self._run = run
        self._tries: dict[tuple[int, str], Try] = {}
        for one in read_tries(files, plan):
            self._tries[one.task, one.side] = one
        self._lost_usd = count_lost(files, plan) * plan.task_usd

    def carry_out(self) -> ExperimentResult:
        plan = self._plan
        tries = self._tries.values()
        if any(one.usd is None for one in tries):
            return judge_tries(plan, tries)
        for number in range(len(plan.tasks)):
            # After a kill, too, a task's fate is decided by those before it and no others.
            earlier = [one for one in tries if one.task < number]
            result = judge_tries(plan, earlier)
            if result.stop != "tasks-done":
                return result
            stop = self._try_task(number, result.tally)
            if stop is not None:
                return judge_tries(plan, tries, stop)
        return judge_tries(plan, tries)

    def _try_task(
        self,
        number: int,
        tally: TaskTally,
    ) -> Stop | None:
        """Run one task on the cheaper side, then on the present one where that can tell something."""
        plan = self._plan
        is_drawn = _runs_both(plan, number, tally)
        stop = self._try_side(number, plan.cheaper)
        if stop is not None:
            return stop
        first = self._tries[number, plan.cheaper]
        if first.passed and not is_drawn:
            return None
        return self._try_side(number, plan.present)

    def _try_side(
        self,
        number: int,
        side: str,
    ) -> Stop | None:
        """Run one task on one side; say what stops the experiment."""
        plan = self._plan
        if (number, side) in self._tries:
            return None
        task = plan.tasks[number]
        if side == plan.present and task.known is not None:
            passed, usd = task.known
            known = Try(
                number,
                side,
                passed,
                usd,
                is_known=True,
            )
            self._note(known)
            return None
        if plan.max_usd - self._find_spent() < plan.task_usd:
            return "budget"
        note_beginning(self._files, plan, number, side)
        try:
            passed, cost = self._run(task, side, plan.task_usd)
        except OutsideError:
            return "outside"
        self._note(Try(number, side, passed, cost))
        if cost is None:
            return "unknown-cost"
        return None

    def _note(self, done: Try) -> None:
        note_try(self._files, self._plan, done)
        self._tries[done.task, done.side] = done

    def _find_spent(self) -> float:
        """Return US dollars, what killed tries may have cost included."""
        paid = [one.usd or 0.0 for one in self._tries.values() if not one.is_known]
        return self._lost_usd + math.fsum(paid)


def judge_tries(
    plan: ExperimentPlan,
    tries: Iterable[Try],
    stop: Stop = "tasks-done",
) -> ExperimentResult:
    """Judge what has been run.  ``stop``: why no more is run where the stopping rule does not say."""
    by_task: dict[int, dict[str, Try]] = {}
    for one in tries:
        if one.usd is None:
            stop = "unknown-cost"
        sides = by_task.setdefault(one.task, {})
        sides[one.side] = one
    tally = _count(plan, by_task)
    counts = (tally.added, tally.tasks, tally.drawn)
    log_e_value = log_added_evidence(*counts, plan.margin)
    difference = bound_difference(*counts, plan.alpha)
    enough = math.log(1 / plan.alpha)
    if stop == "tasks-done" and log_e_value >= enough:
        stop = "certified"
    elif stop == "tasks-done" and difference.low > plan.margin:
        stop = "refuted"
    shown = min(log_e_value, math.log(_LARGEST_E_VALUE))
    return ExperimentResult(
        stop=stop,
        tally=tally,
        e_value=math.exp(shown),
        difference=difference,
    )


def bound_difference(
    added: int,
    tasks: int,
    drawn: PairCounts,
    alpha: float,
) -> Interval:
    """Bound the difference of failure rates at all times together.

    Added failures are seen on every task, saved ones on those that were drawn to run on both sides; each rate has a
    confidence sequence at half of ``alpha``.
    """
    more = confidence_sequence(added, tasks, alpha / 2)
    fewer = confidence_sequence(
        drawn.saved,
        drawn.tasks,
        alpha / 2,
    )
    low = more.low - fewer.high
    high = more.high - fewer.low
    return Interval(low, high)


def pick_tasks(lines: Sequence[str]) -> tuple[ExperimentTask, ...]:
    """Return the tasks of a list: one a line; empty lines and comments (#) are none."""
    tasks = []
    for line in lines:
        text = line.strip()
        if text and not text.startswith("#"):
            tasks.append(ExperimentTask(text))
    return tuple(tasks)


def _runs_both(
    plan: ExperimentPlan,
    number: int,
    tally: TaskTally,
) -> bool:
    """Return whether a task runs on both sides whatever comes out.  Only what was seen before it may count."""
    if _is_certain_to_run(plan, number, tally):
        return True
    return plan.draws_both(number)


def _is_certain_to_run(
    plan: ExperimentPlan,
    number: int,
    tally: TaskTally,
) -> bool:
    """Return whether the present side runs without a draw: it is on record, or only pairs can still tell."""
    if plan.tasks[number].known is not None:
        return True
    return needs_pairs(tally.added, tally.tasks, plan.margin)


def needs_pairs(
    added: int,
    tasks: int,
    margin: float,
) -> bool:
    """Return whether so many added failures leave little hope of a certificate without pairs."""
    return added >= PAIR_AFTER and 2 * added >= margin * tasks


def _count(
    plan: ExperimentPlan,
    by_task: Mapping[int, Mapping[str, Try]],
) -> TaskTally:
    tally = TaskTally()
    for number in sorted(by_task):
        cheaper = by_task[number].get(plan.cheaper)
        present = by_task[number].get(plan.present)
        is_drawn = _runs_both(plan, number, tally)
        if cheaper is None:
            continue
        is_awaited = is_drawn or not cheaper.passed
        if present is None and is_awaited:
            continue
        weight = _find_weight(
            plan,
            number,
            tally,
            cheaper.passed,
        )
        tally.add(cheaper, present, is_drawn, weight)
    return tally


def _find_weight(
    plan: ExperimentPlan,
    number: int,
    tally: TaskTally,
    cheaper_passed: bool,
) -> float:
    """Return the inverse of the probability with which the present side was run."""
    if not cheaper_passed or _is_certain_to_run(plan, number, tally):
        return 1.0
    return 1 / plan.both_share
