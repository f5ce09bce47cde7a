"""``tierwise policy``."""

from __future__ import annotations

import click

from tierwise import repo
from tierwise.cli.options import answer_code, json_option
from tierwise.cli.show import print_done, print_json
from tierwise.errors import OutsideError, TierwiseError
from tierwise.files import read_bytes
from tierwise.policy.load import load_policy, parse_policy
from tierwise.policy.show import resolved_json, resolved_yaml
from tierwise.sync.repository import sync


@click.group(name="policy")
def command() -> None:
    """Show or edit the policy."""


@command.command()
@click.option(
    "--resolved", is_flag=True, help="With the preset merged in and the origin of each value."
)
@json_option
def show(resolved: bool, as_json: bool) -> None:
    """Print tierwise.yaml, or with --resolved what it amounts to."""
    root = repo.require_root()
    loaded = load_policy(root)
    if as_json:
        print_json(resolved_json(loaded))
    elif resolved:
        click.echo(resolved_yaml(loaded), nl=False)
    else:
        click.echo(
            (read_bytes(repo.policy_path(root)) or b"").decode("utf-8-sig"),
            nl=False,
        )


@command.command()
@click.pass_context
def edit(ctx: click.Context) -> None:
    """Open tierwise.yaml in your editor; sync when it is saved and valid."""
    root = repo.require_root()
    path = repo.policy_path(root)
    before = read_bytes(path)
    if before is None:
        raise TierwiseError(
            f"there is no {repo.POLICY}", place=root, remedy="Write one with `tierwise install`."
        )
    try:
        click.edit(filename=path)
    except click.ClickException as error:
        raise OutsideError(
            error.message,
            place="policy edit",
            remedy=f"Set VISUAL or EDITOR to one that works here, or edit {repo.POLICY} and run `tierwise sync`.",
        ) from None
    after = read_bytes(path) or b""
    if after == before:
        click.echo("Nothing changed.")
        return
    parse_policy(after)  # a broken policy stays as saved and is not synced: the error says where
    plan = sync(root)
    print_done(plan)
    ctx.exit(answer_code(not plan.kept))
