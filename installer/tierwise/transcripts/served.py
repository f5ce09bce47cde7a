"""What the client really served a subagent, read from its transcript.  Standard library only.

A message stands on several lines (one per block, usage repeated, early ones smaller): each counter is the largest of
its message's lines, then summed over messages.  Outputs may still be low: some final counts are never written.
"""

import os
import time

from tierwise import fastjson
from tierwise.files import open_regular

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

_FEBRUARY = 2  # the last month of a year that begins in March, after the leap day
WORKFLOWS = "workflows"  # the folder, beside the other agents' transcripts, with one folder a run
COUNTERS = (
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
)


def read_agent(transcript: str) -> "dict[str, Any]":
    """``{"model", "effort", "calls", "tokens": {counter: sum}, "text"}`` of one agent; model, text: the last ones.

    Keys are missing where the transcript does not say; all are, where it cannot be read.
    """
    found: dict[str, Any] = {}
    messages: dict[tuple[object, ...], dict[str, int]] = {}
    for line in _assistant_lines(transcript):
        message = line.get("message")
        if not isinstance(message, dict) or message.get("model") == "<synthetic>":
            continue
        if isinstance(message.get("model"), str):
            found["model"] = message["model"]
        if isinstance(line.get("effort"), str):
            found["effort"] = line["effort"]
        found["text"] = _read_text(message.get("content")) or found.get("text", "")
        counts = _read_counts(message.get("usage"))
        largest = messages.setdefault(_name_call(line, message, counts), counts)
        for name in COUNTERS:
            largest[name] = max(largest[name], counts[name])
    if messages:
        found["calls"] = sum(any(key[1:]) for key in messages) or len(messages)
        found["tokens"] = {
            name: sum(counts[name] for counts in messages.values()) for name in COUNTERS
        }
    return found


def _read_counts(usage: object) -> "dict[str, int]":
    """The API's counters of one row; a negative or endless one is damage and counts nothing."""
    found = dict.fromkeys(COUNTERS, 0)
    if not isinstance(usage, dict):
        return found
    for name in COUNTERS:
        count = usage.get(name)
        if isinstance(count, int) and 0 < count < 1 << 63:
            found[name] = count
    return found


def _name_call(
    line: "Mapping[str, Any]", message: "Mapping[str, Any]", counts: "dict[str, int]"
) -> "tuple[object, ...]":
    """What the rows of one call have in common: relays give several calls one id, and those differ in the prompt."""
    prompt = tuple(counts[name] for name in COUNTERS if name != "output_tokens")
    return (str(message.get("id") or line.get("uuid")), *prompt)


def read_day(transcript: str, day: str) -> "Iterator[tuple[str, dict[str, int]]]":
    """Yield model and counters of every call that was made on a day (the machine's) in this file's own session.

    Copies of another session's calls in a fork are left out.
    """
    calls: dict[tuple[object, ...], tuple[str, dict[str, int]]] = {}
    for line in _assistant_lines(transcript):
        message = line.get("message")
        if not isinstance(message, dict) or line.get("forkedFrom"):
            continue
        if message.get("model") == "<synthetic>" or _day_of(line.get("timestamp")) != day:
            continue
        counts = _read_counts(message.get("usage"))
        name = _name_call(line, message, counts)
        model = str(message.get("model") or "")
        _, largest = calls.setdefault(name, (model, counts))
        for counter in COUNTERS:
            largest[counter] = max(largest[counter], counts[counter])
    yield from calls.values()


def _day_of(stamp: object) -> str:
    """Return YYYY-MM-DD on the machine's clock of a time as the client writes it; empty where it is another."""
    text = str(stamp)
    try:
        numbers = [int(part) for part in text[:19].replace("T", "-").replace(":", "-").split("-")]
        year, month, date, hour, minute, second = numbers
        seconds = _seconds_of(year, month, date) + hour * 3600 + minute * 60 + second
        return time.strftime("%Y-%m-%d", time.localtime(seconds))
    except (ValueError, OverflowError, OSError):
        return ""


def _seconds_of(year: int, month: int, date: int) -> int:
    """Return seconds since 1970 of a day's beginning in UTC.  The module ``calendar`` is slow to load."""
    is_before_march = month <= _FEBRUARY
    year -= is_before_march
    era_years = year - 1600
    months_since_march = month + 9 if is_before_march else month - 3
    month_days = (153 * months_since_march + 2) // 5
    days = era_years * 365 + era_years // 4 - era_years // 100 + era_years // 400
    return (days + month_days + date - 1 - 135_080) * 86_400


def read_meta(transcript: str) -> "dict[str, Any]":
    """The ``.meta.json`` beside an agent's transcript: agentType, toolUseId, spawnDepth …; empty without one."""
    try:
        with open_regular(transcript.removesuffix(".jsonl") + ".meta.json") as handle:
            meta = fastjson.loads(handle.read())
    except (OSError, ValueError):
        return {}
    if not isinstance(meta, dict):
        return {}
    return meta


def agents_of(session_transcript: str) -> "Iterator[str]":
    """The transcripts of a session's subagents, sorted by name, then those of its workflows' agents."""
    folder = os.path.join(session_transcript.removesuffix(".jsonl"), "subagents")
    yield from _agents_in(folder)
    for run in _list_folder(os.path.join(folder, WORKFLOWS)):
        yield from _agents_in(os.path.join(folder, WORKFLOWS, run))


def _agents_in(folder: str) -> "Iterator[str]":
    for name in _list_folder(folder):
        if name.startswith("agent-") and name.endswith(".jsonl"):
            yield os.path.join(folder, name)


def _list_folder(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except (OSError, ValueError):  # ValueError: a path with a NUL
        return []


def find_run(agent_transcript: str) -> str:
    """The workflow run that an agent belongs to (`wf_…`), by the folder of its transcript; empty for others."""
    folder = os.path.dirname(agent_transcript)
    if os.path.basename(os.path.dirname(folder)) != WORKFLOWS:
        return ""
    return os.path.basename(folder)


def _read_text(content: object) -> str:
    if not isinstance(content, list):
        return ""
    return "".join(
        str(block.get("text"))
        for block in content
        if isinstance(block, dict) and block.get("type") == "text"
    )


def _assistant_lines(transcript: str) -> "Iterator[dict[str, Any]]":
    try:
        with open_regular(transcript) as lines:
            for raw in lines:
                if b'"assistant"' not in raw or b'"usage"' not in raw:
                    continue
                try:
                    line = fastjson.loads(raw)
                except ValueError:
                    continue
                if isinstance(line, dict) and line.get("type") == "assistant":
                    yield line
    except (OSError, ValueError):  # ValueError: a path with a NUL
        return
