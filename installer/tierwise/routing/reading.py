"""Which kind of work a task is, given a policy's own kinds and routes.  Standard library only: hooks import this."""

from __future__ import annotations

from tierwise import globs
from tierwise.classify.roles import DOMAINS
from tierwise.domain.kinds import KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tierwise.classify.signals import Signals

UNKNOWN = "unknown"
_OWN_WORD, _OWN_PATH = 9.0, 8.0  # a policy's own words are more particular than the shipped ones
# A second reading counts from this share of the best score on; for the top tier, where a mistake is dear, sooner, and
# for what must stay there sooner still.
_TIE, _TOP_TIE, _GUARDED_TIE = 0.9, 0.7, 0.6


class Reading:
    """kind, how sure (0 to 1), why, the other likely kinds, and those that count for floors."""

    __slots__ = ("confidence", "counting", "kind", "others", "reason", "tied")

    def __init__(self, kind: str, confidence: float, reason: str) -> None:
        self.kind = kind
        self.confidence = confidence
        self.reason = reason
        self.others: list[str] = []
        self.tied = False
        self.counting = [kind]


def read_kind(signals: Signals, table: dict[str, Any]) -> Reading:
    """The kind of work: the author's annotation, else the likeliest; of two that are level, the higher tier's."""
    ranked = sorted(
        (*_own_kinds(signals, table), *signals.kinds), key=lambda entry: -entry[1]
    )  # stable: the shipped ranking breaks ties
    domain = signals.tags.get("domain")
    if domain is not None:
        known = DOMAINS.get(domain, domain)
        if known in KINDS or known in table.get("kinds", {}):
            found = Reading(known, 0.95, f"the author says [domain: {domain}]")
            # What the text itself says still counts for floors: an annotation may come from anywhere.
            found.counting += [kind for kind, score in ranked[:1] if kind != known and score >= 4]
            found.others = [kind for kind, _ in ranked if kind != known]
            return found
    if not ranked:
        return Reading(UNKNOWN, 0.3, "no word of the task tells a kind of work")
    kind, score = ranked[0]
    top = len(table["ladder"]) - 1
    guarded = (table.get("frontier_only") or {}).get("kinds") or ()
    ties = [
        (_GUARDED_TIE if one in guarded else _TOP_TIE if _rung(one, table) == top else _TIE)
        for one, _ in ranked
    ]
    level = [one for (one, other), tie in zip(ranked, ties, strict=True) if other >= tie * score]
    chosen = max(level, key=lambda one: (_rung(one, table), -level.index(one)))
    second = next((other for one, other in ranked if one != kind), 0.0)
    confidence = 0.5 * min(1.0, score / 8) + 0.5 * (score - second) / score
    found = Reading(
        chosen,
        round(min(0.95, max(0.3, confidence)), 2),
        f"the words say {chosen}: {_meaning(chosen, table)}",
    )
    found.tied = chosen != kind
    if found.tied:
        found.reason = f"{kind} and {chosen} are about as likely; when in doubt, the higher tier"
    found.others = [one for one, _ in ranked if one != chosen]
    _add_requests(found, signals, table)
    return found


def _add_requests(found: Reading, signals: Signals, table: dict[str, Any]) -> None:
    """Of several requests in one task the one decides that asks for more."""
    for kind, _ in signals.further:
        if _rung(kind, table) > _rung(found.kind, table):
            found.others.insert(0, found.kind)
            found.kind = kind
            found.reason = f"among other things the task asks for {kind}: {_meaning(kind, table)}"
            found.counting = [kind]


def _own_kinds(signals: Signals, table: dict[str, Any]) -> list[tuple[str, float]]:
    found = []
    for kind, own in (table.get("kinds") or {}).items():
        score = 0.0
        for word in own.get("words") or ():
            if f" {word.lower().replace('-', ' ')}" in signals.words:
                score += _OWN_WORD if score == 0.0 else 2.0
        if any(
            globs.matches(path, glob) for glob in own.get("paths") or () for path in signals.paths
        ):
            score += _OWN_PATH
        if score:
            found.append((kind, score))
    return found


def _rung(kind: str, table: dict[str, Any]) -> int:
    tier = (table["routes"].get(kind) or {}).get("tier", table["default"])
    return int(table["ladder"].index(tier))


def _meaning(kind: str, table: dict[str, Any]) -> str:
    return KINDS.get(kind, "a kind of the policy's own")
