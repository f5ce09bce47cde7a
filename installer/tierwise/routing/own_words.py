"""Own words, a person's or a team's: small corrections of the shipped model.  Standard library only: hooks import this.

``tierwise learn --words`` learns one from labelled tasks and keeps it only where it was right more often on tasks that
it had not seen: in ``.tierwise/local``, or by choice in ``.tierwise/words.json``, which is committed and may come from
anybody.  It moves probability among kinds that the policy leaves free; what is protected keeps its own to the last
digit, so that no floor moves.
"""

from __future__ import annotations

import os

from tierwise import fastjson, local_state, repo
from tierwise.domain.kinds import FOUND_LATE, KINDS
from tierwise.files import read_usable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from tierwise.classify.signals import Signals
    from tierwise.domain.table_shape import Table

    Weights = Mapping[str, Mapping[str, float]]

NAME = "own-words.json"
SHARED = os.path.join(repo.FOLDER, "words.json")
"""What a team shares, below the repository's root."""

LARGEST = 512 << 10
"""Bytes; a larger file is not there for a hook."""

_TOLD = 0.3
"""The share from which own words alone name the kind of a text that tells the shipped model nothing."""

_E = 2.718281828459045
_MOST = 4.0
"""The farthest that a kind's log odds are moved."""


def correct_signals(
    signals: Signals,
    root: str | None,
    table: Table,
) -> None:
    """Correct the kinds of ``signals`` by what was learned here; nothing changes where nothing was."""
    apply_words(signals, load_words(root), table)


def load_words(root: str | None) -> list[object]:
    """Read what the repository shares and what was learned here, in this order; what is damaged is not there."""
    if root is None:
        return []
    own = local_state.read(root, NAME, limit=LARGEST)
    return [*load_shared_words(root), *_parse_words(own)]


def load_shared_words(root: str) -> list[object]:
    """Read what the repository shares; empty where that is nothing, or damaged."""
    path = os.path.join(root, SHARED)
    return _parse_words(read_usable(path, LARGEST))


def _parse_words(data: bytes | None) -> list[object]:
    if data is None:
        return []
    try:
        return [fastjson.loads(data)]
    except ValueError:
        return []


def apply_words(
    signals: Signals,
    corrections: Iterable[Any],
    table: Table,
) -> None:
    """Correct the kinds of ``signals`` by what :func:`load_words` read; all corrections add up."""
    shifts: dict[str, float] = {}
    for learned in corrections:
        try:
            found = add_up_weights(
                signals.evidence.features,
                learned["weights"],
            )
        except (KeyError, TypeError, AttributeError, OverflowError):
            continue  # damaged: the model stands as it is
        for kind, shift in found.items():
            shifts[kind] = shifts.get(kind, 0.0) + shift
    if not shifts:
        return
    kinds = shift_kinds(
        kinds_of(signals),
        shifts,
        list_fixed(table),
    )
    if signals.kinds or kinds[0][1] >= _TOLD:
        signals.kinds = kinds


def kinds_of(signals: Signals) -> tuple[tuple[str, float], ...]:
    """Return the kinds as the shipped model reads them: all alike where no word tells it anything."""
    if signals.kinds:
        return signals.kinds
    alike = 1 / len(KINDS)
    return tuple((kind, alike) for kind in KINDS)


def list_fixed(table: Table) -> frozenset[str]:
    """Return the kinds whose probability is not moved."""
    protected = (table.get("frontier_only") or {}).get("kinds") or ()
    return FOUND_LATE.union(protected)


def correct_kinds(
    kinds: Iterable[tuple[str, float]],
    evidence: Iterable[str],
    weights: Weights,
    fixed: frozenset[str],
) -> tuple[tuple[str, float], ...]:
    """Return the kinds as one correction moves them, the likeliest first."""
    return shift_kinds(
        kinds,
        add_up_weights(evidence, weights),
        fixed,
    )


def add_up_weights(
    evidence: Iterable[str],
    weights: Weights,
) -> dict[str, float]:
    """Return how far one correction moves each kind's log odds.  Raises what damaged weights raise."""
    shifts: dict[str, float] = {}
    for feature in evidence:
        for kind, weight in weights.get(feature, {}).items():
            shifts[kind] = shifts.get(kind, 0.0) + weight
    return {kind: _hold_back(shift) for kind, shift in shifts.items()}


def _hold_back(shift: float) -> float:
    return max(-_MOST, min(_MOST, shift))


def shift_kinds(
    kinds: Iterable[tuple[str, float]], shifts: Mapping[str, float], fixed: frozenset[str]
) -> tuple[tuple[str, float], ...]:
    """Return the kinds with probability moved among those that are not fixed, the likeliest first."""
    shares = dict(kinds)
    moved = {}
    for kind, share in shares.items():
        if kind not in fixed:
            moved[kind] = share * _E ** _hold_back(shifts.get(kind, 0.0))
    before = sum(shares[kind] for kind in moved)
    after = sum(moved.values())
    if not after or not shifts:
        return tuple(shares.items())
    for kind, share in moved.items():
        shares[kind] = round(share * before / after, 4)
    return tuple(sorted(shares.items(), key=lambda one: (-one[1], one[0])))
