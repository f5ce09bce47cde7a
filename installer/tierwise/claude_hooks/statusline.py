"""The line under Claude Code's prompt: tier, what the session cost, what routing saved.  Standard library only.

The client runs it after every message with the session's facts on standard input, so it reads no transcript: the
spend is the client's own sum, the saving comes from the ledger's rows of the session's finished subagents.
"""

import os
import time

from tierwise import fastjson, ledger, local_state, repo
from tierwise.claude_hooks import limits, spend_note
from tierwise.claude_hooks.conversation import load_memory
from tierwise.claude_hooks.modes import mode_of
from tierwise.domain import table
from tierwise.domain.economics import saved_span, token_span
from tierwise.domain.ladder import AUTOMATED, Ladder, ladder_of
from tierwise.domain.token_prices import find_price
from tierwise.shown import neutralise
from tierwise.transcripts import served

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

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
    """The line for one input of the client's; empty where the input is none."""
    try:
        told = fastjson.loads(raw)
    except ValueError:
        return ""
    if not isinstance(told, dict):
        return ""
    root = repo.find_root(_find_folder(told))
    policy = table.load(root) or table.load_default()
    model, session = _read_object(told, "model"), str(told.get("session_id") or "")
    own = _tier_words(policy, str(model.get("id") or ""), str(model.get("display_name") or ""))
    words = [_routed_words(root, session, policy) or own]
    spent = _read_object(told, "cost").get("total_cost_usd")
    if isinstance(spent, (int, float)):
        words.append(_spent_words(spent, policy))
        _note_spend(root, told, float(spent), policy)
    words += _limit_words(root, told, policy)
    low, high = saved(root, session, policy) if root and session else (0.0, 0.0)
    if high > 0:
        words.append(f"saved {_span_words(low, high)}")
    return " · ".join(word for word in words if word)


def saved(root: str, session: str, policy: "Mapping[str, Any]") -> "tuple[float, float]":
    """Return what the session cost less than without routing, US dollars, low and high.

    Finished subagents beside the top tier, turns of the main conversation beside the person's own model.

    The report's formula (:mod:`tierwise.domain.economics`): negative where they cost more.
    """
    ladder = ladder_of(policy)
    low = high = 0.0
    for row in _read_rows(root, session):
        if row["row"] == "stop":
            span = _saved_by(row, ladder, policy)
        else:
            span = saved_in_turn(row)
        low, high = low + span[0], high + span[1]
    return low, high


def saved_in_turn(row: "dict[str, Any]") -> "tuple[float, float]":
    """Return what a routed turn cost less than on the person's own model, net of caches."""
    cost, own = row.get("cost_usd"), row.get("own_usd")
    if row.get("routing") != "on" or not own or not isinstance(own, list):
        return 0.0, 0.0
    if not all(isinstance(amount, (int, float)) for amount in (cost, *own)):
        return 0.0, 0.0
    return own[0] - cost, own[-1] - cost


def _saved_by(
    row: "dict[str, Any]", ladder: "Ladder", policy: "Mapping[str, Any]"
) -> "tuple[float, float]":
    model, effort = str(row.get("model") or ""), str(row.get("effort") or "")
    decided = str(row.get("tier") or "")
    top = ladder.model_of(ladder.top)
    cost, there = _cost_on(model, row, policy), _cost_on(top, row, policy)
    tier = ladder.tier_of(model, effort, decided)
    if cost is None or there is None or tier in (ladder.top, AUTOMATED):
        return 0.0, 0.0
    height = ladder.height(model, effort, decided)
    steps = 0 if height is None else len(ladder.names) - 1 - height
    return saved_span(cost, there, token_span(model, top, steps, float))


def _cost_on(model: str, row: "dict[str, Any]", policy: "Mapping[str, Any]") -> "float | None":
    """Return US dollars for a row's tokens on a model; None where the model or the row says nothing."""
    tokens = _read_object(row, "tokens")
    price = find_price(model, policy.get("prices"))
    if not price or not tokens:
        return None
    dollars = 0.0
    for counter, name in _PRICED.items():
        count = tokens.get(counter)
        if isinstance(count, (int, float)):
            dollars += count * price.get(name, 0.0)
    return dollars / 1e6


def _read_rows(root: str, session: str) -> "Iterator[dict[str, Any]]":
    """The session's rows of agents and turns from the ledger's end, the last one of each.

    An agent that was sent back stops again, with all its tokens.
    """
    data = local_state.read_tail(root, ledger.NAME, size=TAIL)
    mark = session.encode()
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for text in data.split(b"\n"):
        if mark not in text or not any(kind in text for kind in _KIND_MARKS):
            continue
        try:
            row = fastjson.loads(text)
        except ValueError:
            continue
        if not isinstance(row, dict) or row.get("session_id") != session:
            continue
        kind = str(row.get("row"))
        if kind in _ID_OF_ROW:
            found[kind, str(row.get(_ID_OF_ROW[kind]))] = row
    yield from found.values()


def _routed_words(root: "str | None", session: str, policy: "Mapping[str, Any]") -> str:
    """Say on which tier the session router has the conversation; empty where it is not routed."""
    if not root or not session or (policy.get("session") or {}).get("routing") != "on":
        return ""
    memory = load_memory(root, session)
    tier = str(memory.turn.get("tier") or "")
    if memory.paused or not tier:
        return ""
    return f"{tier}, routed"


def _limit_words(
    root: "str | None", told: "dict[str, Any]", policy: "Mapping[str, Any]"
) -> "list[str]":
    """Note the subscription's limits, and name those that are reached before they reset."""
    readings = limits.read_status(told.get("rate_limits"))
    if not root or not readings or mode_of(os.environ, policy) == "off":
        return []
    try:
        windows = limits.note_limits(root, readings)
    except OSError:
        return []  # a read-only folder
    now = time.time()
    words = []
    for window in windows.values():
        full = window.forecast_full(now)
        if full and window.is_open(now):
            name = limits.SHOWN[window.kind]
            words.append(f"{name} {window.used:.0f} %, reached at {limits.show_moment(full)}")
    return words


def _note_spend(
    root: "str | None", told: "dict[str, Any]", spent: float, policy: "Mapping[str, Any]"
) -> None:
    limit = (policy.get("budget") or {}).get("per_day")
    session = str(told.get("session_id") or "")
    if not root or not session or not limit or not os.path.isdir(os.path.join(root, repo.FOLDER)):
        return
    try:
        spend_note.note_session(
            root, session, spent, limit, lambda: _calls_today(told.get("transcript_path"), policy)
        )
    except OSError:
        pass  # a read-only folder: there will be no warning


def _calls_today(transcript: object, policy: "Mapping[str, Any]") -> "float | None":
    """Return what a session's own calls of today cost; None where the client names no transcript."""
    if not isinstance(transcript, str) or not transcript:
        return None
    dollars = 0.0
    for path in (transcript, *served.agents_of(transcript)):
        for model, tokens in served.read_day(path, spend_note.today()):
            dollars += _cost_on(model, {"tokens": tokens}, policy) or 0.0
    return dollars


def _tier_words(policy: "Mapping[str, Any]", model: str, name: str) -> str:
    tier = ladder_of(policy).tier_of(model, "")
    shown = name or model
    return f"{tier} ({shown})" if tier in policy["ladder"] else shown


def _spent_words(spent: float, policy: "Mapping[str, Any]") -> str:
    limit = (policy.get("budget") or {}).get("per_session")
    return (
        f"{_show_dollars(spent)} of {_show_dollars(limit)}"
        if limit
        else f"{_show_dollars(spent)} session"
    )


def _find_folder(told: "dict[str, Any]") -> str:
    workspace = _read_object(told, "workspace")
    return str(
        workspace.get("project_dir")
        or workspace.get("current_dir")
        or told.get("cwd")
        or os.getcwd()
    )


def _read_object(told: "dict[str, Any]", key: str) -> "dict[str, Any]":
    value = told.get(key)
    return value if isinstance(value, dict) else {}


def _span_words(low: float, high: float) -> str:
    first, last = _show_dollars(low), _show_dollars(high)
    if first == last:
        return first
    return f"{first}–{last}"


def _show_dollars(amount: float) -> str:
    sign = "-" if amount <= _ONE_CENT_LESS else ""
    return f"{sign}${abs(amount):.2f}"


def _read_all(descriptor: int) -> bytes:
    pieces = []
    while piece := os.read(descriptor, 1 << 16):
        pieces.append(piece)
    return b"".join(pieces)
