"""What the commands that measure have in common: their options, and reading all that a report is made of."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click

from tierwise import ledger, repo
from tierwise.cli.window import now_in, read_since, read_until, read_zone
from tierwise.cost.prices import Prices, load_prices
from tierwise.cost.records import Usage
from tierwise.cost.report.build import Window

SLOW = 48 << 20
"""Bytes to read from which a progress bar is worth showing."""


def source_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--root``, ``--no-store`` and ``--tz``."""
    for option in (
        click.option("--tz", metavar="ZONE", help="The zone of days: a name such as UTC; the machine's own if absent."),
        click.option(
            "--no-store", is_flag=True, help="Read every transcript anew, without the store of what is known."
        ),
        click.option(
            "--root",
            "roots",
            metavar="DIR",
            multiple=True,
            help="A folder that holds projects/; replaces the defaults.",
        ),
    ):
        command = option(command)
    return command


def window_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--since`` and ``--until``."""
    for option in (
        click.option("--until", metavar="WHEN", help="Only calls before then; a date counts whole."),
        click.option("--since", metavar="WHEN", help="Only calls from then on: monday, today, 7d, 24h or a date."),
    ):
        command = option(command)
    return command


@dataclass(frozen=True)
class Source:
    """All that a report is made of."""

    root: str | None
    """The repository that the command was called in."""
    usage: Usage
    ledger_rows: list[dict[str, Any]]
    table: dict[str, Any]
    prices: Prices
    window: Window


def read_window(since: str | None, until: str | None, tz: str | None) -> Window:
    """The window that the options mean.  Raises TierwiseError."""
    zone = read_zone(tz)
    now = now_in(zone)
    return Window(read_since(since, now, zone), read_until(until, now, zone), zone, tz if zone and tz else "local")


def read_source(roots: Iterable[str], no_store: bool, window: Window) -> Source:
    """Read transcripts, ledgers, policy and prices.  Raises TierwiseError for a bad policy or root."""
    from tierwise.cost.read import read_usage
    from tierwise.cost.roots import find_roots
    from tierwise.cost.store import default_path

    root = repo.find_root()
    table = read_table(root)
    folders = find_roots(list(roots))
    prices = load_prices(
        table["prices"], _client_settings([*folders, *([os.path.join(root, ".claude")] if root else [])])
    )
    with _progress() as tell:
        usage = read_usage(folders, window.since, window.until, None if no_store else default_path(), tell)
    projects = {record.project for record in usage.records}
    return Source(root, usage, read_ledgers(root, projects), table, prices, window)


def read_table(root: str | None) -> dict[str, Any]:
    """The policy as it stands, compiled; the shipped one where the repository has none.  Raises TierwiseError."""
    from tierwise import table

    if root is None or not os.path.exists(os.path.join(root, repo.POLICY)):
        return table.load_default()
    known = table.load(root)
    if known is not None and known.get("sources") and table.is_current(root, known):
        return known
    from tierwise.policy.compile import compile_table
    from tierwise.policy.load import load_policy

    return compile_table(load_policy(root))


def read_ledgers(root: str | None, projects: Iterable[str]) -> list[dict[str, Any]]:
    """The rows of this repository's ledger and of those that the calls were made in."""
    folders = {root} if root else set()
    for project in projects:
        if project and os.path.isdir(project):
            folders.add(repo.find_root(project) or project)
    return [row for folder in sorted(folders) for row in ledger.read(folder)]


def _client_settings(folders: Iterable[str]) -> dict[str, Any]:
    """``modelPricing`` of the first client settings that have one; those that do not parse are passed over."""
    from tierwise import fastjson
    from tierwise.files import read_bytes

    for folder in folders:
        for name in ("settings.local.json", "settings.json"):
            try:
                found = fastjson.loads(read_bytes(os.path.join(folder, name)) or b"{}")
            except (OSError, ValueError):
                continue
            if isinstance(found, dict) and isinstance(found.get("modelPricing"), dict):
                return found
    return {}


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
    """A bar on standard error while much is read; nothing where that is no terminal."""
    import sys

    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("reading transcripts"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("", total=None)
    started = False

    def tell(done: int, total: int) -> None:
        nonlocal started
        if total < SLOW:
            return
        if not started:
            bar.start()
            started = True
        bar.update(task, completed=done, total=total)

    try:
        yield tell
    finally:
        if started:
            bar.stop()
