"""``tierwise statusline``.  `tierwise-hook statusline` is the same without the command line's start-up time."""

from __future__ import annotations

import sys

import click

from tierwise.claude_hooks.statusline import main


@click.command(name="statusline")
def command() -> None:
    """Print one line for Claude Code's status line.

    Claude Code gives the session's facts on standard input; in its settings, `"statusLine": {"type": "command",
    "command": "tierwise-hook statusline"}` calls the faster entry point to this.
    """
    if sys.stdin.isatty():
        raise click.UsageError(
            "there is nothing on standard input; Claude Code gives the session's facts there."
        )
    main()
