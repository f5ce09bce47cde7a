"""What the commands that measure have in common: their options, and reading all that a report is made of."""

from __future__ import annotations

import functools
import gc
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from tierwise import fastjson, ledger, repo
from tierwise.cli.options import FOLDER, MOMENT
from tierwise.cli.window import check_order, name_zone, now_in, read_since, read_until, read_zone
from tierwise.domain.coding_tools import CLAUDE, CODEX
from tierwise.errors import OutsideError
from tierwise.files import find_inode
from tierwise.report.window import Window
from tierwise.shown import raw_stream

if TYPE_CHECKING:  # a report that is remembered is printed without the code that makes one
    from pathlib import Path

    from tierwise.pricing.prices import Prices
    from tierwise.transcripts.records import Usage
    from tierwise.transcripts.roots import Transcript

ALL_TOOLS = "all"
TOOLS = (CLAUDE, CODEX, ALL_TOOLS)
"""Whose calls a report is of; the first without a word."""

SLOW = 48 << 20
"""Bytes to read from which a progress bar is worth showing."""


def source_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--root``, ``--no-store`` and ``--tz``."""
    for option in (
        click.option(
            "--tz",
            metavar="ZONE",
            help="The zone of days: a name such as UTC; the machine's own if absent.",
        ),
        click.option(
            "--no-store",
            is_flag=True,
            help="Read every transcript anew, without the store of what is known.",
        ),
        click.option(
            "--root",
            "roots",
            metavar="DIR",
            type=FOLDER,
            multiple=True,
            help="A folder that holds projects/; replaces the defaults.",
        ),
    ):
        command = option(command)
    return command


def window_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--since`` and ``--until``."""
    for option in (
        click.option(
            "--until",
            metavar="WHEN",
            type=MOMENT,
            help="Only calls before then; a date counts whole.",
        ),
        click.option(
            "--since",
            metavar="WHEN",
            type=MOMENT,
            help="Only calls from then on: monday, today, 7d, 24h or a date.",
        ),
    ):
        command = option(command)
    return command


class History(NamedTuple):
    """The options of a command that reads all that was recorded, and how to read it."""

    since: str | None
    until: str | None
    roots: tuple[str, ...]
    no_store: bool
    tz: str | None

    def find_inputs(self) -> Inputs:
        """Find transcripts and policy.  Raises TierwiseError for a bad policy, root or window."""
        return find_inputs(self.roots, read_window(self.since, self.until, self.tz))

    def read_source(self, inputs: Inputs) -> Source:
        """Read transcripts, ledgers and prices.  Raises TierwiseError for a price that is none."""
        return read_source(inputs, self.no_store)


def history_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of :func:`window_options` and :func:`source_options`, as one argument ``history``."""

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
        history = History(since, until, roots, no_store, tz)
        with pause_collector():
            return command(*arguments, history=history, **options)

    return window_options(source_options(gather))


class Inputs(NamedTuple):
    """Where all that a report is made of is found, and what says how to read it."""

    root: str | None
    """The repository that the command was called in."""
    table: dict[str, Any]
    folders: list[str]
    """The client's, each with ``projects/``."""
    transcripts: list[Transcript]
    client_settings: dict[str, Any]
    """Those with ``modelPricing``, or empty."""
    window: Window
    filters: tuple[str | None, ...] = ()
    """Patterns in the order of :class:`tierwise.report.filters.Filters`."""
    codex_home: Path | None = None
    """Codex's folder, where its calls are asked for."""


class Source(NamedTuple):
    """All that a report is made of."""

    root: str | None
    usage: Usage
    projects: list[str]
    """The folders that the calls were made in."""
    ledger_rows: list[dict[str, Any]]
    ledgers: list[list[Any]]
    """The signature of the ledgers, from before they were read."""
    table: dict[str, Any]
    prices: Prices
    window: Window
    filters: tuple[str | None, ...] = ()
    transcripts: Sequence[Transcript] = ()


def read_window(since: str | None, until: str | None, tz: str | None) -> Window:
    """The window that the options mean.  Raises TierwiseError."""
    zone = read_zone(tz)
    now = now_in(zone)
    start = read_since(since, now, zone)
    end = read_until(until, now, zone)
    check_order(start, end)
    return Window(start, end, zone, name_zone(zone, tz))


def find_inputs(roots: Iterable[str], window: Window) -> Inputs:
    """Find transcripts and policy.  Raises TierwiseError for a bad policy or root."""
    from tierwise.report.sources import Sources
    from tierwise.transcripts.roots import describe_search

    given = list(roots)
    found = Sources(given)
    for words in found.left_out:
        click.echo(f"tierwise: left out: {words}", err=True)
    if not found.transcripts:
        for words in describe_search(given):
            if words not in found.left_out:
                click.echo(f"tierwise: looked in {words}", err=True)
    found.read_settings()
    return Inputs(
        found.root,
        found.table,
        found.folders,
        found.transcripts,
        found.client_settings,
        window,
    )


def read_own_prices(root: str, table: Mapping[str, Any]) -> Prices:
    """Return the prices that a report of this user in this repository goes by.

    Raises TierwiseError for a price that is none, and for settings of the client that cannot be read.
    """
    from tierwise.pricing.prices import load_prices
    from tierwise.report.sources import find_client_settings
    from tierwise.transcripts.roots import find_roots

    return load_prices(table["prices"], find_client_settings(root, find_roots([])))


def read_source(inputs: Inputs, no_store: bool, *, rebuild: bool = False) -> Source:
    """Read transcripts, ledgers and prices.  Raises TierwiseError for a price that is none.

    ``rebuild`` makes the store anew from the transcripts that are there.
    """
    from tierwise.pricing.prices import load_prices
    from tierwise.report.remembered import sign_ledgers
    from tierwise.report.sources import list_ledger_folders

    prices = load_prices(inputs.table["prices"], inputs.client_settings)
    window = inputs.window
    usage = read_calls(inputs, no_store, rebuild=rebuild)
    projects = sorted({record.project for record in usage.records})
    folders = list_ledger_folders(inputs.root, projects)
    ledgers = sign_ledgers(folders)
    rows = [row for folder in folders for row in ledger.read(folder, load_row)]
    return Source(
        inputs.root,
        usage,
        projects,
        rows,
        ledgers,
        inputs.table,
        prices,
        window,
        inputs.filters,
        inputs.transcripts,
    )


def load_row(line: bytes) -> object:
    """Read a line of the ledger at three times the speed of a hook's reader.  Raises ValueError."""
    import msgspec

    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return fastjson.loads(line)  # such as a lone surrogate, which a hook wrote


@contextmanager
def pause_collector() -> Iterator[None]:
    """Nothing of what is read is garbage before the end: looking for some among so many records is lost time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def find_tool_inputs(tool: str, roots: tuple[str, ...], window: Window) -> Inputs:
    """Find the records of one of :data:`TOOLS`, and the policy.  Raises as :func:`find_inputs`, and click.UsageError."""
    if tool == CLAUDE:
        return find_inputs(roots, window)
    from tierwise.transcripts.codex import find_codex_home

    home = find_codex_home()
    if not (home / "sessions").is_dir():
        place = home / "sessions"
        click.echo(f"tierwise: looked in {place}: there is no such folder", err=True)
    if tool == ALL_TOOLS:
        return find_inputs(roots, window)._replace(codex_home=home)
    if roots:
        raise click.UsageError("--root names folders of Claude Code; Codex's is CODEX_HOME.")
    from tierwise.report.sources import read_table

    root = repo.find_root()
    return Inputs(root, read_table(root), [], [], {}, window, codex_home=home)


def read_calls(
    inputs: Inputs,
    no_store: bool,
    *,
    rebuild: bool = False,
) -> Usage:
    """Read the calls of the window, by the store where it can be used.  Raises OutsideError for a store that fails.

    Codex's records are read as they are, each time.
    """
    home = inputs.codex_home
    if home is None:
        return _read_claude_calls(inputs, no_store, rebuild=rebuild)
    from tierwise.transcripts.codex import add_usage, read_codex_usage

    codex = read_codex_usage(home, inputs.window.since, inputs.window.until)
    if not inputs.folders:
        return codex
    return add_usage(_read_claude_calls(inputs, no_store, rebuild=rebuild), codex)


def _read_claude_calls(
    inputs: Inputs,
    no_store: bool,
    *,
    rebuild: bool = False,
) -> Usage:
    from tierwise.transcripts.read import read_usage
    from tierwise.transcripts.roots import default_store

    window = inputs.window
    read = functools.partial(
        read_usage,
        inputs.folders,
        window.since,
        window.until,
        transcripts=inputs.transcripts,
    )
    with _show_progress() as tell:
        if no_store:
            return read(None, tell)
        store = default_store()
        aside = f"{store}.damaged"
        before = find_inode(aside)
        try:
            usage = read(store, tell, rebuild=rebuild)
        except OutsideError as error:
            if os.path.exists(store):
                raise  # it may know calls that no transcript has any more
            click.echo(f"{error.place}: {error.message}; read without it.", err=True)
            return read(None, tell)
        if find_inode(aside) != before:
            said = f"{store}: damaged, and begun anew; what it was is now {aside}"
            click.echo(said, err=True)
        return usage


@contextmanager
def _show_progress() -> Iterator[Callable[[int, int], None] | None]:
    """A bar on standard error while much is read; nothing where that is no terminal."""
    import sys

    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("reading transcripts"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=Console(file=raw_stream(sys.stderr)), transient=True)
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
