"""A second, plain implementation of a report's figures: slow, short, and sharing no code with the first.

It reads transcripts whose message ids name one call each, and prices them from ``models.json`` alone.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timezone
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from statistics import mean, median
from typing import Any

from tierwise import bundle

FACTS = json.loads(
    (Path(bundle.__file__).parent / "domain" / "models.json").read_text(), parse_float=Decimal
)
CLASSES = ("input", "output", "cache_write_5m", "cache_write_1h", "cache_read")
RANKS = {"haiku": 0, "sonnet": 1, "opus": 2}
TIERS = {"haiku": "light", "sonnet": "mid", "opus": "frontier"}


def list_entry(model: str) -> dict[str, Any] | None:
    """The list's entry of an id that may end in a date."""
    plain = model[:-9] if model[-8:].isdigit() else model
    return (
        FACTS["models"].get(model)
        or FACTS["models"].get(plain)
        or FACTS["models"].get(f"{plain}-0")
    )


def count_classes(usage: dict[str, Any]) -> list[int]:
    """A usage block's tokens in the order of the classes."""
    split = usage.get("cache_creation") or {}
    written = usage.get("cache_creation_input_tokens")
    hour = split.get("ephemeral_1h_input_tokens") or 0
    short = split.get("ephemeral_5m_input_tokens") or 0
    if written is not None:
        hour = min(hour, written)
        short = written - hour
    outer = [usage.get("input_tokens") or 0, usage.get("output_tokens") or 0]
    return [*outer, short, hour, usage.get("cache_read_input_tokens") or 0]


def read_rows(root: Path) -> Iterator[dict[str, Any]]:
    """Every row that tells of a call, copies included."""
    for path in sorted(root.glob("projects/**/*.jsonl")):
        lines = [] if path.name == "journal.jsonl" else path.read_bytes().split(b"\n")
        for raw in lines:
            try:
                line = json.loads(raw.decode("utf-8", "replace"), strict=False)
            except ValueError:
                continue
            inner = ((line.get("data") or {}) if isinstance(line, dict) else {}).get("message")
            side = path.name.startswith("agent-") or isinstance(inner, dict)
            told = {**line, **inner} if isinstance(inner, dict) else line
            message = told.get("message") if isinstance(told, dict) else None
            if not isinstance(message, dict) or line.get("type") == "user":
                continue
            if not isinstance(message.get("usage"), dict) or message.get("model") == "<synthetic>":
                continue
            told["main"] = not (told.get("isSidechain") or told.get("agentId") or side)
            told["agent_id"] = line.get("agentId") or (line.get("data") or {}).get("agentId") or ""
            yield told


def read_calls(root: Path) -> list[dict[str, Any]]:
    """One entry a call: the largest of every count, at the place where it was first made."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in read_rows(root):
        rows[row["message"].get("id") or f"uuid:{row.get('uuid')}"].append(row)
    calls = []
    for name, found in rows.items():
        first = min(
            found,
            key=lambda row: (
                "forkedFrom" in row,
                not row["main"],
                row["timestamp"],
                row["sessionId"],
            ),
        )
        usages = [row["message"]["usage"] for row in found]
        columns = [max(column) for column in zip(*map(count_classes, usages), strict=True)]
        unsplit = {sum(count_classes(usage)[2:4]) for usage in usages}
        if len(unsplit) == 1:
            columns[2] = unsplit.pop() - columns[3]
        searches = max(
            (use.get("server_tool_use") or {}).get("web_search_requests") or 0 for use in usages
        )
        base = {
            "id": name, "model": first["message"]["model"], "session": first["sessionId"], "main": first["main"],
            "when": datetime.fromisoformat(first["timestamp"].replace("Z", "+00:00")), "inner": False,
            "fast": any(use.get("speed") == "fast" for use in usages),
            "us": any(use.get("inference_geo") == "us" for use in usages),
            "agent_id": "" if first["main"] else max((row["agent_id"] for row in found if not row["main"]), default=""),
            "agent": max((row.get("attributionAgent") or "" for row in found), default=""),
            "folder": first.get("cwd") or "unknown", "branch": first.get("gitBranch") or "unknown",
            "effort": first.get("effort") or "none",
            "is_bound": all(row["message"].get("stop_reason") is None for row in found),
        }  # fmt: skip
        calls.append({**base, "counts": columns, "searches": searches})
        inside = max((use.get("iterations") or [] for use in usages), key=len)
        for item in inside:
            if item["type"] != "message":
                model = item.get("model") or base["model"]
                own = {
                    "model": model,
                    "inner": True,
                    "searches": 0,
                    "effort": base["effort"] if model == base["model"] else "none",
                    "is_bound": False,
                }
                fast = base["fast"] and item["type"] != "advisor_message"
                calls.append({**base, **own, "fast": fast, "counts": count_classes(item)})
    return calls


def price_call(call: dict[str, Any], counts: list[int], model: str) -> Decimal | None:
    """US dollars for these counts of a call on a model; None for a model without a price."""
    entry = list_entry(model)
    if entry is None:
        return None
    rates = dict(entry["price"])
    for era in sorted(
        entry.get("price_before", ()), key=lambda era: str(era["before"]), reverse=True
    ):
        if call["when"] < datetime.fromisoformat(era["before"]).replace(tzinfo=timezone.utc):
            rates |= {key: value for key, value in era.items() if key != "before"}
    above = entry.get("price_above")
    if call["fast"] and entry.get("price_fast"):
        rates |= entry["price_fast"]
    elif above and sum(counts) - counts[1] > above["above_prompt_tokens"]:
        rates |= {key: above[key] for key in CLASSES}
    factor = Decimal(str(FACTS["geo_multiplier"]["us"])) if call["us"] else Decimal(1)
    tokens = sum(
        count * Decimal(str(rates[key])) for count, key in zip(counts, CLASSES, strict=True)
    )
    return tokens * factor / 1_000_000 + call["searches"] * Decimal(str(rates["web_search"]))


def one_cache(calls: list[dict[str, Any]]) -> dict[str, list[int]]:
    """The counts of main calls that followed another model's, as one cache would have served them."""
    moved = {}
    sessions: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for call in calls:
        if call["main"] and not call["inner"]:
            sessions[call["session"]].append(call)
    for found in sessions.values():
        found.sort(key=lambda call: (call["when"], call["id"]))
        for before, call in pairwise(found):
            counts, cached = list(call["counts"]), sum(before["counts"][2:])
            life = 3600 if before["counts"][3] or counts[3] else 300
            gap = (call["when"] - before["when"]).total_seconds()
            grown = sum(counts) - counts[1] >= Decimal("0.7") * cached
            more = min(cached, sum(counts[2:])) - counts[4]
            if call["model"] != before["model"] and gap <= life and grown and more > 0:
                short = min(more, counts[2])
                counts[2], counts[3], counts[4] = (
                    counts[2] - short,
                    counts[3] - more + short,
                    counts[4] + more,
                )
                moved[call["id"]] = counts
    return moved


def highest(calls: list[dict[str, Any]], most: int) -> int:
    """The highest tier that calls ran on; one above the top where none has a price."""
    heights = [call["height"] for call in calls if call["height"] is not None]
    return max(heights, default=most)


def plain_figures(root: Path) -> dict[str, Any]:
    """Total, sessions, views by model, tier and day, and everything on Opus 5.5 (low, high)."""
    calls, top = read_calls(root), FACTS["aliases"]["opus"]
    steady = one_cache(calls)
    views: dict[str, dict[str, Decimal]] = {
        name: defaultdict(Decimal) for name in ("model", "tier", "day", "session")
    }
    low = high = Decimal(0)
    for call in calls:
        cost = price_call(call, call["counts"], call["model"])
        entry = list_entry(call["model"])
        family = entry["family"] if entry else ""
        keys = (
            call["model"],
            TIERS.get(family, "off-ladder"),
            f"{call['when']:%Y-%m-%d}",
            call["session"],
        )
        for view, key in zip(views.values(), keys, strict=True):
            view[key] += cost or 0
        if cost is None:
            continue
        counts = steady.get(call["id"], call["counts"]) if not call["inner"] else call["counts"]
        on_opus = call["model"] if family == "opus" else top
        there = price_call(call, counts, on_opus) or Decimal(0)
        version = [
            int(part) for part in call["model"].split("-") if part.isdigit() and len(part) < 3
        ]
        newer = family == "opus" or version >= [4, 7]
        rank = RANKS.get(family, 3)
        turns = Decimal("1.48") ** abs(2 - rank)
        low += there / turns if rank < 2 else there
        high += there * (1 if newer else Decimal("1.35")) * (turns if rank > 2 else 1)
    sessions = list(views["session"].values())
    return {
        "total": sum(sessions), "mean": mean(sessions), "median": median(sessions), "views": views,
        "tokens": [sum(column) for column in zip(*(call["counts"] for call in calls), strict=True)],
        "low": low, "high": high,
    }  # fmt: skip
