"""A person's own words: a small correction of the shipped model.  Standard library only: hooks import this.

``tierwise learn --words`` learns it from labelled tasks and keeps it in ``.tierwise/local`` only where it was right more
often on tasks that it had not seen.  It moves probability among kinds that the policy leaves free; what is protected
keeps its own to the last digit, so that no floor moves.
"""

from __future__ import annotations

from tierwise import fastjson, local_state
from tierwise.domain.kinds import FOUND_LATE, KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from tierwise.classify.signals import Signals

    Weights = Mapping[str, Mapping[str, float]]

NAME = "own-words.json"
_TOLD = 0.3
"""The share from which own words alone name the kind of a text that tells the shipped model nothing."""

_E = 2.718281828459045
_MOST = 4.0
"""The farthest that a kind's log odds are moved."""


def correct_signals(signals: Signals, root: str | None, table: Mapping[str, Any]) -> None:
    """Correct the kinds of ``signals`` by what was learned here; nothing changes where nothing was."""
    apply_words(signals, load_words(root), table)


def load_words(root: str | None) -> object:
    """Read what was learned here; None where nothing was, or where it is damaged."""
    data = None if root is None else local_state.read(root, NAME)
    if data is None:
        return None
    try:
        return fastjson.loads(data)
    except ValueError:
        return None


def apply_words(signals: Signals, learned: Any, table: Mapping[str, Any]) -> None:
    """Correct the kinds of ``signals`` by what :func:`load_words` read."""
    if learned is None:
        return
    try:
        kinds = correct_kinds(
            kinds_of(signals), signals.evidence.features, learned["weights"], list_fixed(table)
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return  # damaged: the shipped model stands
    if signals.kinds or kinds[0][1] >= _TOLD:
        signals.kinds = kinds


def kinds_of(signals: Signals) -> tuple[tuple[str, float], ...]:
    """Return the kinds as the shipped model reads them: all alike where no word tells it anything."""
    return signals.kinds or tuple((kind, 1 / len(KINDS)) for kind in KINDS)


def list_fixed(table: Mapping[str, Any]) -> frozenset[str]:
    """Return the kinds whose probability is not moved."""
    protected = (table.get("frontier_only") or {}).get("kinds") or ()
    return FOUND_LATE.union(protected)


def correct_kinds(
    kinds: Iterable[tuple[str, float]],
    evidence: Iterable[str],
    weights: Weights,
    fixed: frozenset[str],
) -> tuple[tuple[str, float], ...]:
    """Return the kinds with probability moved among those that are not fixed, the likeliest first."""
    shares = dict(kinds)
    shifts: dict[str, float] = {}
    for feature in evidence:
        for kind, weight in weights.get(feature, {}).items():
            shifts[kind] = shifts.get(kind, 0.0) + weight
    moved = {}
    for kind, share in shares.items():
        if kind not in fixed:
            shift = max(-_MOST, min(_MOST, shifts.get(kind, 0.0)))
            moved[kind] = share * _E**shift
    before = sum(shares[kind] for kind in moved)
    after = sum(moved.values())
    if not after or not shifts:
        return tuple(shares.items())
    shares.update({kind: round(share * before / after, 4) for kind, share in moved.items()})
    return tuple(sorted(shares.items(), key=lambda one: (-one[1], one[0])))
