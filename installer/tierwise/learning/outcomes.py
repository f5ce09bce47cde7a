"""What became of each decision: success, failure or unknown.

Every sign that the ledger, the transcripts and git hold is joined to its decision by ids.
"""

from __future__ import annotations

from collections.abc import (
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter

from tierwise.domain.ledger_rows import (
    RawRow,
    read_amount,
    read_text,
)
from tierwise.learning.retries import find_retries
from tierwise.learning.signs import (
    TELLING,
    WEAK,
    Sign,
    Verdict,
    judge_attempt,
    judge_signs,
    read_sign,
)

_UNENFORCED = ("advise", "shadow")

TURN_AGENT, TURN_SCOPE = "main", "turn"
"""What stands for agent and scope of a turn of the main conversation."""

_ESCALATION = "escalation"
"""The row of a task that was sent up; it names no call."""

_OF_TURNS = ("reaction", "tests")
"""Rows, made of transcripts, that tell of a turn."""

_JUDGING = frozenset(("audit", "review", "validation"))
"""Kinds of work whose result is a judgement of other work."""


@dataclass(slots=True)
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


def collect_outcomes(rows: Sequence[RawRow]) -> list[Outcome]:
    """Join the ledger's rows to outcomes, oldest first.

    Denied spawns are none; of a decision that was written twice the later row holds.
    """
    found = (*_read_spawns(rows), *_read_attempts(rows))
    by_id = {outcome.id: outcome for outcome in found}
    outcomes = list(by_id.values())
    index = _Index(outcomes, rows)
    for row in rows:
        sign = read_sign(row)
        if sign is None:
            continue
        outcome = index.find(row)
        if outcome is not None:
            outcome.signs.append(sign)
    _note_retries(outcomes, _read_ends(rows))
    return _sort_by_time(outcomes)


def _sort_by_time(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return sorted(outcomes, key=attrgetter("time"))


def _read_spawns(rows: Iterable[RawRow]) -> Iterator[Outcome]:
    for row in rows:
        if row.get("row") != "decision" or row.get("denied"):
            continue
        if row.get("mode") in _UNENFORCED:
            continue  # the call ran on what its caller chose: the tier decided has no part in it
        if not row.get("tool_use_id"):
            continue
        yield Outcome(
            id=read_text(row, "tool_use_id"),
            session=read_text(row, "session_id"),
            time=read_text(row, "time"),
            tier=read_text(row, "tier"),
            kind=read_text(row, "kind"),
            agent=read_text(row, "agent"),
            scope=read_text(row, "scope"),
            task=read_text(row, "task"),
            likeness=read_text(row, "likeness"),
            turn=read_text(row, "turn"),
            policy=read_text(row, "policy"),
            propensity=_read_propensity(row),
            is_explored=bool(row.get("explored")),
            other_tier=read_text(row, "other_tier"),
            answered=_compare_answer(row),
        )


def _compare_answer(row: RawRow) -> str:
    answered = row.get("answered")
    if not isinstance(answered, Mapping):
        return ""
    tier = answered.get(
        "tier",
        row.get("tier"),
    )  # older rows do not tell it apart
    if answered.get("local_tier") == tier:
        return "agrees"
    return "differs"


def _read_attempts(rows: Iterable[RawRow]) -> Iterator[Outcome]:
    for row in rows:
        run = read_text(row, "run")
        if row.get("row") != "attempt" or not run:
            continue
        number = read_text(row, "attempt") or read_text(row, "number")
        yield Outcome(
            id=f"{run}/{number}",
            session=read_text(row, "session"),
            time=read_text(row, "time"),
            tier=read_text(row, "tier"),
            kind=read_text(row, "kind"),
            agent="run",
            scope=read_text(row, "scope"),
            task=read_text(row, "fingerprint"),
            policy=read_text(row, "policy"),
            propensity=_read_propensity(row),
            cost=read_amount(row.get("cost_usd")),
            is_trial=row.get("trial") is True,
            answered=_compare_answer(row),
            signs=judge_attempt(row),
        )


def collect_turns(rows: Iterable[RawRow]) -> list[Outcome]:
    """Join the rows of the main conversation's turns that were routed, oldest first.

    They are kept apart from :func:`collect_outcomes`: a turn leans on the whole conversation before it, and the
    tier's rate on turns says nothing of spawns.
    """
    turns: dict[str, Outcome] = {}
    said = []
    for row in rows:
        if row.get("row") == "turn" and _was_routed(row):
            turns[read_text(row, "turn")] = _read_turn(row)
        elif row.get("row") in _OF_TURNS and row.get("turn"):
            said.append(row)
    for row in said:
        outcome = turns.get(read_text(row, "turn"))
        sign = read_sign(row)
        if outcome is not None and sign is not None:
            outcome.signs.append(sign)
    return _sort_by_time(turns.values())


def _was_routed(row: RawRow) -> bool:
    """Return whether the turn ran on the tier that was decided."""
    if row.get("routing") != "on" or row.get("fault"):
        return False
    return bool(row.get("tier"))


def _read_turn(row: RawRow) -> Outcome:
    signs = []
    if row.get("is_aborted"):
        signs.append(Sign("reaction", True, WEAK, "interrupt"))
    return Outcome(
        id=read_text(row, "turn"),
        session=read_text(row, "session_id"),
        time=read_text(row, "time"),
        tier=read_text(row, "tier"),
        kind=read_text(row, "kind"),
        agent=TURN_AGENT,
        scope=TURN_SCOPE,
        task="",
        policy=read_text(row, "policy"),
        answered=_compare_answer(row),
        cost=read_amount(row.get("cost_usd")),
        signs=signs,
    )


class _Index:
    """Finds the decision that a later row speaks of."""

    def __init__(
        self,
        outcomes: Iterable[Outcome],
        rows: Iterable[RawRow],
    ) -> None:
        self._by_id = {outcome.id: outcome for outcome in outcomes}
        self._rows = rows
        self._by_run: dict[str, Outcome] = {}
        for outcome in self._by_id.values():
            run, slash, _ = outcome.id.partition("/")
            if slash:
                self._by_run[run] = outcome  # the last attempt is the one that was delivered

    def find(self, row: RawRow) -> Outcome | None:
        """Return the outcome that a row belongs to: by its call, its agent, its run or, for an escalation, its task."""
        run = read_text(row, "run")
        if run:
            return self._by_run.get(run)
        call = read_text(row, "tool_use_id")
        if call:
            return self._by_id.get(call)
        if row.get("row") == _ESCALATION:
            task = read_text(row, "task")
            return self._find_last(task, read_text(row, "time"))
        agent = (read_text(row, "session_id"), read_text(row, "agent_id"))
        call = self._calls.get(agent, "")
        return self._by_id.get(call)

    @cached_property
    def _calls(self) -> dict[tuple[str, str], str]:
        """The call of each agent, by session and id."""
        calls = {}
        for row in self._rows:
            if row.get("agent_id") and row.get("tool_use_id"):
                agent = (read_text(row, "session_id"), read_text(row, "agent_id"))
                calls[agent] = read_text(row, "tool_use_id")
        return calls

    @cached_property
    def _by_task(self) -> dict[str, list[Outcome]]:
        """The spawns of each task, oldest first."""
        tasks: dict[str, list[Outcome]] = {}
        for outcome in _sort_by_time(self._by_id.values()):
            spawns = tasks.setdefault(outcome.task, [])
            spawns.append(outcome)
        return tasks

    def _find_last(
        self,
        task: str,
        moment: str,
    ) -> Outcome | None:
        """Return the newest spawn of a task that had begun before a moment."""
        if not task:
            return None
        last = None
        for outcome in self._by_task.get(task, ()):
            if not moment or outcome.time <= moment:
                last = outcome
        return last


def _read_ends(rows: Iterable[RawRow]) -> dict[str, str]:
    """Return the time at which each spawn ended, by its id, where the ledger tells."""
    ends: dict[str, str] = {}
    for row in rows:
        # A background agent's row `served` comes at its launch, without tokens.
        is_end = row.get("row") == "stop" or row.get("total_tokens")
        if is_end and row.get("tool_use_id"):
            call = read_text(row, "tool_use_id")
            ends.setdefault(call, read_text(row, "time"))
    return ends


def _note_retries(
    outcomes: Iterable[Outcome],
    ends: Mapping[str, str],
) -> None:
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


def _read_propensity(row: RawRow) -> float:
    """Return the probability with which the tier was taken; 1 where the row names none."""
    value = read_amount(row.get("propensity"))
    if value is None or not 0 < value <= 1:
        return 1.0
    return value
