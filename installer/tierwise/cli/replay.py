"""``tierwise replay``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import click

from tierwise.cli.options import json_option
from tierwise.cli.show import print_json
from tierwise.cli.usage_source import (
    Source,
    find_inputs,
    read_source,
    read_window,
    source_options,
    window_options,
)
from tierwise.errors import TierwiseError
from tierwise.session.choice import Rules, read_rules
from tierwise.session.history import find_conversations, make_reader, pick_main_calls
from tierwise.session.replay import Plan, Replay, replay_conversations
from tierwise.transcripts.hindsight import LABELS

_PLAN = "session router"


@click.command(name="replay")
@click.option("--start", metavar="TIER", help="Begin conversations on this tier.")
@json_option
@window_options
@source_options
def command(
    start: str | None,
    as_json: bool,
    since: str | None,
    until: str | None,
    roots: tuple[str, ...],
    no_store: bool,
    tz: str | None,
) -> None:
    """Show what routing the main conversation would have saved on your own history.

    Every conversation is replayed turn by turn with prompt caches counted, beside all of it on one
    tier. No text is stored and none leaves the machine.
    """
    inputs = find_inputs(roots, read_window(since, until, tz))
    source = read_source(inputs, no_store)
    calls = pick_main_calls(source.usage.records)
    conversations = list(find_conversations(inputs.transcripts, calls))
    rules = _read_rules(source, start)
    replays = [
        replay_conversations(conversations, calls, plan, source.prices)
        for plan in _list_plans(rules, source.table)
    ]
    if as_json:
        print_json(_describe_all(replays, len(conversations)))
    elif not conversations:
        click.echo("No conversation was found. `tierwise report` says where was looked.")
    else:
        for line in _format_all(replays, len(conversations)):
            click.echo(line)


def _read_rules(source: Source, start: str | None) -> Rules:
    rules = read_rules(source.table)
    if start is None:
        return rules
    if start not in rules.ladder:
        names = ", ".join(rules.ladder)
        raise TierwiseError(
            f"{start} is not a tier", place="--start", remedy=f"Name one of {names}."
        )
    return rules.begin_on(start)


def _list_plans(rules: Rules, table: dict[str, Any]) -> list[Plan]:
    plans = [Plan(_PLAN, rules, make_reader(table))]
    return plans + [Plan(f"all {tier}", rules.begin_on(tier)) for tier in reversed(rules.ladder)]


def _describe_all(replays: Sequence[Replay], conversations: int) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "conversations": conversations,
        "turns": len(replays[0].turns),
        "recorded_usd": float(replays[0].recorded),
        "plans": [_describe_plan(replay) for replay in replays],
        "labels": _describe_labels(replays[0]),
    }


def _describe_plan(replay: Replay) -> dict[str, Any]:
    low, high = replay.replayed.low, replay.replayed.high
    top = replay.plan.rules.ladder[-1]
    big = replay.big_turns
    return {
        "plan": replay.plan.name,
        "usd_low": float(low),
        "usd_high": float(high),
        "saved_low": _share(replay.recorded - high, replay.recorded),
        "saved_high": _share(replay.recorded - low, replay.recorded),
        "tiers": dict(Counter(turn.first_tier for turn in replay.turns)),
        "big_turns": len(big),
        "big_turns_begun_below_top": sum(turn.first_tier != top for turn in big),
        "big_turns_ended_below_top": sum(turn.last_tier != top for turn in big),
        "unpriced_calls": sum(turn.unpriced_calls for turn in replay.turns),
    }


def _describe_labels(replay: Replay) -> list[dict[str, Any]]:
    described = []
    for label in LABELS:
        turns = [turn for turn in replay.turns if turn.label == label]
        recorded = sum((turn.recorded for turn in turns), Decimal(0))
        high = sum((turn.replayed.high for turn in turns), Decimal(0))
        described.append(
            {
                "label": label,
                "turns": len(turns),
                "recorded_usd": float(recorded),
                "saved_low": _share(recorded - high, recorded),
                "tiers": dict(Counter(turn.first_tier for turn in turns)),
                "interrupted": sum(turn.is_interrupted for turn in turns),
            }
        )
    return described


def _format_all(replays: Sequence[Replay], conversations: int) -> list[str]:
    router = _describe_plan(replays[0])
    turns = len(replays[0].turns)
    lines = [
        f"Conversations: {conversations}, turns: {turns}, ${replays[0].recorded:.2f} at list price",
        "",
        f"{'plan':<16} {'cost':>19} {'saved':>15}",
    ]
    for replay in replays:
        plan = _describe_plan(replay)
        cost = f"${plan['usd_low']:.2f} to ${plan['usd_high']:.2f}"
        saved = f"{plan['saved_low']:.0%} to {plan['saved_high']:.0%}"
        lines.append(f"{plan['plan']:<16} {cost:>19} {saved:>15}")
    lines += ["", f"{'what a turn did':<18} {'turns':>5} {'cost':>9}  began on"]
    for row in _describe_labels(replays[0]):
        if row["turns"]:
            cost = f"${row['recorded_usd']:.2f}"
            lines.append(
                f"{row['label']:<18} {row['turns']:>5} {cost:>9}  {_join_counts(row['tiers'])}"
            )
    lines += [
        "",
        f"{router['big_turns']} turns planned or edited six files or more: "
        f"{router['big_turns_begun_below_top']} would have begun below the top tier, "
        f"{router['big_turns_ended_below_top']} would have ended there.",
        "The range is the extra steps and tokens of another model; caches are counted.",
    ]
    if router["unpriced_calls"]:
        lines.append(f"{router['unpriced_calls']} calls have no list price and are left out.")
    return lines


def _join_counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def _share(part: Decimal, whole: Decimal) -> float:
    if not whole:
        return 0.0
    return float(part / whole)
