"""``tierwise experiment``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tierwise import files, repo
from tierwise.cli.options import (
    Amount,
    InputFile,
    Named,
    OutputFolder,
    json_option,
)
from tierwise.cli.show import print_json, print_line
from tierwise.errors import TierwiseError
from tierwise.learning.evidence import ALPHA, MARGIN
from tierwise.learning.experiment import (
    Result,
    carry_out,
    pick_tasks,
)
from tierwise.learning.experiment_plan import (
    BOTH_SHARE,
    QUICK_TASKS,
    ExperimentFiles,
    LocalFolder,
    NamedFolder,
    Plan,
    Task,
    read_plan,
)
from tierwise.shown import json_text

if TYPE_CHECKING:
    from tierwise.cli.experiment_runs import Runner, Side
    from tierwise.transcripts.spawns import Spawn

_MOST_TASKS = 400
_NAME_DIGITS = 12
_RESULT = "result.json"
_SAID = {
    "certified": "certified",
    "refuted": "the cheaper side adds more failures than the margin allows",
    "tasks-done": "all tasks are through and nothing is certain",
    "budget": "the budget is spent; the same call with a larger --max-usd is a new experiment",
    "unknown-cost": "what a try cost is not known, and unknown is not zero",
    "outside": "a run failed for reasons outside; the same call goes on from here",
}


@dataclass(frozen=True)
class Call:
    """The options of one call that say what is run."""

    task_file: Path | None
    source: str | None
    kind: str | None
    limit: int
    gates: tuple[str, ...]
    margin: float
    max_usd: float
    task_usd: float
    both_share: float
    quick: bool

    def find_name(self, sides: Mapping[str, Side]) -> str:
        """Return a name for the call: the same one for the same call under the same policies."""
        versions = [(name, side.version) for name, side in sides.items()]
        said = f"{versions} {self}"
        return sha256(said.encode()).hexdigest()[:_NAME_DIGITS]


@click.command(name="experiment")
@click.argument("cheaper", metavar="CHEAPER", type=Named("policy"))
@click.argument("present", metavar="PRESENT", type=Named("policy"))
@click.option(
    "--tasks",
    "task_file",
    metavar="FILE",
    type=InputFile(Path),
    help="A file with a task a line.",
)
@click.option(
    "--from",
    "source",
    type=click.Choice(["history", "spawns"]),
    help="Commits that brought tests, or finished spawns on PRESENT.",
)
@click.option("--kind", metavar="KIND", help="Only tasks of this kind of work.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=_MOST_TASKS,
    show_default=True,
    metavar="N",
    help="Tasks at the most.",
)
@click.option(
    "--gate",
    "gates",
    multiple=True,
    metavar="NAME",
    help="A gate or a command; repeatable. With --from history: the command that runs the tests.",
)
@click.option(
    "--margin",
    type=click.FloatRange(0, 0.5),
    default=MARGIN,
    show_default=True,
    metavar="SHARE",
    help="Added failures that the cheaper side may cost.",
)
@click.option("--max-usd", type=Amount(), required=True, metavar="USD", help="Hard limit in all.")
@click.option(
    "--task-usd",
    type=Amount(),
    default=1.0,
    show_default=True,
    metavar="USD",
    help="Hard limit of one task on one side.",
)
@click.option(
    "--both-share",
    type=click.FloatRange(0.01, 1),
    default=BOTH_SHARE,
    show_default=True,
    metavar="SHARE",
    help="The share of tasks that run on PRESENT though CHEAPER passed; 1 is all.",
)
@click.option("--quick", is_flag=True, help=f"Only the first {QUICK_TASKS} tasks, all on both.")
@click.option(
    "--out",
    metavar="FOLDER",
    type=OutputFolder(Path),
    help="Where plan, tries and result are kept; .tierwise/local/experiment-NAME if absent.",
)
@json_option
def command(
    cheaper: str,
    present: str,
    out: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Run the same tasks on two tiers, the cheaper first, and say what the difference is.

    CHEAPER and PRESENT are two tiers, or two policy files. Tasks come from a file, from the repository's
    own history (a commit's message, the tree before it, its tests as the judge) or from finished
    spawns, whose outcome on PRESENT is on record.

    The plan is written before the first task, and the result must match it. It stops as soon as the
    evidence suffices, at the budget, or where a cost is unknown; after a kill the same call goes on.
    """
    from tierwise.cascade.signals import stop_on_signals
    from tierwise.cli.experiment_runs import load_sides

    stop_on_signals()
    root = repo.require_root()
    call = Call(**options)
    if (call.task_file is None) == (call.source is None):
        raise click.UsageError("Give --tasks FILE, or --from history, or --from spawns.")
    sides = load_sides(cheaper, present)
    kept: ExperimentFiles = LocalFolder(
        root,
        f"experiment-{call.find_name(sides)}",
    )
    if out is not None:
        kept = NamedFolder(out)
    spawns: Mapping[str, Spawn] = {}
    shadowed: Iterator[Task] = iter(())
    if call.source == "spawns":
        shadowed, spawns = _find_spawns(root, present)
    runner = make_runner(sides, call.gates, spawns)
    plan = _make_plan(
        root,
        call,
        sides,
        runner,
        shadowed,
        read_plan(kept),
    )
    result = carry_out(kept, plan, runner.run)
    described = _describe(plan, result, kept)
    kept.replace(_RESULT, json_text(described).encode())
    if as_json:
        print_json(described)
        return
    for line in format_result(plan, result):
        print_line(line)
    click.echo(_propose(root, plan, result, sides), nl=False)


def make_runner(
    sides: Mapping[str, Side],
    gates: tuple[str, ...],
    spawns: Mapping[str, Spawn],
) -> Runner:
    """Return what runs one task on one side."""
    from tierwise.cli.experiment_runs import Runner

    return Runner(sides, gates, spawns)


def _find_spawns(
    root: str,
    tier: str,
) -> tuple[Iterator[Task], dict[str, Spawn]]:
    from tierwise.cli.outcomes import read_outcomes
    from tierwise.cli.reading import (
        find_inputs,
        read_source,
        read_window,
    )
    from tierwise.learning.shadow import (
        find_shadow_tasks,
        read_spawn_texts,
    )

    inputs = find_inputs((), read_window(None, None, None))
    outcomes = read_outcomes(
        read_source(inputs, no_store=False),
        inputs.transcripts,
    )
    spawns = read_spawn_texts(inputs.transcripts)
    return find_shadow_tasks(root, outcomes, tier, spawns), spawns


def _make_plan(
    root: str,
    call: Call,
    sides: Mapping[str, Side],
    runner: Runner,
    shadowed: Iterator[Task],
    known: Plan | None,
) -> Plan:
    """Return the plan of a call: with the registered tasks where the same call has registered some.

    What the history or the ledger has gained since then belongs into another plan.
    """
    cheaper, present = sides
    if known is not None and call.source is not None:
        tasks = known.tasks
    else:
        found = _list_tasks(root, call, runner, shadowed)
        tasks = tuple(_choose_tasks(call, runner, found))
    if not tasks:
        raise TierwiseError(
            "there is no task",
            place=str(call.task_file or call.source),
            remedy=_REMEDIES[call.source or "tasks"],
        )
    both_share = call.both_share
    if call.quick:
        both_share = 1.0
    return Plan(
        cheaper=cheaper,
        present=present,
        tasks=tasks,
        margin=call.margin,
        alpha=ALPHA,
        max_usd=call.max_usd,
        task_usd=call.task_usd,
        policy=" ".join(side.version for side in sides.values()),
        both_share=both_share,
    )


_REMEDIES = {
    "tasks": "Write one task a line that the two sides do not treat alike.",
    "history": "Commit code together with its tests, or give --tasks FILE.",
    "spawns": "Let the in-session gates judge spawns on PRESENT first, or give --tasks FILE.",
}


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        raise TierwiseError(
            "is no text in UTF-8",
            place=str(path),
            remedy="Name a file with a task a line after --tasks.",
        ) from None


def _list_tasks(
    root: str,
    call: Call,
    runner: Runner,
    shadowed: Iterator[Task],
) -> Iterator[Task]:
    """List the tasks of a source, cheapest to find first."""
    if call.task_file is not None:
        return iter(pick_tasks(_read_lines(call.task_file)))
    if call.source == "spawns":
        return shadowed
    from tierwise.learning.history import find_history_tasks

    return find_history_tasks(root)


def _choose_tasks(
    call: Call,
    runner: Runner,
    tasks: Iterator[Task],
) -> Iterator[Task]:
    """Keep what the call asked for; tests are run last and only as often as needed."""
    limit = call.limit
    if call.quick:
        limit = min(limit, QUICK_TASKS)
    named = (replace(task, kind=runner.find_kind(task)) for task in tasks)
    wanted = (task for task in named if call.kind in (None, task.kind))
    chosen = runner.keep_differing(wanted)
    if call.source == "history":
        chosen = runner.keep_telling(chosen)
    return islice(chosen, limit)


def _describe(
    plan: Plan,
    result: Result,
    kept: ExperimentFiles,
) -> dict[str, Any]:
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


def format_result(plan: Plan, result: Result) -> list[str]:
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


def _say_how_little(plan: Plan, tasks: int) -> str:
    """A tier that fails often passes a few tasks in a row by luck."""
    if not tasks:
        return "No task is through: nothing is known."
    rate = 1 - math.pow(plan.alpha, 1 / tasks)
    return (
        f"{tasks} tasks tell very little: even a tier that fails {rate:.0%} of such tasks passes all "
        f"{tasks} once in {1 / plan.alpha:.0f} times."
    )


def _propose(
    root: str,
    plan: Plan,
    result: Result,
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
