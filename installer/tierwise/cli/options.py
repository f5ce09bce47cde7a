"""Options that several commands share."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tierwise.errors import NO, OK, TierwiseError
from tierwise.sync.options import SyncOptions


class Amount(click.FloatRange):
    """A finite number greater than 0: of ``nan`` no comparison holds, so it would pass for no limit at all."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(
                f"{value} is no finite number.",
                param,
                ctx,
            )
        return number


class Named(click.ParamType[str]):
    """A word that names something: an empty one, such as that of a variable that is not set, names nothing."""

    def __init__(self, what: str) -> None:
        self.name = what

    def convert(
        self,
        value: str,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str:
        """Return the word.  Raises click.UsageError for an empty one."""
        if not value:
            way = f"Name a {self.name}, or leave it out."
            if param is not None and param.required:
                way = f"Name a {self.name}."
            self.fail(f"it is empty. {way}", param, ctx)
        return value


FILE, FOLDER, COMMIT = Named("file"), Named("folder"), Named("commit")
MOMENT = Named("point in time")


_STREAM = "-"


class NamedPath(click.Path):
    """A path; an empty one names nothing, and not the current folder."""

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:
        """Return the path.  Raises click.UsageError for one that cannot be what is asked for."""
        named = Named(self.name).convert(value, param, ctx)
        if named == _STREAM and not self.allow_dash:
            self.fail(
                f"it is {_STREAM}. Name a {self.name}: no stream is taken here.",
                param,
                ctx,
            )
        return super().convert(named, param, ctx)


INPUT_FILE = NamedPath(
    exists=True,
    dir_okay=False,
    path_type=Path,
)
INPUT_STREAM = NamedPath(
    exists=True,
    dir_okay=False,
    allow_dash=True,
)
OUTPUT_FILE = NamedPath(
    dir_okay=False,
    writable=True,
    path_type=Path,
)
OUTPUT_STREAM = NamedPath(
    dir_okay=False,
    writable=True,
    allow_dash=True,
)
OUTPUT_FOLDER = NamedPath(
    file_okay=False,
    writable=True,
    path_type=Path,
)

json_option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print JSON.",
)


Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def join_options(*options: Decorator) -> Decorator:
    """Return several options as one decorator, in the order in which ``--help`` shows them."""

    def add_options(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add_options


conflict_options = join_options(
    click.option(
        "--force",
        is_flag=True,
        help="Replace your files where Tierwise would write; uninstall brings yours back.",
    ),
    click.option(
        "--adopt",
        is_flag=True,
        help="Keep your files where Tierwise would write; they stay yours.",
    ),
    click.option(
        "--only",
        metavar="PATH",
        type=FILE,
        multiple=True,
        help="With --force or --adopt: these files only.",
    ),
)
"""``--force`` and ``--adopt``, each for all files or for the paths named with ``--only``."""


def read_sync_options(
    root: str,
    force: bool,
    adopt: bool,
    only: tuple[str, ...],
    starter: bytes | None = None,
) -> SyncOptions:
    """Return what those options ask for.

    Raises click.UsageError where they contradict each other.
    """
    if force and adopt:
        raise click.UsageError(
            "--force and --adopt contradict each other; run one after the other, with --only."
        )
    if only and not (force or adopt):
        raise click.UsageError("--only goes with --force or --adopt.")
    chosen = [_from_root(root, path) for path in only] or None
    if force:
        return SyncOptions(force=chosen, starter=starter)
    if adopt:
        return SyncOptions(adopt=chosen, starter=starter)
    return SyncOptions(starter=starter)


def _from_root(root: str, path: str) -> str:
    """Return a path as a plan names it, whether it was given from the repository's root or from the current folder."""
    is_from_root = not os.path.isabs(path) and os.path.lexists(os.path.join(root, path))
    found = os.path.relpath(path, root)
    if is_from_root:
        found = os.path.normpath(path)
    return found.replace(os.sep, "/")


def require_task(task: str | None, command: str) -> None:
    """Refuse a task without a word, as an unset variable of a script gives one; None is no task at all."""
    if task is not None and not task.strip():
        raise TierwiseError(
            "the task is empty",
            place=command,
            remedy=f'Say it: tierwise {command} "…".',
        )


def answer_code(is_yes: bool) -> int:
    """Return the exit code of a command that answers a question."""
    if is_yes:
        return OK
    return NO
