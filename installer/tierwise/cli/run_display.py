"""How a person follows a run: a spinner with the last line on a terminal, plain lines on a pipe."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tierwise.cascade.model import Say
from tierwise.cascade.records import RunRecord
from tierwise.ci.summary import write_row
from tierwise.shown import neutralise, raw_stream

_EVIDENCE_LINES, _EVIDENCE_WIDTH = 12, 200
_TASK_WIDTH = 120


@contextmanager
def make_follower() -> Iterator[Say]:
    """Provide a function that shows one line of progress on standard error, from any thread."""
    lock = threading.Lock()
    if not sys.stderr.isatty():

        def show_plain(line: str) -> None:
            with lock, contextlib.suppress(OSError):  # a reader that went away ends no run
                print(neutralise(line), file=sys.stderr, flush=True)

        yield show_plain
        return
    from rich.console import Console
    from rich.markup import escape

    console = Console(file=raw_stream(sys.stderr))
    with console.status("starting") as status:

        def show_lively(line: str) -> None:
            line = neutralise(line)
            with lock, contextlib.suppress(OSError):  # nor does a terminal that was closed
                if line.startswith("  "):  # a step within the attempt: shown, not kept
                    status.update(escape(line.strip()))
                else:
                    console.print(escape(line), highlight=False)
                    status.update(escape(line))

        yield show_lively


def outline_run(record: RunRecord) -> list[str]:
    """Return a finished run for a job's summary, in Markdown."""
    cost = f"${record['cost_usd']:.4f}"
    ended = _WORDS.get(record["stop"], record["stop"])
    task, _, _ = record["task"].strip().partition("\n")
    row = [
        task[:_TASK_WIDTH],
        ended,
        record["tier"] or "-",
        str(len(record["attempts"])),
        cost,
    ]
    head = ["| task | end | tier | attempts | cost |", "|---|---|---|---|---|"]
    return ["### tierwise run", "", *head, write_row(row)]


def summarise_run(record: RunRecord) -> str:
    """Return how a finished run ended, for a person."""
    lines = []
    cost = f"${record['cost_usd']:.4f} of ${record['max_usd'] or 0:.2f}"
    if record["accepted"]:
        where = _describe_place(record)
        lines.append(
            f"accepted on {record['tier']} after {_count_attempts(record)}, {cost}: {where}"
        )
    else:
        lines.append(f"no result was accepted: {_WORDS.get(record['stop'], record['stop'])}")
        if record.get("detail"):
            lines.append(f"  {record['detail'].strip()}")
        lines.append(f"  {_count_attempts(record)}, {cost}; nothing of yours was touched")
    lines += [f"note: {note}" for note in record.get("notes", ())]
    lines += [f"skipped {entry['tier']}: {entry['reason']}" for entry in record.get("skipped", ())]
    if not record["accepted"] and record["attempts"]:
        lines.append(report_run(record))
    return "\n".join(lines)


def _describe_place(record: RunRecord) -> str:
    if record.get("applied"):
        return "your files, uncommitted"
    if record.get("branch"):
        return f"branch {record['branch']}"
    return "above"


def report_run(record: RunRecord) -> str:
    """Return what a person needs who takes over: each attempt, why it failed, the evidence's tail."""
    lines = ["", f"Run {record['run']}: {record['task'].strip()[:300]}"]
    for attempt in record["attempts"]:
        effort = ""
        if attempt["effort"]:
            effort = f" at {attempt['effort']}"
        cost = f"${attempt['cost_usd']:.4f}, {attempt['seconds']:.0f} s"
        lines.append(
            f"  {attempt['attempt']}. {attempt['tier']} ({attempt['model']}{effort}), {cost}"
        )
        lines.append(f"     {attempt['why'] or 'accepted'}")
        for gate in attempt["gates"]:
            if not gate["passed"]:
                tail = gate["evidence"].strip().splitlines()[-_EVIDENCE_LINES:]
                lines += [f"     | {line[:_EVIDENCE_WIDTH]}" for line in tail]
    if record.get("patch"):
        lines.append(f"  The last attempt's changes: {record['patch']}")
    return "\n".join(lines)


_WORDS = {
    "top-tier-failed": "the top tier failed too, a person is needed",
    "budget-spent": "the budget is spent",
    "unknown-cost": "what it cost is not known",
    "gate-cannot-run": "a gate cannot run here",
    "ask-a-person": "the tests expect something else now, a person has to say whether the task wants that",
    "unverified": "nothing would check it",
    "failed": "git or the disk failed",
    "unavailable": "the model could not be reached",
    "interrupted": "stopped by you",
    "delivery-failed": "the result passed but could not be delivered",
}


def _count_attempts(record: RunRecord) -> str:
    count = len(record["attempts"])
    if count == 1:
        return "1 attempt"
    return f"{count} attempts"
