"""``tierwise gate``: the cascade's gates on the working tree, for people, hooks and CI."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from typing import Any

import click

from tierwise import local_state, repo
from tierwise.cli.options import Amount
from tierwise.errors import NO, OK, TierwiseError
from tierwise.trust.guard import require_powers
from tierwise.trust.powers import BUILT_IN_GATES


@click.command("gate", short_help="Run the cascade's gates on the working tree.")
@click.argument("names", nargs=-1)
@click.option(
    "--base",
    metavar="COMMIT",
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
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def command(
    names: tuple[str, ...],
    base: str,
    seconds: float | None,
    task: str,
    if_changed: bool,
    as_json: bool,
) -> int:
    """Run the gates NAMES (default: those of the policy) on what differs from --base.  Exit 1 when one fails.

    Without NAMES nothing runs where nothing differs; a gate that is named always runs, but with --if-changed.
    """
    from tierwise.cli.run_wiring import open_house, project_commands
    from tierwise.gates import GateResult, Tree, run_gate
    from tierwise.gates.registry import make_gates

    house = open_house()
    _require_tree(house.home, base)
    _require_trust(house.table, names)
    policy = house.table["gates"]
    gates = make_gates(
        names or policy["use"], policy, project_commands(house.table), asked_by_name=bool(names)
    )
    own = os.path.relpath(local_state.path(os.path.realpath(house.root)), house.home)
    tree = Tree(house.home, base, task, exclude=(own,), folder=house.folder)
    start = time.monotonic()
    limit = seconds or policy["seconds"] * max(1, len(gates))
    results: list[GateResult] = []
    changed = bool(tree.changes)
    for gate in gates if changed or (names and not if_changed) else ():
        left = max(0.1, min(policy["seconds"], limit - (time.monotonic() - start)))
        results.append(run_gate(gate, tree, left))
    passed = all(result.passed for result in results)
    if as_json:
        shown = {
            "passed": passed,
            "changed": changed,
            "seconds": round(time.monotonic() - start, 3),
            "gates": [result.as_json() for result in results],
        }
        click.echo(json.dumps(shown))
    else:
        for result in results:
            if not result.passed:
                state = "failed" if result.ran else "could not run"
                click.echo(f"{result.name}: {state} ({result.seconds:.1f} s)")
                click.echo(
                    "".join(f"  {line}\n" for line in result.evidence.splitlines()), nl=False
                )
    return OK if passed else NO


def _require_trust(table: Mapping[str, Any], names: tuple[str, ...]) -> None:
    """Raise UntrustedError where these gates (none: the policy's) may be commands that are not trusted."""
    if not names:
        require_powers(table, "gates.use")
    if not names or not BUILT_IN_GATES.issuperset(names):
        require_powers(table, "gates.commands", "checks.commands", "automated")


def _require_tree(root: str, base: str) -> None:
    if not repo.git(root, "rev-parse", "--verify", "--quiet", f"{base}^{{tree}}", check=False):
        remedy = "Name a commit, tag or branch of this clone; a new repository needs its first commit before."
        raise TierwiseError(f"git knows no commit {base}", place="--base", remedy=remedy)
