"""Options that several commands share."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import Any

import click

from tierwise.errors import NO, OK
from tierwise.sync.options import SyncOptions


class Amount(click.FloatRange):
    """A finite number greater than 0: of ``nan`` no comparison holds, so it would pass for no limit at all."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is no finite number.", param, ctx)
        return number


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def conflict_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--force`` and ``--adopt``, each for all files or for the paths named with ``--only``."""
    for option in (
        click.option(
            "--only",
            metavar="PATH",
            multiple=True,
            help="With --force or --adopt: these files only.",
        ),
        click.option(
            "--adopt",
            is_flag=True,
            help="Keep your files where Tierwise would write; they stay yours.",
        ),
        click.option("--force", is_flag=True, help="Replace them; uninstall brings yours back."),
    ):
        command = option(command)
    return command


def read_sync_options(
    root: str, force: bool, adopt: bool, only: tuple[str, ...], starter: bytes | None = None
) -> SyncOptions:
    """What those options ask for.  Raises click.UsageError where they contradict each other."""
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
    """A path as a plan names it, whether it was given from the repository's root or from the current folder."""
    is_from_root = not os.path.isabs(path) and os.path.lexists(os.path.join(root, path))
    found = os.path.relpath(path, root)
    if is_from_root:
        found = os.path.normpath(path)
    return found.replace(os.sep, "/")


def answer_code(is_yes: bool) -> int:
    """The exit code of a command that answers a question."""
    if is_yes:
        return OK
    return NO
