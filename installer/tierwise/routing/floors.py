"""The lowest tier that a task may have.  Standard library only: hooks import this.

A floor protects changes and judgements: work that only looks changes
nothing, so `frontier_only` and `files_over` do not hold for it.
"""

from __future__ import annotations

from tierwise import globs
from tierwise.classify.roles import MECHANICAL, TEXT_KINDS
from tierwise.domain.kinds import AMBIGUITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tierwise.classify.signals import Signals
    from tierwise.domain.table_shape import Table

# Looks at style and obvious faults; what judges more is validation, audit or security.
_SURFACE = "review"
_MANY_FILES_ARE_NO_HARDER = frozenset((*MECHANICAL, _SURFACE))

# tier, rule, reason
Floor = tuple[str, str, str]


def find_floors(
    signals: Signals,
    kinds: list[str],
    table: Table,
) -> list[Floor]:
    """Every floor that holds for a task.  ``kinds`` are the readings of the task that count, the chosen one first."""
    return [*_frontier_only(signals, kinds, table), *_list_requirements(signals, kinds, table)]


def _frontier_only(
    signals: Signals,
    kinds: list[str],
    table: Table,
) -> list[Floor]:
    only = table.get("frontier_only") or {}
    top = table["ladder"][-1]
    found = []
    by_kind = only.get("kinds") or {}
    for kind in kinds:
        rule = by_kind.get(kind)
        if rule is not None:
            found.append((top, rule, f"{kind} work is never routed below {top}"))
    found += _protect_paths(
        _touched_paths(signals, kinds),
        only.get("paths") or {},
        top,
    )
    level = only.get("ambiguity")
    if level and _reaches_level(signals.ambiguity, level["level"]):
        found.append((top, level["rule"], f"the author calls the ambiguity {signals.ambiguity}"))
    return found


def _protect_paths(
    paths: tuple[str, ...],
    rules: Mapping[str, str],
    top: str,
) -> list[Floor]:
    """A floor for each glob that matches, with the first path that it does."""
    found = []
    for glob, rule in rules.items():
        for path in paths:
            if globs.matches_glob(path, glob):
                reason = f"{path} matches {glob}, which is never routed below {top}"
                found.append((top, rule, reason))
                break
    return found


def _touched_paths(
    signals: Signals,
    kinds: list[str],
) -> tuple[str, ...]:
    """The paths that the work changes or judges, as far as anybody can tell; none where it only looks."""
    if signals.reading:
        return ()
    if _SURFACE in kinds[:1]:
        return (*_list_given(signals), *signals.changed)
    if kinds and kinds[0] in TEXT_KINDS:
        return signals.paths
    return (*signals.paths, *signals.changed)


def _list_requirements(
    signals: Signals,
    kinds: list[str],
    table: Table,
) -> list[Floor]:
    found = []
    for rule in table.get("requires") or ():
        reasons = _check_conditions(signals, kinds, rule)
        if reasons and all(reasons):
            tier = rule["tier"]
            met = ", ".join(filter(None, reasons))
            found.append((tier, rule["rule"], f"{met}: at least {tier}"))
    return found


def _check_conditions(
    signals: Signals, kinds: list[str], rule: Mapping[str, Any]
) -> list[str | None]:
    """For each condition of a rule what fulfils it, or None."""
    found: list[str | None] = []

    def note(is_met: bool, reason: str) -> None:
        found.append(reason if is_met else None)

    if rule.get("context_over") is not None:
        tokens = signals.context_tokens
        note(
            tokens > rule["context_over"],
            f"{tokens} tokens of context",
        )
    if rule.get("files_over") is not None:
        files = _count_hard_files(signals, kinds)
        note(files > rule["files_over"], f"{files} files")
    if rule.get("scope") is not None:
        scope = _find_scope(signals)
        note(scope == rule["scope"], f"scope {scope}")
    if rule.get("ambiguity") is not None:
        level = signals.ambiguity or ""
        note(
            _reaches_level(level, rule["ambiguity"]),
            f"ambiguity {level}",
        )
    if rule.get("domain") is not None:
        note(rule["domain"] in kinds, f"{rule['domain']} work")
    return found


def _find_scope(signals: Signals) -> str | None:
    """The scope of what is changed; of work that only looks, what the author says."""
    if signals.reading:
        return signals.tags.get("scope")
    return signals.scope


def _count_hard_files(
    signals: Signals,
    kinds: list[str],
) -> int:
    """How many files make the work harder: of those that it only reads none, of light work those that were given."""
    if signals.reading:
        return 0
    if kinds and kinds[0] in _MANY_FILES_ARE_NO_HARDER:
        return len(_list_given(signals))
    return signals.files


def _list_given(signals: Signals) -> list[str]:
    return [path for path in signals.paths if path not in signals.named]


def _reaches_level(ambiguity: str | None, level: str) -> bool:
    if ambiguity not in AMBIGUITIES:
        return False
    return AMBIGUITIES.index(ambiguity) >= AMBIGUITIES.index(level)
