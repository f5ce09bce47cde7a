"""What became of each decision: success, failure or unknown.

Every sign that the ledger, the transcripts and git hold is joined to its decision by ids.  A sign
has a strength; :func:`judge_signs` makes one verdict of them.  Unknown is never success.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tierwise.learning.retries import find_retries

Verdict = Literal["success", "failure", "unknown"]
LedgerRow = Mapping[str, object]

_UNENFORCED = ("advise", "shadow")

_JUDGING = frozenset(("audit", "review", "validation"))
"""Kinds of work whose result is a judgement of other work."""

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


@dataclass
class Outcome:
    """One decision with all that is known of how it ended.

    ``id``           the spawn's ``tool_use_id``, or ``RUN/NUMBER`` of a cascade's attempt
    ``task``         the keyed hash of its prompt, ``likeness`` what tells the same task in other words
    ``propensity``   the probability with which the tier was taken; 1 without exploration
    ``is_explored``  whether chance sent it off the policy's own tier
    ``other_tier``   the tier that chance could have taken instead; empty without exploration
    ``is_trial``     whether an experiment chose the tier, and no policy
    ``answered``     whether a small model that was asked ``agrees`` with the local reading or
                     ``differs`` from it; empty where none was asked
    ``cost``         US dollars at list price; None where nothing tells
    """

    id: str
    session: str
    time: str
    tier: str
    kind: str
    agent: str
    scope: str
    task: str
    likeness: str = ""
    turn: str = ""
    policy: str = ""
    propensity: float = 1.0
    is_explored: bool = False
    other_tier: str = ""
    is_trial: bool = False
    answered: str = ""
    cost: float | None = None
    signs: list[Sign] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        """What the signs say together."""
        return judge_signs(self.signs)


def judge_signs(signs: Iterable[Sign]) -> Verdict:
    """Make one verdict of all signs.

    The strongest sign decides; of equally strong ones a failure does, and a weak one never.
    """
    failing = max((sign.strength for sign in signs if sign.is_failure), default=0)
    passing = max((sign.strength for sign in signs if not sign.is_failure), default=0)
    if max(failing, passing) < TELLING:
        return "unknown"
    if failing >= passing:
        return "failure"
    return "success"


def collect_outcomes(rows: Sequence[LedgerRow]) -> list[Outcome]:
    """Join the ledger's rows to outcomes, oldest first.

    Denied spawns are none; of a decision that was written twice the later row holds.
    """
    by_id = {outcome.id: outcome for outcome in (*_read_spawns(rows), *_read_attempts(rows))}
    outcomes = list(by_id.values())
    index = _Index(outcomes, rows)
    for row in rows:
        reader = _READERS.get(_read_text(row, "row"))
        if reader is None:
            continue
        outcome = index.find(row)
        sign = reader(row)
        if outcome is not None and sign is not None:
            outcome.signs.append(sign)
    _note_retries(outcomes, _read_ends(rows))
    return sorted(outcomes, key=lambda outcome: outcome.time)


def _read_spawns(rows: Iterable[LedgerRow]) -> Iterator[Outcome]:
    for row in rows:
        if row.get("row") != "decision" or row.get("denied") or not row.get("tool_use_id"):
            continue
        if _read_text(row, "mode") in _UNENFORCED:
            continue  # the call ran on what its caller chose: the tier decided has no part in it
        yield Outcome(
            id=_read_text(row, "tool_use_id"),
            session=_read_text(row, "session_id"),
            time=_read_text(row, "time"),
            tier=_read_text(row, "tier"),
            kind=_read_text(row, "kind"),
            agent=_read_text(row, "agent"),
            scope=_read_text(row, "scope"),
            task=_read_text(row, "task"),
            likeness=_read_text(row, "likeness"),
            turn=_read_text(row, "turn"),
            policy=_read_text(row, "policy"),
            propensity=_read_propensity(row),
            is_explored=bool(row.get("explored")),
            other_tier=_read_text(row, "other_tier"),
            answered=_compare_answer(row),
        )


def _compare_answer(row: LedgerRow) -> str:
    answered = row.get("answered")
    if not isinstance(answered, Mapping):
        return ""
    return "agrees" if answered.get("local_tier") == row.get("tier") else "differs"


def _read_attempts(rows: Iterable[LedgerRow]) -> Iterator[Outcome]:
    for row in rows:
        if row.get("row") != "attempt" or not row.get("run"):
            continue
        yield Outcome(
            id=f"{_read_text(row, 'run')}/{_read_text(row, 'attempt') or _read_text(row, 'number')}",
            session=_read_text(row, "session"),
            time=_read_text(row, "time"),
            tier=_read_text(row, "tier"),
            kind=_read_text(row, "kind"),
            agent="run",
            scope=_read_text(row, "scope"),
            task=_read_text(row, "fingerprint"),
            policy=_read_text(row, "policy"),
            propensity=_read_propensity(row),
            cost=_read_cost(row),
            is_trial=row.get("trial") is True,
            signs=_judge_attempt(row),
        )


def _judge_attempt(row: LedgerRow) -> list[Sign]:
    if row.get("accepted") is True:
        return [Sign("gates", False, STRONG, "accepted")]
    if row.get("accepted") is False:
        return [Sign("gates", True, STRONG, _read_text(row, "stop") or "refused")]
    return []


class _Index:
    """Finds the decision that a later row speaks of."""

    def __init__(self, outcomes: Iterable[Outcome], rows: Iterable[LedgerRow]) -> None:
        self._by_id = {outcome.id: outcome for outcome in outcomes}
        self._by_run: dict[str, Outcome] = {}
        for outcome in self._by_id.values():
            run, slash, _ = outcome.id.partition("/")
            if slash:
                self._by_run[run] = outcome  # the last attempt is the one that was delivered
        self._calls: dict[tuple[str, str], str] = {}
        for row in rows:
            if row.get("agent_id") and row.get("tool_use_id"):
                agent = (_read_text(row, "session_id"), _read_text(row, "agent_id"))
                self._calls[agent] = _read_text(row, "tool_use_id")

    def find(self, row: LedgerRow) -> Outcome | None:
        """Return the outcome that a row belongs to, by its call, its agent or its run."""
        run = _read_text(row, "run")
        if run:
            return self._by_run.get(run)
        call = _read_text(row, "tool_use_id")
        if not call:
            call = self._calls.get((_read_text(row, "session_id"), _read_text(row, "agent_id")), "")
        return self._by_id.get(call)


def _read_flag(row: LedgerRow) -> Sign | None:
    flag = _read_text(row, "flag")
    if flag in ("wrong", "needed-frontier"):
        return Sign("flag", True, STRONG, flag)
    if flag == "cheaper":
        return Sign("flag", False, STRONG, flag)
    return None


def _read_gate(row: LedgerRow) -> Sign | None:
    failed = row.get("failed")
    if isinstance(failed, list) and failed:
        # Sent back, the agent may still end well: its last gate row tells.
        return Sign("gate", True, WEAK, ", ".join(map(str, failed)))
    if row.get("changed") and not row.get("not_run") and not row.get("fault"):
        return Sign("gate", False, TELLING, "passed")
    return None


def _read_escalation(row: LedgerRow) -> Sign:
    return Sign("escalation", True, STRONG, _read_text(row, "to"))


def _read_served(row: LedgerRow) -> Sign | None:
    if _read_text(row, "status") in ("error", "failed"):
        return Sign("tool", True, TELLING, "the call failed")
    return None


def _read_reaction(row: LedgerRow) -> Sign | None:
    reaction = _read_text(row, "reaction")
    # A turn with several spawns: which of them the person means is not known.
    strength = TELLING
    if row.get("shared"):
        strength = WEAK
    if reaction in ("correction", "repeat", "failing"):
        return Sign("reaction", True, strength, reaction)
    if reaction == "interrupt":
        return Sign("reaction", True, WEAK, reaction)
    if reaction == "thanks":
        return Sign("reaction", False, strength, reaction)
    return None


def _read_commit(row: LedgerRow) -> Sign | None:
    fate = _read_text(row, "fate")
    if fate in ("reverted", "fixed-up"):
        return Sign("commit", True, TELLING, fate)
    if fate in ("standing", "merged"):
        return Sign("commit", False, TELLING, fate)
    if fate == "rewritten":
        return Sign("commit", True, WEAK, fate)  # code is rewritten for many reasons
    return None


def _read_tests(row: LedgerRow) -> Sign | None:
    after = row.get("after")
    if after == "failed":
        return Sign("tests", True, TELLING, "red at the end")
    if after == "passed" and row.get("before") == "failed":
        return Sign("tests", False, TELLING, "from red to green")
    if after == "passed":
        return Sign("tests", False, WEAK, "green")
    return None


_READERS = {
    "flag": _read_flag,
    "gate": _read_gate,
    "escalation": _read_escalation,
    "served": _read_served,
    "reaction": _read_reaction,
    "commit": _read_commit,
    "tests": _read_tests,
}


def _read_ends(rows: Iterable[LedgerRow]) -> dict[str, str]:
    """Return the time at which each spawn ended, by its id, where the ledger tells."""
    ends: dict[str, str] = {}
    for row in rows:
        # A background agent's row `served` comes at its launch, without tokens.
        is_end = row.get("row") == "stop" or bool(row.get("total_tokens"))
        if is_end and row.get("tool_use_id"):
            ends.setdefault(_read_text(row, "tool_use_id"), _read_text(row, "time"))
    return ends


def _note_retries(outcomes: Iterable[Outcome], ends: Mapping[str, str]) -> None:
    """Note on each outcome that the same task was tried again soon after it had ended."""
    spawns = {outcome.id: outcome for outcome in outcomes if "/" not in outcome.id}
    for retry in find_retries(spawns.values(), ends):
        before = spawns[retry.before.id]
        tier = spawns[retry.after.id].tier
        strength = TELLING
        detail = f"again on {tier}"
        if retry.is_reworded:
            detail = f"again in other words on {tier}"
            if before.kind in _JUDGING:
                strength = WEAK  # after a fix the same review is asked for anew
        before.signs.append(Sign("retry", True, strength, detail))


def _read_text(row: LedgerRow, name: str) -> str:
    value = row.get(name)
    if type(value) is str:
        return value  # nearly always, and read a million times
    if value is None or isinstance(value, bool):
        return ""
    return str(value)


def _read_propensity(row: LedgerRow) -> float:
    """Return the probability with which the tier was taken; 1 where the row names none."""
    value = _read_number(row, "propensity")
    if value is None or not 0 < value <= 1:
        return 1.0
    return value


def _read_cost(row: LedgerRow) -> float | None:
    """Return US dollars; None where the row names none."""
    value = _read_number(row, "cost_usd")
    if value is None or value < 0:
        return None
    return value


def _read_number(row: LedgerRow, name: str) -> float | None:
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:  # an integer of many digits
        return None
    if not math.isfinite(number):
        return None
    return number
