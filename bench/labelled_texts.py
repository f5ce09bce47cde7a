"""The labelled texts that are not held out, as the router's training takes them: tests/data/routing/ and prompts/.

docs/labelling.md says what their labels mean.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tierwise.classify.features import Evidence
from tierwise.classify.roles import ROLES
from tierwise.classify.signals import read_signals
from tierwise.classify.turns import read_turn
from tierwise.domain.kinds import KINDS

DATA = Path(__file__).parents[1] / "tests" / "data"
TASKS, PROMPTS = DATA / "routing", DATA / "prompts"
PHRASES = PROMPTS / "phrases.tsv"

SPAWNS = ("spawns", "spawns_records", "spawns_wrapped")
TURNS = ("turns", "turns_records", "turns_wrapped")

LEAST_COUNT = 2  # independent texts in which a feature must stand to be learned
PHRASE_WEIGHT, WRAPPED_WEIGHT, TASK_WEIGHT, PROMPT_WEIGHT = 0.5, 1.0, 3.0, 1.5
RECORDS_WEIGHT = 2.0  # of the prompts in the newest shapes
PROTECTED_KINDS = ("security", "schema")

# What the labels of the older sets, which name a kind only, say of the act.
ACT_OF = {
    **dict.fromkeys(
        ["docs", "changelog", "commit-message", "docstring", "handoff", "tests"], "write"
    ),
    **dict.fromkeys(["review", "validation", "audit", "classification"], "judge"),
    **dict.fromkeys(
        ["planning", "research", "architecture", "build-plan", "orchestration", "naming"], "decide"
    ),
    **dict.fromkeys(
        [
            "config",
            "boilerplate",
            "rename",
            "imports",
            "formatting",
            "feature",
            "bug-fix",
            "refactor",
            "api-endpoint",
            "database-query",
            "remediation",
            "dependency-update",
            "ui",
            "migration",
            "multi-file-refactor",
            "performance",
            "concurrency",
        ],
        "change",
    ),
    "search": "find",
    "summary": "read",
    "e2e-tests": "run",
}


@dataclass(frozen=True)
class Example:
    """A text's features and what its label says; kind, act and fair tiers are None where it says nothing of them."""

    evidence: Evidence
    kind: str | None
    act: str | None
    protected: bool
    weight: float
    source: str
    fair: tuple[str, ...] | None = None


def read_examples() -> list[Example]:
    """Every labelled text that is not held out."""
    return [*read_phrases(), *read_roles(), *read_tasks(), *read_prompts()]


def read_phrases() -> list[Example]:
    """The telling phrases that people wrote down for each kind of work."""
    lines = PHRASES.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t", 1) for line in lines]
    return [_by_kind(phrase, None, kind, PHRASE_WEIGHT, "phrases") for kind, phrase in rows]


def read_roles() -> list[Example]:
    """The agents that are shipped; their names are words too."""
    return [
        _by_kind("", agent, kind, TASK_WEIGHT, "roles")
        for agent, kind in ROLES.items()
        for _ in range(LEAST_COUNT)
    ]


def read_tasks() -> list[Example]:
    """The tasks of tests/data/routing/, which are labelled with a kind and a tier."""
    files = [
        path
        for path in sorted(TASKS.glob("*.jsonl"))
        if not path.stem.endswith(("held_out", "last"))
    ]
    rows = [
        (path.stem, json.loads(line))
        for path in files
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [
        _by_kind(row["task"], row.get("agent"), row["kind"], TASK_WEIGHT, source)
        for source, row in rows
        if row["kind"] in KINDS
    ]


def read_prompts() -> list[Example]:
    """The spawns and turns of tests/data/prompts/."""
    spawns = [
        _from_label(row, read_signals(spawn_text(row), row["agent"]).evidence, _weight_of(name))
        for name in SPAWNS
        for row in read_rows(name)
    ]
    turns = [
        _from_label(row, turn_evidence(row), _weight_of(name))
        for name in TURNS
        for row in read_rows(name)
    ]
    return spawns + turns


def _weight_of(name: str) -> float:
    if name.endswith("_wrapped"):
        return WRAPPED_WEIGHT
    return RECORDS_WEIGHT if name.endswith("_records") else PROMPT_WEIGHT


def read_rows(name: str) -> list[dict[str, str]]:
    """The labelled rows of one file of tests/data/prompts/."""
    return [
        json.loads(line)
        for line in (PROMPTS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]


def spawn_text(row: Mapping[str, str]) -> str:
    """A spawn as the hook reads it: the call's description and its prompt."""
    return f"{row['description']}\n{row['task']}"


def turn_evidence(row: Mapping[str, str]) -> Evidence:
    """The features of a turn."""
    return read_turn(row["turn"], row["last_answer"], row["last_turn"]).signals.evidence


def _by_kind(text: str, agent: str | None, kind: str, weight: float, source: str) -> Example:
    evidence = read_signals(text, agent).evidence
    return Example(evidence, kind, ACT_OF.get(kind), kind in PROTECTED_KINDS, weight, source)


def _from_label(row: Mapping[str, str], evidence: Evidence, weight: float) -> Example:
    kind = row["kind"] if row["kind"] in KINDS else None
    protected = bool(row["protected"])
    return Example(evidence, kind, row["act"], protected, weight, row["source"], tuple(row["fair"]))
