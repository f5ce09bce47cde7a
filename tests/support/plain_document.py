"""The rest of a report by the second, plain implementation: every figure of its document, a call at a time.

Words are not its matter.  It reads the policy's compiled table and the ledger's rows as they are.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import mean, median
from typing import Any

from tests.support.plain_coverage import count_coverage, read_lines
from tests.support.plain_findings import find_amounts
from tests.support.plain_report import (
    FACTS,
    highest,
    list_entry,
    one_cache,
    price_call,
    read_calls,
)

Call = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]
TOKENS = (
    "input_tokens",
    "output_tokens",
    "cache_write_5m_tokens",
    "cache_write_1h_tokens",
    "cache_read_tokens",
)
ZERO = Decimal(0)


class PlainReport:
    """One reading of ``root`` beside the ledger's ``rows`` under the compiled policy ``table``."""

    def __init__(self, root: Path, rows: Rows, table: Mapping[str, Any], today: date) -> None:
        self.root, self.rows, self.table, self.today = root, rows, table, today
        self.tiers = list(table["ladder"])
        self.models = [_full_id(table["tiers"][tier]["model"]) for tier in self.tiers]
        self.calls = read_calls(root)
        self._name_agents()
        decisions = {
            (row["session_id"], row["tool_use_id"]): row for row in rows if row["row"] == "decision"
        }
        attempts = {
            row["session"]: row for row in rows if row["row"] == "attempt" and row.get("session")
        }
        for call in self.calls:
            spawn = decisions.get((call["session"], call.get("tool", "")))
            call["decision"] = attempts.get(call["session"]) if call["main"] else spawn
            call["cost"] = price_call(call, call["counts"], call["model"])
            call["tier"] = self._tier_of(call["model"])
            call["height"] = self._height_of(call)
            call["right"] = self._right_tier(call)

    def _name_agents(self) -> None:
        """From the files beside the transcripts and the lines that tell of a finished agent."""
        names, tools = {}, {}
        for path in self.root.glob("projects/**/agent-*.meta.json"):
            told = json.loads(path.read_text())
            identity = path.name.removeprefix("agent-").removesuffix(".meta.json")
            names[identity], tools[identity] = told["agentType"], told["toolUseId"]
        for line in read_lines(self.root):
            result = line.get("toolUseResult")
            if isinstance(result, dict) and result.get("agentId"):
                names[result["agentId"]] = result["agentType"]
                tools[result["agentId"]] = line["message"]["content"][0]["tool_use_id"]
        for call in self.calls:
            call["tool"] = tools.get(call["agent_id"], "")
            named = call["agent"] or names.get(call["agent_id"], "unknown")
            call["agent"] = "main" if call["main"] else named

    def _tier_of(self, model: str) -> str:
        entry = list_entry(model)
        families = [_family(name) for name in self.models]
        family = entry["family"] if entry else ""
        return self.tiers[families.index(family)] if family in families else "off-ladder"

    def _height_of(self, call: Call) -> int | None:
        """The tier's place; off the ladder the first that costs as much, or one above the top."""
        if call["tier"] in self.tiers:
            return self.tiers.index(call["tier"])
        entry = list_entry(call["model"])
        if entry is None:
            return None
        for place, name in enumerate(self.models):
            named = list_entry(name)
            if named and named["price"]["output"] >= entry["price"]["output"]:
                return place
        return len(self.models)

    def _right_tier(self, call: Call) -> str | None:
        if call["main"]:
            return None
        if call["decision"]:
            return str(call["decision"]["tier"])
        line = self.table["agents"].get(call["agent"])
        return str(line["tier"]) if line else None

    def figures(self, by: str) -> dict[str, Any]:
        """The document's figures for one view."""
        return {
            "rows": self._view(by),
            "total": {**self.sum_calls(self.calls), "sessions": len(self.list_sessions())},
            "coverage": count_coverage(self),
            "baselines": {
                "counterfactuals": self._counterfactuals(),
                "routing_efficiency": self._efficiency(),
                "averages": self._averages(),
                "cascade": self._cascade(),
                "session_router": self._session_router(),
            },
            "findings": find_amounts(self),
        }

    def _view(self, by: str) -> dict[str, Any]:
        groups: dict[str, list[Call]] = defaultdict(list)
        for call in self.calls:
            groups[self._key(call, by)].append(call)
        return {key: self.sum_calls(calls) for key, calls in groups.items()}

    def _key(self, call: Call, by: str) -> str:
        if "," in by:
            return " / ".join(self._key(call, part) for part in by.split(","))
        year, week, _ = call["when"].isocalendar()
        kind = (
            call["decision"]["kind"] if call["decision"] else "main" if call["main"] else "unknown"
        )
        keys = {
            "domain": kind, "day": f"{call['when']:%Y-%m-%d}", "week": f"{year}-W{week:02d}",
            "month": f"{call['when']:%Y-%m}", "project": call["folder"], "pull-request": "none", "commit": "none",
        }  # fmt: skip
        return str(keys[by] if by in keys else call[by])

    def sum_calls(self, calls: Sequence[Call]) -> dict[str, Any]:
        """The figures of a group of calls."""
        columns = [sum(column) for column in zip(*(call["counts"] for call in calls), strict=True)]
        unpriced = sum(sum(call["counts"]) for call in calls if call["cost"] is None)
        has_price = any(call["cost"] is not None for call in calls)
        cost = sum((call["cost"] or ZERO for call in calls), ZERO)
        return {
            "messages": sum(not call["inner"] for call in calls),
            **dict(zip(TOKENS, columns, strict=True)),
            "web_searches": sum(call["searches"] for call in calls),
            "cost_usd": cost if has_price or not unpriced else None,
            "unpriced_tokens": unpriced,
        }

    def list_sessions(self) -> dict[str, Decimal]:
        """What each session cost."""
        costs: dict[str, Decimal] = defaultdict(Decimal)
        for call in self.calls:
            costs[call["session"]] += call["cost"] or ZERO
        return costs

    def _counterfactuals(self) -> dict[str, Any]:
        steady = one_cache(self.calls)
        found = {
            f"all-{tier}": self._all_on(lambda call, to=tier: to, steady)
            for tier in reversed(self.tiers[1:])
        }
        return {**found, "policy": self._all_on(lambda call: call["right"], {})}

    def _all_on(self, tier_of: Any, steady: Mapping[str, list[int]]) -> dict[str, Any]:
        low = high = actual = routed_low = routed_high = ZERO
        for call in self.calls:
            if call["cost"] is None:
                continue
            tier = tier_of(call)
            if tier == "automated":
                actual += call["cost"]
                continue
            one, two = self.cost_on(call, tier, steady) if tier else (call["cost"], call["cost"])
            low, high, actual = low + one, high + two, actual + call["cost"]
            spawn = call["decision"]
            overruled = bool(spawn) and bool((spawn.get("override") or {}).get("kept"))
            if (spawn and not overruled) or (not spawn and call["right"] == call["tier"]):
                routed_low += one - call["cost"]
                routed_high += two - call["cost"]
        return {
            "low_usd": low, "high_usd": high, "actual_usd": actual,
            "saved_low_usd": low - actual, "saved_high_usd": high - actual,
            "saved_by_routing_low_usd": routed_low, "saved_by_routing_high_usd": routed_high,
            "saved_by_choice_low_usd": low - actual - routed_low,
            "saved_by_choice_high_usd": high - actual - routed_high,
            "saved_low_share": 1 - actual / low, "saved_high_share": 1 - actual / high,
        }  # fmt: skip

    def cost_on(
        self, call: Call, tier: str, steady: Mapping[str, list[int]]
    ) -> tuple[Decimal, Decimal]:
        """What a call would have cost on a tier, low and high."""
        counts = call["counts"] if call["inner"] else steady.get(call["id"], call["counts"])
        if call["tier"] == tier:
            cost = price_call(call, counts, call["model"]) or ZERO
            return cost, cost
        model = self.models[self.tiers.index(tier)]
        return self._estimate(call, counts, model, self.tiers.index(tier) - (call["height"] or 0))

    def _estimate(
        self, call: Call, counts: list[int], model: str, steps: int
    ) -> tuple[Decimal, Decimal]:
        """Tokens are 1.35 times as many for newer models, turns 1.48 times a tier: each may or may not hold."""
        there = price_call(call, counts, model) or ZERO
        low = high = there
        if _is_newer(model) and not _is_newer(call["model"]):
            high *= Decimal("1.35")
        if _is_newer(call["model"]) and not _is_newer(model):
            low /= Decimal("1.35")
        turns = Decimal("1.48") ** abs(steps)
        return (low / turns, high) if steps > 0 else (low, high * turns)

    def list_tasks(self) -> dict[tuple[str, str], list[Call]]:
        """The calls of each subagent and each main conversation."""
        tasks: dict[tuple[str, str], list[Call]] = defaultdict(list)
        for call in self.calls:
            tasks[call["session"], "" if call["main"] else call["agent_id"]].append(call)
        return tasks

    def list_flags(self) -> dict[tuple[str, str], str]:
        """Judgements by session and agent."""
        rows = [row for row in self.rows if row["row"] == "flag"]
        return {(row["session_id"], row["agent_id"]): row["flag"] for row in rows}

    def _efficiency(self) -> dict[str, Any]:
        judged = self.list_flags()
        good = count = too_low = 0
        good_cost = cost = ZERO
        flags: dict[str, int] = defaultdict(int)
        for name, calls in self.list_tasks().items():
            flag, height = judged.get(name, ""), highest(calls, len(self.tiers))
            flags[flag] += 1
            rights = [call["right"] for call in calls if call["right"]]
            right = (
                -1
                if rights[:1] == ["automated"]
                else self.tiers.index(rights[0])
                if rights
                else None
            )
            right = {"cheaper": height - 1, "needed-frontier": len(self.tiers) - 1}.get(flag, right)
            if right is None:
                continue
            spent = sum((call["cost"] or ZERO for call in calls), ZERO)
            count, cost = count + 1, cost + spent
            if height <= right:
                good, good_cost = good + 1, good_cost + spent
                too_low += flag == "needed-frontier" and height < right
        flags.pop("", None)
        return {
            "ratio": good / count if count else None, "good_tasks": good, "tasks": count, "cost_usd": cost,
            "cost_ratio": good_cost / cost if cost else None, "flagged_too_low": too_low, "flags": dict(flags),
        }  # fmt: skip

    def _averages(self) -> dict[str, Any]:
        sessions, total = list(self.list_sessions().values()), self.sum_calls(self.calls)
        days = self._view("day")
        prompt = sum(total[name] for name in TOKENS) - total["output_tokens"]
        begin, middle = self.today - timedelta(13), self.today - timedelta(6)
        has_both = min(days) <= begin.isoformat()
        return {
            "mean_session_usd": mean(sessions), "median_session_usd": median(sessions),
            "developer_days": len(days), "per_developer_day_usd": sum(sessions) / len(days),
            "target_per_developer_day_usd": None, "cache_hit_ratio": total["cache_read_tokens"] / prompt,
            "before_usd": None,
            "last_7_days_usd": self._cost_between(middle, self.today) if has_both else None,
            "days_before_usd": self._cost_between(begin, middle - timedelta(1)) if has_both else None,
        }  # fmt: skip

    def _cost_between(self, first: date, last: date) -> Decimal:
        return sum(
            (call["cost"] or ZERO for call in self.calls if first <= call["when"].date() <= last),
            ZERO,
        )

    def _cascade(self) -> dict[str, Any]:
        runs: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        kinds: dict[str, Any] = defaultdict(lambda: defaultdict(list))
        for row in self.rows:
            if row["row"] == "attempt":
                runs[row["run"]].append(row)
                kinds[row["kind"]][row["tier"]].append(row)
        paid = low = high = outside = ZERO
        for cost, one, two in self.kinds_against_top().values():
            paid, low, high = paid + cost, low + one - cost, high + two - cost
        for attempts in runs.values():
            missing = [row for row in attempts if row.get("session") not in self.list_sessions()]
            outside += sum(map(_dollars, missing), ZERO)
        accepted = sum(any(row["accepted"] for row in attempts) for attempts in runs.values())
        return {
            "runs": len(runs), "accepted": accepted, "cost_usd": paid, "outside_transcripts_usd": outside,
            "cost_per_accepted_usd": paid / accepted if accepted else None,
            "saved_low_usd": low, "saved_high_usd": high,
            "kinds": {kind: {tier: _count_attempts(rows) for tier, rows in found.items()} for kind, found in kinds.items()},
        }  # fmt: skip

    def kinds_against_top(self) -> dict[str, tuple[Decimal, Decimal, Decimal]]:
        """What the runs of each kind of work cost, and what they would have cost on the top, low and high."""
        runs: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
        for row in self.rows:
            if row["row"] in ("attempt", "plan"):
                runs[row["run"], row["kind"]].append(row)
        found: dict[str, tuple[Decimal, Decimal, Decimal]] = {}
        for (_, kind), rows in runs.items():
            low, high = self._on_top([row for row in rows if row["row"] == "attempt"])
            known = found.get(kind, (ZERO, ZERO, ZERO))
            cost = sum(map(_dollars, rows), ZERO)
            found[kind] = (known[0] + cost, known[1] + low, known[2] + high)
        return found

    def _on_top(self, attempts: Rows) -> tuple[Decimal, Decimal]:
        """What was spent there, else the last attempt's tokens at the top's prices of today."""
        there = [_dollars(row) for row in attempts if row["tier"] == self.tiers[-1]]
        if there:
            return there[0], there[0]
        last = attempts[-1]
        tokens = last["tokens"]
        counts = [tokens["input_tokens"], tokens["output_tokens"], 0, 0, 0]
        when = max(call["when"] for call in self.calls) + timedelta(days=3650)
        call = {"model": last["model"], "when": when, "fast": False, "us": False, "searches": 0}
        return self._estimate(
            call, counts, self.models[-1], len(self.tiers) - 1 - self.tiers.index(last["tier"])
        )

    def _session_router(self) -> dict[str, Any]:
        turns = [row for row in self.rows if row["row"] == "turn" and row["routing"] == "on"]
        labels: dict[str, Any] = defaultdict(
            lambda: {"turns": 0, "cost_usd": 0.0, "own_usd_low": 0.0, "own_usd_high": 0.0}
        )
        cost = low = high = 0.0
        for row in turns:
            found = labels[row["label"]]
            found["turns"] += 1
            for name, usd in (
                ("cost_usd", row["cost_usd"]),
                ("own_usd_low", row["own_usd"][0]),
                ("own_usd_high", row["own_usd"][1]),
            ):
                found[name] += usd
            cost, low, high = (
                cost + row["cost_usd"],
                low + row["own_usd"][0],
                high + row["own_usd"][1],
            )
        return {
            "turns": len(turns), "cost_usd": cost, "own_usd": [low, high],
            "saved_usd": [low - cost, high - cost], "by_label": dict(labels),
        }  # fmt: skip


def _full_id(model: str) -> str:
    return str(FACTS["aliases"].get(model, model))


def _family(model: str) -> str:
    entry = list_entry(model)
    return str(entry["family"]) if entry else model


def _is_newer(model: str) -> bool:
    version = [int(part) for part in model.split("-") if part.isdigit() and len(part) < 3]
    return version >= [4, 7]


def _dollars(row: Mapping[str, Any]) -> Decimal:
    return Decimal(str(row["cost_usd"]))


def _count_attempts(rows: Rows) -> dict[str, Any]:
    accepted, cost = sum(row["accepted"] for row in rows), sum(map(_dollars, rows), ZERO)
    return {
        "attempts": len(rows), "accepted": accepted, "acceptance": accepted / len(rows), "cost_usd": cost,
        "cost_per_accepted_usd": cost / accepted if accepted else None,
    }  # fmt: skip
