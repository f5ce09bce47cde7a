"""What tells of a decision's outcome, row by row, and the verdict that all signs of one decision make together.

A sign has a strength; unknown is never success.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from tierwise.domain.ledger_rows import RawRow, read_text

Verdict = Literal["success", "failure", "unknown"]

WEAK, TELLING, STRONG = 1, 2, 3
"""Strengths.  A weak sign alone decides nothing."""


@dataclass(frozen=True)
class Sign:
    """One thing that tells of an outcome."""

    source: str
    """``flag``, ``gate``, ``escalation``, ``retry``, ``reaction``, ``commit`` …"""

    is_failure: bool
    strength: int
    detail: str = ""


def judge_signs(signs: Iterable[Sign]) -> Verdict:
    """Make one verdict of all signs.

    The strongest sign decides; of equally strong ones a failure does, and a weak one never.
    """
    failing = passing = 0
    for sign in signs:
        if sign.is_failure:
            failing = max(failing, sign.strength)
        else:
            passing = max(passing, sign.strength)
    if max(failing, passing) < TELLING:
        return "unknown"
    if failing >= passing:
        return "failure"
    return "success"


def read_sign(row: RawRow) -> Sign | None:
    """Return what a row tells; None where it tells nothing."""
    reader = _READERS.get(read_text(row, "row"))
    if reader is None:
        return None
    return reader(row)


def judge_attempt(row: RawRow) -> list[Sign]:
    """Return what an attempt of the cascade says of itself, by its gates."""
    if row.get("accepted") is True:
        return [Sign("gates", False, STRONG, "accepted")]
    if row.get("accepted") is False:
        why = read_text(row, "stop") or "refused"
        return [Sign("gates", True, STRONG, why)]
    return []


_WORDS: Mapping[str, Mapping[str, tuple[bool, int]]] = {
    "flag": {
        "wrong": (True, STRONG),
        "needed-frontier": (True, STRONG),
        "cheaper": (False, STRONG),
    },
    "reaction": {
        "correction": (True, TELLING),
        "repeat": (True, TELLING),
        "failing": (True, TELLING),
        "interrupt": (True, WEAK),
        "thanks": (False, TELLING),
    },
    "commit": {
        "reverted": (True, TELLING),
        "fixed-up": (True, TELLING),
        "standing": (False, TELLING),
        "merged": (False, TELLING),
        "rewritten": (True, WEAK),  # code is rewritten for many reasons
    },
}
"""By source and word: whether it tells of a failure, and how strongly."""


def _read_word(source: str, word: str) -> Sign | None:
    known = _WORDS[source].get(word)
    if known is None:
        return None
    return Sign(source, *known, word)


def _read_flag(row: RawRow) -> Sign | None:
    return _read_word("flag", read_text(row, "flag"))


def _read_commit(row: RawRow) -> Sign | None:
    return _read_word("commit", read_text(row, "fate"))


def _read_reaction(row: RawRow) -> Sign | None:
    sign = _read_word("reaction", read_text(row, "reaction"))
    if sign is not None and row.get("shared"):
        # A turn with several spawns: which of them the person means is not known.
        return replace(sign, strength=WEAK)
    return sign


def _read_gate(row: RawRow) -> Sign | None:
    failed = row.get("failed")
    if isinstance(failed, list) and failed:
        # Sent back, the agent may still end well: its last gate row tells.
        names = ", ".join(map(str, failed))
        return Sign("gate", True, WEAK, names)
    is_whole = not (row.get("not_run") or row.get("fault") or row.get("asks"))
    if row.get("changed") and is_whole:
        return Sign("gate", False, TELLING, "passed")
    return None


def _read_escalation(row: RawRow) -> Sign:
    return Sign(
        "escalation",
        True,
        STRONG,
        read_text(row, "to"),
    )


def _read_served(row: RawRow) -> Sign | None:
    if read_text(row, "status") in ("error", "failed"):
        return Sign("tool", True, TELLING, "the call failed")
    return None


def _read_tests(row: RawRow) -> Sign | None:
    after = row.get("after")
    if after == "failed":
        return Sign("tests", True, TELLING, "red at the end")
    if after == "passed" and row.get("before") == "failed":
        return Sign(
            "tests",
            False,
            TELLING,
            "from red to green",
        )
    if after == "passed":
        return Sign("tests", False, WEAK, "green")
    return None


_READERS: Mapping[str, Callable[[RawRow], Sign | None]] = {
    "flag": _read_flag,
    "gate": _read_gate,
    "escalation": _read_escalation,
    "served": _read_served,
    "reaction": _read_reaction,
    "commit": _read_commit,
    "tests": _read_tests,
}
