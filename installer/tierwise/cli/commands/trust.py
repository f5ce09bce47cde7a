"""``tierwise trust``: allow what this repository's policy may run and where it may send things."""

from __future__ import annotations

import os

import click

from tierwise import repo
from tierwise.cli.options import json_option
from tierwise.cli.show import print_json, print_line
from tierwise.policy.compile import compile_table
from tierwise.policy.load import Loaded, load_policy
from tierwise.trust.guard import (
    are_powers_trusted,
    list_trusted,
    note_trust,
    revoke_trust,
)
from tierwise.trust.powers import list_powers


@click.command(name="trust")
@click.option("--list", "as_list", is_flag=True, help="List the repositories you trust.")
@click.option("--revoke", is_flag=True, help="Trust this repository no longer.")
@click.option("--dry-run", is_flag=True, help="Show what would be allowed, and note nothing.")
@json_option
def command(
    as_list: bool,
    revoke: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Allow the commands and addresses that the policy names.

    Routing needs no trust.  Commands, addresses that get a key, links into an attempt, sync on checkout and
    recorded prompts work only once you have allowed them here, on this machine; when they change,
    you are asked anew.
    """
    if as_list + revoke + dry_run > 1:
        raise click.UsageError("--list, --revoke and --dry-run exclude each other.")
    if as_list:
        _print_list(as_json)
        return
    root = repo.require_root()
    if revoke:
        _revoke(root, as_json)
        return
    _trust(root, dry_run, as_json)


def _trust(
    root: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    table = compile_table(load_policy(root))
    was_trusted = are_powers_trusted(root, table)
    powers = list_powers(table)
    if not dry_run:
        note_trust(root, table)
    if as_json:
        trusted = was_trusted or not dry_run
        _print_json({"path": root, "powers": powers, "trusted": trusted})
        return
    if not powers:
        click.echo("The policy runs no commands and sends nothing anywhere: no trust is needed.")
        return
    print_powers(powers)
    if was_trusted:
        click.echo("You trust them already.")
    elif dry_run:
        click.echo("Allow them with `tierwise trust`.")
    else:
        click.echo("Trusted. `tierwise trust --revoke` takes it back.")


def _revoke(root: str, as_json: bool) -> None:
    revoked = revoke_trust(root)
    if as_json:
        _print_json({"path": root, "revoked": revoked})
        return
    said = "This repository was not trusted."
    if revoked:
        said = "No longer trusted."
    click.echo(said)


def _print_list(as_json: bool) -> None:
    notes = list_trusted()
    paths = [str(note.get("path")) for note in notes]
    if as_json:
        _print_json({"trusted": paths})
        return
    for path in paths:
        line = path
        if not os.path.isdir(path):
            line += "  (gone)"
        print_line(line)


def _print_json(answer: dict[str, object]) -> None:
    print_json({"schema_version": 1, **answer})


def print_powers(powers: dict[str, str]) -> None:
    """Print what a policy may run and where it may send things, one setting a block."""
    click.echo("tierwise.yaml can run these commands and send data to these addresses:")
    for name, said in powers.items():
        lines = said.splitlines() or [""]
        print_line(f"  {name}: {lines[0]}")
        for line in lines[1:]:
            print_line(f"    {line}")


def list_new_powers(
    root: str,
    policy: Loaded,
) -> dict[str, str]:
    """Return what a policy may do and this user has not allowed yet."""
    table = compile_table(policy)
    if are_powers_trusted(root, table):
        return {}
    return list_powers(table)
