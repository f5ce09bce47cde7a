"""``tierwise audit``."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import click

from tierwise import ledger, repo
from tierwise.cli.audit_notes import (
    Notes,
    describe_notes,
    describe_questions,
    list_fallbacks,
    list_unread,
    list_unroutable,
    sum_questions,
)
from tierwise.cli.audit_turns import describe_turns, list_turns
from tierwise.cli.options import MOMENT, json_option
from tierwise.cli.reading import read_own_prices
from tierwise.cli.show import (
    print_interrupted,
    print_json,
    print_line,
)
from tierwise.cli.usage_source import ALL_TOOLS, TOOLS
from tierwise.cli.window import read_since
from tierwise.doctor.standing import warn_unrouted
from tierwise.domain import table
from tierwise.domain.coding_tools import CODEX
from tierwise.domain.ledger_rows import read_text
from tierwise.routing.audit import AuditedSpawn, compliance, join_rows
from tierwise.routing.audit_rerouted import list_rerouted
from tierwise.shown import colour_text

_COLOURS = {
    "followed": "green",
    "not-followed": "red",
    "unrouted": "yellow",
    "denied": "cyan",
}


@click.command(name="audit")
@click.option(
    "--tool",
    type=click.Choice(TOOLS),
    default=ALL_TOOLS,
    show_default=True,
    help="Whose spawns: Claude Code's, Codex's, or both tools'.",
)
@click.option(
    "--since",
    metavar="WHEN",
    type=MOMENT,
    help="Only what was spawned since then: 24h, 7d, monday or a date.",
)
@click.option(
    "--last",
    metavar="N",
    type=click.IntRange(min=1),
    default=50,
    show_default=True,
    help="Lines to show.",
)
@json_option
def command(
    since: str | None,
    last: int,
    as_json: bool,
    tool: str,
) -> None:
    """Show what was decided, written and served, spawn by spawn."""
    root = repo.require_root()
    print_interrupted(root)
    start = since_time(
        since or "",
        datetime.datetime.now().astimezone(),
    )
    rows = list(ledger.read(root))
    recent = [row for row in rows if read_text(row, "time") >= start]
    policy = table.load(root) or table.load_default()
    spawns = [spawn for spawn in _list_spawns(root, rows, policy, tool) if spawn.time >= start]
    of_claude = []
    if tool != CODEX:
        of_claude = recent
    notes = Notes(
        unroutable=list_unroutable(spawns, read_own_prices(root, policy)),
        fallbacks=list_fallbacks(spawns),
        rerouted=list_rerouted(spawns),
        unread=list_unread(of_claude),
        turns=list_turns(of_claude),
        asked=sum_questions(recent),
    )
    if as_json:
        print_json({**_make_report(spawns, start), **notes._asdict()})
        return
    warn_unrouted(root)
    _print_report(
        spawns,
        notes,
        last,
        is_narrowed=bool(start) or tool != ALL_TOOLS,
    )


def _print_report(
    spawns: Sequence[AuditedSpawn],
    notes: Notes,
    last: int,
    *,
    is_narrowed: bool,
) -> None:
    for line in describe_turns(notes.turns, last):
        print_line(line)
    if notes.asked["questions"]:
        click.echo(describe_questions(notes.asked))
    if not spawns and not notes.unread:
        nothing = "No spawn is recorded yet. A session that starts now records its own."
        if is_narrowed:
            nothing = "No spawn of that tool and time is recorded."
        click.echo(nothing)
        return
    for spawn in spawns[-last:]:
        print_line(_write_line(spawn))
    if len(spawns) > last:
        click.echo(f"({len(spawns) - last} earlier ones; --last shows more)")
    _print_summary(spawns)
    for line in describe_notes(notes):
        print_line(line)


def _list_spawns(
    root: str,
    rows: Sequence[dict[str, Any]],
    policy: Mapping[str, Any],
    tool: str,
) -> list[AuditedSpawn]:
    """Return the spawns of a tool.

    Codex's own records are read where the policy is for Codex, or where they are asked for.
    """
    spawns = join_rows(rows)
    is_for_codex = CODEX in (policy.get("targets") or {})
    if tool == CODEX or (tool == ALL_TOOLS and is_for_codex):
        spawns = _join_codex(root, spawns)
    if tool == ALL_TOOLS:
        return spawns
    return [spawn for spawn in spawns if spawn.ran_in_codex == (tool == CODEX)]


def _join_codex(
    root: str,
    spawns: Sequence[AuditedSpawn],
) -> list[AuditedSpawn]:
    from tierwise.report.repositories import find_repository
    from tierwise.routing.audit_codex import join_codex_agents
    from tierwise.transcripts.codex import (
        find_codex_home,
        read_codex_usage,
    )

    own = find_repository(root)
    usage = read_codex_usage(find_codex_home())
    return join_codex_agents(
        spawns,
        usage.records,
        lambda folder: find_repository(folder) == own,
    )


def since_time(text: str, now: datetime.datetime) -> str:
    """Return a point in time as the ledger writes it (UTC).  Raises TierwiseError for words that mean none."""
    moment = read_since(text, now, now.tzinfo)
    if moment is None:
        return ""
    return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _make_report(
    spawns: Sequence[AuditedSpawn],
    start: str,
) -> dict[str, Any]:
    counted = compliance(spawns)
    outcomes = Counter(spawn.outcome for spawn in spawns)
    return {
        "schema_version": 1,
        "since": start or None,
        "compliance": {
            "rate": counted.rate,
            "followed": counted.followed,
            "served": counted.served,
        },
        "outcomes": dict(sorted(outcomes.items())),
        "overrides": [_describe_override(spawn) for spawn in spawns if spawn.override],
        "unrouted": sorted({spawn.agent for spawn in spawns if spawn.outcome == "unrouted"}),
        "spawns": [spawn.as_json() for spawn in spawns],
    }


def _describe_override(spawn: AuditedSpawn) -> dict[str, Any]:
    names = {
        "tool_use_id": spawn.tool_use_id,
        "agent": spawn.agent,
        "time": spawn.time,
    }
    return {**names, **(spawn.override or {})}


def _write_line(spawn: AuditedSpawn) -> str:
    decision = spawn.decision
    decided = "-"
    if decision:
        decided = _join_pair(
            decision.get("model"),
            decision.get("effort"),
        )
    tier = decision.get("tier") or "-"
    kind = decision.get("kind") or "-"
    word = colour_text(
        f"{spawn.outcome:<12}",
        _COLOURS.get(spawn.outcome, "white"),
    )
    requested = "-"  # of a fork, or of a spawn that no hook saw, it is not known
    if decision:
        requested = _join_values(decision.get("asked"))
    wrote = _join_values(decision.get("wrote"))
    served_as = _join_pair(spawn.served_model, spawn.served_effort) or "-"
    call = f"requested {requested}, {kind} -> {tier} ({decided}), wrote {wrote}, served {served_as}"
    return f"{spawn.time[:19]}  {word}  {spawn.agent}: {call}"


def _join_values(named: object) -> str:
    """Return what a call names, in its order."""
    if not isinstance(named, dict) or not named:
        return "nothing"
    return " ".join(map(str, named.values()))


def _join_pair(model: object, effort: object) -> str:
    return " ".join(str(part) for part in (model, effort) if part)


def _print_summary(spawns: Sequence[AuditedSpawn]) -> None:
    counted = compliance(spawns)
    if counted.rate is not None:
        click.echo(
            f"\n{counted.followed} of {counted.served} served as decided ({counted.rate:.0%})"
        )
    for spawn in spawns:
        if spawn.override:
            print_line(_describe_change(spawn, spawn.override))
    unrouted = Counter(spawn.agent or "?" for spawn in spawns if spawn.outcome == "unrouted")
    for agent, count in sorted(unrouted.items()):
        ran = f"{agent} ran {count} times without a decision"
        print_line(f"unrouted: {ran}; `tierwise doctor` says why a hook is missing")


def _describe_change(
    spawn: AuditedSpawn,
    override: Mapping[str, Any],
) -> str:
    word = "held back"
    if override.get("kept"):
        word = "kept"
    asked = f"{override.get('who')} asked for {override.get('asked')} for {spawn.agent}"
    line = f"override ({word}): {asked}, {spawn.time[:19]}"
    if override.get("why"):
        return f'{line}: "{override["why"]}"'
    return line
