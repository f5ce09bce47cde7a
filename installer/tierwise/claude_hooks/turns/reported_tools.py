"""The tools of a turn, as the plugin's module tells of them.  Standard library only."""

from tierwise.loose import as_count, list_mappings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from tierwise.claude_hooks.event import Event

REWORKED = 3
"""Edits of one file in a turn after which it is looked at for an earlier content."""


class ReportedTool:
    """One call of a tool, as the module tells of it."""

    __slots__ = ("error", "failed", "items", "name", "target")

    def __init__(self, told: "Mapping[str, Any]") -> None:
        self.name = str(told.get("name") or "")
        self.target = str(told.get("target") or "")
        self.failed = told.get("failed") is True
        self.items = as_count(told.get("items"))
        self.error = str(told.get("error") or "")


def read_tools(event: "Event") -> "list[ReportedTool]":
    """Return the tools that an event tells of, in their order."""
    return [ReportedTool(tool) for tool in list_mappings(event.data.get("tools"))]


def find_reworked_files(tools: "Sequence[ReportedTool]") -> "set[str]":
    """Return the files that a turn edited again and again."""
    from tierwise.transcripts.hindsight import find_edited_files

    counts: dict[str, int] = {}
    for tool in tools:
        for path in find_edited_files([tool]):
            counts[path] = counts.get(path, 0) + 1
    return {path for path, edits in counts.items() if edits >= REWORKED}
