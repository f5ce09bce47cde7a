"""What the plugin's module is to ask a small model before an event is answered (`routing.ask`).

The module asks the hook; where the hook answers with a question, the module puts it to the client's own
`$.model.classify` and asks the hook again, with what the model said.  Without an answer the local reading stands.
"""

from tierwise.claude_hooks import fault_log
from tierwise.claude_hooks.modes import mode_of
from tierwise.loose import as_count, as_text
from tierwise.routing.asking import (
    Asking,
    Question,
    find_options,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tierwise.classify.signals import Signals
    from tierwise.claude_hooks.event import Event
    from tierwise.domain.ledger_rows import AskRow
    from tierwise.domain.table_shape import Table
    from tierwise.routing.decision import Decision


LABEL_KEPT = 200


class ModuleQuestion:
    """The question of one event.  ``answer``: what the hook answers to have it put; empty where there is none."""

    def __init__(
        self,
        event: "Event",
        table: "Table",
        where: str,
    ) -> None:
        self._event = event
        self._where = where
        self._asking = Asking(event.root or "", table)
        self.answer: dict[str, Any] = {}

    def consult(
        self,
        text: str,
        signals: "Signals",
        decision: "Decision",
    ) -> str:
        """Return the kind of work that a model named; empty where none did, and where it is to be asked first."""
        try:
            known = self._asking.find_answer(text, decision)
            if known:
                return known
            question = self._asking.make_question(
                text,
                signals,
                decision,
            )
            if question is None:
                return ""
            if self._event.object("answered").get("id") == question.id:
                self._take_answer(question)
                return self._asking.find_answer(text, decision)
            if self._asking.reserve_cost(question.usd):
                self._write_question(question)
        except OSError as error:  # a full disk or a read-only folder: the local reading stands
            fault_log.note(
                self._event.root,
                self._event.name,
                error,
            )
        return ""

    def _write_question(self, question: Question) -> None:
        put = {
            "id": question.id,
            "text": question.text,
            "labels": question.labels,
            "model": question.model,
        }
        self.answer = {"question": put}

    def _take_answer(self, question: Question) -> None:
        told = self._event.object("answered")
        fault = str(told.get("fault") or "")
        row: AskRow = {
            "session_id": self._event.session_id,
            "where": self._where,
            "ms": as_count(told.get("ms")),
            "usd": question.usd,
            "fault": fault[:LABEL_KEPT],
        }
        self._asking.note_answer(
            question,
            as_text(told.get("label")),
            row,
        )


def may_ask(event: "Event", table: "Table") -> bool:
    """Return whether the policy has a model asked that the client itself can serve, and is enforced."""
    options = find_options(table)
    if options is None or event.root is None:
        return False
    provider = table["tiers"][options["tier"]].get("provider")
    return provider == "claude" and mode_of(event.environ, table) == "enforce"


def answer_agent_call(event: "Event") -> "dict[str, Any]":
    """Answer ``AgentCall``: the question to put before the hook on this call decides; empty for none."""
    from tierwise.claude_hooks import live, sparing
    from tierwise.claude_hooks.requested import Asked
    from tierwise.claude_hooks.spawn import FORK

    table, _ = sparing.spare_limits(
        event.root,
        live.current(event.root).table,
    )
    if not event.is_spawn or not may_ask(event, table):
        return {}
    asked = Asked(event, table, "enforce")
    if (
        asked.decision.answered
        or asked.agent == FORK
        or asked.marked
        or asked.list_named().get("model")
    ):
        return {}
    if asked.assign().pinned:
        return {}
    question = ModuleQuestion(event, table, "spawn")
    question.consult(asked.text, asked.signals, asked.decision)
    return question.answer
