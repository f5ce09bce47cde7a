"""``tierwise backtest``."""

from __future__ import annotations

import csv
import functools
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tierwise import bundle
from tierwise.classify.signals import read_signals
from tierwise.cli.commands.outcomes import read_outcomes
from tierwise.cli.options import (
    INPUT_FILE,
    Named,
    json_option,
)
from tierwise.cli.show import (
    align_columns,
    print_json,
    print_line,
)
from tierwise.cli.usage_source import History, history_options
from tierwise.domain.ladder import ladder_of
from tierwise.domain.table_shape import Table
from tierwise.errors import TierwiseError
from tierwise.learning.backtest import (
    Backtest,
    Choose,
    Figure,
    backtest_outcomes,
    backtest_table,
)
from tierwise.learning.costs import CostsElsewhere
from tierwise.learning.outcome_table import read_table
from tierwise.policy.compile import compile_table
from tierwise.policy.load import load_preset, parse_policy
from tierwise.routing.decide import decide

_PERCENT = 100
_COLUMNS = (
    "kind",
    "tasks",
    "failed",
    "would fail",
    "$/task",
    "would cost",
    "known",
)
_NOTE = (
    "In brackets: 95 % intervals. `between`: bounds, where the recorded policy never took the other's tier; "
    "`known` is the share of tasks for which it did. Bounds of costs are by the tasks' own tokens."
)
Write = Callable[[float], str]


@click.command(name="backtest")
@click.argument("policy", metavar="POLICY", type=Named("policy"))
@click.option(
    "--outcomes",
    "table_file",
    metavar="FILE",
    type=INPUT_FILE,
    help="A CSV with task,tier,passed,usd (and kind) in place of your own ledger.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="How to print it; markdown is for a comment on a pull request.",
)
@json_option
@history_options
def command(
    policy: str,
    table_file: Path | None,
    form: str,
    as_json: bool,
    history: History,
) -> None:
    """Estimate what another policy would have cost and missed.

    POLICY is a policy file or the name of a preset. Where your own policy never took the other's
    tier, only bounds are known, and the table says so.
    """
    other = _compile_policy(policy)
    if table_file is not None:
        found = backtest_file(table_file, other)
    else:
        inputs = history.find_inputs()
        source = history.read_source(inputs)
        outcomes = read_outcomes(source, inputs.transcripts)
        elsewhere = CostsElsewhere(
            source.usage.records,
            source.prices,
            ladder_of(other),
        )
        found = backtest_outcomes(
            outcomes, make_chooser(source.table), make_chooser(other), elsewhere.find_costs
        )
    if as_json:
        print_json({"schema_version": 1, "policy": policy, "kinds": [*map(_describe, found)]})
    elif not found:
        click.echo("No outcome is known yet; nothing can be said of another policy.")
    elif form == "markdown":
        for line in _format_markdown(policy, found):
            print_line(line)
    else:
        rows = [_COLUMNS, *map(_format_row, found)]
        for line in align_columns(rows, len(_COLUMNS)):
            print_line(line)


def make_chooser(table: Table) -> Choose:
    """Return what a policy decides for a kind of work and an agent, all else equal."""

    @functools.cache
    def choose(kind: str, agent: str) -> str:
        # An annotation outranks what the text says, so the kind is the one that was recorded.
        task = "do it"
        if kind:
            task = f"[domain: {kind}] do it"
        signals = read_signals(task, agent or None, (), {})
        return str(decide(signals, table).tier)

    return choose


def _compile_policy(name: str) -> Table:
    path = Path(name)
    if path.is_file():
        return compile_table(parse_policy(path.read_bytes(), name))
    presets = bundle.names(
        os.path.join("templates", "presets"),
        ".yaml",
    )
    if name in presets:
        return compile_table(load_preset(name))
    raise TierwiseError(
        f"{name} is neither a file nor a preset",
        place="backtest",
        remedy=f"Name a policy file, or one of {', '.join(presets)}.",
    )


def backtest_file(
    path: Path,
    table: Table,
) -> list[Backtest]:
    """Return what a policy would have cost and missed on outcomes in a CSV file.

    Raises TierwiseError where it cannot be read.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            rows = read_table(
                handle,
                str(path),
                _name_tiers(table),
            )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TierwiseError(
            f"cannot be read ({error})", place=str(path), remedy="Name a CSV file in UTF-8."
        ) from error
    return backtest_table(rows, make_chooser(table))


def _name_tiers(table: Table) -> dict[str, str]:
    """Map what a table of outcomes may call a tier to its name: its model, its alias, its own name."""
    names: dict[str, str] = {}
    for tier in table["ladder"]:
        entry = table["tiers"][tier]
        for name in (entry["model"], entry.get("alias")):
            if name:
                names.setdefault(name, tier)
    return {**names, **{tier: tier for tier in table["ladder"]}}


def _describe(one: Backtest) -> dict[str, Any]:
    figures = {"failures": one.failures, "usd": one.usd}
    return {
        "kind": one.kind or None,
        **{name: _describe_figure(figure) for name, figure in figures.items()},
    }


def _describe_figure(figure: Figure) -> dict[str, Any]:
    described = asdict(figure)
    described["interval"] = [_finite(figure.interval.low), _finite(figure.interval.high)]
    described["present"] = _finite(figure.present)
    return described


def _finite(value: float) -> float | None:
    if not math.isfinite(value):
        return None
    return value


def _format_markdown(
    policy: str,
    found: Sequence[Backtest],
) -> list[str]:
    """Return a comment for a pull request that changes the policy."""
    lines = [
        f"### `{policy}` on what was recorded",
        "",
        f"| {' | '.join(_COLUMNS)} |",
        f"|{' --- |' * len(_COLUMNS)}",
    ]
    for one in found:
        cells = [cell.replace("|", "\\|") for cell in _format_row(one)]
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, "", _NOTE]


def describe_backtest(one: Backtest) -> str:
    """Return one line for a person."""
    _, tasks, failed, would_fail, usd, would_cost, _ = _format_row(one)
    return (
        f"{tasks} recorded tasks: {failed} failed, would fail {would_fail}; "
        f"{usd} a task, would cost {would_cost}"
    )


def _format_row(one: Backtest) -> tuple[str, ...]:
    failures, usd = one.failures, one.usd
    return (
        one.kind or "all",
        str(max(failures.tasks, usd.tasks)),
        _format_share(failures.present),
        _format_figure(failures, _format_share),
        _format_usd(usd.present),
        _format_figure(usd, _format_usd),
        f"{failures.supported:.0%}",
    )


def _format_figure(figure: Figure, write: Write) -> str:
    if figure.basis == "nothing":
        return "unknown"
    low = write(figure.interval.low)
    if math.isinf(figure.interval.high):
        return f"at least {low}"
    interval = f"{low} to {write(figure.interval.high)}"
    if figure.mean is None:
        return f"between {interval}"
    return f"{write(figure.mean)} ({interval})"


def _format_share(value: float) -> str:
    if not math.isfinite(value):
        return "unknown"
    return f"{_PERCENT * value:.0f} %"


def _format_usd(value: float) -> str:
    if not math.isfinite(value):
        return "unknown"
    return f"${value:.4f}"
