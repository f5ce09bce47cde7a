"""``tierwise gate``: the cascade's gates on the working tree, for people, hooks and CI."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace

import click

from tierwise import repo
from tierwise.cascade.checkouts import open_change_set
from tierwise.cascade.context import (
    RepoContext,
    load_context,
    make_price,
    project_commands,
)
from tierwise.cascade.engines.choose import Asker, choose_engine
from tierwise.cli.installation import leave_out_installation
from tierwise.cli.options import (
    COMMIT,
    Amount,
    answer_code,
    json_option,
)
from tierwise.cli.show import print_error_line
from tierwise.domain.table_shape import Table
from tierwise.errors import TierwiseError
from tierwise.gates import (
    ChangeSet,
    Gate,
    GateResult,
    run_gate,
)
from tierwise.gates.model import NOT_TRIED, Ask, read_config
from tierwise.gates.quick import add_quick_command
from tierwise.gates.registry import make_gates
from tierwise.trust.guard import UntrustedError, require_powers
from tierwise.trust.powers import BUILT_IN_GATES

_LEAST_SECONDS = 0.1
_JUDGE = "judge"
_COMMAND_POWERS = (
    "gates.commands",
    "checks.commands",
    "automated",
)


@click.command("gate", short_help="Run the cascade's gates on the working tree.")
@click.argument("names", nargs=-1)
@click.option(
    "--base",
    metavar="COMMIT",
    type=COMMIT,
    default="HEAD",
    help="The commit or tree that the change started from.",
)
@click.option("--seconds", metavar="N", type=Amount(), help="Time limit of all gates together.")
@click.option(
    "--task",
    metavar="TEXT",
    default="",
    help="What was asked: what it asks for is not held against the change.",
)
@click.option(
    "--if-changed", is_flag=True, help="Run nothing where nothing differs, not even what is named."
)
@click.option(
    "--quick",
    is_flag=True,
    help="Where no command is among the gates, try only the tests that speak of a changed file.",
)
@click.option(
    "--judge",
    is_flag=True,
    help="Ask a model about the change and about what the gates find; it costs what the model costs.",
)
@json_option
def command(
    names: tuple[str, ...],
    base: str,
    seconds: float | None,
    task: str,
    if_changed: bool,
    quick: bool,
    judge: bool,
    as_json: bool,
) -> int:
    """Run the gates NAMES (default: those of the policy) on what differs from --base.  Exit 1 when one fails.

    Without NAMES nothing runs where nothing differs; a gate that is named always runs, but with --if-changed.
    The judge is asked where it is named and with --judge, not where only the policy names it.
    """
    context = load_context()
    _require_tree(context.home, base)
    _require_trust(context.table, names)
    gates = _choose_gates(context, names, asks=judge or _JUDGE in names)
    limit = seconds or context.table["gates"]["seconds"] * max(1, len(gates))
    start = time.monotonic()
    # Other states than the working tree are looked at in checkouts that go again.
    with open_change_set(
        context.home,
        context.folder,
        base,
        task,
        links=context.table["escalation"]["link"],
        own_folder=context.root,
    ) as change:
        leave_out_installation(change, context.root, context.folder)
        changed = bool(change.changes)
        if not changed and (if_changed or not names):
            gates = []
        if quick and _may_run_commands(context.table):
            commands = project_commands(context.table)
            gates = add_quick_command(gates, commands, change)
        results = _run_in_time(gates, change, limit)
    passed = all(result.passed for result in results)
    if as_json:
        _print_json(results, time.monotonic() - start, changed=changed)
    else:
        _print_failures(results)
        _print_untried(results, names)
    return answer_code(passed)


def _choose_gates(
    context: RepoContext,
    names: tuple[str, ...],
    *,
    asks: bool,
) -> list[Gate]:
    """Return the gates of these names; without any, those of the policy.  The judge comes last, where it is asked at all."""
    table = context.table
    policy = table["gates"]
    chosen = [name for name in names or policy["use"] if name != _JUDGE]
    if asks:
        chosen.append(_JUDGE)
    config = read_config(
        {**policy, "use": chosen, "commit": table["checks"].get("commit")},
        _find_judge(context) if asks else None,
    )
    return make_gates(
        chosen,
        config,
        project_commands(table),
        asked_by_name=bool(names),
    )


def _find_judge(context: RepoContext) -> Ask:
    """Return how the policy's judge is asked.  Raises TierwiseError where nothing can ask it."""
    require_powers(context.table, "escalation", "tiers")
    engine = choose_engine(context, None, is_answer=True)
    asker = Asker(context, engine, make_price(context.table))
    return asker.make_judge()


def _run_in_time(
    gates: Sequence[Gate],
    change: ChangeSet,
    limit: float,
) -> list[GateResult]:
    """Run all gates; each gets what is left of the time."""
    start = time.monotonic()
    results = []
    for gate in gates:
        left = max(_LEAST_SECONDS, limit - (time.monotonic() - start))
        bounded = replace(
            gate.config,
            seconds=min(gate.config.seconds, left),
        )
        results.append(run_gate(replace(gate, config=bounded), change))
    return results


def _print_json(
    results: Sequence[GateResult],
    seconds: float,
    *,
    changed: bool,
) -> None:
    shown = {
        "passed": all(result.passed for result in results),
        "changed": changed,
        "seconds": round(seconds, 3),
        "gates": [result.as_row() for result in results],
    }
    click.echo(json.dumps(shown))


def _print_failures(results: Sequence[GateResult]) -> None:
    for result in results:
        if not result.passed:
            state = "could not run"
            if result.ran:
                state = "failed"
            click.echo(f"{result.name}: {state} ({result.seconds:.1f} s)")
            lines = result.evidence.splitlines()
            click.echo(
                "".join(f"  {line}\n" for line in lines),
                nl=False,
            )


def _print_untried(
    results: Sequence[GateResult],
    names: tuple[str, ...],
) -> None:
    """Say of a gate that was asked for by its name that it passes without having tried anything."""
    for result in results:
        if names and result.outcome == NOT_TRIED:
            print_error_line(f"{result.name}: not tried: {result.evidence}")


def _require_trust(
    table: Table,
    names: tuple[str, ...],
) -> None:
    """Raise UntrustedError where these gates (none: the policy's) may be commands that are not trusted."""
    if not names:
        require_powers(table, "gates.use")
    if not names or not BUILT_IN_GATES.issuperset(names):
        require_powers(table, *_COMMAND_POWERS)


def _may_run_commands(table: Table) -> bool:
    """Return whether the project's own commands are trusted."""
    try:
        require_powers(table, *_COMMAND_POWERS)
    except UntrustedError:
        return False
    return True


def _require_tree(root: str, base: str) -> None:
    if not repo.run_git(root, "rev-parse", "--verify", "--quiet", f"{base}^{{tree}}", check=False):
        raise TierwiseError(
            f"git knows no commit {base}",
            place="--base",
            remedy="Name a commit, tag or branch of this clone; a new repository needs its first commit before.",
        )
