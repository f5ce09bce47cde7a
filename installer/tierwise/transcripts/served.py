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
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

_FEBRUARY = 2  # the last month of a year that begins in March, after the leap day
_TO_THE_SECOND = len("2026-11-29T12:00:00")
WORKFLOWS = "workflows"  # the folder, beside the other agents' transcripts, with one folder a run
COUNTERS = (
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
)


def read_agent(transcript: str) -> "dict[str, Any]":
    """Return ``{"model", "effort", "calls", "tokens": {counter: sum}, "text"}`` of one agent; model, text: the last ones.

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
        text = _read_text(message.get("content"))
        if text or "text" not in found:
            found["text"] = text
        counts = _read_counts(message.get("usage"))
        call = _name_call(line, message, counts)
        _keep_largest(messages.setdefault(call, counts), counts)
    if messages:
        found["calls"] = _count_calls(messages)
        found["tokens"] = _sum_counts(messages.values())
    return found


def _keep_largest(
    known: "dict[str, int]",
    counts: "Mapping[str, int]",
) -> None:
    for name in COUNTERS:
        known[name] = max(known[name], counts[name])


def _count_calls(calls: "Iterable[tuple[object, ...]]") -> int:
    """Count those that had a prompt; where none had, all."""
    names = list(calls)
    prompted = [name for name in names if any(name[1:])]
    return len(prompted or names)


def _sum_counts(calls: "Iterable[Mapping[str, int]]") -> "dict[str, int]":
    sums = dict.fromkeys(COUNTERS, 0)
    for counts in calls:
        for name in COUNTERS:
            sums[name] += counts[name]
    return sums


def _read_counts(usage: object) -> "dict[str, int]":
    """Return the API's counters of one row; a negative or endless one is damage and counts nothing."""
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
    """Return what the rows of one call have in common: relays give several calls one id, and those differ in the prompt."""
    prompt = tuple(counts[name] for name in COUNTERS if name != "output_tokens")
    return (str(message.get("id") or line.get("uuid")), *prompt)


def read_day(
    transcript: str,
    day: str,
) -> "Iterator[tuple[str, dict[str, int]]]":
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
        _keep_largest(largest, counts)
    yield from calls.values()


def _day_of(stamp: object) -> str:
    """Return YYYY-MM-DD on the machine's clock of a time as the client writes it; empty where it is another."""
    text = str(stamp)[:_TO_THE_SECOND]
    parts = text.replace("T", "-").replace(":", "-").split("-")
    try:
        year, month, date, hour, minute, second = map(
            int,
            parts,
        )
        minutes = hour * 60 + minute
        seconds = _seconds_of(year, month, date) + minutes * 60 + second
        local = time.localtime(seconds)
        return time.strftime("%Y-%m-%d", local)
    except (ValueError, OverflowError, OSError):
        return ""


def _seconds_of(
    year: int,
    month: int,
    date: int,
) -> int:
    """Return seconds since 1970 of a day's beginning in UTC.  The module ``calendar`` is slow to load."""
    is_before_march = month <= _FEBRUARY
    year -= is_before_march
    era_years = year - 1600
    months_since_march = (month - 3) % 12
    month_days = (153 * months_since_march + 2) // 5
    leap_days = era_years // 4 - era_years // 100 + era_years // 400
    days = era_years * 365 + leap_days + month_days + date - 1
    return (days - 135_080) * 86_400


def read_meta(transcript: str) -> "dict[str, Any]":
    """Return the ``.meta.json`` beside an agent's transcript: agentType, toolUseId, spawnDepth …; empty without one."""
    try:
        with open_regular(transcript.removesuffix(".jsonl") + ".meta.json") as handle:
            return fastjson.read_object(handle.read())
    except (OSError, ValueError):
        return {}


def agents_of(session_transcript: str) -> "Iterator[str]":
    """Yield the transcripts of a session's subagents, sorted by name, then those of its workflows' agents."""
    folder = os.path.join(
        session_transcript.removesuffix(".jsonl"),
        "subagents",
    )
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
    """Return the workflow run that an agent belongs to (`wf_…`), by the folder of its transcript; empty for others."""
    folder = os.path.dirname(agent_transcript)
    if os.path.basename(os.path.dirname(folder)) != WORKFLOWS:
        return ""
    return os.path.basename(folder)


def _read_text(content: object) -> str:
    if not isinstance(content, list):
        return ""
    texts = []
    for block in content:
        if isinstance(block, dict) and block.get("type") == "text":
            texts.append(str(block.get("text")))
    return "".join(texts)


def _assistant_lines(transcript: str) -> "Iterator[dict[str, Any]]":
    try:
        with open_regular(transcript) as lines:
            for raw in lines:
                line = None
                if b'"assistant"' in raw and b'"usage"' in raw:
                    line = _load_line(raw)
                if isinstance(line, dict) and line.get("type") == "assistant":
                    yield line
    except (OSError, ValueError):  # ValueError: a path with a NUL
        return


def _load_line(raw: bytes) -> object:
    try:
        return fastjson.loads(raw)
    except ValueError:
        return None
