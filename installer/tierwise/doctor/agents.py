"""Agents that the client refuses, and lines of the policy that name nobody."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tierwise import bundle
from tierwise.contained import list_files
from tierwise.doctor.finding import Diagnosis, ok, warn
from tierwise.doctor.place import Place, config_folder
from tierwise.domain.kinds import CLIENT_AGENTS
from tierwise.errors import TierwiseError
from tierwise.files import read_usable
from tierwise.policy.complaints import did_you_mean
from tierwise.policy.load import load_policy
from tierwise.targets.client_rules import refusal_reason
from tierwise.targets.formats import FRONTMATTER
from tierwise.targets.roles import is_named, read_name

SKIPPED = {
    ".git",
    "node_modules",
    ".venv",
    "venv",
}  # folders in which nobody keeps agents
_CLAUDE = ".claude"
DEPTH = 4  # folders below the root in which `.claude/agents` are looked for


def check_agent_files(place: Place) -> Iterator[Diagnosis]:
    """Check that every agent's file is one that the client loads."""
    refused = 0
    for path in find_agent_files(place):
        reason = refusal_reason(read_usable(str(path)) or b"")
        if reason:
            refused += 1
            shown = os.path.relpath(path, place.root)
            remedy = "Fix its frontmatter, or delete it: no spawn can name it, and no policy line reaches it."
            yield warn(
                "agent files",
                f"the client does not load {shown}: {reason}",
                remedy,
            )
    if not refused:
        yield ok(
            "agent files",
            "the client loads every agent's file",
        )


def check_agent_lines(place: Place) -> Iterator[Diagnosis]:
    """Check that every agent that the user's policy names exists."""
    try:
        loaded = load_policy(place.root)
    except TierwiseError:
        return  # check_policy says so
    known = known_agents(place)
    named = [name for name in loaded.policy.agents if is_named(loaded, name)]
    unknown = [name for name in named if name not in known]
    for name in unknown:
        what = f"{loaded.find_rule('agents', name)} names the agent {name}, which is not here"
        hint = did_you_mean(name, sorted(known))
        yield warn(
            "agent lines",
            f"{what}{hint}",
            "Correct the name, or take the line out.",
        )
    if not unknown:
        yield ok(
            "agent lines",
            "every agent that the policy names is here",
        )


def find_agent_files(place: Place) -> Iterator[Path]:
    """Yield the agents' files of the repository, those of folders below it too: the nearest to a session wins."""
    top = place.root.rstrip(os.sep).count(os.sep)
    for folder, names, _ in os.walk(place.root):
        depth = folder.count(os.sep) - top
        below = sorted(set(names) - SKIPPED - {_CLAUDE})
        if _CLAUDE in names:
            yield from _list_files(Path(folder, _CLAUDE, "agents"))
        names[:] = []
        if depth < DEPTH:
            names[:] = below


def known_agents(place: Place) -> set[str]:
    """Return every name that a spawn may bear here."""
    users = config_folder(place.environ) / "agents"
    names = {*CLIENT_AGENTS, *bundle.names("agents", ".md")}
    for path in (*find_agent_files(place), *_list_files(users)):
        data = read_usable(str(path)) or b""
        names.add(read_name(FRONTMATTER, data) or path.stem)
    for plugin in place.plugins:
        for path in _list_files(plugin.folder / "agents"):
            names.add(f"{plugin.name}:{path.stem}")
    return names


def _list_files(folder: Path) -> list[Path]:
    return [Path(path) for path in list_files(str(folder), ".md")]
