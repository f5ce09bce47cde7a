"""``tierwise replay``."""

from __future__ import annotations

from pathlib import Path

import click

from tierwise.cli.options import (
    OUTPUT_FILE,
    json_option,
)
from tierwise.cli.reading import ReportSource
from tierwise.cli.show import print_json, print_line
from tierwise.cli.usage_source import History, history_options
from tierwise.errors import TierwiseError
from tierwise.files import write_out
from tierwise.session.history import (
    find_conversations,
    pick_main_calls,
)
from tierwise.session.rules import Rules, read_rules
from tierwise.session.summary import build_document
from tierwise.session.text import format_replay
from tierwise.transcripts.roots import default_store


@click.command(name="replay")
@click.option("--start", metavar="TIER", help="Begin conversations on this tier.")
@click.option("--on-top", is_flag=True, help="Take every call as one of the top tier's model.")
@click.option(
    "--html", metavar="FILE", type=OUTPUT_FILE, help="Write one self-contained page with charts."
)
@json_option
@history_options
def command(
    start: str | None,
    on_top: bool,
    html: Path | None,
    as_json: bool,
    history: History,
) -> None:
    """Show what routing the main conversation would have saved on your own history.

    Every conversation is replayed turn by turn with prompt caches counted, beside all of it on one
    tier and beside what hindsight would have chosen. No text is stored and none leaves the machine.
    """
    inputs = history.find_inputs()
    source = history.read_source(inputs)
    calls = pick_main_calls(source.usage.records)
    store = None if history.no_store else default_store()
    conversations = list(find_conversations(inputs.transcripts, calls, source.table, store))
    rules = _read_rules(source, start)
    document = build_document(
        conversations,
        calls,
        rules,
        source.prices,
        is_on_top=on_top,
    )
    if html:
        from tierwise.session.page import draw_page

        write_out(
            str(html),
            draw_page(document, rules.ladder).encode(),
        )
    if as_json:
        print_json(document)
    elif html:
        click.echo(f"wrote {html}")
    elif not conversations:
        click.echo("No conversation was found in this window.")
    else:
        for line in format_replay(document):
            print_line(line)


def _read_rules(source: ReportSource, start: str | None) -> Rules:
    rules = read_rules(source.table)
    if start is None:
        return rules
    if start not in rules.ladder:
        names = ", ".join(rules.ladder)
        raise TierwiseError(
            f"{start} is not a tier", place="--start", remedy=f"Name one of {names}."
        )
    return rules.begin_on(start)
