"""The same tasks on two tiers, paired: a plan that is written first, and a result that must match it.

The evidence is anytime-valid (:func:`tierwise.learning.evidence.log_paired_evidence`), so looking
after every task and stopping early costs nothing.  A cost that nobody knows stops the experiment; it
is never taken for zero.  Every finished try is a line of a file, so a killed experiment goes on.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from tierwise.errors import OutsideError, TierwiseError
from tierwise.files import write_atomic
from tierwise.learning.beta import Interval
from tierwise.learning.evidence import confidence_sequence, log_paired_evidence

QUICK_TASKS = 5
_TRIES = "tries.jsonl"

Stop = Literal["certified", "refuted", "tasks-done", "budget", "unknown-cost", "outside"]


@dataclass(frozen=True)
class Plan:
    """What is decided before the first task: nothing of it may change afterwards.

    ``margin``: added failures that the cheaper tier may cost; ``alpha``: the probability of a false
    certificate; ``max_usd``: the hard budget of all tries together, ``task_usd`` that of one.
    """

    cheaper: str
    present: str
    tasks: tuple[str, ...]
    margin: float
    alpha: float
    max_usd: float
    task_usd: float
    policy: str

    @property
    def digest(self) -> str:
        """What ties a result to its plan."""
        return sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Try:
    """One task on one tier.  ``usd`` is None where nobody knows what it cost."""

    task: int
    tier: str
    passed: bool
    usd: float | None


@dataclass(frozen=True)
class Result:
    """Where an experiment stands: pairs by what became of them, evidence, money."""

    stop: Stop
    both: int
    neither: int
    added: int
    """Failed on the cheaper tier only."""

    saved: int
    """Failed on the present tier only."""

    e_value: float
    cheaper_usd: float
    present_usd: float
    difference: Interval
    """Of the failure rates, cheaper minus present; holds at all times together."""

    @property
    def pairs(self) -> int:
        """Tasks that ran on both tiers."""
        return self.both + self.neither + self.added + self.saved

    @property
    def spent(self) -> float:
        """US dollars, of finished pairs and of a half one."""
        return self.cheaper_usd + self.present_usd


RunTask = Callable[[str, str, float], tuple[bool, float | None]]
"""(task, tier, limit in US dollars) -> (passed, what it cost).  Raises OutsideError."""


def write_plan(folder: Path, plan: Plan) -> None:
    """Write the plan before anything runs.  Raises TierwiseError where another one is there."""
    path = folder / "plan.json"
    if path.exists():
        if read_plan(folder) != plan:
            raise TierwiseError(
                "another plan is registered here",
                place=str(path),
                remedy="Name another folder with --out, or give the same tasks, tiers and limits.",
            )
        return
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({**asdict(plan), "digest": plan.digest}, indent=1)
    write_atomic(str(path), text.encode() + b"\n")


def read_plan(folder: Path) -> Plan:
    """Read a registered plan.  Raises TierwiseError where it was changed since."""
    path = folder / "plan.json"
    try:
        data = json.loads(path.read_text("utf-8"))
        digest = data.pop("digest")
        plan = Plan(**{**data, "tasks": tuple(data["tasks"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TierwiseError(
            f"this is no plan ({error})", place=str(path), remedy="Begin in a new folder."
        ) from error
    if plan.digest != digest:
        raise TierwiseError(
            "the plan was changed after it was registered",
            place=str(path),
            remedy="Restore it, or begin in a new folder.",
        )
    return plan


def carry_out(folder: Path, plan: Plan, run: RunTask) -> Result:
    """Run what is left of a plan, task by task, until its stopping rule holds."""
    write_plan(folder, plan)
    lost_usd = _count_lost(folder, plan) * plan.task_usd
    tries = {(one.task, one.tier): one for one in read_tries(folder, plan)}
    for number, task in enumerate(plan.tasks):
        result = judge_tries(plan, tries.values())
        if result.stop != "tasks-done":
            return result
        for tier in (plan.cheaper, plan.present):
            if (number, tier) in tries:
                continue
            left = plan.max_usd - lost_usd - _add_up(tries.values())
            if left < plan.task_usd:
                return judge_tries(plan, tries.values(), "budget")
            _append(folder, plan, {"begun": number, "tier": tier})
            try:
                passed, usd = run(task, tier, plan.task_usd)
            except OutsideError:
                return judge_tries(plan, tries.values(), "outside")
            done = Try(number, tier, passed, usd)
            _append(folder, plan, asdict(done))
            tries[number, tier] = done
            if usd is None:
                return judge_tries(plan, tries.values())
    return judge_tries(plan, tries.values())


def judge_tries(plan: Plan, tries: Iterable[Try], stop: Stop = "tasks-done") -> Result:
    """Judge what has been run.  ``stop``: why no more is run where the stopping rule does not say."""
    by_task: dict[int, dict[str, Try]] = {}
    usd = {plan.cheaper: 0.0, plan.present: 0.0}
    for one in tries:
        if one.usd is None:
            stop = "unknown-cost"
        usd[one.tier] += one.usd or 0.0
        by_task.setdefault(one.task, {})[one.tier] = one
    counts = {(passed, other): 0 for passed in (True, False) for other in (True, False)}
    for pair in by_task.values():
        if len(pair) == len(usd):
            counts[pair[plan.cheaper].passed, pair[plan.present].passed] += 1
    added, saved = counts[False, True], counts[True, False]
    ties = counts[True, True] + counts[False, False]
    log_e_value = log_paired_evidence(added, saved, ties, plan.margin)
    difference = bound_difference(added, saved, added + saved + ties, plan.alpha)
    if stop == "tasks-done" and log_e_value >= math.log(1 / plan.alpha):
        stop = "certified"
    elif stop == "tasks-done" and difference.low > plan.margin:
        stop = "refuted"
    return Result(
        stop=stop,
        both=counts[True, True],
        neither=counts[False, False],
        added=added,
        saved=saved,
        e_value=math.exp(min(log_e_value, math.log(1e12))),
        cheaper_usd=usd[plan.cheaper],
        present_usd=usd[plan.present],
        difference=difference,
    )


def bound_difference(added: int, saved: int, pairs: int, alpha: float) -> Interval:
    """Bound the difference of paired failure rates at all times together.

    Both rates of disagreement have a confidence sequence at half of ``alpha`` each.
    """
    more = confidence_sequence(added, pairs, alpha / 2)
    fewer = confidence_sequence(saved, pairs, alpha / 2)
    return Interval(more.low - fewer.high, more.high - fewer.low)


def read_tries(folder: Path, plan: Plan) -> Iterator[Try]:
    """Read what has been run, the lines of other plans aside."""
    for data in _read_lines(folder, plan):
        if "begun" not in data:
            yield Try(**data)


def _count_lost(folder: Path, plan: Plan) -> int:
    """Count the tries that were begun and never ended: each may have cost its whole limit."""
    lines = list(_read_lines(folder, plan))
    begun = sum("begun" in data for data in lines)
    return 2 * begun - len(lines)


def _read_lines(folder: Path, plan: Plan) -> Iterator[dict[str, Any]]:
    """Read the plan's lines; what a kill left torn is none."""
    try:
        lines = (folder / _TRIES).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            data = json.loads(line)
        except ValueError:
            continue
        if isinstance(data, dict) and data.pop("plan", "") == plan.digest:
            yield data


def _append(folder: Path, plan: Plan, data: Mapping[str, object]) -> None:
    # A line end first: what a kill left torn stays a line of its own.
    line = "\n" + json.dumps({**data, "plan": plan.digest}) + "\n"
    with (folder / _TRIES).open("a", encoding="utf-8") as handle:
        handle.write(line)
        handle.flush()
        os.fsync(handle.fileno())


def _add_up(tries: Iterable[Try]) -> float:
    return math.fsum(one.usd or 0.0 for one in tries)


def pick_tasks(lines: Sequence[str], quick: bool) -> tuple[str, ...]:
    """Return the tasks of a list: one a line; empty lines and comments (#) are none."""
    tasks = [line.strip() for line in lines]
    tasks = [task for task in tasks if task and not task.startswith("#")]
    if quick:
        tasks = tasks[:QUICK_TASKS]
    return tuple(tasks)
