"""The turns of a main conversation: what the person said, what was done, how it ended.

One file of a session's transcript becomes a list of :class:`RecordedTurn`.  Texts are handed on to the
caller and stored nowhere.  Lines of subagents, of compaction and of the client itself are no turn
of the person's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from msgspec.structs import astuple

from tierwise.transcripts.blocks import (
    ContentBlock,
    SaidLine,
    list_blocks,
    read_input,
    read_line,
    read_result,
)
from tierwise.transcripts.typed import read_typed

ANSWER_KEPT = 1_000
"""Characters kept of an answer's end: what "yes, do the second one" refers to."""

ERROR_KEPT = 200
"""Characters kept of what a tool failed with, as the plugin's module keeps them."""

_BUFFER = 1 << 18
"""Bytes: lines of a transcript are long, and the usual buffer holds none of them."""

_INTERRUPTED = "[Request interrupted by user"
_NOT_TYPED = (
    "<task-notification>",
    "<local-command-stdout>",
    "<bash-stdout>",
    "Caveat: ",
)


class _Target(msgspec.Struct, gc=False):
    """What a tool is called with that says what it works on, the most telling first."""

    file_path: str | None = None
    notebook_path: str | None = None
    path: str | None = None
    command: str | None = None
    skill: str | None = None
    subagent_type: str | None = None


class _Steps(msgspec.Struct, gc=False):
    todos: list[msgspec.Raw] = []


_TARGET = msgspec.json.Decoder(_Target)
_STEPS = msgspec.json.Decoder(_Steps)
_ANY_INPUT = msgspec.json.Decoder(dict[str, object])
_LISTS_STEPS = "TodoWrite"


@dataclass
class ToolUse:
    """One call of a tool in a turn."""

    id: str
    name: str
    target: str
    """The file, the shell command or the agent's type that the call names; empty where none."""

    call_id: str = ""
    """The API message that asked for it."""

    failed: bool = False

    items: int = 0
    """Steps of a list of what is to be done."""

    error: str = ""
    """The beginning of what it failed with."""


@dataclass
class RecordedTurn:
    """From one thing that the person said to the next.

    ``text``             what they typed; a slash command as ``/name arguments``
    ``answer_before``    the end of the answer that they had before them
    ``answer``           the end of the answer to this turn
    ``call_ids``         the API messages of the turn, in their order
    """

    session: str
    number: int
    started: str
    text: str
    answer_before: str
    is_planning: bool = False
    is_interrupted: bool = False
    answer: str = ""
    ended: str = ""
    model: str = ""
    tools: list[ToolUse] = field(default_factory=list)
    call_ids: list[str] = field(default_factory=list)


def read_turns(path: Path) -> list[RecordedTurn]:
    """Read the turns of one main transcript, oldest first.  Raises OSError.

    A damaged line costs that line.
    """
    with path.open("rb", buffering=_BUFFER) as handle:
        return collect_turns(handle)


def collect_turns(lines: Iterable[bytes]) -> list[RecordedTurn]:
    """Put the lines of one main transcript together into turns."""
    turns: list[RecordedTurn] = []
    answer = ""
    plan_mode = False
    for line in _decode_lines(lines):
        plan_mode = _reads_as_plan(line, plan_mode)
        if line.type == "assistant":
            if turns:
                _add_answer(turns[-1], line)
                answer = turns[-1].answer or answer
            continue
        text = _find_typed_text(line)
        if text is None:
            if turns:
                _note_results(turns[-1], line)
        elif text.startswith(_INTERRUPTED):
            if turns:
                turns[-1].is_interrupted = True
        else:
            turns.append(_begin_turn(line, len(turns), text, answer, plan_mode))
    return turns


def _decode_lines(lines: Iterable[bytes]) -> Iterator[SaidLine]:
    for data in lines:
        line = read_line(data)
        if line is None or line.isSidechain or line.message is None:
            continue
        if line.type in ("user", "assistant"):
            yield line


def _reads_as_plan(line: SaidLine, plan_mode: bool) -> bool:
    if line.permissionMode is None:
        return plan_mode
    return line.permissionMode == "plan"


def _begin_turn(
    line: SaidLine,
    number: int,
    text: str,
    answer: str,
    is_planning: bool,
) -> RecordedTurn:
    started = line.timestamp or ""
    return RecordedTurn(
        session=line.sessionId or "",
        number=number,
        started=started,
        text=text,
        answer_before=answer,
        is_planning=is_planning,
        ended=started,
    )


def _find_typed_text(line: SaidLine) -> str | None:
    """Return what the person typed; None where the line is a tool's result or the client's own."""
    if line.isMeta or line.isCompactSummary:
        return None
    joined = _join_text(line)
    if joined is None:
        return None
    text = joined.strip()
    if not text or text.startswith(_NOT_TYPED):
        return None
    return read_typed(text)


def _join_text(line: SaidLine) -> str | None:
    """Return a message's text; None where it holds a tool's result."""
    if line.message is None:
        return None
    content = line.message.content
    if isinstance(content, str):
        return content
    texts = []
    for block in content or ():
        if block.type == "tool_result":
            return None
        if block.type == "text" and block.text:
            texts.append(block.text)
    return "\n".join(texts)


def _add_answer(turn: RecordedTurn, line: SaidLine) -> None:
    message = line.message
    if message is None or message.model == "<synthetic>":
        return
    turn.ended = line.timestamp or turn.ended
    turn.model = message.model or turn.model
    if message.id and message.id not in turn.call_ids:
        turn.call_ids.append(message.id)
    for block in list_blocks(line):
        _add_block(turn, block, message.id or "")


def _add_block(
    turn: RecordedTurn,
    block: ContentBlock,
    call_id: str,
) -> None:
    if block.type == "text" and block.text:
        turn.answer = block.text[-ANSWER_KEPT:]
    elif block.type == "tool_use" and block.name:
        turn.tools.append(_read_tool(block, block.name, call_id))


def _note_results(turn: RecordedTurn, line: SaidLine) -> None:
    errors = {}
    for block in list_blocks(line):
        if block.is_error and block.type == "tool_result":
            errors[block.tool_use_id] = read_result(block)[:ERROR_KEPT]
    if errors:
        for tool in turn.tools:
            if tool.id in errors:
                tool.failed = True
                tool.error = errors[tool.id]


def _read_tool(
    block: ContentBlock,
    name: str,
    call_id: str,
) -> ToolUse:
    use = ToolUse(
        block.id or "",
        name,
        _find_target(block),
        call_id,
    )
    if name == _LISTS_STEPS:
        steps = read_input(block, _STEPS)
        if steps is not None:
            use.items = len(steps.todos)
    return use


def _find_target(block: ContentBlock) -> str:
    target = read_input(block, _TARGET)
    if target is None:
        return _search_target(block)
    for value in astuple(target):
        if value is not None:
            return str(value)
    return ""


def _search_target(block: ContentBlock) -> str:
    """Return the target of a call whose other values are of shapes of their own."""
    values = read_input(block, _ANY_INPUT) or {}
    for key in _Target.__struct_fields__:
        value = values.get(key)
        if isinstance(value, str):
            return value
    return ""
