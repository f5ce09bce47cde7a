"""``tierwise route --from-transcripts``: what the router makes of what the user's own client recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import click

from tierwise import repo
from tierwise.classify.signals import read_signals
from tierwise.classify.turns import read_turn
from tierwise.claude_hooks.agent_file import policy_name
from tierwise.cli.show import align_columns, print_line
from tierwise.cli.window import now_in, read_since
from tierwise.domain.table_shape import Table
from tierwise.errors import OK
from tierwise.routing.decide import decide
from tierwise.routing.decision import Decision
from tierwise.routing.own_words import apply_words, load_words

_EDITS = ("Edit", "Write", "MultiEdit", "NotebookEdit")
_LOOKS = ("Read", "Grep", "Glob", "LS", "WebFetch", "WebSearch")


@dataclass(frozen=True)
class Routed:
    """One recorded spawn or turn: which of both, the agent (or `you`), the decision."""

    what: str
    who: str
    decision: Decision


def print_transcripts(
    table: Table,
    since: str | None,
) -> int:
    """Route every recorded spawn and turn since then, and print how many went where.  Nothing leaves the machine."""
    begin = read_since(since, now_in(None), None)
    routed = list(route_transcripts(table, begin))
    if not routed:
        none = "no spawns or turns are recorded"
        if since:
            none += f" since {since}"
        click.echo(none)
        return OK
    ladder = ["automated", *table["ladder"]]
    for what in ("spawns", "turns"):
        rows = [one for one in routed if one.what == what]
        for line in table_lines(what, rows, ladder):
            print_line(line)
    return OK


def table_lines(
    what: str,
    rows: list[Routed],
    ladder: list[str],
) -> Iterator[str]:
    """Yield a table: who or which kind, how many, how many on each tier."""
    if not rows:
        return
    title = "kind"
    named = [one.decision.kind for one in rows]
    if what == "spawns":
        title = "agent"
        named = [one.who for one in rows]
    tiers = [one.decision.tier for one in rows]
    counts = Counter(named)
    cells = Counter(zip(named, tiers, strict=True))
    sums = Counter(tiers)
    shares = [f"{sums[tier] / len(rows):.0%}" for tier in ladder]
    table = [(title, "all", *ladder)]
    for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        figures = [str(cells[name, tier]) for tier in ladder]
        table.append((name, str(count), *figures))
    table.append(("all", str(len(rows)), *shares))
    yield f"{what}: {len(rows)}"
    for line in align_columns(table, names=1):
        yield f"  {line}"


def route_transcripts(
    table: Table,
    begin: datetime | None,
) -> Iterator[Routed]:
    """Yield the decision of every spawn and turn that began since ``begin``."""
    from tierwise.transcripts.roots import (
        find_roots,
        find_transcripts,
    )

    words = load_words(repo.find_root())
    for file in find_transcripts(find_roots()):
        if begin is not None and file.mtime < begin.timestamp() * 1e9:
            continue
        path = Path(file.path)
        try:
            yield from _route_spawns(path, table, begin, words)
            if not file.is_agent:
                yield from _route_turns(path, table, begin, words)
        except OSError:
            continue  # gone since the walk, or not ours to read


def _route_spawns(
    path: Path,
    table: Table,
    begin: datetime | None,
    words: list[object],
) -> Iterator[Routed]:
    """As the hook decides: by the name that the policy knows an agent by, without commands that nobody named."""
    from tierwise.transcripts.spawns import read_spawns

    facts = table.get("repository") or {}
    for spawn in read_spawns(path):
        if _is_since(spawn.started, begin):
            signals = read_signals(
                spawn.text,
                policy_name(spawn.agent, table["agents"]),
                (),
                facts,
            )
            apply_words(signals, words, table)
            yield Routed(
                "spawns",
                spawn.agent,
                decide(signals, table, refusing=True),
            )


def _route_turns(
    path: Path,
    table: Table,
    begin: datetime | None,
    words: list[object],
) -> Iterator[Routed]:
    from tierwise.transcripts.turns import read_turns

    facts = table.get("repository") or {}
    last_turn = ""
    for turn in read_turns(path):
        if _is_since(turn.started, begin) and turn.text[:1] not in "/<!":
            found = read_turn(
                turn.text,
                turn.answer_before,
                last_turn,
                facts,
            )
            apply_words(found.signals, words, table)
            yield Routed(
                "turns",
                "you",
                decide(found.signals, table),
            )
        last_turn = name_turn(
            (tool.name for tool in turn.tools),
            turn.is_planning,
        )


def name_turn(
    tools: Iterable[str],
    is_planning: bool = False,
) -> str:
    """Return what a turn did, as read_turn wants to know it: plan, edit, run, read or talk."""
    used = {*tools}
    if is_planning:
        return "plan"
    if not used.isdisjoint(_EDITS):
        return "edit"
    if "Bash" in used:
        return "run"
    if not used.isdisjoint(_LOOKS):
        return "read"
    return "talk"


def _is_since(started: str, begin: datetime | None) -> bool:
    """Return whether a record's stamp is not before ``begin``.  Clients write UTC; what is no stamp is never since."""
    if begin is None:
        return True
    try:
        moment = datetime.fromisoformat(started.replace("Z", "+00:00"))
    except ValueError:
        return False
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment >= begin
