"""What a change of the policy does to each kind of work: up, down, or as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tierwise.ci.annotation import (
    Annotation,
    Level,
    parse_place,
)
from tierwise.domain.kinds import KINDS
from tierwise.domain.table_shape import Table

_CHECK = "policy-change"
_POLICY = "tierwise.yaml"
Choose = Callable[[str], str]


def compare_policies(
    before: Table,
    after: Table,
    choose_before: Choose,
    choose_after: Choose,
) -> Iterator[Annotation]:
    """Yield one annotation for each kind that another model or effort gets now.

    A warning where it goes down, for what is worse shows only later; a note where it goes up or sideways.
    ``choose_before`` and ``choose_after`` give the tier of a kind, all else equal.
    """
    for kind in (*KINDS, *after["kinds"]):
        old, new = choose_before(kind), choose_after(kind)
        was, is_now = _describe_tier(before, old), _describe_tier(after, new)
        if was == is_now:
            continue
        level: Level = "note"
        if _position(after, old) > _position(after, new):
            level = "warning"
        words = f"{kind} goes from {was} to {is_now}"
        yield Annotation(
            _CHECK,
            level,
            words,
            _POLICY,
            _find_line(after, kind),
        )


def _find_line(table: Table, kind: str) -> int:
    """Return the line of the policy that routes a kind of work; 0 where a preset does."""
    entry = table["routes"].get(kind) or {}
    path, line, _ = parse_place(str(entry.get("rule")))
    if path != _POLICY:
        return 0
    return line


def _describe_tier(table: Table, tier: str) -> str:
    entry = table["tiers"].get(tier)
    if entry is None:
        return tier
    return f"{tier} ({entry['model']}, {entry['effort'] or 'default effort'})"


def _position(table: Table, tier: str) -> int:
    ladder = table["ladder"]
    if tier not in ladder:
        return -1
    return int(ladder.index(tier))
