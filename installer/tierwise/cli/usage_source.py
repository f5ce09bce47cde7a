"""What the commands that measure have in common: their options, and whose records are read."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import click

from tierwise import repo
from tierwise.cli.options import (
    FOLDER,
    MOMENT,
    join_options,
)
from tierwise.cli.reading import (
    Inputs,
    ReportSource,
    find_inputs,
    pause_collector,
    read_source,
    read_window,
)
from tierwise.cli.show import print_error_line
from tierwise.domain.coding_tools import CLAUDE, CODEX
from tierwise.report.window import Window

ALL_TOOLS = "all"
TOOLS = (CLAUDE, CODEX, ALL_TOOLS)
"""Whose calls a report is of; the first without a word."""


source_options = join_options(
    click.option(
        "--root",
        "roots",
        metavar="DIR",
        type=FOLDER,
        multiple=True,
        help="A folder that holds projects/; replaces the defaults.",
    ),
    click.option(
        "--no-store",
        is_flag=True,
        help="Read every transcript anew, without the store of what is known.",
    ),
    click.option(
        "--tz",
        metavar="ZONE",
        help="The zone of days: a name such as UTC; the machine's own if absent.",
    ),
)
window_options = join_options(
    click.option(
        "--since",
        metavar="WHEN",
        type=MOMENT,
        help="Only calls from then on: monday, today, 7d, 24h or a date.",
    ),
    click.option(
        "--until",
        metavar="WHEN",
        type=MOMENT,
        help="Only calls before then; a date counts whole.",
    ),
)


class History(NamedTuple):
    """The options of a command that reads all that was recorded, and how to read it."""

    since: str | None
    until: str | None
    roots: tuple[str, ...]
    no_store: bool
    tz: str | None

    def find_inputs(self) -> Inputs:
        """Find transcripts and policy.  Raises TierwiseError for a bad policy, root or window."""
        return find_inputs(
            self.roots,
            read_window(self.since, self.until, self.tz),
        )

    def read_source(self, inputs: Inputs) -> ReportSource:
        """Read transcripts, ledgers and prices.  Raises TierwiseError for a price that is none."""
        return read_source(inputs, self.no_store)


def history_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return the options of :func:`window_options` and :func:`source_options`, as one argument ``history``."""

    @functools.wraps(command)
    def gather(
        *arguments: Any,
        since: str | None,
        until: str | None,
        roots: tuple[str, ...],
        no_store: bool,
        tz: str | None,
        **options: Any,
    ) -> Any:
        with pause_collector():
            return command(
                *arguments,
                history=History(since, until, roots, no_store, tz),
                **options,
            )

    return window_options(source_options(gather))


def find_tool_inputs(
    tool: str,
    roots: tuple[str, ...],
    window: Window,
) -> Inputs:
    """Find the records of one of :data:`TOOLS`, and the policy.  Raises as :func:`find_inputs`, and click.UsageError."""
    if tool == CLAUDE:
        return find_inputs(roots, window)
    from tierwise.transcripts.codex import find_codex_home

    home = find_codex_home()
    if not (home / "sessions").is_dir():
        place = home / "sessions"
        print_error_line(f"tierwise: looked in {place}: there is no such folder")
    if tool == ALL_TOOLS:
        return find_inputs(roots, window)._replace(codex_home=home)
    if roots:
        raise click.UsageError("--root names folders of Claude Code; Codex's is CODEX_HOME.")
    from tierwise.report.sources import read_table

    root = repo.find_root()
    return Inputs(
        root,
        read_table(root),
        [],
        [],
        {},
        window,
        codex_home=home,
    )
