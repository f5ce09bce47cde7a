"""Tasks that a command answers, for which no model is needed.  Standard library only: hooks import this."""

from __future__ import annotations

from tierwise.domain.kinds import OF_THE_PROJECT
from tierwise.routing.decision import (
    AUTOMATED,
    Decision,
    find_rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tierwise.domain.table_shape import Table
    from tierwise.routing.decision import Line

_MARKS = str.maketrans("./-", "aaa")
_SURE = 0.95


def decide_automated(
    name: str, asked: tuple[str, ...], table: Table, *, refusing: bool
) -> Decision | None:
    """Decide for automated work, by its name and the paths that the task names; None where no command does it."""
    entry = _find_command(name, asked, table, refusing)
    if entry is None:
        return None
    found = Decision()
    found.tier = AUTOMATED
    found.kind = name
    found.command = entry["command"]
    found.rule = find_rule(entry)
    found.confidence = _SURE
    reason = (
        f"the task asks for {name} and nothing else: a command has the answer, no model is needed"
    )
    found.reasons = (reason,)
    return found


def _find_command(
    name: str,
    asked: tuple[str, ...],
    table: Table,
    refusing: bool,
) -> Line | None:
    """The policy's command for automated work; where it names none, what finds the project's own."""
    named = table.get("automated") or {}
    if name not in named:
        if refusing or name not in OF_THE_PROJECT:
            return None
        return {"command": f"tierwise do {name}", "rule": f"automated.{name} (built in)"}
    entry: Line = named[name] or {}
    if not entry.get("command"):
        return None
    if name == "preflight" and asked:
        return _list_files(entry, asked)
    return entry


def _list_files(
    entry: Line,
    paths: tuple[str, ...],
) -> Line | None:
    """Whether the very files exist that the task names: no check of the project's answers that."""
    if not _is_plain(paths):
        return None
    return {**entry, "command": f"ls -d -- {' '.join(paths)}"}


def _is_plain(paths: tuple[str, ...]) -> bool:
    """Whether a shell reads the paths as they stand: they come from the task."""
    for path in filter(None, paths):
        letters = path.replace("_", "").translate(_MARKS)
        if path.startswith("-") or not letters.isalnum():
            return False
    return True
