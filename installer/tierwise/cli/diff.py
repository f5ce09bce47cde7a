"""``tierwise diff``."""

from __future__ import annotations

import difflib

import click

from tierwise import repo
from tierwise.cli.options import conflict_options, json_option, read_sync_options
from tierwise.cli.show import colour_text, print_interrupted, print_json
from tierwise.sync.change import Change
from tierwise.sync.repository import plan_sync

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.command(name="diff")
@conflict_options
@json_option
def command(force: bool, adopt: bool, only: tuple[str, ...], as_json: bool) -> None:
    """Show what sync would change.

    Files that sync would leave alone are compared with what the policy wants, and named as kept.
    """
    root = repo.require_root()
    print_interrupted(root)
    plan = plan_sync(root, read_sync_options(root, force, adopt, only))
    shown = [
        change for change in plan.changes if change.writes or change.status in ("edited", "missing")
    ]
    if as_json:
        files = [
            {
                "path": c.path,
                "status": c.status,
                "writes": c.writes,
                "diff": "".join(_write_lines(c)),
            }
            for c in shown
        ]
        print_json({"schema_version": 1, "files": files})
        return
    for change in shown:
        if not change.writes:
            click.echo(f"# kept: {change.path} ({change.status})")
        for line in _write_lines(change):
            click.echo(
                colour_text(line.rstrip("\n"), _COLOURS.get(line[0], ""))
                if line[0] in _COLOURS
                else line,
                nl=False,
            )
            if line[0] in _COLOURS:
                click.echo()


def _write_lines(change: Change) -> list[str]:
    old = (change.old or b"").decode("utf-8", "replace").splitlines(keepends=True)
    new = (change.new or b"").decode("utf-8", "replace").splitlines(keepends=True)
    before = f"a/{change.path}" if change.old is not None else "/dev/null"
    after = f"b/{change.path}" if change.new is not None else "/dev/null"
    lines = difflib.unified_diff(old, new, before, after)
    return [
        line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines
    ]
