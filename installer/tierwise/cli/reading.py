"""Reading all that a report is made of.  The command line's own library is not loaded: a plain report needs none of it."""

from __future__ import annotations

import functools
import gc
import os
import sys
from collections.abc import (
    Callable,
    Iterable,
    Iterator,
    Sequence,
)
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from tierwise import fastjson, ledger
from tierwise.cli.window import (
    check_order,
    name_zone,
    now_in,
    read_since,
    read_until,
    read_zone,
)
from tierwise.errors import OutsideError
from tierwise.files import find_inode
from tierwise.report.remembered import NO_FILTERS
from tierwise.report.window import Window
from tierwise.shown import neutralise, raw_stream

if TYPE_CHECKING:  # a report that is remembered is printed without the code that makes one
    from pathlib import Path

    from tierwise.domain.table_shape import Table
    from tierwise.pricing.prices import Prices
    from tierwise.report.sources import Sources
    from tierwise.transcripts.records import Usage
    from tierwise.transcripts.roots import Transcript


SLOW = 48 << 20
"""Bytes to read from which a progress bar is worth showing."""


class Inputs(NamedTuple):
    """Where all that a report is made of is found, and what says how to read it."""

    root: str | None
    """The repository that the command was called in."""
    table: Table
    folders: list[str]
    """The client's, each with ``projects/``."""
    transcripts: list[Transcript]
    client_settings: dict[str, Any]
    """Those with ``modelPricing``, or empty."""
    window: Window
    filters: tuple[str | None, ...] = NO_FILTERS
    """Patterns in the order of :class:`tierwise.report.filters.Filters`."""
    codex_home: Path | None = None
    """Codex's folder, where its calls are asked for."""


class ReportSource(NamedTuple):
    """All that a report is made of."""

    root: str | None
    usage: Usage
    projects: list[str]
    """The folders that the calls were made in."""
    ledger_rows: list[dict[str, Any]]
    ledgers: list[list[Any]]
    """The signature of the ledgers, from before they were read."""
    table: Table
    prices: Prices
    window: Window
    filters: tuple[str | None, ...] = ()
    transcripts: Sequence[Transcript] = ()


def read_window(
    since: str | None,
    until: str | None,
    tz: str | None,
) -> Window:
    """Return the window that the options mean.  Raises TierwiseError."""
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
        _warn(f"tierwise: left out: {words}")
    if not found.transcripts:
        for words in describe_search(given):
            if words not in found.left_out:
                _warn(f"tierwise: looked in {words}")
    found.read_settings()
    return list_inputs(found, window)


def list_inputs(found: Sources, window: Window) -> Inputs:
    """Return what was found, policy included, with the window that a report is of."""
    return Inputs(
        found.root,
        found.table,
        found.folders,
        found.transcripts,
        found.client_settings,
        window,
    )


def read_own_prices(
    root: str,
    table: Table,
) -> Prices:
    """Return the prices that a report of this user in this repository goes by.

    Raises TierwiseError for a price that is none, and for settings of the client that cannot be read.
    """
    from tierwise.pricing.prices import load_prices
    from tierwise.report.sources import find_client_settings
    from tierwise.transcripts.roots import find_roots

    return load_prices(
        table["prices"],
        find_client_settings(root, find_roots([])),
    )


def read_source(
    inputs: Inputs,
    no_store: bool,
    *,
    rebuild: bool = False,
) -> ReportSource:
    """Read transcripts, ledgers and prices.  Raises TierwiseError for a price that is none.

    ``rebuild`` makes the store anew from the transcripts that are there.
    """
    from tierwise.pricing.prices import load_prices
    from tierwise.report.remembered import sign_ledgers
    from tierwise.report.sources import list_ledger_folders

    prices = load_prices(
        inputs.table["prices"],
        inputs.client_settings,
    )
    window = inputs.window
    usage = read_calls(inputs, no_store, rebuild=rebuild)
    projects = sorted({record.project for record in usage.records})
    folders = list_ledger_folders(inputs.root, projects)
    ledgers = sign_ledgers(folders)
    rows = [row for folder in folders for row in ledger.read(folder, load_row)]
    return ReportSource(
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
    """Pause the garbage collector: nothing of what is read is garbage before the end, and looking for some takes time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


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
        return _read_claude_calls(
            inputs,
            no_store,
            rebuild=rebuild,
        )
    from tierwise.transcripts.codex import (
        add_usage,
        read_codex_usage,
    )

    codex = read_codex_usage(
        home,
        inputs.window.since,
        inputs.window.until,
    )
    if not inputs.folders:
        return codex
    return add_usage(
        _read_claude_calls(inputs, no_store, rebuild=rebuild),
        codex,
    )


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
        meanwhile=_load_report,
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
            _warn(f"{error.place}: {error.message}; read without it.")
            return read(None, tell)
        if find_inode(aside) != before:
            said = f"{store}: damaged, and begun anew; what it was is now {aside}"
            _warn(said)
        return usage


def _load_report() -> None:
    """Load what nearly every command that measures makes of the calls."""
    import tierwise.report.build
    import tierwise.report.document  # noqa: F401


@contextmanager
def _show_progress() -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar on standard error while much is read; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("reading transcripts"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    bar = Progress(
        *columns,
        console=Console(file=raw_stream(sys.stderr)),
        transient=True,
    )
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


def _warn(words: str) -> None:
    print(neutralise(words), file=sys.stderr)
