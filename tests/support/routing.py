"""Routing by the shipped balanced policy, and the labelled tasks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tierwise.classify.signals import read_signals
from tierwise.policy.compile import compile_table
from tierwise.policy.load import load_preset, parse_policy
from tierwise.routing.decide import decide
from tierwise.routing.decision import Decision

BALANCED: dict[str, Any] = compile_table(load_preset())
LABELLED = Path(__file__).parents[1] / "data" / "routing"


def route(task: str, policy: str = "", **facts: Any) -> Decision:
    """The decision by the balanced policy, with the lines of ``policy`` on top."""
    table = compile_table(parse_policy(f"version: 1\n{policy}".encode())) if policy else BALANCED
    return decide(
        read_signals(task, facts.pop("agent", None), facts.pop("paths", ()), facts or None), table
    )


def labelled(name: str) -> list[dict[str, Any]]:
    """The tasks of one file of tests/data/routing/."""
    lines = (LABELLED / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
