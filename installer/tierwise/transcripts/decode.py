"""The parts of a transcript line that tell of money, as msgspec reads them out of the bytes.

Only the named fields are built; message content, tool inputs and everything else is skipped over, so a
``null`` in a tool's input can do no harm.  Every field may be absent or null: clients of two years differ.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import UNSET, Raw, UnsetType

LARGEST_COUNT = (1 << 63) - 1
"""The largest count that a row may state: what the store and every database hold."""

Count = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_COUNT)]
"""How many tokens or searches; a row with a negative or an endless one is damaged."""

Dollars = Annotated[float, msgspec.Meta(ge=0)]


class CacheCreation(msgspec.Struct, gc=False):
    ephemeral_5m_input_tokens: Count | None = None
    ephemeral_1h_input_tokens: Count | None = None


class ServerToolUse(msgspec.Struct, gc=False):
    web_search_requests: Count | None = None


class OutputDetails(msgspec.Struct, gc=False):
    thinking_tokens: Count | None = None


class Tokens(msgspec.Struct, gc=False):
    """The token counts that a whole call and one of its iterations share."""

    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cache_creation_input_tokens: Count | None = None
    cache_read_input_tokens: Count | None = None
    cache_creation: CacheCreation | None = None


class Iteration(Tokens, gc=False):
    type: str | None = None
    model: str | None = None


class UsageBlock(Tokens, gc=False):
    """``message.usage``."""

    output_tokens_details: OutputDetails | None = None
    server_tool_use: ServerToolUse | None = None
    speed: str | None = None
    inference_geo: str | None = None
    iterations: list[Iteration] | None = None


class Message(msgspec.Struct, gc=False):
    id: str | None = None
    model: str | None = None
    usage: UsageBlock | None = None
    stop_reason: str | UnsetType | None = UNSET


class Embedded(msgspec.Struct, gc=False):
    """The copy of a subagent's line inside an ``agent_progress`` line."""

    uuid: str | None = None
    timestamp: str | None = None
    message: Message | None = None
    effort: str | None = None
    requestId: str | None = None  # noqa: N815  the client's spelling, here and below


class Progress(msgspec.Struct, gc=False):
    agentId: str | None = None  # noqa: N815
    message: Embedded | None = None


class Line(msgspec.Struct, gc=False):
    type: str | None = None
    uuid: str | None = None
    timestamp: str | None = None
    sessionId: str | None = None  # noqa: N815
    isSidechain: bool | None = None  # noqa: N815
    agentId: str | None = None  # noqa: N815
    cwd: str | None = None
    gitBranch: str | None = None  # noqa: N815
    version: str | None = None
    effort: str | None = None
    attributionAgent: str | None = None  # noqa: N815
    requestId: str | None = None  # noqa: N815
    message: Message | None = None
    data: Progress | None = None
    forkedFrom: object = None  # noqa: N815


class ResultMessage(msgspec.Struct, gc=False):
    content: Raw = Raw(b"null")


class ResultLine(msgspec.Struct, gc=False):
    """A line with the result of a tool."""

    message: ResultMessage | None = None
    toolUseResult: Raw = Raw(b"null")  # noqa: N815


class ToolResult(msgspec.Struct, gc=False):
    """``toolUseResult`` of a foreground ``Agent`` call.  Its ``usage`` is the last call's, not the agent's."""

    agentId: str | None = None  # noqa: N815
    agentType: str | None = None  # noqa: N815


class ToolResultBlock(msgspec.Struct, gc=False):
    tool_use_id: str | None = None


class Meta(msgspec.Struct, gc=False):
    """``agent-*.meta.json``."""

    agentType: str | None = None  # noqa: N815
    toolUseId: str | None = None  # noqa: N815


class StateModel(msgspec.Struct, gc=False):
    inputTokens: Count | None = None  # noqa: N815
    outputTokens: Count | None = None  # noqa: N815
    cacheReadInputTokens: Count | None = None  # noqa: N815
    cacheCreationInputTokens: Count | None = None  # noqa: N815
    webSearchRequests: Count | None = None  # noqa: N815
    costUSD: Dollars | None = None  # noqa: N815


class CostStateLine(msgspec.Struct, gc=False):
    """A ``cost-state`` line."""

    type: str | None = None
    sessionId: str | None = None  # noqa: N815
    totalCostUSD: Dollars | None = None  # noqa: N815
    modelUsage: dict[str, StateModel] | None = None  # noqa: N815
    hasUnknownModelCost: bool | None = None  # noqa: N815


class PullRequestLine(msgspec.Struct, gc=False):
    """A ``pr-link`` line; its names are the client's."""

    type: str | None = None
    sessionId: str | None = None  # noqa: N815
    prNumber: Count | None = None  # noqa: N815
    prRepository: str | None = None  # noqa: N815
    timestamp: str | None = None


class Nothing(msgspec.Struct, gc=False):
    """Any JSON object; decoding one only checks that it is one."""


class LineKind(msgspec.Struct, gc=False):
    """What a line is, for those whose kind is all there is to know."""

    type: str = ""


_Shape = TypeVar("_Shape")

LINE = msgspec.json.Decoder(Line)
RESULT_LINE = msgspec.json.Decoder(ResultLine)
TOOL_RESULT = msgspec.json.Decoder(ToolResult)
TOOL_RESULT_BLOCKS = msgspec.json.Decoder(list[ToolResultBlock])
META = msgspec.json.Decoder(Meta)
STATE = msgspec.json.Decoder(CostStateLine)
PULL_REQUEST = msgspec.json.Decoder(PullRequestLine)
KIND = msgspec.json.Decoder(LineKind)
OBJECT = msgspec.json.Decoder(Nothing)
ANY_OBJECT = msgspec.json.Decoder(dict[str, Any])


UNREADABLE = (
    msgspec.DecodeError,
    UnicodeDecodeError,
    RecursionError,
)


def read(
    decoder: msgspec.json.Decoder[_Shape],
    data: bytes | Raw,
) -> _Shape | None:
    """Return what ``data`` holds; None where it is not JSON, or not of the decoder's shape.

    A byte that is no UTF-8 costs the character, not the line, and so does half of a surrogate pair: clients write
    ``\\ud83d`` where they cut a text inside an emoji, and msgspec takes none.
    """
    try:
        return decoder.decode(data)
    except UNREADABLE:
        pass
    try:
        return decoder.decode(json.dumps(_clean_value(_load_json(data))))
    except (*UNREADABLE, ValueError):
        return None


def _load_json(data: bytes | Raw) -> object:
    return json.loads(
        bytes(data).decode("utf-8", "replace"),
        strict=False,
    )


def _clean_value(value: Any) -> Any:
    """Return the value with whole characters only, and whole numbers where a writer made floats of them."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_clean_value(key): _clean_value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean_value(item) for item in value]
    if isinstance(value, float):
        return _clean_number(value)
    return value


def _clean_number(value: float) -> int | float | None:
    if value.is_integer():
        return int(value)
    if math.isfinite(value):
        return value
    return None


def read_kind(line: bytes) -> str | None:
    """Return a line's ``type``, empty where it names none; None where the line is no JSON object."""
    try:
        return KIND.decode(line).type
    except UNREADABLE:
        kind = read(KIND, line)
    if kind is not None:
        return kind.type
    if read(OBJECT, line) is None:
        return None
    return ""


_NEEDED = (
    "type",
    "uuid",
    "sessionId",
    "isSidechain",
    "agentId",
    "message",
)
_WORDS = (
    "timestamp",
    "cwd",
    "gitBranch",
    "version",
    "effort",
    "attributionAgent",
    "requestId",
)
_OF_MESSAGE = ("id", "model", "usage", "stop_reason")


def read_line(line: bytes) -> Line | None:
    """Return a line's parts; None where it is no JSON object, or its parts are of no known shape.

    A field of a shape this reader does not know costs that field, as long as it is none that money hangs on.
    """
    try:
        return LINE.decode(line)
    except UNREADABLE:
        data = read(LINE, line)
    if data is not None:
        return data
    loose = read(ANY_OBJECT, line)
    if loose is None:
        return None
    kept = _keep_fields(loose, _NEEDED)
    for name, value in _keep_fields(loose, _WORDS).items():
        if isinstance(value, str):
            kept[name] = value
    message = kept.get("message")
    if isinstance(message, dict):
        kept["message"] = _keep_fields(message, _OF_MESSAGE)
    try:
        return msgspec.convert(kept, Line)
    except msgspec.ValidationError:
        return None


def _keep_fields(
    loose: dict[str, Any],
    names: Iterable[str],
) -> dict[str, Any]:
    return {name: loose[name] for name in names if name in loose}


_OPENING = re.compile(r'\{\s*"')
_TRIES = 500
"""Braces to try in one damaged line: those in a torn line's content come to nothing."""


def whole_lines(line: bytes) -> list[bytes]:
    """Return the whole lines in a damaged one: a crash leaves one torn, and the next begins right behind it."""
    text = line.decode("utf-8", "replace")
    decoder = json.JSONDecoder()
    found, at = [], 0
    for _ in range(_TRIES):
        opening = _OPENING.search(text, at)
        if opening is None:
            break
        try:
            data, at = decoder.raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            at = opening.start() + 1
            continue
        if "sessionId" in data:  # else an object inside the torn line
            found.append(text[opening.start() : at].encode())
    return found
