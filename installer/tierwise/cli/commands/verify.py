"""``tierwise verify``."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click

from tierwise import repo
from tierwise.cascade.signals import stop_on_signals
from tierwise.cli.options import (
    INPUT_FILE,
    OUTPUT_FILE,
    answer_code,
    json_option,
)
from tierwise.cli.show import align_columns, print_json, print_line
from tierwise.doctor.client import find_client, version_of
from tierwise.doctor.effective import collect_settings
from tierwise.doctor.place import config_folder, look
from tierwise.doctor.start_modes import find_start_modes
from tierwise.domain.client_facts import ROUTING_VARIABLES
from tierwise.domain.coding_tools import CLAUDE, label_of
from tierwise.errors import OutsideError, TierwiseError
from tierwise.files import write_atomic
from tierwise.programs import find_program
from tierwise.shown import colour_text, neutralise, raw_stream
from tierwise.verify import clients
from tierwise.verify.client import Client, ClientFailedError
from tierwise.verify.page import (
    HEADINGS,
    describe_always_on,
    summarise,
    write_page,
)
from tierwise.verify.proof import Proof, prove_policy
from tierwise.verify.tool_proof import prove_target
from tierwise.verify.tools.registry import TOOLS, UNPROVEN
from tierwise.verify.tools.tool import ProvenTool
from tierwise.verify.verdict import ProofLine

_COLOURS = {
    "ok": "green",
    "limited": "yellow",
    "unroutable": "yellow",
    "differs": "red",
}


@click.command(name="verify")
@click.option(
    "--target",
    type=click.Choice([CLAUDE, *TOOLS, *UNPROVEN]),
    default=CLAUDE,
    show_default=True,
    help="The tool whose client is run.",
)
@click.option(
    "--client",
    "path",
    metavar="PATH",
    type=INPUT_FILE,
    help="The client to run; the one on PATH if absent.",
)
@click.option(
    "--client-version",
    metavar="VERSION",
    help="Fetch this version (or `latest`) by npm, and run that one.",
)
@click.option(
    "--html", "page", metavar="FILE", type=OUTPUT_FILE, help="Write the table as a page, too."
)
@json_option
def command(
    target: str,
    path: Path | None,
    client_version: str | None,
    page: Path | None,
    as_json: bool,
) -> int:
    """Prove the policy on the wire, in your own coding tool's client, without a token.

    Runs the client in a temporary home folder against a stand-in API on the loopback address: every agent of
    the policy, Claude Code's own, a workflow, each slash command and the main conversation's first turn; of
    another tool, each shipped role, or each model of its settings.
    Exits with 1 where a request differs from what the policy assigned.
    """
    if target in UNPROVEN:
        raise TierwiseError(
            f"{label_of(target)} cannot be proven here: {UNPROVEN[target]}",
            remedy="See `docs/targets.md` for what its files are held to.",
        )
    stop_on_signals()
    if target == CLAUDE:
        proof = _prove_claude(path, client_version)
    else:
        proof = _prove_tool(TOOLS[target], path, client_version)
    if page:
        write_atomic(
            os.path.abspath(page),
            write_page(proof).encode(),
        )
    if as_json:
        print_json(proof.as_json())
    else:
        _print_proof(proof, page)
    return answer_code(proof.holds)


def _prove_claude(
    path: Path | None,
    version: str | None,
) -> Proof:
    client = _choose_client(path, version)
    root = repo.find_root()
    settings, variables = _find_routing_settings(root)
    try:
        with _spinning() as report:
            return prove_policy(
                client,
                root,
                settings,
                variables,
                report,
                config_folder(os.environ),
            )
    except ClientFailedError as error:
        raise OutsideError(
            f"Claude Code {client.version} did not answer as it should: {error}",
            remedy="Run `claude -p hello` yourself and see what it says.",
        ) from None


def _prove_tool(
    tool: ProvenTool,
    path: Path | None,
    version: str | None,
) -> Proof:
    """Prove another tool's roles.  Raises OutsideError where its client is not here."""
    if version:
        raise click.UsageError("--client-version fetches Claude Code; name a client by --client.")
    root = repo.require_root()
    found = path or find_program(tool.program, root)
    if found is None:
        raise OutsideError(
            f"{label_of(tool.target)} was not found on PATH",
            remedy="Install it, or name it with --client.",
        )
    client = Path(os.path.abspath(found))
    with _spinning() as report:
        return prove_target(
            tool,
            client,
            root,
            os.environ.get("PATH", os.defpath),
            report,
        )


def _choose_client(
    path: Path | None,
    version: str | None,
) -> Client:
    """Return the client to run.  Raises OutsideError where there is none."""
    if version:
        try:
            number = clients.resolve(version)
            return Client(number, clients.fetch(number))
        except clients.ClientMissingError as error:
            raise OutsideError(
                str(error),
                remedy="Name an installed one with --client.",
            ) from None
    found = path or find_client(os.environ, os.curdir)
    if found is None:
        raise OutsideError(
            "Claude Code was not found on PATH",
            remedy="Install it, name it with --client, or fetch one with --client-version.",
        )
    program = os.path.abspath(found)  # a bare name would be looked for on PATH
    known = version_of(program, os.environ)
    if not known:
        raise OutsideError(
            f"{found} does not tell its version", remedy="Name Claude Code's own program."
        )
    return Client(known, Path(program))


def _find_routing_settings(root: str | None) -> tuple[dict[str, object], dict[str, str]]:
    """Return the user's settings and variables that change what a spawn gets, as they count for the client."""
    place = look(root or os.getcwd(), os.environ)
    variables = _pick_variables(os.environ)
    variables |= dict.fromkeys(find_start_modes(place), "1")
    return collect_settings(place), variables


def _pick_variables(env: Mapping[str, object]) -> dict[str, str]:
    """Return the variables that change what a spawn gets, of those that say something."""
    return {name: str(env[name]) for name in ROUTING_VARIABLES if env.get(name) is not None}


@contextlib.contextmanager
def _spinning() -> Iterator[Callable[[str], None]]:
    """Show a spinner on a terminal; silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.markup import escape

    console = Console(file=raw_stream(sys.stderr))
    with console.status("starting") as status:
        yield lambda line: status.update(escape(neutralise(line)))


def _print_proof(proof: Proof, page: Path | None) -> None:
    click.echo(f"{proof.title} ({proof.client}), policy of {proof.policy}")
    for key, value in proof.settings.items():
        print_line(f"your setting, copied: {key} = {value}")
    click.echo()
    rows = [HEADINGS, *map(_list_cells, proof.lines)]
    for text in align_columns(rows, len(HEADINGS)):
        print_line(text)
    click.echo(f"\n{summarise(proof)}")
    if proof.always_on is not None:
        click.echo(describe_always_on(proof))
    if page:
        click.echo(f"The table as a page: {page}")


def _list_cells(line: ProofLine) -> tuple[str, ...]:
    verdict = colour_text(line.verdict, _COLOURS[line.verdict])
    if line.note:
        verdict += f" ({line.note})"
    return *line.cells, verdict
