"""The line under Claude Code's prompt: tier, what the session cost, what routing saved.  Standard library only.

The client runs it after every message with the session's facts on standard input, so it reads no transcript: the
spend is the client's own sum, the saving comes from the ledger's rows of the session's finished subagents.
"""

import os
import time

from tierwise import (
    fastjson,
    ledger,
    local_state,
    repo,
)
from tierwise.claude_hooks import limits, spend_note
from tierwise.claude_hooks.modes import mode_of
from tierwise.claude_hooks.turns.conversation import load_memory
from tierwise.domain import table
from tierwise.domain.economics import saved_span, token_span
from tierwise.domain.ladder import AUTOMATED, Ladder, ladder_of
from tierwise.domain.token_prices import find_price
from tierwise.loose import as_mapping
from tierwise.shown import neutralise
from tierwise.transcripts import served

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from tierwise.domain.table_shape import Table

    Row = dict[str, Any]
    Span = tuple[float, float]

_ONE_CENT_LESS = -0.005  # dollars; what is nearer to zero is shown as $0.00
TAIL = 512 << 10
"""Bytes of the ledger in which a session's rows are looked for."""

# The API's counters, and the prices they are charged at; a write without a lifetime lives five minutes.
_PRICED = {
    "input_tokens": "input",
    "output_tokens": "output",
    "cache_creation_input_tokens": "cache_write_5m",
    "cache_read_input_tokens": "cache_read",
}

_ID_OF_ROW = {"stop": "agent_id", "turn": "turn"}
"""The rows of what is finished, with the field that names what finished."""

_KIND_MARKS = tuple(f'"{kind}"'.encode() for kind in _ID_OF_ROW)


def main(arguments: "list[str] | None" = None) -> int:
    """Print the line for the JSON on standard input.  Always 0, and never more than a line: a prompt hangs on it."""
    try:
        words = neutralise(line(_read_all(0)))
        os.write(1, words.encode() + b"\n")
    except Exception:
        return 0
    return 0


def line(raw: bytes) -> str:
    """Return the line for one input of the client's; empty where the input is none."""
    try:
        told = fastjson.loads(raw)
    except ValueError:
        return ""
    if not isinstance(told, dict):
        return ""
    root = repo.find_root(_find_folder(told))
    policy = table.load(root) or table.load_default()
    session = str(told.get("session_id") or "")
    words = [_describe_tier(root, session, told, policy)]
    spent = as_mapping(told.get("cost")).get("total_cost_usd")
    if isinstance(spent, (int, float)):
        words.append(_describe_spend(spent, policy))
        _note_spend(root, told, float(spent), policy)
    words += _describe_limits(root, told, policy)
    if root and session:
        words.append(_describe_saved(root, session, policy))
    return " · ".join(word for word in words if word)


def saved(
    root: str,
    session: str,
    policy: "Table",
) -> "Span":
    """Return what the session cost less than without routing, US dollars, low and high.

    Finished subagents beside the top tier, turns of the main conversation beside the person's own model.

    The report's formula (:mod:`tierwise.domain.economics`): negative where they cost more.
    """
    ladder = ladder_of(policy)
    low = high = 0.0
    for row in _read_rows(root, session):
        if row["row"] == "stop":
            span = _find_saved_by_agent(row, ladder, policy)
        else:
            span = _find_saved_in_turn(row)
        low += span[0]
        high += span[1]
    return low, high


def _find_saved_in_turn(row: "Row") -> "Span":
    """Return what a routed turn cost less than on the person's own model, net of caches."""
    cost = row.get("cost_usd")
    own = row.get("own_usd")
    if row.get("routing") != "on" or not own or not isinstance(own, list):
        return 0.0, 0.0
    amounts = [cost, *own]
    if not all(isinstance(amount, (int, float)) for amount in amounts):
        return 0.0, 0.0
    return own[0] - cost, own[-1] - cost


def _find_saved_by_agent(
    row: "Row",
    ladder: "Ladder",
    policy: "Table",
) -> "Span":
    model = str(row.get("model") or "")
    effort = str(row.get("effort") or "")
    decided = str(row.get("tier") or "")
    top = ladder.model_of(ladder.top)
    cost = _cost_on(model, row, policy)
    there = _cost_on(top, row, policy)
    tier = ladder.tier_of(model, effort, decided)
    if cost is None or there is None or tier in (ladder.top, AUTOMATED):
        return 0.0, 0.0
    steps = 0
    height = ladder.height(model, effort, decided)
    if height is not None:
        steps = len(ladder.names) - 1 - height
    span = token_span(model, top, steps, float)
    return saved_span(cost, there, span)


def _cost_on(
    model: str,
    row: "Row",
    policy: "Table",
) -> "float | None":
    """Return US dollars for a row's tokens on a model; None where the model or the row says nothing."""
    tokens = as_mapping(row.get("tokens"))
    price = find_price(model, policy.get("prices"))
    if not price or not tokens:
        return None
    dollars = 0.0
    for counter, name in _PRICED.items():
        count = tokens.get(counter)
        if isinstance(count, (int, float)):
            dollars += count * price.get(name, 0.0)
    return dollars / 1e6


def _read_rows(root: str, session: str) -> "Iterator[Row]":
    """Yield the session's rows of agents and turns from the ledger's end, the last one of each.

    An agent that was sent back stops again, with all its tokens.
    """
    data = local_state.read_tail(root, ledger.NAME, size=TAIL)
    mark = session.encode()
    found: dict[tuple[str, str], Row] = {}
    for text in data.split(b"\n"):
        if mark not in text:
            continue
        row = _read_row(text)
        name = _ID_OF_ROW.get(str(row.get("row")))
        if name and row.get("session_id") == session:
            key = (name, str(row.get(name)))
            found[key] = row
    yield from found.values()


def _read_row(text: bytes) -> "Row":
    if not any(kind in text for kind in _KIND_MARKS):
        return {}
    return fastjson.read_object(text)


def _describe_saved(
    root: str,
    session: str,
    policy: "Table",
) -> str:
    low, high = saved(root, session, policy)
    if high <= 0:
        return ""
    first = _show_dollars(low)
    last = _show_dollars(high)
    if first == last:
        return f"saved {first}"
    return f"saved {first}–{last}"


def _describe_tier(
    root: "str | None",
    session: str,
    told: "Row",
    policy: "Table",
) -> str:
    """Say on which tier the session is: as it is routed, else as its own model tells."""
    routed = _find_routed_tier(root, session, policy)
    if routed:
        return f"{routed}, routed"
    model = as_mapping(told.get("model"))
    name = str(model.get("id") or "")
    shown = str(model.get("display_name") or name)
    tier = ladder_of(policy).tier_of(name, "")
    if tier in policy["ladder"]:
        return f"{tier} ({shown})"
    return shown


def _find_routed_tier(
    root: "str | None",
    session: str,
    policy: "Table",
) -> str:
    """Return the tier that the session router has the conversation on; empty where it is not routed."""
    routing = (policy.get("session") or {}).get("routing")
    if not root or not session or routing != "on":
        return ""
    memory = load_memory(root, session)
    if memory.paused:
        return ""
    return str(memory.turn.get("tier") or "")


def _describe_limits(
    root: "str | None",
    told: "Row",
    policy: "Table",
) -> "list[str]":
    """Note the subscription's limits, and name those that are reached or will be before they reset."""
    readings = limits.read_status(told.get("rate_limits"))
    is_off = mode_of(os.environ, policy) == "off"
    if not root or not readings or is_off:
        return []
    try:
        windows = limits.note_limits(root, readings)
    except OSError:
        return []  # a read-only folder
    now = time.time()
    walls = []
    for window in windows.values():
        words = limits.describe_wall(window, now)
        if words and window.is_open(now):
            walls.append(words)
    return walls


def _note_spend(
    root: "str | None",
    told: "Row",
    spent: float,
    policy: "Table",
) -> None:
    limit = (policy.get("budget") or {}).get("per_day")
    session = str(told.get("session_id") or "")
    if not root or not session or not limit:
        return
    if not os.path.isdir(os.path.join(root, repo.FOLDER)):
        return

    def count_today() -> "float | None":
        return _calls_today(told.get("transcript_path"), policy)

    try:
        spend_note.note_session(
            root,
            session,
            spent,
            limit,
            count_today,
        )
    except OSError:
        pass  # a read-only folder: there will be no warning


def _calls_today(
    transcript: object,
    policy: "Table",
) -> "float | None":
    """Return what a session's own calls of today cost; None where the client names no transcript."""
    if not isinstance(transcript, str) or not transcript:
        return None
    today = spend_note.today()
    dollars = 0.0
    for path in (transcript, *served.agents_of(transcript)):
        for model, tokens in served.read_day(path, today):
            dollars += _cost_on(model, {"tokens": tokens}, policy) or 0.0
    return dollars


def _describe_spend(spent: float, policy: "Table") -> str:
    shown = _show_dollars(spent)
    limit = (policy.get("budget") or {}).get("per_session")
    if not limit:
        return f"{shown} session"
    return f"{shown} of {_show_dollars(limit)}"


def _find_folder(told: "Row") -> str:
    workspace = as_mapping(told.get("workspace"))
    return str(
        workspace.get("project_dir")
        or workspace.get("current_dir")
        or told.get("cwd")
        or os.getcwd()
    )


def _show_dollars(amount: float) -> str:
    shown = f"${abs(amount):.2f}"
    if amount <= _ONE_CENT_LESS:
        return f"-{shown}"
    return shown


def _read_all(descriptor: int) -> bytes:
    pieces = []
    while piece := os.read(descriptor, 1 << 16):
        pieces.append(piece)
    return b"".join(pieces)
