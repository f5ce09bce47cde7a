"""Which kind of work a task is, given a policy's own kinds and routes.  Standard library only: hooks import this.

Every kind has a probability.  The default's tier is left only for one that is likely enough, and of its kinds the
likeliest is taken; what may change protected things is taken for that long before it is likely.
"""

from __future__ import annotations

from tierwise import globs
from tierwise.classify.roles import DOMAINS
from tierwise.domain.kinds import KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tierwise.classify.signals import Signals

UNKNOWN = "unknown"
# From which probability of all kinds above, or of all kinds up to a tier, the default's tier is left: by the few
# words of a plain task sooner than by a long prompt or a turn, in which much is frame.
_UP, _UP_WHEN_FRAMED = 0.42, 0.65
_DOWN, _DOWN_WHEN_FRAMED = 0.5, 0.6
# From this probability on, work that changes things counts as work on protected things.
_PROTECTED = 0.22
# Nothing is changed by these: in a long prompt or a turn they count where they are likely, not before.
_JUDGEMENTS = frozenset(("validation", "audit", "architecture", "review", "planning", "research"))
_COUNTS_FOR_FLOOR = 0.3  # the probability from which a kind brings its floor
# A policy's own words are more particular than the learned ones.
_OWN_WORD, _OWN_PATH, _OWN_BOTH = 0.85, 0.8, 0.95
_SAID = 0.3  # the probability from which the text's own kind counts beside an annotation
_MOST_OTHERS = 4
_SURE_ENOUGH, _GUESS = 0.98, 0.3
# A line through what was fair out of fold: (share of fair tiers where no kind of the tier is likely, what certainty
# adds) for the default's tier, for those below and for those above it.
_FAIR_ON_DEFAULT, _FAIR_BELOW, _FAIR_ABOVE = (0.8, 0.18), (0.56, 0.42), (0.2, 0.79)
_FAIR_WHEN_PROTECTED = (0.09, 0.9)  # the same by how likely protected things are changed


class Reading:
    """kind, how sure (0 to 1), why, the other likely kinds, and those that count for floors."""

    __slots__ = ("confidence", "counting", "kind", "others", "reason")

    def __init__(self, kind: str, confidence: float, reason: str) -> None:
        self.kind = kind
        self.confidence = confidence
        self.reason = reason
        self.others: list[str] = []
        self.counting = [kind]

    def take_answer(self, kind: str) -> None:
        """Be of the kind that a model named.  What counts for floors stays what the text itself says."""
        if kind != self.kind:
            self.others = [self.kind, *(one for one in self.others if one != kind)]
        self.kind = kind
        self.reason = f"a model that was asked says {kind}: {_find_meaning(kind)}"


def read_kind(signals: Signals, table: dict[str, Any]) -> Reading:
    """The kind of work: the author's annotation, else what the cheapest tier that is enough makes of the shares."""
    shares = share_kinds(signals, table)
    ranked = sorted(shares, key=lambda kind: (-shares[kind], kind))
    domain = signals.tags.get("domain")
    if domain is not None:
        known = DOMAINS.get(domain, domain)
        if known in KINDS or known in table.get("kinds", {}):
            return _read_annotated(known, domain, shares, ranked, signals, table)
    if not ranked:
        return Reading(UNKNOWN, _GUESS, "no word of the task tells a kind of work")
    kind, reason = _choose_kind(signals, shares, ranked, table)
    found = Reading(kind, _find_confidence(kind, signals, shares, table), reason)
    found.others = [one for one in ranked if one != kind][:_MOST_OTHERS]
    _add_requests(found, signals, table)
    if kind not in table.get("kinds", {}) and _brings_no_floor(found, signals, shares, table):
        found.counting = []
    return found


def _brings_no_floor(
    found: Reading, signals: Signals, shares: dict[str, float], table: dict[str, Any]
) -> bool:
    """Whether a task only looks, or its kind is little more than a guess."""
    if signals.reading:
        return True
    protected = _protected_kind(signals, shares, table)
    is_guess = shares.get(found.kind, 0.0) < _COUNTS_FOR_FLOOR
    return signals.framed and is_guess and found.kind != protected


def share_kinds(signals: Signals, table: dict[str, Any]) -> dict[str, float]:
    """The probability of each kind, the policy's own among them."""
    shares = dict(signals.kinds)
    for kind, own in (table.get("kinds") or {}).items():
        share = _own_share(signals, own)
        if share:
            shares = {one: other * (1 - share) for one, other in shares.items()}
            shares[kind] = share
    return shares


def _read_annotated(
    kind: str,
    domain: str,
    shares: dict[str, float],
    ranked: list[str],
    signals: Signals,
    table: dict[str, Any],
) -> Reading:
    found = Reading(kind, _SURE_ENOUGH, f"the author says [domain: {domain}]")
    found.others = [one for one in ranked if one != kind][:_MOST_OTHERS]
    # What the text itself says still counts for floors: an annotation may come from anywhere.
    said = _protected_kind(signals, shares, table) or next(iter(ranked), kind)
    if said != kind and shares.get(said, 0.0) >= _SAID:
        found.counting.append(said)
    return found


def _choose_kind(
    signals: Signals, shares: dict[str, float], ranked: list[str], table: dict[str, Any]
) -> tuple[str, str]:
    protected = _protected_kind(signals, shares, table)
    if protected is not None:
        likely = f"{_likely_protected(signals, shares, table):.0%}"
        reason = (
            f"it may change protected things ({likely}): {protected}, {_find_meaning(protected)}"
        )
        return protected, reason
    kind = _best_of(_likely_rank(signals, shares, table), ranked, table)
    if kind == ranked[0]:
        return kind, f"the words say {kind}: {_find_meaning(kind)}"
    return kind, f"the words say {ranked[0]} or {kind}, and none of them plainly"


def _protected_kind(
    signals: Signals, shares: dict[str, float], table: dict[str, Any]
) -> str | None:
    """The kind that the policy keeps on its top tier, where the work may well be of it; None where it only looks."""
    kinds = _kept_on_top(signals, shares, table)
    if signals.reading or not kinds or _likely_protected(signals, shares, table) < _PROTECTED:
        return None
    return max(kinds, key=lambda kind: (shares[kind], kind))


def _kept_on_top(signals: Signals, shares: dict[str, float], table: dict[str, Any]) -> list[str]:
    """The kinds that the policy keeps on its top tier and that count before they are likely."""
    kinds = (table.get("frontier_only") or {}).get("kinds") or ()
    left_out = _JUDGEMENTS if signals.framed else ()
    return [kind for kind in kinds if kind in shares and kind not in left_out]


def _likely_protected(signals: Signals, shares: dict[str, float], table: dict[str, Any]) -> float:
    """How likely the work is of a kind that the policy keeps on its top tier, or changes protected things."""
    by_kind = sum(shares[kind] for kind in _kept_on_top(signals, shares, table))
    return max(by_kind, signals.protected)


def _likely_rank(signals: Signals, shares: dict[str, float], table: dict[str, Any]) -> int:
    """The default's tier, or the one that the kinds plainly speak for."""
    total = sum(shares.values())
    tiers = [(rank_of(kind, table), share) for kind, share in shares.items()]
    up = (_UP_WHEN_FRAMED if signals.framed else _UP) * total
    down = (_DOWN_WHEN_FRAMED if signals.framed else _DOWN) * total
    rank = int(table["ladder"].index(table["default"]))
    while rank < len(table["ladder"]) - 1 and _add_shares(tiers, rank + 1) > up:
        rank += 1
    while rank > 0 and total - _add_shares(tiers, rank) > down:
        rank -= 1
    return rank


def _add_shares(tiers: list[tuple[int, float]], least: int) -> float:
    """How likely the kinds of a tier and those above it are together."""
    return sum(share for rank, share in tiers if rank >= least)


def _best_of(rank: int, ranked: list[str], table: dict[str, Any]) -> str:
    """The likeliest kind of a tier, else the likeliest of all."""
    return next((kind for kind in ranked if rank_of(kind, table) == rank), ranked[0])


def _find_confidence(
    kind: str, signals: Signals, shares: dict[str, float], table: dict[str, Any]
) -> float:
    """How likely the tier is fair, as measured out of fold: bench/RESULTS.md has the calibration error."""
    if kind == _protected_kind(signals, shares, table):
        least, more = _FAIR_WHEN_PROTECTED
        return round(least + more * _likely_protected(signals, shares, table), 2)
    rank = rank_of(kind, table)
    default = table["ladder"].index(table["default"])
    right = sum(share for one, share in shares.items() if rank_of(one, table) == rank)
    least, more = _FAIR_ON_DEFAULT
    if rank != default:
        least, more = _FAIR_BELOW if rank < default else _FAIR_ABOVE
    fair = least + more * right / sum(shares.values())
    return round(min(_SURE_ENOUGH, fair), 2)


def _add_requests(found: Reading, signals: Signals, table: dict[str, Any]) -> None:
    """Of several requests in one task the one decides that asks for more."""
    for kind, _ in signals.further:
        if rank_of(kind, table) > rank_of(found.kind, table):
            found.others.insert(0, found.kind)
            found.kind = kind
            found.reason = f"among other things the task asks for {kind}: {_find_meaning(kind)}"
            found.counting = [kind]


def _own_share(signals: Signals, own: dict[str, Any]) -> float:
    """How likely a task is of a policy's own kind."""
    words = [
        word
        for word in own.get("words") or ()
        if f" {word.lower().replace('-', ' ')}" in signals.words
    ]
    in_path = any(
        globs.matches_glob(path, glob) for glob in own.get("paths") or () for path in signals.paths
    )
    if words and (in_path or len(words) > 1):
        return _OWN_BOTH
    if words:
        return _OWN_WORD
    return _OWN_PATH if in_path else 0.0


def rank_of(kind: str, table: dict[str, Any]) -> int:
    """The tier of the ladder that a kind's route names, else the default's."""
    tier = (table["routes"].get(kind) or {}).get("tier", table["default"])
    return int(table["ladder"].index(tier))


def _find_meaning(kind: str) -> str:
    return KINDS.get(kind, "a kind of the policy's own")
