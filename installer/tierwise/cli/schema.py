"""``tierwise schema``."""

from __future__ import annotations

import click

from tierwise import bundle


@click.command(name="schema")
def command() -> None:
    """Print the JSON Schema of tierwise.yaml."""
    click.echo(bundle.read_text("templates", "schema.json"), nl=False)
