"""`PreToolUse` of Codex on a spawn: the same decision and the same ledger, in Codex's words.  Standard library only.

Codex has two spawn tools, `spawn_agent` and, with its second kind of agents, `collaborationspawn_agent`.  Both take
`model` and `reasoning_effort`, although the second does not show `model`; a rewrite counts only beside the permission
decision `allow` (measured on 0.171.0).
"""

import os

from tierwise.claude_hooks import agent_file, live
from tierwise.claude_hooks.modes import mode_of
from tierwise.claude_hooks.requested import Asked
from tierwise.claude_hooks.spawn import (
    FORK,
    build_answer,
    record_fork,
    record_spawn,
)
from tierwise.errors import TierwiseError
from tierwise.files import read_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tierwise.claude_hooks.enforce import Placement
    from tierwise.claude_hooks.event import Event
    from tierwise.domain.table_shape import Table

CODEX = "codex"
DEFAULT_ROLE = "default"  # what Codex spawns for a call without a role
_SPAWN_TOOL = "spawn_agent"
_HEAD = 64 << 10  # bytes of a role's file that are read


def answer_codex_spawn(event: "Event") -> "dict[str, Any]":
    """Tell what the hook prints for one spawn of Codex; empty to leave it alone."""
    is_spawn = event.text("tool_name").endswith(_SPAWN_TOOL)
    table = live.current(event.root).table
    served = (table.get("targets") or {}).get(CODEX)
    mode = mode_of(event.environ, table)
    if not is_spawn or not served or mode == "off":
        return {}
    spawn = CodexSpawn(event, table, mode, served)
    if spawn.is_fork:
        record_fork(spawn)
        return {}
    answer = build_answer(spawn, record_spawn(spawn), "")
    return _speak_codex(answer, spawn)


class CodexSpawn(Asked):
    """One spawn of Codex, read as a spawn of Claude Code's on the tier of the model that it names.

    original  the call as Codex made it
    served    tier -> model and effort in Codex, of the compiled table
    """

    def __init__(
        self,
        event: "Event",
        table: "Table",
        mode: str,
        served: "Mapping[str, Mapping[str, Any]]",
    ) -> None:
        self.original = event.object("tool_input")
        self.served = served
        call = self._translate(table)
        super().__init__(event.for_call(call, 0), table, mode)
        self.event.tool_use_id = event.tool_use_id
        self.event.client = CODEX

    @property
    def is_fork(self) -> bool:
        """Whether it is a copy of the session, which keeps the session's model whatever is written."""
        return self.agent == FORK or self.original.get("fork_context") is True

    def _fall_back(
        self,
        assigned: "Placement",
    ) -> "Placement":
        return assigned  # what Claude Code's settings allow says nothing of Codex

    def list_keys(
        self,
        assigned: "Placement",
    ) -> "dict[str, str]":
        """Tell what to set in Codex's call; the placement then names the model that Codex runs."""
        entry = self.served.get(assigned.tier)
        if assigned.pinned or entry is None:
            return {}
        assigned.model = str(entry["model"])
        effort = entry.get("effort")
        if entry.get("tier") == assigned.tier:
            effort = assigned.effort
        keys = {"model": assigned.model}
        if effort:
            keys["reasoning_effort"] = str(effort)
        if keys.items() <= self.original.items():
            return {}
        return keys

    def _translate(
        self,
        table: "Table",
    ) -> "dict[str, Any]":
        """Return the call in Claude Code's words; a model that is on no tier counts as none."""
        named = self.original.get("model")
        call = {
            "subagent_type": self.original.get("agent_type") or DEFAULT_ROLE,
            "description": self.original.get("task_name"),
            "prompt": self.original.get("message"),
            "model": None,
            "effort": self.original.get("reasoning_effort"),
        }
        for tier, entry in self.served.items():
            if entry["model"] == named:
                call["model"] = table["tiers"][tier].get("alias")
                break
        return {key: value for key, value in call.items() if value}

    def _owners_pin(self) -> "tuple[str, str]":
        """Return the model in the owner's own role file, where the policy does not name the role; empty without one."""
        root, decision = self.event.root, self.decision
        line = self.table["agents"].get(self.agent) or {}
        is_named = str(line.get("rule") or "").startswith("tierwise.yaml")
        if root is None or is_named or self.marked or decision.override or "/" in self.agent:
            return "", ""
        path = os.path.join(
            root,
            ".codex",
            "agents",
            f"{self.agent}.toml",
        )
        model = _read_model(path)
        if not model or agent_file.is_written_by_us(root, path):
            return "", ""
        return model, os.path.basename(path)


def _read_model(path: str) -> str:
    """Read the `model` above the first table of a role's file; empty without one."""
    try:
        lines = (read_bytes(path) or b"")[:_HEAD].decode("utf-8", "replace").splitlines()
    except (OSError, TierwiseError):
        return ""
    for line in lines:
        if line.startswith("["):
            break
        key, _, value = line.partition("=")
        if key.strip() == "model":
            return value.partition("#")[0].strip().strip("\"'")
    return ""


def _speak_codex(
    answer: "dict[str, Any]",
    spawn: CodexSpawn,
) -> "dict[str, Any]":
    """Answer with Codex's own call rewritten; a question to the person, which Codex has not, is an allowance."""
    output = answer.get("hookSpecificOutput")
    if output is None or output.get("permissionDecision") == "deny":
        return answer
    written = output.pop("updatedInput", None)
    output["permissionDecision"] = "allow"
    output.pop("permissionDecisionReason", None)
    if written is not None:
        ours = {key: written[key] for key in ("model", "reasoning_effort") if key in written}
        output["updatedInput"] = {**spawn.original, **ours}
    return answer
