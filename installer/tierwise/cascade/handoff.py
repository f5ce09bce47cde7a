"""What one attempt tells the next: serialized, in a fixed order, within a number of tokens."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_SHORTEST_PIECE = 40  # bytes; less of a text tells nothing
_ELLIPSIS_BYTES = 4  # the mark of a cut and its blank
# A cautious guess for English, code and paths together; the client's own count is not at hand here.
BYTES_PER_TOKEN = 3

CLOSING = """When you are done, end your last message with these two sections, a line or two each:
PLAN: what you did or would do next, step by step
DECISIONS: choices you made and why, and what you ruled out"""

_PLAN = re.compile(
    r"^\W*PLAN:\W*(.*?)(?=^\W*DECISIONS:|\Z)",
    re.S | re.M,
)
_DECISIONS = re.compile(
    r"^\W*DECISIONS:\W*(.*?)(?=^\W*PLAN:|\Z)",
    re.S | re.M,
)


@dataclass(frozen=True)
class Handoff:
    """The state of the work for a fresh session.

    ``tried``: each earlier attempt's tier, and why it was not accepted.
    """

    task: str
    plan: str = ""
    decisions: str = ""
    tried: tuple[str, ...] = ()
    diff: str = ""
    failure: str = ""
    example: str = ""


def count_tokens(text: str) -> int:
    """Estimate how many tokens a text is."""
    size = len(text.encode("utf-8", "replace"))
    return math.ceil(size / BYTES_PER_TOKEN)


def render(
    handoff: Handoff,
    budget_tokens: int,
    *,
    edits: bool = True,
) -> str:
    """Return the prompt.  The task is never cut; the rest shares what it leaves, the failure's tail first of all.

    ``edits``: the work is files, and the last message is for the next attempt.  Without them it is the result itself,
    so nothing else is asked of it.
    """
    closing = ""
    if edits:
        closing = CLOSING
    left = max(0, budget_tokens - count_tokens(handoff.task) - count_tokens(closing))
    tried = "\n".join(f"{number}. {entry}" for number, entry in enumerate(handoff.tried, 1))
    sections = []
    # In order of use: what failed, what was tried, the plan …; each takes at most half of what is left.
    for title, text, keep_end in (
        ("How the last attempt failed (the end of it)", handoff.failure, True),
        ("What was tried before, and why it was not accepted", tried, True),
        ("Decisions so far", handoff.decisions, False),
        ("Plan so far", handoff.plan, False),
        ("What the files in this folder already differ in", handoff.diff, False),
        (
            "A result of the same kind that was accepted before, as an example",
            handoff.example,
            False,
        ),
    ):
        if text.strip():
            room = max(left // 2, 0)
            cut = _cut_text(text.strip(), room, keep_end)
            left -= count_tokens(cut)
            if cut:
                sections.append((title, cut))
    body = "".join(f"\n\n## {title}\n{text}" for title, text in sections)
    if not edits:
        return f"## Task\n{handoff.task.strip()}{body}\n"
    begun = ""
    if handoff.tried:
        begun = "\n\nThis work was begun before; go on from the files as they are."
    return f"## Task\n{handoff.task.strip()}{begun}{body}\n\n{CLOSING}\n"


def read_closing(text: str) -> tuple[str, str]:
    """Return (plan, decisions) out of an attempt's last message; empty where it has none."""
    return _find_section(_PLAN, text), _find_section(_DECISIONS, text)


def _find_section(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    if found is None:
        return ""
    return found[1].strip()


def _cut_text(
    text: str,
    tokens: int,
    keep_end: bool,
) -> str:
    if count_tokens(text) <= tokens:
        return text
    size = tokens * BYTES_PER_TOKEN
    if size < _SHORTEST_PIECE:
        return ""
    data = text.encode("utf-8", "replace")
    room = size - _ELLIPSIS_BYTES
    if keep_end:
        end = data[-room:].decode("utf-8", "ignore")
        return f"… {end}"
    begin = data[:room].decode("utf-8", "ignore")
    return f"{begin} …"
