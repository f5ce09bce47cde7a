"""What ending attempts that run in circles saves and loses, on recorded sessions.

    python bench/early_stop.py FOLDER [FOLDER ...] [--max-usd 5] [--minutes 10]

Each FOLDER holds ``projects/`` with transcripts.  A turn of a main conversation that edits a file is taken for an
attempt, and followed as an attempt is, with the files' contents as the transcripts tell them.  *Saved* is what the turn
went on to cost after the moment at which it would have been ended.  Nobody recorded which turns came out right, so a
success counts as lost wherever an edit or a successful command followed that moment: the most that may be lost.  Files
that commands change are not seen, and a person's waiting counts as at most a minute, so more is ended here than there.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tierwise.cascade.model import StallLimits
from tierwise.cascade.stall import StallWatch
from tierwise.pricing.prices import load_prices, price
from tierwise.transcripts.read import read_usage
from tierwise.transcripts.roots import find_transcripts

_EDITING = ("Edit", "Write", "MultiEdit", "NotebookEdit")
_LONGEST_GAP = 60.0  # seconds between two lines that count as work
_LONGEST_NAME = 40

# What a reason has in common with others of its kind.
_REASONS = (
    "the same command failed",
    "came back to an earlier content",
    "looked at the same thing",
    "no new edit in",
    "without a new edit",
)

Line = dict[str, Any]


@dataclass
class Outcome:
    """A turn: US dollars, why it would have been ended, and what came after that."""

    usd: float = 0.0
    reason: str = ""
    usd_after: float = 0.0
    edits: int = 0
    edits_after: int = 0
    commands_after: int = 0


@dataclass
class Follower:
    """One turn, followed line by line."""

    watch: StallWatch
    folder: Path
    costs: Mapping[str, float]
    results: Mapping[str, Line]
    outcome: Outcome = field(default_factory=Outcome)
    counted: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    clock: float = 0.0
    last_time: float | None = None

    def read(self, line: Line) -> None:
        """Go on by one line."""
        self._move_clock(line)
        if line["type"] == "assistant":
            self._read_message(line["message"])
        for block in _list_blocks(line):
            if block.get("type") == "tool_result":
                self._read_result(block)
        self._note(self.watch.see_time(self.clock))

    def _move_clock(self, line: Line) -> None:
        now = datetime.fromisoformat(line["timestamp"].replace("Z", "+00:00")).timestamp()
        if self.last_time is not None:
            self.clock += max(0.0, min(_LONGEST_GAP, now - self.last_time))
        self.last_time = now

    def _read_message(self, message: Line) -> None:
        name = str(message.get("id"))
        if name not in self.counted:
            self.counted.add(name)
            cost = self.costs.get(name, 0.0)
            self.outcome.usd += cost
            if self.outcome.reason:
                self.outcome.usd_after += cost
            self._note(self.watch.see_spend(self.outcome.usd))
        for block in message.get("content") or ():
            if block.get("type") == "tool_use":
                self._read_call(block)

    def _read_call(self, block: Line) -> None:
        call, arguments = str(block["id"]), dict(block.get("input") or {})
        self.names[call] = block["name"]
        if block["name"] in _EDITING:
            arguments["file_path"] = self._put(call, "originalFile")
        self._note(self.watch.see_call(call, block["name"], arguments))

    def _read_result(self, block: Line) -> None:
        call, failed = str(block.get("tool_use_id")), bool(block.get("is_error"))
        is_edit = self.names.get(call) in _EDITING and not failed
        if is_edit:
            self._put(call, "content")
            self.outcome.edits += 1
        if self.outcome.reason and not failed:
            self.outcome.edits_after += is_edit
            self.outcome.commands_after += self.names.get(call) == "Bash"
        output = json.dumps(block.get("content"))
        self._note(self.watch.see_result(call, failed, output, self.clock))

    def _put(self, call: str, key: str) -> str:
        """Write a file of an edit as it was before or after it; return where."""
        result = self.results.get(call, {})
        path = self.folder / str(result.get("filePath") or call).replace("/", "_")[-_LONGEST_NAME:]
        text = result.get(key)
        if key == "content" and text is None:
            before = str(result.get("originalFile") or "")
            old, new = str(result.get("oldString") or ""), str(result.get("newString") or "")
            text = before.replace(old, new, -1 if result.get("replaceAll") else 1)
        if text is not None:
            path.write_text(str(text), encoding="utf-8", errors="replace")
        return str(path)

    def _note(self, reason: str) -> None:
        self.outcome.reason = self.outcome.reason or reason


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--max-usd", type=float, default=5.0)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    limits = StallLimits(options.repeats, options.minutes, 0.5)
    outcomes = [
        outcome
        for folder in options.folders
        for outcome in follow_folder(folder, limits, options.max_usd)
    ]
    show([outcome for outcome in outcomes if outcome.edits])


def follow_folder(folder: str, limits: StallLimits, max_usd: float) -> Iterator[Outcome]:
    """The turns of all main conversations below a folder."""
    prices = load_prices()
    records = read_usage([folder]).records
    costs = {record.message_id: float(price(record, prices).cost or 0) for record in records}
    known: set[str] = set()
    for transcript in find_transcripts([folder]):
        if transcript.is_agent:
            continue
        lines = list(_read_lines(Path(transcript.path)))
        results = _list_results(lines)
        for turn in _split_turns(lines):
            names = {str(line.get("uuid")) for line in turn}
            if not names.isdisjoint(known):
                continue  # copied into a fork
            known |= names
            with tempfile.TemporaryDirectory() as scratch:
                watch = StallWatch(limits, scratch, max_usd, 0.0)
                follower = Follower(watch, Path(scratch), costs, results)
                for line in turn:
                    follower.read(line)
                yield follower.outcome


def show(outcomes: list[Outcome]) -> None:
    """Print what would have been ended, by reason."""
    total = sum(outcome.usd for outcome in outcomes)
    print(f"{len(outcomes)} turns with edits, ${total:.2f}")
    ended = [outcome for outcome in outcomes if outcome.reason]
    for reason in _REASONS:
        chosen = [it for it in ended if reason in it.reason]
        count = len(chosen)
        saved = sum(outcome.usd_after for outcome in chosen)
        lost = sum(bool(outcome.edits_after) for outcome in chosen)
        print(f"{reason}: {count} ended, ${saved:.2f} saved; in {lost} an edit followed")
    saved = sum(outcome.usd_after for outcome in ended)
    lost = sum(bool(outcome.edits_after) for outcome in ended)
    kept = sum(outcome.usd_after for outcome in ended if not outcome.edits_after)
    print(f"all: {len(ended)} ended, ${saved:.2f} ({saved / max(total, 1e-9):.1%}) saved at most")
    print(f"lost at most: {lost}; ${kept:.2f} saved where no edit followed")


def _read_lines(path: Path) -> Iterator[Line]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        for text in lines:
            try:
                line = json.loads(text)
            except ValueError:
                continue
            is_said = isinstance(line, dict) and line.get("type") in ("user", "assistant")
            if is_said and line.get("timestamp") and not line.get("isSidechain"):
                yield line


def _split_turns(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """From what a person says to the next thing that a person says."""
    turn: list[Line] = []
    for line in lines:
        blocks = _list_blocks(line)
        is_result = any(block.get("type") == "tool_result" for block in blocks)
        if line["type"] == "user" and not is_result and not line.get("isMeta"):
            yield turn
            turn = []
        turn.append(line)
    yield turn


def _list_results(lines: Iterable[Line]) -> dict[str, Line]:
    """What tools told of their calls beside the model's words, by call."""
    found = {}
    for line in lines:
        result = line.get("toolUseResult")
        for block in _list_blocks(line):
            if block.get("type") == "tool_result" and isinstance(result, dict):
                found[str(block.get("tool_use_id"))] = result
    return found


def _list_blocks(line: Line) -> list[Line]:
    content = line["message"].get("content")
    if not isinstance(content, list):
        return []
    return [block for block in content if isinstance(block, dict)]


if __name__ == "__main__":
    main()
