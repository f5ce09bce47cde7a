"""What ``tierwise experiment`` says of its result."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tierwise import files, repo
from tierwise.learning.experiment import ExperimentResult
from tierwise.learning.experiment_plan import (
    QUICK_TASKS,
    ExperimentFiles,
    ExperimentPlan,
)

if TYPE_CHECKING:
    from tierwise.cli.experiment_runs import Side

_SAID = {
    "certified": "certified",
    "refuted": "the cheaper side adds more failures than the margin allows",
    "tasks-done": "all tasks are through and nothing is certain",
    "budget": "the budget is spent; the same call with a larger --max-usd is a new experiment",
    "unknown-cost": "what a try cost is not known, and unknown is not zero",
    "outside": "a run failed for reasons outside; the same call goes on from here",
}


def describe_result(
    plan: ExperimentPlan,
    result: ExperimentResult,
    kept: ExperimentFiles,
) -> dict[str, Any]:
    """Return what a machine gets of a result."""
    tally = asdict(result.tally)
    drawn = tally.pop("drawn")
    proposal = None
    if result.stop == "certified":
        proposal = plan.cheaper
    return {
        "schema_version": 2,
        "plan": plan.digest,
        "folder": kept.path,
        "stop": result.stop,
        "tasks": result.tally.tasks,
        "pairs": result.pairs,
        **tally,
        "drawn": drawn,
        "e_value": result.e_value,
        "difference": [result.difference.low, result.difference.high],
        "cost_ratio": result.cost_ratio,
        "cheaper_success": result.cheaper_success,
        "ladder_pays": result.ladder_pays,
        "proposal": proposal,
    }


def format_result(plan: ExperimentPlan, result: ExperimentResult) -> list[str]:
    """Say what came out, in lines."""
    tally = result.tally
    low = result.difference.low
    high = result.difference.high
    lines = [
        f"{tally.tasks} of {len(plan.tasks)} tasks, {result.pairs} of them on both {plan.cheaper} and "
        f"{plan.present}: {tally.both} passed on both, {tally.neither} on neither, {tally.added} only on "
        f"{plan.present}, {tally.saved} only on {plan.cheaper}; {tally.alone} passed on {plan.cheaper} "
        "and were not run again",
        f"added failures on {plan.cheaper}: {low:+.0%} to {high:+.0%}; evidence "
        f"{result.e_value:.1f} of {1 / plan.alpha:.0f}",
        f"${tally.cheaper_usd:.4f} on {plan.cheaper}, ${tally.present_usd:.4f} on {plan.present}",
        f"stopped: {_SAID[result.stop]}",
    ]
    if result.ladder_pays is not None:
        word = "does not pay"
        if result.ladder_pays:
            word = "pays"
        lines.append(
            f"{plan.cheaper} first, then {plan.present}: {word} on these tasks (it costs "
            f"{result.cost_ratio:.0%} and passes {result.cheaper_success:.0%})"
        )
    if result.stop == "certified":
        lines.append(f"{plan.cheaper} adds at most {plan.margin:.0%} failures to such tasks")
    else:
        lines.append("No recommendation.")
    if tally.tasks <= QUICK_TASKS:
        lines.append(_say_how_little(plan, tally.tasks))
    return lines


def _say_how_little(plan: ExperimentPlan, tasks: int) -> str:
    """Say how little so few tasks tell: a tier that fails often passes a few in a row by luck."""
    if not tasks:
        return "No task is through: nothing is known."
    rate = 1 - math.pow(plan.alpha, 1 / tasks)
    return (
        f"{tasks} tasks tell very little: even a tier that fails {rate:.0%} of such tasks passes all "
        f"{tasks} once in {1 / plan.alpha:.0f} times."
    )


def propose_line(
    root: str,
    plan: ExperimentPlan,
    result: ExperimentResult,
    sides: Mapping[str, Side],
) -> str:
    """Return the line of the policy that a certified result speaks for, as a diff; empty where there is none."""
    from tierwise.report.fix import policy_diff

    side = sides[plan.cheaper]
    if result.stop != "certified" or not side.tier:
        return ""
    kinds = sorted({task.kind for task in plan.tasks})
    protected = side.context.table["frontier_only"]["kinds"]
    if len(kinds) > 1:
        return f"The tasks are of several kinds ({', '.join(kinds)}): --kind tells of one.\n"
    if kinds[0] in protected:
        return f"{kinds[0]} is protected: it stays where it is.\n"
    data = files.read_bytes(str(Path(root, repo.POLICY)))
    diff, left_out = policy_diff(
        data,
        [(("routes", kinds[0]), plan.cheaper)],
    )
    return "\n" + "".join(f"{line}\n" for line in left_out) + diff
