"""``tierwise experiment``."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tierwise import local_state, repo
from tierwise.cli.options import Amount, json_option
from tierwise.cli.show import print_json
from tierwise.cli.usage_source import read_table
from tierwise.errors import OutsideError, TierwiseError
from tierwise.learning.evidence import ALPHA, MARGIN
from tierwise.learning.experiment import (
    QUICK_TASKS,
    Plan,
    Result,
    RunTask,
    carry_out,
    pick_tasks,
)

_KNOWN_COSTS = ("client", "priced")
_OUTCOMES = ("accepted", "top-tier-failed", "budget-spent")
"""How a run ends that says something of its tier."""

_SAID = {
    "certified": "certified",
    "refuted": "the cheaper tier adds more failures than the margin allows",
    "tasks-done": "all tasks are through and nothing is certain",
    "budget": "the budget is spent; the same call with a larger --max-usd is a new experiment",
    "unknown-cost": "what a try cost is not known, and unknown is not zero",
    "outside": "a run failed for reasons outside; the same call goes on from here",
}


@click.command(name="experiment")
@click.argument("cheaper", metavar="TIER")
@click.argument("present", metavar="TIER")
@click.option(
    "--tasks",
    "task_file",
    required=True,
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="A file with a task a line.",
)
@click.option(
    "--gate", "gates", multiple=True, metavar="NAME", help="A gate or a command; repeatable."
)
@click.option("--margin", type=click.FloatRange(0, 0.5), default=MARGIN, show_default=True,
              help="Added failures that the cheaper tier may cost.")  # fmt: skip
@click.option("--max-usd", type=Amount(), required=True, metavar="USD", help="Hard limit in all.")
@click.option(
    "--task-usd", type=Amount(), default=1.0, show_default=True, metavar="USD",
    help="Hard limit of one task on one tier.",
)  # fmt: skip
@click.option("--quick", is_flag=True, help=f"Only the first {QUICK_TASKS} tasks.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where plan and tries are kept; .tierwise/local/experiment-DIGEST if absent.",
)
@json_option
def command(
    cheaper: str,
    present: str,
    task_file: Path,
    gates: tuple[str, ...],
    margin: float,
    max_usd: float,
    task_usd: float,
    quick: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Run the same tasks on two tiers, the cheaper first, and say what the difference is.

    The plan is written before the first task, and the result must match it. It stops as soon as the
    evidence suffices, at the budget, or where a cost is unknown; after a kill the same call goes on.
    """
    root = repo.require_root()
    table = read_table(root)
    tasks = pick_tasks(task_file.read_text("utf-8").splitlines(), quick)
    _check_tiers(table, cheaper, present)
    if not tasks:
        raise TierwiseError(
            "there is no task", place=str(task_file), remedy="Write one task a line."
        )
    plan = Plan(cheaper, present, tasks, margin, ALPHA, max_usd, task_usd, table["policy"])
    folder = out or Path(local_state.path(root, f"experiment-{plan.digest[:12]}"))
    result = carry_out(folder, plan, make_runner(gates))
    if as_json:
        print_json(_describe(plan, result, folder))
        return
    for line in format_result(plan, result):
        click.echo(line)


def make_runner(gates: tuple[str, ...]) -> RunTask:
    """Return what runs one task on one tier as ``tierwise run`` does, without climbing."""
    from tierwise.cascade.flow import carry_out as run_request
    from tierwise.cascade.plan import Request
    from tierwise.cli.run_display import make_follower

    def run(task: str, tier: str, limit: float) -> tuple[bool, float | None]:
        request = Request(task=task, gates=gates, start=tier, top=tier, max_usd=limit)
        record = run_request(request, make_follower())
        if record["stop"] not in _OUTCOMES:
            raise OutsideError(f"{record['stop']}: {record['detail']}")
        sources = {attempt["cost_source"] for attempt in record["attempts"]}
        is_known = bool(sources) and sources <= {*_KNOWN_COSTS}
        return record["accepted"], record["cost_usd"] if is_known else None

    return run


def _check_tiers(table: dict[str, Any], cheaper: str, present: str) -> None:
    ladder = table["ladder"]
    for tier in (cheaper, present):
        if tier not in ladder:
            raise TierwiseError(
                f"{tier} is not a tier",
                place="experiment",
                remedy=f"Name two of {', '.join(ladder)}.",
            )
    if ladder.index(cheaper) >= ladder.index(present):
        raise TierwiseError(
            f"{cheaper} is not below {present}",
            place="experiment",
            remedy="Name the cheaper tier first.",
        )


def _describe(plan: Plan, result: Result, folder: Path) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "plan": plan.digest,
        "folder": str(folder),
        "pairs": result.pairs,
        **asdict(result),
        "difference": [result.difference.low, result.difference.high],
        "cost_ratio": find_cost_ratio(result),
        "ladder_pays": ladder_pays(result),
        "proposal": plan.cheaper if result.stop == "certified" else None,
    }


def find_cost_ratio(result: Result) -> float | None:
    """What the cheaper tier costs beside the present one; None where the present one cost nothing."""
    if not result.present_usd:
        return None
    return result.cheaper_usd / result.present_usd


def ladder_pays(result: Result) -> bool | None:
    """Whether trying the cheaper tier first and climbing costs less: ratio below its success rate."""
    ratio = find_cost_ratio(result)
    if ratio is None or not result.pairs:
        return None
    return ratio < (result.both + result.saved) / result.pairs


def format_result(plan: Plan, result: Result) -> list[str]:
    """Say what came out, in lines."""
    pairs, low, high = result.pairs, result.difference.low, result.difference.high
    lines = [
        f"{pairs} of {len(plan.tasks)} tasks on both {plan.cheaper} and {plan.present}: "
        f"{result.both} passed on both, {result.neither} on neither, {result.added} only on "
        f"{plan.present}, {result.saved} only on {plan.cheaper}",
        f"added failures on {plan.cheaper}: {low:+.0%} to {high:+.0%}; evidence "
        f"{result.e_value:.1f} of {1 / plan.alpha:.0f}",
        f"${result.cheaper_usd:.4f} on {plan.cheaper}, ${result.present_usd:.4f} on {plan.present}",
        f"stopped: {_SAID[result.stop]}",
    ]
    pays = ladder_pays(result)
    if pays is not None:
        word = "pays" if pays else "does not pay"
        lines.append(f"{plan.cheaper} first, then {plan.present}: {word} on these tasks")
    if result.stop == "certified":
        lines.append(f"{plan.cheaper} adds at most {plan.margin:.0%} failures to such tasks")
    else:
        lines.append("No recommendation.")
    if pairs <= QUICK_TASKS:
        lines.append(_say_how_little(plan, pairs))
    return lines


def _say_how_little(plan: Plan, pairs: int) -> str:
    """A tier that fails often passes a few tasks in a row by luck."""
    if not pairs:
        return "No task has run on both tiers: nothing is known."
    rate = 1 - math.pow(plan.alpha, 1 / pairs)
    return (
        f"{pairs} tasks tell very little: even a tier that fails {rate:.0%} of such tasks passes all "
        f"{pairs} once in {1 / plan.alpha:.0f} times."
    )
