"""What the person has decided about a conversation's routing, as its transcript tells of it.

Live, `tierwise session` writes it down and a changed model tells of `/model`; afterwards the commands
that were run and the models that served before and after a `/model` tell the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tierwise.transcripts.turns import RecordedTurn
from tierwise.transcripts.typed import is_command

_CHOOSES_MODEL = "/model"
_TYPED_IN_SHELL = "<bash-input>"
_SESSION = re.compile(r"(?:^|[>;&|]\s*)tierwise session (pin|pause|resume)\b(?: ([\w-]+))?")


class Standing:
    """Whether the router acts on the conversation's turns, and the tier that is pinned; empty without."""

    def __init__(self) -> None:
        self.is_paused = False
        self.pinned = ""
        self._model = ""
        self._has_chosen = False

    def begin_turn(
        self,
        turn: RecordedTurn,
        requested: str = "",
    ) -> bool:
        """Take in what was typed; return whether the turn keeps the models that served it.

        So does one of a paused conversation, and a command that brought a model of its own.
        ``requested``: the tier that the person named for it.
        """
        if not turn.call_ids:
            self._has_chosen |= turn.text.split(maxsplit=1)[:1] == [_CHOOSES_MODEL]
            return self.is_paused
        is_other = self._model not in ("", turn.model)
        if requested or is_command(turn.text):
            return self.is_paused or is_other
        if is_other and self._has_chosen:
            self.is_paused = True
        self._has_chosen = False
        self._model = turn.model
        return self.is_paused

    def end_turn(self, turn: RecordedTurn) -> None:
        """Take in what the turn ran: it holds from the next one on."""
        for action, tier in _find_actions(turn):
            self.is_paused = action == "pause" or (self.is_paused and action == "pin")
            if action == "pin":
                self.pinned = tier
            elif action == "resume":
                self.pinned = ""


def _find_actions(turn: RecordedTurn) -> Iterator[tuple[str, str]]:
    for command in _list_commands(turn):
        for found in _SESSION.finditer(command):
            yield found[1], found[2] or ""


def _list_commands(turn: RecordedTurn) -> Iterable[str]:
    if turn.text.startswith(_TYPED_IN_SHELL):
        yield turn.text
    for tool in turn.tools:
        if tool.name == "Bash" and not tool.failed:
            yield tool.target
