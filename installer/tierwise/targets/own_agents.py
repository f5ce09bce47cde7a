"""The repository's own agents: what each runs on today, and what the policy makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tierwise.domain.record import Entry
from tierwise.policy.load import Loaded
from tierwise.targets.agents import DIALECT
from tierwise.targets.client_rules import refusal_reason
from tierwise.targets.roles import is_named, own_files
from tierwise.targets.splice import read_lines
from tierwise.targets.target import RepoReader

INHERITS = "inherit"
NOT_LOADED = "the client does not load it"


@dataclass(frozen=True)
class OwnAgent:
    """One agent of the user's.  ``today`` and ``then`` are models; ``why`` says who decides."""

    name: str
    path: str
    today: str
    then: str
    why: str


def own_agents_view(
    loaded: Loaded,
    seen: RepoReader,
) -> Iterator[OwnAgent]:
    """Yield each of the user's own agents, sorted by path."""
    for path, data, name in own_files(DIALECT, seen):
        today = _read_model(data, seen.state.get(path))
        then = NOT_LOADED
        why = refusal_reason(data)
        if not why:
            then, why = _decide_agent(loaded, name, today)
        yield OwnAgent(name, path, today, then, why)


def _read_model(data: bytes, entry: Entry | None) -> str:
    """Return the model that an agent's file named before our line."""
    line = read_lines(data, ["model"])["model"]
    if entry is not None:
        line = entry.original.get("model") or line
    return (line or INHERITS).strip("\"'")


def _decide_agent(
    loaded: Loaded,
    name: str,
    today: str,
) -> tuple[str, str]:
    """Return the model that an agent gets, and who decides."""
    named = is_named(loaded, name)
    if not named and today != INHERITS:
        return today, "the agent's own file"
    if not named and loaded.policy.agents.get(name) is None:
        return "by the task", "the policy's routes"
    choice = loaded.policy.agents[name]
    rule = loaded.find_rule("agents", name)
    if choice is None:
        return today, f"off in {rule}"
    tier = loaded.policy.tiers[choice.tier]
    return tier.model, rule
