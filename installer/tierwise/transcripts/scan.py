"""One transcript file, or what was added to it, to what it tells.

Bytes in, records out, line by line: a line without ``"usage"`` and without a session's own bill is only
counted.  A last line without its newline is still being written, so it is told apart from the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from io import FileIO
from zlib import crc32

from tierwise.transcripts import decode
from tierwise.transcripts.merge import (
    is_call,
    is_one_pass,
    milliseconds,
    side_calls,
    split_writes,
)
from tierwise.transcripts.origin import Origin, find_caller
from tierwise.transcripts.reading import FileReading, Note, keep_one
from tierwise.transcripts.records import (
    CostState,
    ModelTotal,
    PullRequest,
    UsageRecord,
)

_SHORT = 1024
"""A line up to this length is checked to be JSON even where it tells of no call; of a longer one, both ends."""

_END = 2048
"""Bytes from the end of a line that its usage and what follows it commonly fit in."""

_HEAD = 256
"""Bytes from a line's start in which the client says that it is a session's bill."""

_LAST = 64
"""Bytes at a line's end in which its last brace stands."""

_BLOCK = 1 << 17
"""Bytes that are read at once: as many as stay near the processor."""

_BILL = re.compile(rb'"type":\s*"cost-state"')
_USAGE = b'"usage"'
_GEOS: dict[str | None, str] = {"us": "us"}
"""Where inference was asked for, as far as it has a price of its own."""

# The beginnings of long lines that tell of no call unless their end does, as the client writes them: attachments,
# metadata and results of tools.  It only saves searching them: a line spelled otherwise is searched.
_ENVELOPE = rb'\{"parentUuid":(?:null|"[^"]*"),"isSidechain":(?:true|false),(?:"(?:promptId|agentId)":"[^"]*",)*'
_METADATA = rb'\{"type":"(?:api-request|file-history|queue-op)'
_SILENT = re.compile(_METADATA + b"|" + _ENVELOPE + b'(?:"attachment"|"type":"user","message")')

READER_VERSION = 4
"""Of what lines mean.  Raise it with every change of that: the store reads older rows again where the files are there."""


def scan(
    handle: FileIO,
    start: Origin,
    progress: Callable[[int], None] | None = None,
) -> tuple[FileReading, FileReading, int]:
    """Read from where ``handle``, unbuffered, stands to the end of the file.

    Returns the reading of the whole lines, that of an unfinished last line, and the number of bytes of the
    former.  ``progress`` is called now and then with the bytes read since.
    """
    reader, tail = _Reader(start), _Reader(start)
    block = bytearray(2 * _BLOCK)
    filled = size = 0
    while True:
        if filled + _BLOCK > len(block):
            block = block + bytes(len(block))  # a line longer than a block
        view = memoryview(block)
        read = handle.readinto(view[filled : filled + _BLOCK])
        if not read:
            break
        whole = block.rfind(b"\n", filled, filled + read) + 1
        filled += read
        if not whole:
            continue
        reader.take_lines(block, whole)
        size += whole
        if progress:
            progress(whole)
        view[: filled - whole] = view[whole:filled]
        filled -= whole
    tail.take_lines(block, filled)
    return reader.reading, tail.reading, size


class _Reader:
    """Takes lines and fills a reading.  It remembers the last call, because a call's rows follow each other.

    A line is told by its place in a block, so that one that tells of nothing is never copied.
    """

    def __init__(self, start: Origin) -> None:
        self.reading = FileReading()
        self.start = start
        self.last: decode.Line | None = None
        self.last_name = ""

    def take_lines(
        self,
        block: bytearray,
        end: int,
    ) -> None:
        """Take the lines that ``block`` begins with, up to ``end``; the last may lack its newline."""
        view = memoryview(block)
        lines = start = 0
        while start < end:
            stop = block.find(b"\n", start, end) + 1 or end
            # Usage is an object and follows the content: its name stands before the last brace, near the end.
            near_end = max(start, stop - _END)
            brace = block.rfind(b"{", near_end, stop)
            if brace > near_end and block.rfind(_USAGE, near_end, brace) >= 0:
                self._take_usage(bytes(view[start:stop]))
            elif stop - start <= _SHORT:
                self._take_short_line(bytes(view[start:stop]))
            elif not _SILENT.match(block, start, stop):
                self._take_long_line(bytes(view[start:stop]))
            elif not _ends_object(block[stop - _LAST : stop]):
                self.reading.damaged += 1
            start = stop
            lines += 1
        self.reading.lines += lines

    def _take_short_line(self, line: bytes) -> None:
        kind = decode.read_kind(line)
        if kind == "cost-state":
            self._take_bill(line)
        elif kind == "pr-link":
            self._take_link(line)
        elif kind is None and not line.isspace():
            self.reading.damaged += 1

    def _take_long_line(self, line: bytes) -> None:
        if _BILL.search(line, 0, _HEAD):  # a session of several models has a long bill
            self._take_bill(line)
        elif _USAGE in line:
            self._take_usage(line)
        elif not (line.startswith(b"{") and _ends_object(line[-_LAST:])):
            self.reading.damaged += 1

    def _take_usage(self, line: bytes) -> None:
        data = decode.read_line(line)
        if data is None:
            self._count_damaged(line)
        elif data.message is not None:
            if data.type == "user":
                self._take_note(line)
            elif is_call(data.message):
                if self.last is not None and _is_repeat(data, self.last):
                    self.reading.count_row(self.last_name)
                else:
                    self._take_call(data, data.message, line)
                    self.last = None
                    if _is_complete(data):
                        self.last = data
        elif data.data is not None and data.data.message is not None:
            self._take_copy(
                data,
                data.data,
                data.data.message,
                line,
            )

    def _count_damaged(self, line: bytes) -> None:
        """Count a line that tells of usage and cannot be read, unless it is of a kind that is none of ours."""
        if decode.read(decode.OBJECT, line) is not None and b'"assistant"' not in line:
            return
        self.reading.damaged += 1
        for whole in decode.whole_lines(line):
            if decode.read_line(whole) is not None:
                self._take_usage(whole)

    def _take_call(
        self,
        data: decode.Line,
        message: decode.Message,
        line: bytes,
    ) -> None:
        usage = message.usage or decode.UsageBlock()
        call = self._make_record(data, message, usage, line)
        if is_one_pass(usage):
            self.last_name = self.reading.add(call)
            return
        names = [self.reading.add(record) for record in side_calls(call, usage)]
        self.last_name = names[0]

    def _make_record(
        self, data: decode.Line, message: decode.Message, usage: decode.UsageBlock, line: bytes
    ) -> UsageRecord:
        caller = find_caller(self.start, data)
        short, long = split_writes(usage)
        return UsageRecord(
            message_id=message.id or _made_up_id(data, line),
            session=keep_one(caller.session),
            model=keep_one(message.model or "unknown"),
            timestamp=milliseconds(data.timestamp),
            agent=keep_one(caller.agent),
            is_main=caller.is_main,
            project=keep_one(data.cwd or ""),
            branch=keep_one(data.gitBranch or ""),
            effort=keep_one(data.effort or ""),
            version=keep_one(data.version or ""),
            input_tokens=usage.input_tokens or 0,
            output_tokens=usage.output_tokens or 0,
            thinking_tokens=_count_thinking(usage),
            cache_write_5m_tokens=short,
            cache_write_1h_tokens=long,
            cache_read_tokens=usage.cache_read_input_tokens or 0,
            web_searches=_count_searches(usage),
            fast=usage.speed == "fast",
            geo=_GEOS.get(usage.inference_geo, ""),
            output_lower_bound=message.stop_reason is None,
            agent_id=keep_one(caller.agent_id),
            tool_use_id=caller.tool_use_id,
            forked=data.forkedFrom is not None,
            request=_sum_request(data.requestId),
        )

    def _take_copy(
        self,
        data: decode.Line,
        progress: decode.Progress,
        copy: decode.Embedded,
        line: bytes,
    ) -> None:
        """Take the parent's copy of a subagent's line, as if the line stood in the subagent's own file."""
        self.last = None
        if copy.message is None or not is_call(copy.message):
            return
        data.isSidechain = True
        data.agentId = progress.agentId
        data.timestamp = copy.timestamp or data.timestamp
        data.uuid = copy.uuid or data.uuid
        data.requestId = copy.requestId
        self._take_call(data, copy.message, line)

    def _take_note(self, line: bytes) -> None:
        """Take the agent's id and type from the result of an ``Agent`` call; its usage is the last call's: passed over."""
        data = decode.read(decode.RESULT_LINE, line)
        if data is None or data.message is None:
            return
        result = decode.read(
            decode.TOOL_RESULT,
            data.toolUseResult,
        )
        if result is None or not result.agentId:
            return
        blocks = decode.read(
            decode.TOOL_RESULT_BLOCKS,
            data.message.content,
        )
        used = next(
            (block.tool_use_id for block in blocks or () if block.tool_use_id),
            "",
        )
        self.reading.notes[result.agentId] = Note(
            result.agentType or "",
            used,
        )

    def _take_bill(self, line: bytes) -> None:
        state = decode.read(decode.STATE, line)
        if state is None:
            self.reading.damaged += 1
            return
        session = state.sessionId or self.start.session
        if state.type == "cost-state" and session:
            self.reading.bill(_cost_state(state, session))

    def _take_link(self, line: bytes) -> None:
        found = decode.read(decode.PULL_REQUEST, line)
        if found is None:
            self.reading.damaged += 1
            return
        session = found.sessionId or self.start.session
        if found.type == "pr-link" and session and found.prNumber and found.prRepository:
            name = f"{found.prRepository}#{found.prNumber}"
            self.reading.link(PullRequest(session, name, milliseconds(found.timestamp)))


def _ends_object(end: bytes | bytearray) -> bool:
    return end.rstrip().endswith(b"}")


def _count_thinking(usage: decode.UsageBlock) -> int:
    details = usage.output_tokens_details
    if details is None:
        return 0
    return details.thinking_tokens or 0


def _count_searches(usage: decode.UsageBlock) -> int:
    use = usage.server_tool_use
    if use is None:
        return 0
    return use.web_search_requests or 0


def _sum_request(request_id: str | None) -> int:
    if not request_id:
        return 0
    return crc32(request_id.encode())


def _made_up_id(data: decode.Line, line: bytes) -> str:
    if data.uuid:
        return f"uuid:{data.uuid}"
    from hashlib import blake2b  # loads OpenSSL, and nearly every row has an id

    row = blake2b(line.strip(), digest_size=12)
    return f"row:{row.hexdigest()}"


def _is_repeat(data: decode.Line, last: decode.Line) -> bool:
    """Return whether a row says nothing that the row before it did not say: the next content block of the same call."""
    uuid, timestamp = data.uuid, data.timestamp
    if (timestamp or "") < (last.timestamp or ""):
        return False
    # Two structs are compared field by field without a call of Python's; these two may differ.
    data.uuid, data.timestamp = last.uuid, last.timestamp
    same = data == last
    data.uuid, data.timestamp = uuid, timestamp
    return same


def _is_complete(data: decode.Line) -> bool:
    """Return whether a row says all there is to say of the place, so that a later one can add nothing to it."""
    has_place = bool(data.cwd) and data.gitBranch is not None and bool(data.timestamp)
    return has_place and data.message is not None and bool(data.message.id)


def _cost_state(state: decode.CostStateLine, session: str) -> CostState:
    models = {
        model: ModelTotal(
            total.inputTokens or 0,
            total.outputTokens or 0,
            total.cacheReadInputTokens or 0,
            total.cacheCreationInputTokens or 0,
            total.webSearchRequests or 0,
            total.costUSD or 0.0,
        )
        for model, total in (state.modelUsage or {}).items()
    }
    total = state.totalCostUSD or 0.0
    return CostState(
        session,
        total,
        models,
        bool(state.hasUnknownModelCost),
    )
