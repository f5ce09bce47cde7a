"""``tierwise diff``."""

from __future__ import annotations

import difflib

import click

from tierwise import repo
from tierwise.cli.options import (
    conflict_options,
    json_option,
    read_sync_options,
)
from tierwise.cli.show import (
    print_interrupted,
    print_json,
    print_line,
)
from tierwise.shown import colour_text, neutralise
from tierwise.sync.change import FileChange
from tierwise.sync.repository import plan_sync

_NO_LINE_END = "\n\\ No newline at end of file\n"
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.command(name="diff")
@conflict_options
@json_option
def command(
    force: bool,
    adopt: bool,
    only: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show what sync would change.

    Files that sync would leave alone are compared with what the policy wants, and named as kept.
    """
    root = repo.require_root()
    print_interrupted(root)
    plan = plan_sync(
        root,
        read_sync_options(root, force, adopt, only),
    )
    shown = [
        change for change in plan.changes if change.writes or change.status in ("edited", "missing")
    ]
    if as_json:
        print_json({"schema_version": 1, "files": [_as_json(change) for change in shown]})
        return
    for change in shown:
        if not change.writes:
            print_line(f"# kept: {change.path} ({change.status})")
        for line in _write_lines(change):
            colour = _COLOURS.get(line[0], "")
            click.echo(colour_text(line.rstrip("\n"), colour))


def _as_json(change: FileChange) -> dict[str, object]:
    return {
        "path": change.path,
        "status": change.status,
        "writes": change.writes,
        "diff": "".join(_write_lines(change)),
    }


def _write_lines(change: FileChange) -> list[str]:
    path = neutralise(change.path)
    old, before = _split_lines(change.old, f"a/{path}")
    new, after = _split_lines(change.new, f"b/{path}")
    lines = []
    for line in difflib.unified_diff(old, new, before, after):
        if not line.endswith("\n"):
            line += _NO_LINE_END
        lines.append(line)
    return lines


def _split_lines(
    content: bytes | None,
    name: str,
) -> tuple[list[str], str]:
    """Return the lines of one side, and its name in the head of the diff."""
    if content is None:
        return [], "/dev/null"
    text = content.decode("utf-8", "replace")
    return text.splitlines(keepends=True), name
