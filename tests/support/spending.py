"""Usage records and ledger rows for reports: single ones by hand, and weeks of a developer's by a seed."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from tierwise.domain import table
from tierwise.pricing.prices import load_prices
from tierwise.report.build import Report, build_report
from tierwise.report.window import Window
from tierwise.transcripts.records import Coverage, Usage, UsageRecord

DAY = 86_400_000
START = int(datetime(2026, 11, 2, 8, tzinfo=timezone.utc).timestamp() * 1000)
PIPELINE = {"CI": "true", "GITHUB_REF": "refs/pull/7/merge"}
"""The variables of a pipeline of pull request 7."""

OPUS, SONNET, HAIKU = "claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"

# agent -> (kind of work, model, effort, mean calls a task)
_CAST = {
    "Explore": ("search", HAIKU, "medium", 9),
    "Plan": ("planning", OPUS, "high", 7),
    "implementer": ("feature", SONNET, "medium", 18),
    "test-writer": ("tests", SONNET, "medium", 11),
    "code-reviewer": ("review", SONNET, "medium", 6),
    "doc-writer": ("docs", HAIKU, "medium", 5),
    "debugger": ("debugging", OPUS, "high", 9),
    "security-reviewer": ("security", OPUS, "high", 6),
    "formatter": ("formatting", HAIKU, "low", 3),
    "release-notes": ("changelog", OPUS, "high", 4),
}


def record(number: int = 1, **fields: Any) -> UsageRecord:
    """A call of the main conversation on the top tier, unless said otherwise."""
    plain: dict[str, Any] = {
        "message_id": f"msg_{number}",
        "session": "s1",
        "model": OPUS,
        "timestamp": START + number * 1000,
        "output_tokens": 1000,
    }
    given = plain | fields
    if given.get("agent", "main") != "main":
        given.setdefault("is_main", False)
        given.setdefault("agent_id", f"a-{given['agent']}")
        given.setdefault("tool_use_id", f"toolu_{given['agent']}")
    return UsageRecord(**given)


def decision(agent: str, tier: str, kind: str, **fields: Any) -> dict[str, Any]:
    """The ledger's row behind the records of an agent that :func:`record` makes."""
    row = {
        "row": "decision",
        "session_id": "s1",
        "tool_use_id": f"toolu_{agent}",
        "agent": agent,
        "tier": tier,
        "kind": kind,
        "mode": "enforce",
    }
    return row | fields


def default_table(**sections: Any) -> dict[str, Any]:
    """The compiled `balanced` preset, with whole sections replaced."""
    return {**table.load_default(), **sections}


def report_of(
    records: Iterable[UsageRecord],
    rows: Sequence[Mapping[str, Any]] = (),
    policy: Mapping[str, Any] | None = None,
    window: Window | None = None,
) -> Report:
    """The report of these records and rows under the default policy, days in UTC."""
    found = list(records)
    usage = Usage(
        found,
        Coverage(files=1, records=len(found), sessions=len({item.session for item in found})),
        {},
    )
    zone = window or Window(zone=timezone.utc, zone_name="UTC")
    return build_report(usage, rows, policy or default_table(), load_prices(), zone)


def weeks(seed: int, days: int = 19) -> tuple[list[UsageRecord], list[dict[str, Any]]]:
    """A developer's weeks: records in time order, and the ledger's rows of about two spawns in three."""
    dice = random.Random(seed)
    records: list[UsageRecord] = []
    rows: list[dict[str, Any]] = []
    for day in range(days):
        if day % 7 in (5, 6) and dice.random() < 0.8:
            continue
        for turn in range(dice.randint(1, 4)):
            session, at = (
                f"{seed:02x}{day:02x}{turn:02x}-0000-4000",
                START + day * DAY + turn * 9_000_000,
            )
            calls = _calls(
                dice, session, at, OPUS if dice.random() < 0.3 else SONNET, dice.randint(6, 30)
            )
            records += calls
            for spawn in range(dice.randint(0, 5)):
                agent = dice.choice([*_CAST])
                kind, model, effort, mean = _CAST[agent]
                names = {
                    "agent": agent,
                    "is_main": False,
                    "agent_id": f"{session[:6]}{spawn}",
                    "effort": effort,
                }
                call = f"toolu_{session[:6]}{spawn}"
                records += _calls(
                    dice,
                    session,
                    at + spawn * 600_000,
                    model,
                    dice.randint(2, 2 * mean),
                    tool_use_id=call,
                    **names,
                )
                if dice.random() < 0.7 and agent != "release-notes":
                    tier = {HAIKU: "light", SONNET: "mid", OPUS: "frontier"}[model]
                    rows.append(
                        decision(
                            agent,
                            tier,
                            kind,
                            session_id=session,
                            tool_use_id=call,
                            agent_id=names["agent_id"],
                        )
                    )
    return sorted(records, key=lambda item: (item.timestamp, item.message_id)), rows


def _calls(
    dice: random.Random, session: str, at: int, model: str, count: int, **names: Any
) -> list[UsageRecord]:
    context, found = dice.randint(8_000, 20_000), []
    for step in range(count):
        grown = dice.randint(300, 5_000)
        found.append(
            record(
                **{
                    "message_id": f"msg_{session[:6]}{names.get('agent_id', 'm')}{step}",
                    "session": session,
                    "model": model,
                    "timestamp": at + step * 20_000,
                    "project": dice.choice(["/home/dev/shop", "/home/dev/shop/api"]),
                    "branch": dice.choice(["main", "feature/cart"]),
                    "effort": "medium",
                    "input_tokens": dice.randint(2, 400),
                    "output_tokens": dice.randint(80, 2_500),
                    "cache_write_5m_tokens": grown if step else context,
                    "cache_read_tokens": context if step else 0,
                    **names,
                }
            )
        )
        context += grown
    return found
