"""``tierwise route``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from tierwise import repo
from tierwise.classify.signals import Signals, read_signals
from tierwise.cli.options import (
    FILE,
    MOMENT,
    json_option,
    require_task,
)
from tierwise.cli.show import print_error_line, print_line
from tierwise.domain.kinds import is_ci
from tierwise.errors import (
    OK,
    USAGE,
    OutsideError,
    TierwiseError,
)
from tierwise.policy.compile import compile_table
from tierwise.policy.load import load_policy, load_preset
from tierwise.policy.repository import read_facts
from tierwise.routing.batch import error_json, read_tasks
from tierwise.routing.decide import decide
from tierwise.routing.decision import Decision
from tierwise.routing.explain import explain, list_other_kinds
from tierwise.routing.own_words import correct_signals
from tierwise.shown import colour_text, takes_unicode
from tierwise.trust.guard import guard_table, require_powers

if TYPE_CHECKING:
    from tierwise.cascade.asking import Consult
    from tierwise.domain.table_shape import Table


@click.command(name="route")
@click.argument("task", required=False)
@click.option("--agent", metavar="NAME", help="The agent that would do it.")
@click.option(
    "--path",
    "paths",
    metavar="PATH",
    type=FILE,
    multiple=True,
    help="A file that the task touches; repeatable.",
)
@click.option(
    "--batch",
    type=click.File("rb"),
    metavar="FILE.jsonl",
    help="Route every line of a file; - is stdin.",
)
@click.option(
    "--from-transcripts", is_flag=True, help="Route the spawns and turns that your client recorded."
)
@click.option(
    "--since",
    metavar="WHEN",
    type=MOMENT,
    help="With --from-transcripts: monday, 24h, 7d or a date.",
)
@click.option(
    "--ask", is_flag=True, help="Ask the model of `routing.ask` about a task that is unclear."
)
@json_option
def command(
    task: str | None,
    agent: str | None,
    paths: tuple[str, ...],
    batch: BinaryIO | None,
    from_transcripts: bool,
    since: str | None,
    ask: bool,
    as_json: bool,
) -> int:
    """Explain which tier a task would go to, and why.

    The policy is read live.  --json prints {"tier", "model", "effort", "kind", "rule", "reasons", "confidence"},
    and "command" on the automated tier.  --batch reads one {"task", "agent"?, "paths"?} a line and prints one such
    object a line; a broken line gives an {"error", "place", "remedy"} of its own, and exit code 2 at the end.
    --ask sends an unclear task to a model, where the policy has `routing.ask`, and keeps the answer.
    --from-transcripts prints how many of your recorded spawns and turns would go to which tier; no text leaves
    the machine.
    """
    if from_transcripts:
        is_alone = task is None and not any((batch, ask, agent, paths, as_json))
        return _route_transcripts(since, is_alone)
    _require_source(task, batch, since)
    root = repo.find_root()
    table, own = _read_table(root)
    consult = _make_consult(table, ask)
    if batch is not None:
        if agent or paths:
            raise click.UsageError("With --batch, agent and paths stand on each line.")
        return _route_batch(batch, table, root, consult)
    assert task is not None
    route = partial(
        _route,
        agent=agent,
        paths=paths,
        table=table,
        root=root,
    )
    signals, decision, answered = route(task, consult=consult)
    if as_json:
        _print_json(decision.as_json())
    else:
        others = []
        for kind in list_other_kinds(decision.kind, signals, table):
            _, other, _ = route(f"[domain: {kind}] {task}")
            others.append((kind, other.tier))
        if not own:
            click.echo(f"no {repo.POLICY} here: this is what the bundled balanced preset says\n")
        _print(explain(decision, signals, table, others, answered=answered))
    return OK


def _print_json(answer: Mapping[str, object]) -> None:
    click.echo(json.dumps(answer, ensure_ascii=not takes_unicode()))


def _route_transcripts(
    since: str | None,
    is_alone: bool,
) -> int:
    if not is_alone:
        raise click.UsageError("--from-transcripts takes no task and no other option than --since.")
    from tierwise.cli.route_transcripts import print_transcripts

    table, _ = _read_table(repo.find_root())
    return print_transcripts(table, since)


def _read_table(root: str | None) -> tuple[Table, bool]:
    """Return the compiled policy, and whether it is the repository's own."""
    own = root is not None and repo.has_policy(root)
    if not own or root is None:
        return compile_table(load_preset()), False
    table = compile_table(load_policy(root), read_facts(root))
    return guard_table(root, table), True


def _make_consult(
    table: Table,
    ask: bool,
) -> Consult | None:
    """Return how an unclear task is asked about; None where it is not to be.

    Raises TierwiseError where the policy names, or may ask, no model.
    """
    if not ask:
        return None
    from tierwise.cascade.asking import make_consult
    from tierwise.cascade.context import load_context

    require_powers(table, "routing", "tiers")
    context = replace(load_context(), table=table)
    consult = make_consult(
        context,
        None,
        "route",
        _say_unanswered,
    )
    if consult is None:
        raise TierwiseError(
            "the policy names no model to ask",
            place="routing.ask",
            remedy="Write `routing: {ask: {tier: light}}` into tierwise.yaml.",
        )
    return consult


def _say_unanswered(why: str) -> None:
    cause = " ".join(why.split())
    print_error_line(f"warning: the model gave no answer, so the local reading stands: {cause}")


def _require_source(
    task: str | None,
    batch: BinaryIO | None,
    since: str | None,
) -> None:
    """Raise click.UsageError where a call names no task, or more than one source of tasks."""
    if since is not None:
        raise click.UsageError("--since belongs to --from-transcripts.")
    if (task is None) == (batch is None):
        raise click.UsageError(
            'Give a task, such as `tierwise route "fix the typo"`, or --batch FILE, not both.'
        )
    require_task(task, "route")


def _route(
    task: str,
    agent: str | None,
    paths: Iterable[str],
    table: Table,
    root: str | None,
    consult: Consult | None = None,
) -> tuple[Signals, Decision, str]:
    """Return what a task says, the decision, and the kind that a model named; empty where none was asked or none answered."""
    # A lone surrogate (an argument that is not UTF-8) could not be printed again.
    task = task.encode("utf-8", "replace").decode("utf-8")
    session: dict[str, Any] = dict(table.get("repository") or {})
    session["ci"] = is_ci(os.environ)
    signals = read_signals(task, agent, paths, session)
    if signals.speaks_of_changes and root and table["frontier_only"]["paths"]:
        session["changed_paths"] = _changed_paths(root)
        signals = read_signals(task, agent, paths, session)
    correct_signals(signals, root, table)
    decision = decide(signals, table)
    answered = ""
    if consult is not None:
        answered = consult(task, signals, decision)
    if answered:
        decision = decide(
            signals,
            table,
            answered=answered,
        )
    return signals, decision, answered


def _changed_paths(root: str) -> list[str]:
    """Return names of the changed files, at most a thousand; none where git cannot say."""
    try:
        answer = repo.run_git(
            root,
            "diff",
            "--name-only",
            "-z",
            "HEAD",
            check=False,
        )
    except OutsideError:
        return []
    return [name for name in answer.split("\0") if name][:1000]


def _route_batch(
    batch: BinaryIO,
    table: Table,
    root: str | None,
    consult: Consult | None,
) -> int:
    code = OK
    answer: Mapping[str, object]
    name = getattr(batch, "name", "<stdin>")
    if name == "<stdin>":
        name = "-"
    for found in read_tasks(batch, name):
        if isinstance(found, TierwiseError):
            code = USAGE
            answer = error_json(found)
        else:
            task, agent, paths = found["task"], found["agent"], found["paths"]
            _, decision, _ = _route(
                task,
                agent,
                paths,
                table,
                root,
                consult,
            )
            answer = decision.as_json()
        _print_json(answer)
    return code


def _print(lines: Iterable[str]) -> None:
    first, *others = lines
    print_line(colour_text(first, "green"))
    for line in others:
        print_line(line)
