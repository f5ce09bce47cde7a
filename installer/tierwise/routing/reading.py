"""Which kind of work a task is, given a policy's own kinds and routes.  Standard library only: hooks import this.

Every kind has a probability.  The default's tier is left only for one that is likely enough, and of its kinds the
likeliest is taken; what may change protected things is taken for that long before it is likely.
"""

from __future__ import annotations

from tierwise import globs
from tierwise.classify.roles import DOMAINS
from tierwise.domain.kinds import KINDS, sort_kinds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from tierwise.classify.signals import Signals
    from tierwise.domain.table_shape import Table

UNKNOWN = "unknown"
# From which probability of all kinds above, or of all kinds up to a tier, the default's tier is left: later in a
# turn, and downwards in a long prompt, in which much is frame.
_UP, _UP_IN_TURN = 0.42, 0.65
_DOWN, _DOWN_WHEN_FRAMED = 0.36, 0.65
# From these probabilities on, what changes things counts as work on protected things: sooner in a turn and in a
# long prompt, where much else is said.  It is between what the kinds and the model's own head for it say, nearer to
# the higher; in a long prompt or a turn less, where it is doubtful, for work that changes nothing.
_PROTECTED, _PROTECTED_IN_TURN, _PROTECTED_IN_PROMPT = 0.28, 0.18, 0.12
_NEARER = 0.85
_CHANGES_NOTHING = ("write", "find", "read", "explain", "talk")
_LESS = 0.6
# These change nothing: in a long prompt or a turn they count only where they are likely.
_JUDGEMENTS = frozenset(("validation", "audit", "architecture", "review", "planning", "research"))
_COUNTS_FOR_FLOOR = 0.3  # the probability from which a kind brings its floor
# A policy's own words say more than the learned ones.
_OWN_WORD, _OWN_PATH, _OWN_BOTH = 0.85, 0.8, 0.95
_SAID = 0.3  # the probability from which the text's own kind counts beside an annotation
_SURE_ENOUGH, _GUESS = 0.98, 0.3
# A line through what was fair out of fold: (share of fair tiers where none is likely, what certainty adds) for the
# default's tier, for those below and for those above it.
_FAIR_ON_DEFAULT, _FAIR_BELOW, _FAIR_ABOVE = (0.8, 0.18), (0.85, 0.14), (0.6, 0.38)
_FAIR_WHEN_PROTECTED = (0.45, 0.55)  # the same by how likely protected things are changed


class Reading:
    """kind, how sure (0 to 1), why, and the kinds that count for floors."""

    def __init__(
        self,
        kind: str,
        confidence: float,
        reason: str,
    ) -> None:
        self.kind = kind
        self.confidence = confidence
        self.reason = reason
        self.counting = [kind]

    def take_answer(self, kind: str) -> None:
        """Be of the kind that a model named.  What counts for floors stays what the text itself says."""
        self.kind = kind
        self.reason = f"a model that was asked says {kind}: {_find_meaning(kind)}"


class _Weighing:
    """One task's kinds beside a policy.

    shares     kind -> its probability, the policy's own among them
    ranked     the kinds, the likeliest first
    ranks      kind -> the tier that it goes to, as a place on the ladder
    protected  how likely the work is of a kind that the policy keeps on its top tier, or changes protected things
    kept       that kind, where the work may well be of it; None where it only looks
    """

    def __init__(
        self,
        signals: Signals,
        table: Table,
    ) -> None:
        self.signals = signals
        self.table = table
        shares = share_kinds(signals, table)
        self.shares = shares
        self.ranked = sort_kinds(shares)
        self.ranks = _rank_kinds(table)
        kinds = self._list_kept()
        self.protected = self._find_protected(kinds)
        self.kept = None
        if kinds and not signals.reading and self.protected >= _find_least(signals):
            self.kept = max(kinds, key=lambda kind: (shares[kind], kind))

    def _find_protected(self, kinds: list[str]) -> float:
        """How likely the work must stay on top; a verdict or a design is no change, so its kind alone tells it."""
        judged = sum(self.shares[kind] for kind in kinds if kind in _JUDGEMENTS)
        changed = sum(self.shares[kind] for kind in kinds) - judged
        low, high = sorted((changed, self.signals.protected))
        likely = low + _NEARER * (high - low)
        if self.signals.framed:
            idle = sum(self.signals.acts.get(act, 0.0) for act in _CHANGES_NOTHING)
            likely *= 1 - _LESS * idle * (1 - likely)
        return max(judged, likely)

    def _list_kept(self) -> list[str]:
        """The kinds that the policy keeps on its top tier and that count before they are likely."""
        kinds = (self.table.get("frontier_only") or {}).get("kinds") or ()
        kept = [kind for kind in kinds if kind in self.shares]
        if self.signals.framed:
            return [kind for kind in kept if kind not in _JUDGEMENTS]
        return kept

    def choose_kind(self) -> tuple[str, str]:
        """The kind that decides, and why it does."""
        kept = self.kept
        if kept is not None:
            reason = f"it may change protected things ({self.protected:.0%}): {kept}, {_find_meaning(kept)}"
            return kept, reason
        likeliest = self.ranked[0]
        rank = self._find_rank()
        kind = next(
            (one for one in self.ranked if self.ranks[one] == rank),
            likeliest,
        )
        if kind == likeliest:
            return kind, f"the words say {kind}: {_find_meaning(kind)}"
        return kind, f"the words say {likeliest} or {kind}, and none of them plainly"

    def _find_rank(self) -> int:
        """The default's tier, or the one that the kinds plainly speak for."""
        total = sum(self.shares.values())
        up, down = _UP * total, _DOWN * total
        if self.signals.framed:
            down = _DOWN_WHEN_FRAMED * total
        if _is_turn(self.signals):
            up = _UP_IN_TURN * total
        ladder = self.table["ladder"]
        default = int(ladder.index(self.table["default"]))
        rank = default
        while rank < len(ladder) - 1 and self._add_shares(rank + 1) > up:
            rank += 1
        if rank > default:
            return rank
        while rank > 0 and total - self._add_shares(rank) > down:
            rank -= 1
        return rank

    def _add_shares(self, least: int) -> float:
        """How likely the kinds of a tier and those above it are together."""
        ranks = self.ranks
        return sum(share for kind, share in self.shares.items() if ranks[kind] >= least)

    def find_confidence(self, kind: str) -> float:
        """How likely the tier is fair, as measured out of fold: bench/RESULTS.md has the calibration error."""
        ranks = self.ranks
        rank = ranks[kind]
        default = self.table["ladder"].index(self.table["default"])
        right = sum(share for one, share in self.shares.items() if ranks[one] == rank)
        if kind == self.kept and right < _UP_IN_TURN:
            least, more = _FAIR_WHEN_PROTECTED
            return round(least + more * self.protected, 2)
        least, more = _FAIR_ON_DEFAULT
        if rank < default:
            least, more = _FAIR_BELOW
        elif rank > default:
            least, more = _FAIR_ABOVE
        fair = least + more * right / sum(self.shares.values())
        return round(min(_SURE_ENOUGH, fair), 2)


def _find_least(signals: Signals) -> float:
    """How likely a change of protected things must be to count as one."""
    if not signals.framed:
        return _PROTECTED
    if _is_turn(signals):
        return _PROTECTED_IN_TURN
    return _PROTECTED_IN_PROMPT


def _is_turn(signals: Signals) -> bool:
    return "#turn" in signals.evidence.lead


def read_kind(signals: Signals, table: Table) -> Reading:
    """The kind of work: the author's annotation, else what the cheapest tier that is enough makes of the shares."""
    weighing = _Weighing(signals, table)
    domain = signals.tags.get("domain")
    if domain is not None:
        known = DOMAINS.get(domain, domain)
        if known in KINDS or known in table.get("kinds", {}):
            return _read_annotated(known, domain, weighing)
    if not weighing.ranked:
        return Reading(
            UNKNOWN,
            _GUESS,
            "no word of the task tells a kind of work",
        )
    kind, reason = weighing.choose_kind()
    found = Reading(
        kind,
        weighing.find_confidence(kind),
        reason,
    )
    _add_requests(found, signals, table)
    if kind not in table.get("kinds", {}) and _brings_no_floor(found, weighing):
        found.counting = []
    return found


def _brings_no_floor(
    found: Reading,
    weighing: _Weighing,
) -> bool:
    """Whether a task only looks, or its kind is little more than a guess."""
    signals = weighing.signals
    if signals.reading:
        return True
    is_guess = weighing.shares.get(found.kind, 0.0) < _COUNTS_FOR_FLOOR
    return signals.framed and is_guess and found.kind != weighing.kept


def _read_annotated(
    kind: str,
    domain: str,
    weighing: _Weighing,
) -> Reading:
    found = Reading(
        kind,
        _SURE_ENOUGH,
        f"the author says [domain: {domain}]",
    )
    # What the text itself says still counts for floors: an annotation may come from anywhere.
    said = weighing.kept or next(iter(weighing.ranked), kind)
    if said != kind and weighing.shares.get(said, 0.0) >= _SAID:
        found.counting.append(said)
    return found


def share_kinds(
    signals: Signals,
    table: Table,
) -> dict[str, float]:
    """The probability of each kind, the policy's own among them."""
    shares = dict(signals.kinds)
    for kind, own in (table.get("kinds") or {}).items():
        share = _own_share(signals, own)
        if share:
            shares = {one: other * (1 - share) for one, other in shares.items()}
            shares[kind] = share
    return shares


def _add_requests(
    found: Reading,
    signals: Signals,
    table: Table,
) -> None:
    """Of several requests in one task the one decides that asks for more."""
    for kind, _ in signals.further:
        if rank_of(kind, table) > rank_of(found.kind, table):
            found.kind = kind
            found.reason = f"among other things the task asks for {kind}: {_find_meaning(kind)}"
            found.counting = [kind]


def _own_share(
    signals: Signals,
    own: Mapping[str, Any],
) -> float:
    """How likely a task is of a policy's own kind."""
    words = _list_said(own.get("words") or (), signals)
    paths = own.get("paths") or ()
    in_path = any(globs.any_matches(path, paths) for path in signals.paths)
    if words and (in_path or len(words) > 1):
        return _OWN_BOTH
    if words:
        return _OWN_WORD
    if in_path:
        return _OWN_PATH
    return 0.0


def _list_said(
    words: Iterable[str],
    signals: Signals,
) -> list[str]:
    return [word for word in words if _is_said(word, signals)]


def _is_said(word: str, signals: Signals) -> bool:
    folded = word.lower().replace("-", " ")
    return f" {folded}" in signals.words


def find_tier(kind: str, table: Table) -> str:
    """The tier that a kind's route names, else the default's."""
    route = table["routes"].get(kind) or {}
    return str(route.get("tier", table["default"]))


def rank_of(kind: str, table: Table) -> int:
    """The same as a place on the ladder."""
    return int(table["ladder"].index(find_tier(kind, table)))


def _rank_kinds(table: Table) -> dict[str, int]:
    """The same for every kind, worked out once for a table that is asked about many times in a row."""
    for known, ranks in _last:
        if known is table:
            return ranks
    places = {tier: place for place, tier in enumerate(table["ladder"])}
    default = table["default"]
    kinds = (*KINDS, *(table.get("kinds") or ()))
    ranks = dict.fromkeys(kinds, places[default])
    for kind, route in table["routes"].items():
        if kind in ranks and route:
            ranks[kind] = places[route.get("tier", default)]
    _last[:] = [(table, ranks)]
    return ranks


_last: list[tuple[Table, dict[str, int]]] = []


def _find_meaning(kind: str) -> str:
    return KINDS.get(kind, "a kind of the policy's own")
