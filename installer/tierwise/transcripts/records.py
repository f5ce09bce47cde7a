"""The shapes a cost report stands on: one record per API call, what was read, and what a session said itself.

A record is frozen and holds no prompt text and no account data: names, ids and counts only.  Times are whole
milliseconds since 1970 in UTC, so that sorting and window tests are integer comparisons.
"""

from datetime import datetime, timezone, tzinfo
from decimal import Decimal
from enum import Enum
from typing import Annotated, NamedTuple

import msgspec

MAIN = "main"
"""The ``agent`` of a record of the main conversation."""

UNKNOWN = "unknown"
"""The ``agent`` of a delegated call whose type no source names."""

CODEX_PREFIX = "codex:"
"""What the ``message_id`` of a call from Codex's records begins with."""


class Part(NamedTuple):
    """The tokens of one model pass inside a request: what a long-prompt price band is chosen by."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_write_5m_tokens: int = 0
    cache_write_1h_tokens: int = 0
    cache_read_tokens: int = 0


class Merge(Enum):
    """What becomes of a field where two rows tell of one call; without a rule the row nearest to its origin says it."""

    LARGEST = "the larger of both"
    KNOWN = "what the nearest row says, else the other's"
    KNOWN_IN_PLACE = (
        "the same, but never another place's: a main conversation's call is no subagent's"
    )
    BOTH = "true where both rows say so"
    OWN = "a rule of its own in tierwise.transcripts.merge"


_Largest = Annotated[int, Merge.LARGEST]
_Known = Annotated[str, Merge.KNOWN]
_KnownInPlace = Annotated[str, Merge.KNOWN_IN_PLACE]
_Both = Annotated[bool, Merge.BOTH]


class UsageRecord(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One API call that was paid for, however many lines and files it was written to.

    New fields go to the end with a default (the store keeps these records as arrays) and with their rule of merging.
    """

    message_id: str
    """``message.id``, unique over all files; ``ID#advisor_message:0`` and so on for a call made inside it,
    and ``uuid:...`` for the few rows without an id."""
    session: str
    model: str
    """The full model id as the API wrote it."""
    timestamp: Annotated[int, Merge.KNOWN]
    """Milliseconds since 1970, UTC; 0 where no row had a readable one."""
    agent: _KnownInPlace = MAIN
    """``main``, the subagent's type, or ``unknown``."""
    is_main: bool = True
    project: _Known = ""
    """The working directory the client wrote; the folder's name is lossy and is never reversed."""
    branch: _Known = ""
    effort: _Known = ""
    """``low`` ... ``max``, or empty: the client writes none for models that have no effort."""
    version: _Known = ""
    """The client's version."""
    input_tokens: _Largest = 0
    output_tokens: _Largest = 0
    """Thinking included."""
    thinking_tokens: _Largest = 0
    """The part of ``output_tokens`` that was thinking, where the client wrote it."""
    cache_write_5m_tokens: Annotated[int, Merge.OWN] = 0
    cache_write_1h_tokens: Annotated[int, Merge.OWN] = 0
    cache_read_tokens: _Largest = 0
    web_searches: _Largest = 0
    fast: Annotated[bool, Merge.KNOWN] = False
    geo: _Known = ""
    """``us`` where the call asked for inference there; empty otherwise."""
    output_lower_bound: _Both = False
    """Only a snapshot from the start of the stream was written: the true output is at least this."""
    kind: str = "message"
    """``message``, or the iteration's type: ``advisor_message``, ``fallback_message``, ``compaction``."""
    agent_id: _KnownInPlace = ""
    """The subagent's id (joins the ledger, with ``session``); empty in the main conversation."""
    tool_use_id: _KnownInPlace = ""
    """The ``Agent`` call that started the subagent (joins the ledger, with ``session``)."""
    parts: Annotated[tuple[Part, ...], Merge.OWN] = ()
    """The passes of a call that made more than one (a server tool ran between them); empty for one pass."""
    forked: _Both = False
    """Known only from a fork's copy: the session it was first made in is not among what was read."""
    rows: Annotated[int, Merge.OWN] = 1
    """How many rows told of the call; 1 for a call inside another."""
    request: int = 0
    """A checksum of the API's request id; 0 where the client wrote none (other endpoints)."""

    @property
    def cache_write_tokens(self) -> int:
        """Cache writes of both lifetimes."""
        return self.cache_write_5m_tokens + self.cache_write_1h_tokens

    @property
    def prompt(self) -> tuple[int, int, int]:
        """Input, cache writes and cache reads: what every whole row of one call agrees in."""
        return self.input_tokens, self.cache_write_tokens, self.cache_read_tokens

    @property
    def tokens(self) -> int:
        """Every token that has a price."""
        return self.prompt_tokens + self.output_tokens

    @property
    def prompt_tokens(self) -> int:
        """The whole prompt: input, cache writes and cache reads."""
        written = self.cache_write_5m_tokens + self.cache_write_1h_tokens
        return self.input_tokens + written + self.cache_read_tokens

    def when(self, zone: tzinfo = timezone.utc) -> datetime:
        """Return the call's time in ``zone``."""
        return datetime.fromtimestamp(
            self.timestamp / 1000,
            zone,
        )


class ModelTotal(msgspec.Struct, frozen=True, array_like=True):
    """What the client itself counted for one model of one session."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    web_searches: int = 0
    cost_usd: float = 0.0


class CostState(msgspec.Struct, frozen=True, array_like=True):
    """The client's own cumulative bill of one interactive session, written when it ends.

    It holds background calls and final outputs that no line of the transcript has, so it is what a session's
    records are reconciled with; it has no per-call or per-agent detail.
    """

    session: str
    cost_usd: float = 0.0
    models: dict[str, ModelTotal] = {}
    unknown_model_cost: bool = False


class PullRequest(msgspec.Struct, frozen=True, array_like=True):
    """A session's link to a pull request, which the client writes when one is opened or looked at."""

    session: str
    name: str
    """``OWNER/NAME#NUMBER``."""
    linked: int
    """Milliseconds since 1970, UTC; the first time."""


class CodexCoverage(msgspec.Struct, frozen=True):
    """What of a reading came from Codex's session records; ``calls`` and ``copies`` on the window."""

    files: int
    calls: int
    copies: int
    """Counts in the files of forks and subagents that told of a call again."""


class Coverage(msgspec.Struct, frozen=True):
    """What a reading stood on: up to ``gone_files`` all that is there, from ``usage_rows`` on the window."""

    files: int = 0
    bytes: int = 0
    lines: int = 0
    damaged_lines: int = 0
    """Torn, cut or otherwise not a JSON object; each was passed over."""
    unreadable_files: int = 0
    gone_files: int = 0
    """Files no longer there whose records the store kept."""
    usage_rows: int = 0
    """Rows that told of the calls, before merging."""
    duplicate_rows: int = 0
    """Rows merged away: repeats for each content block, forks, replays, copies in a parent's file."""
    shared_id_records: int = 0
    """Calls that have their ``message.id`` from a call before them and are none of its copies."""
    records: int = 0
    lower_bound_records: int = 0
    sessions: int = 0
    codex: CodexCoverage | None = None
    """None where Codex's records were not asked for."""


class Usage(msgspec.Struct, frozen=True):
    """What :func:`tierwise.transcripts.read.read_usage` returns."""

    records: list[UsageRecord]
    """Of the window, sorted by time, then id."""
    coverage: Coverage
    cost_states: dict[str, CostState]
    """By session, for the sessions of the window; the largest each wrote."""
    forked_from: dict[str, dict[str, int]] = {}
    """For a session with a bill that begins with copies of others' calls: until when (milliseconds) each other's."""
    pull_requests: dict[str, list[PullRequest]] = {}
    """By session, in order of time."""


class Priced(NamedTuple):
    """One record's cost in US dollars at list price, or why there is none."""

    cost: Decimal | None
    """None when the model has no known price; never 0 for that reason."""
    unpriced_tokens: int = 0
