"""``tierwise experiment``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import click

from tierwise import repo
from tierwise.cascade.signals import stop_on_signals
from tierwise.cli.commands.outcomes import read_outcomes
from tierwise.cli.experiment_runs import Runner, Side, load_sides
from tierwise.cli.experiment_text import (
    describe_result,
    format_result,
    propose_line,
)
from tierwise.cli.options import (
    INPUT_FILE,
    OUTPUT_FOLDER,
    Amount,
    Named,
    json_option,
)
from tierwise.cli.reading import (
    find_inputs,
    read_source,
    read_window,
)
from tierwise.cli.show import print_json, print_line
from tierwise.digests import hash_sha256
from tierwise.errors import TierwiseError
from tierwise.learning.evidence import ALPHA, MARGIN
from tierwise.learning.experiment import carry_out, pick_tasks
from tierwise.learning.experiment_plan import (
    BOTH_SHARE,
    QUICK_TASKS,
    ExperimentFiles,
    ExperimentPlan,
    ExperimentTask,
    LocalFolder,
    NamedFolder,
    read_plan,
)
from tierwise.learning.history import find_history_tasks
from tierwise.learning.shadow import (
    find_shadow_tasks,
    read_spawn_texts,
)
from tierwise.shown import json_text
from tierwise.transcripts.spawns import Spawn

_MOST_TASKS = 400
_NAME_DIGITS = 12
_RESULT = "result.json"


@dataclass(frozen=True)
class ExperimentCall:
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

    def find_folder(
        self,
        root: str,
        sides: Mapping[str, Side],
        out: Path | None,
    ) -> ExperimentFiles:
        """Return where plan, tries and result are kept: the folder that was named, else one in local state.

        That one is the same for the same call under the same policies.
        """
        if out is not None:
            return NamedFolder(out)
        versions = [(name, side.version) for name, side in sides.items()]
        digest = hash_sha256(f"{versions} {self}".encode())
        return LocalFolder(root, f"experiment-{digest[:_NAME_DIGITS]}")


@click.command(name="experiment")
@click.argument("cheaper", metavar="CHEAPER", type=Named("policy"))
@click.argument("present", metavar="PRESENT", type=Named("policy"))
@click.option(
    "--tasks",
    "task_file",
    metavar="FILE",
    type=INPUT_FILE,
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
    type=OUTPUT_FOLDER,
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
    stop_on_signals()
    root = repo.require_root()
    call = ExperimentCall(**options)
    if (call.task_file is None) == (call.source is None):
        raise click.UsageError("Give --tasks FILE, or --from history, or --from spawns.")
    sides = load_sides(cheaper, present)
    kept = call.find_folder(root, sides, out)
    spawns: Mapping[str, Spawn] = {}
    shadowed: Iterator[ExperimentTask] = iter(())
    if call.source == "spawns":
        shadowed, spawns = _find_spawns(root, present)
    runner = Runner(sides, call.gates, spawns)
    plan = _make_plan(
        root,
        call,
        sides,
        runner,
        shadowed,
        read_plan(kept),
    )
    result = carry_out(kept, plan, runner.run)
    described = describe_result(plan, result, kept)
    kept.replace(_RESULT, json_text(described).encode())
    if as_json:
        print_json(described)
        return
    for line in format_result(plan, result):
        print_line(line)
    click.echo(propose_line(root, plan, result, sides), nl=False)


def _find_spawns(
    root: str,
    tier: str,
) -> tuple[Iterator[ExperimentTask], dict[str, Spawn]]:
    inputs = find_inputs((), read_window(None, None, None))
    outcomes = read_outcomes(
        read_source(inputs, no_store=False),
        inputs.transcripts,
    )
    spawns = read_spawn_texts(inputs.transcripts)
    return find_shadow_tasks(root, outcomes, tier, spawns), spawns


def _make_plan(
    root: str,
    call: ExperimentCall,
    sides: Mapping[str, Side],
    runner: Runner,
    shadowed: Iterator[ExperimentTask],
    known: ExperimentPlan | None,
) -> ExperimentPlan:
    """Return the plan of a call: with the registered tasks where the same call has registered some.

    What the history or the ledger has gained since then belongs into another plan.
    """
    cheaper, present = sides
    if known is not None and call.source is not None:
        tasks = known.tasks
    else:
        found = _list_tasks(root, call, shadowed)
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
    return ExperimentPlan(
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
    call: ExperimentCall,
    shadowed: Iterator[ExperimentTask],
) -> Iterator[ExperimentTask]:
    """List the tasks of a source, cheapest to find first."""
    if call.task_file is not None:
        return iter(pick_tasks(_read_lines(call.task_file)))
    if call.source == "spawns":
        return shadowed
    return find_history_tasks(root)


def _choose_tasks(
    call: ExperimentCall,
    runner: Runner,
    tasks: Iterator[ExperimentTask],
) -> Iterator[ExperimentTask]:
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
