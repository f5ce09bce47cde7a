"""Asking a small model about a task that the local reading is unsure of (`routing.ask`).  Standard library only.

A hook makes the question and takes the answer; whoever has a model puts it.  The answer is a kind of work.  It takes
the place of the local reading's kind and moves no floor.  Answers are kept by the task's fingerprint, never its text.
"""

from __future__ import annotations

from tierwise import fastjson, ledger, local_state
from tierwise.domain.kinds import KINDS
from tierwise.domain.token_prices import find_price
from tierwise.routing.decide import decide
from tierwise.routing.decision import AUTOMATED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tierwise.classify.signals import Signals
    from tierwise.domain.ledger_rows import AskRow
    from tierwise.domain.table_shape import Table
    from tierwise.routing.decision import Decision

    State = dict[str, Any]

STATE = "answers.json"
ANSWERS_KEPT = 500
_HEAD, _END = 1_500, 500
"""Characters of a task's beginning and end that a model is shown."""

_CHARACTERS_PER_TOKEN = 3
_OUTPUT_TOKENS = 64
_FRAME_TOKENS = 80
_DAY = 10
"""Characters of a moment that name its day."""

_MILLION = 1_000_000


class Question:
    """What a model may be asked about one task.

    id       the keyed hash of what is shown, by which the answer is known again
    text     what is shown of the task
    labels   the kinds of work with their meanings, one of which is the answer
    tier     the tier whose model is asked; ``model`` is that model
    usd      what it may cost in US dollars, estimated high
    """

    def __init__(
        self,
        fingerprint: str,
        text: str,
        decision: Decision,
        table: Table,
    ) -> None:
        options = table["routing"]["ask"]
        self.id = fingerprint
        self.text = text
        self.kind = decision.kind
        self.local_tier = decision.tier
        self.confidence = decision.confidence
        self.labels = [f"{kind}: {meaning}" for kind, meaning in _list_kinds(table).items()]
        self.tier = str(options["tier"])
        self.model = str(table["tiers"][self.tier]["model"])
        price = find_price(self.model, table.get("prices"))
        self.usd = _estimate_cost(price, [self.text, *self.labels])


class Asking:
    """The questions of one repository and their answers."""

    def __init__(
        self,
        root: str,
        table: Table,
    ) -> None:
        self._root = root
        self._table = table
        self._known: dict[str, str] | None = None

    def find_answer(
        self,
        text: str,
        decision: Decision,
    ) -> str:
        """Return the kind that a model named for this task; empty where none was asked or had an answer."""
        if not is_unsure(decision, self._table):
            return ""
        kind = self._list_answers().get(self._identify(text), "")
        return kind if kind in _list_kinds(self._table) else ""

    def make_question(
        self,
        text: str,
        signals: Signals,
        decision: Decision,
    ) -> Question | None:
        """Return what to ask; None where an answer is known, could change nothing, or is not to be paid for."""
        if not is_unsure(decision, self._table):
            return None
        fingerprint = self._identify(text)
        if fingerprint in self._list_answers():
            return None
        if not _can_change(signals, decision, self._table):
            return None
        return Question(
            fingerprint,
            shorten_task(text),
            decision,
            self._table,
        )

    def reserve_cost(self, usd: float) -> bool:
        """Count what a question may cost to its day; False where the day's budget does not cover it.

        Raises OSError: what cannot be counted must not be asked.
        """
        with ledger.Log(self._root):  # whoever else counts holds the same lock
            state = _read_state(self._root)
            today = ledger.now()[:_DAY]
            spent = 0.0
            if state.get("day") == today:
                spent = _read_dollars(state)
            if spent + usd > self._table["routing"]["ask"]["budget_usd_per_day"]:
                return False
            _write_state(
                self._root,
                {**state, "day": today, "usd": spent + usd},
            )
        return True

    def add_cost(self, usd: float) -> None:
        """Count what a question cost more, or less, than was reserved for it.  Raises OSError."""
        with ledger.Log(self._root):
            state = _read_state(self._root)
            spent = max(0.0, _read_dollars(state) + usd)
            _write_state(self._root, {**state, "usd": spent})

    def note_answer(
        self,
        question: Question,
        label: str,
        row: AskRow,
    ) -> None:
        """Keep an answer and append the ledger's row.  ``label``: one of the question's; empty for none of them.

        Where ``row`` names a fault nobody answered, and the task may be asked about again.  Raises OSError.
        """
        kind = ""
        if label in question.labels:
            kind, _, _ = label.partition(":")
        filled: AskRow = {
            **row,
            "row": "ask",
            "task": question.id,
            "kind": kind,
            "local_kind": question.kind,
            "local_tier": question.local_tier,
            "confidence": question.confidence,
            "model": question.model,
        }
        with ledger.Log(self._root, size=ledger.size_of(self._table)) as log:
            if not filled.get("fault"):
                state = _read_state(self._root)
                answers = {**_read_answers(state), question.id: kind}
                self._known = dict(list(answers.items())[-ANSWERS_KEPT:])
                _write_state(self._root, {**state, "answers": self._known})
            log.write({**filled})

    def _list_answers(self) -> dict[str, str]:
        if self._known is None:
            self._known = _read_answers(_read_state(self._root))
        return self._known

    def _identify(self, text: str) -> str:
        return ledger.fingerprint(self._root, shorten_task(text))


def find_options(table: Table) -> Mapping[str, Any] | None:
    """Return the policy's `routing.ask`; None where no model is to be asked."""
    options = (table.get("routing") or {}).get("ask")
    if not isinstance(options, dict) or options.get("tier") not in table["tiers"]:
        return None
    return options


def is_unsure(decision: Decision, table: Table) -> bool:
    """Return whether the local reading leaves the tier open: nobody named it, and no floor makes it the top one."""
    options = find_options(table)
    if options is None or decision.override or decision.tier == AUTOMATED:
        return False
    is_on_top = decision.floor == table["ladder"][-1]
    return bool(decision.confidence < options["under"]) and not is_on_top


def shorten_task(text: str) -> str:
    """Return the beginning and the end of a task's text."""
    text = text.strip()
    if len(text) <= _HEAD + _END:
        return text
    return f"{text[:_HEAD]}\n[…]\n{text[-_END:]}"


def _list_kinds(table: Table) -> dict[str, str]:
    """Return the kinds of work that an answer may name, with their meanings."""
    kinds = dict(KINDS)
    for kind, entry in (table.get("kinds") or {}).items():
        words = map(str, entry.get("words") or ())
        kinds[kind] = ", ".join(words) or "a kind of this project"
    return kinds


def _can_change(
    signals: Signals,
    decision: Decision,
    table: Table,
) -> bool:
    """Return whether some answer would give the task another tier: an agent's own line holds whatever it says."""
    tiers = {decide(signals, table, answered=kind).tier for kind in _list_kinds(table)}
    return tiers != {decision.tier}


def _estimate_cost(
    price: Mapping[str, float],
    texts: list[str],
) -> float:
    """Return the US dollars of one question; 0 for a model without a price, such as a local one."""
    shown = sum(map(len, texts)) / _CHARACTERS_PER_TOKEN + _FRAME_TOKENS
    cost = shown * price.get("input", 0) + _OUTPUT_TOKENS * price.get("output", 0)
    return cost / _MILLION


def _read_state(root: str) -> State:
    return fastjson.read_object(local_state.read(root, STATE))


def _write_state(root: str, state: State) -> None:
    local_state.write(
        root,
        STATE,
        data=fastjson.dumps(state).encode(),
    )


def _read_answers(state: State) -> dict[str, str]:
    answers = state.get("answers")
    if not isinstance(answers, dict):
        return {}
    return {task: kind for task, kind in answers.items() if isinstance(kind, str)}


def _read_dollars(state: State) -> float:
    usd = state.get("usd")
    if not isinstance(usd, (int, float)) or not 0 < usd < _MILLION:
        return 0.0
    return usd
