"""The line under Claude Code's prompt: tier, what the session cost, what routing saved.  Standard library only.

The client runs it after every message with the session's facts on standard input, so it reads no transcript: the
spend is the client's own sum, the saving comes from the ledger's rows of the session's finished subagents.
"""

import os

from tierwise import fastjson, ledger, local_state, repo
from tierwise.claude_hooks import spend_note
from tierwise.domain import table
from tierwise.domain.factors import TURNS_PER_RUNG

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

TAIL = 512 << 10
"""Bytes of the ledger in which a session's rows are looked for."""

# The API's counters, and the prices they are charged at; a write without a lifetime lives five minutes.
_PRICED = {
    "input_tokens": "input",
    "output_tokens": "output",
    "cache_creation_input_tokens": "cache_write_5m",
    "cache_read_input_tokens": "cache_read",
}


def main(arguments: "list[str] | None" = None) -> int:
    """Print the line for the JSON on standard input.  Always 0, and never more than a line: a prompt hangs on it."""
    try:
        words = line(_read_all(0))
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
    root = repo.find_root(_folder(told))
    policy = table.load(root) or table.load_default()
    model, session = _object(told, "model"), str(told.get("session_id") or "")
    words = [_tier_words(policy, str(model.get("id") or ""), str(model.get("display_name") or ""))]
    spent = _object(told, "cost").get("total_cost_usd")
    if isinstance(spent, (int, float)):
        words.append(_spent_words(spent, policy))
        _note(root, session, float(spent), policy)
    low, high = saved(root, session, policy) if root and session else (0.0, 0.0)
    if high > 0:
        words.append(f"saved {_dollars(low)}–{_dollars(high)}")
    return " · ".join(word for word in words if word)


def saved(root: str, session: str, policy: "Mapping[str, Any]") -> "tuple[float, float]":
    """US dollars, low and high, that the session's finished subagents cost less than on the top tier."""
    facts = _facts()
    ladder = policy["ladder"]
    top = _price(facts, policy["tiers"][ladder[-1]]["model"])
    low = high = 0.0
    for row in _stops(root, session):
        own, rank = (
            _price(facts, str(row.get("model") or "")),
            _rank(policy, str(row.get("model") or "")),
        )
        tokens = row.get("tokens")
        if not own or not top or rank is None or not isinstance(tokens, dict):
            continue
        cost = sum((tokens.get(name) or 0) * own[price] for name, price in _PRICED.items()) / 1e6
        there = sum((tokens.get(name) or 0) * top[price] for name, price in _PRICED.items()) / 1e6
        fewer = TURNS_PER_RUNG ** (len(ladder) - 1 - rank)
        low += max(there / fewer - cost, 0.0)
        high += max(there - cost, 0.0)
    return low, high


def _stops(root: str, session: str) -> "Iterator[dict[str, Any]]":
    """The session's finished subagents, each once, from the ledger's end."""
    data = local_state.read_tail(root, ledger.NAME, size=TAIL)
    mark, found = session.encode(), {}
    for text in data.split(b"\n"):
        if mark not in text or b'"stop"' not in text:
            continue
        try:
            row = fastjson.loads(text)
        except ValueError:
            continue
        if isinstance(row, dict) and row.get("row") == "stop" and row.get("session_id") == session:
            found[row.get("agent_id")] = (
                row  # an agent that was sent back stops again, with all its tokens
            )
    yield from found.values()


def _note(root: "str | None", session: str, spent: float, policy: "Mapping[str, Any]") -> None:
    limit = (policy.get("budget") or {}).get("per_day")
    if not root or not session or not limit or not os.path.isdir(os.path.join(root, repo.FOLDER)):
        return
    try:
        spend_note.note_session(root, session, spent, limit)
    except OSError:
        pass  # a read-only folder: there will be no warning


def _tier_words(policy: "Mapping[str, Any]", model: str, name: str) -> str:
    rank = _rank(policy, model)
    shown = name or model
    return f"{policy['ladder'][rank]} ({shown})" if rank is not None else shown


def _spent_words(spent: float, policy: "Mapping[str, Any]") -> str:
    limit = (policy.get("budget") or {}).get("per_session")
    return f"{_dollars(spent)} of {_dollars(limit)}" if limit else f"{_dollars(spent)} session"


def _rank(policy: "Mapping[str, Any]", model: str) -> "int | None":
    """The rung whose model's family a full id is of; None for a model off the ladder."""
    parts = model.split("[")[0].split("-")
    for rank, name in enumerate(policy["ladder"]):
        tier = policy["tiers"][name]
        if tier["model"] == model or (tier.get("alias") and tier["alias"] in parts):
            return rank
    return None


def _price(facts: "dict[str, Any]", model: str) -> "dict[str, Any] | None":
    name = facts["aliases"].get(model, model).split("[")[0]
    entry = facts["models"].get(name) or facts["models"].get(
        name.rpartition("-")[0]
    )  # a date may follow
    return entry["price"] if entry else None


def _facts() -> "dict[str, Any]":
    path = os.path.join(
        os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "domain", "models.json"
    )
    with open(path, "rb") as handle:
        facts = fastjson.loads(handle.read())
    return facts if isinstance(facts, dict) else {"models": {}, "aliases": {}}


def _folder(told: "dict[str, Any]") -> str:
    workspace = _object(told, "workspace")
    return str(
        workspace.get("project_dir")
        or workspace.get("current_dir")
        or told.get("cwd")
        or os.getcwd()
    )


def _object(told: "dict[str, Any]", key: str) -> "dict[str, Any]":
    value = told.get(key)
    return value if isinstance(value, dict) else {}


def _dollars(amount: float) -> str:
    return f"${amount:.2f}"


def _read_all(descriptor: int) -> bytes:
    pieces = []
    while piece := os.read(descriptor, 1 << 16):
        pieces.append(piece)
    return b"".join(pieces)
