"""``tierwise schema``."""

from __future__ import annotations

import click

from tierwise.policy.schema import schema_json


@click.command(name="schema")
def command() -> None:
    """Print the JSON Schema of tierwise.yaml."""
    click.echo(schema_json(), nl=False)
