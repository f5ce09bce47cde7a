"""``tierwise schema``."""

from __future__ import annotations

import click

from tierwise import bundle


@click.command(name="schema")
@click.option(
    "--json", is_flag=True, expose_value=False, help="What it prints is JSON in any case."
)
def command() -> None:
    """Print the JSON Schema of tierwise.yaml."""
    click.echo(
        bundle.read_text("templates", "schema.json"),
        nl=False,
    )
