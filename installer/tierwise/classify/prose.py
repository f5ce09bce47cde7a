"""What the author wrote, told apart from what was pasted.  Standard library only.

Code fences, quoted lines, logs, stack traces and diffs are material: words in them say little about the work that is
asked for, and they are where hostile text arrives.  They are read only where the task is nothing but material.
"""

from __future__ import annotations

from tierwise.classify.annotations import merge_tag, take_tags

# Prompt length is not a difficulty signal (measured: a length-only router does no better than chance on hard
# work; routing-economics, finding 1).  A long task is therefore cut, not promoted: a person states the task at
# the beginning or, after a long paste, at the end.
HEAD, TAIL = 6000, 2000

_FENCES = ("```", "~~~")
_DIFF = ("diff --git", "+++ ", "--- a/", "--- /dev", "@@ ", "index ")
_TRACE = (
    "Traceback (most", "at ", 'File "', "Caused by:", "goroutine ", "#0 ", "#1 ", "#2 ", "panic:", "During handling",
)  # fmt: skip
_LEVELS = ("ERROR", "WARN", "WARNING", "INFO", "DEBUG", "FATAL", "TRACE", "CRITICAL")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "「": '"', "」": '"'})


class Prose:
    """text: the author's words; tags: annotations; head_tier: an override's tier; pasted: lines of material."""

    __slots__ = ("head_tier", "material", "pasted", "tags", "text")

    def __init__(self) -> None:
        self.text = ""
        self.tags: dict[str, str] = {}
        self.head_tier: str | None = None
        self.material = ""
        self.pasted = 0


def read_prose(task: str) -> Prose:
    """Split a task.  Bounded by HEAD + TAIL lines of work; the middle of a longer one is only searched for fences."""
    found = Prose()
    parts = [task]
    if len(task) > HEAD + TAIL:
        parts = [task[:HEAD], task[-TAIL:]]
    prose: list[str] = []
    material: list[str] = []
    fence = ""
    fenced: list[str] = []
    for index, part in enumerate(parts):
        if index == 1:
            fence = _after_the_middle(task, fence)
        for line in part.splitlines():
            bare = line.strip()
            if fence:
                if bare.startswith(fence):
                    fence = ""
                    material += fenced
                    fenced = []
                else:
                    fenced.append(bare)
            elif bare[:3] in _FENCES:
                fence = bare[:3]
            elif bare:
                if _is_material(line, bare):
                    material.append(bare)
                else:
                    prose.append(_read_tag(bare, found, at_head=not any(prose) and not material))
            elif prose and prose[-1]:
                prose.append("")
    # A fence that nobody closes may hide the task itself: it is read as prose, its annotations are not.
    prose += fenced
    found.text = "\n".join(prose).strip("\n")
    found.material = "\n".join(material)
    found.pasted = len(material)
    return found


def _after_the_middle(task: str, fence: str) -> str:
    """Whether the tail of a cut task begins inside a fence."""
    marks = task.count("\n" + (fence or "```"), HEAD, len(task) - TAIL)
    if marks % 2 == 0:
        return fence
    return "" if fence else "```"


def _read_tag(line: str, found: Prose, at_head: bool) -> str:
    if "[" not in line:
        return line
    tags, rest = take_tags(line)
    for key, value in tags:
        if key == "tier" and at_head and found.head_tier is None and line.startswith("["):
            found.head_tier = value
        merge_tag(found.tags, key, value)
    return rest


def _is_material(line: str, bare: str) -> bool:
    if bare[0] == ">" or bare.startswith(_DIFF):
        return True
    if line[0] in " \t" and bare.startswith(_TRACE):
        return True
    if bare.startswith(("Traceback (most", "Caused by:", "panic:", "goroutine ")):
        return True
    return _is_log(bare)


def _is_log(bare: str) -> bool:
    """A line that begins with a time, a date or a level in capitals, as loggers write them."""
    first = bare.split(None, 1)[0].strip("[]():|")
    if first in _LEVELS:
        return bare != first
    digits = sum(map(str.isdigit, first))
    return (
        digits >= 4
        and digits * 2 >= len(first)
        and (":" in first or first.count("-") == 2 or "/" in first)
    )


def without_quotes(text: str) -> tuple[str, str]:
    """The text outside and inside of double quotes and backticks; an unclosed one quotes nothing."""
    outside: list[str] = []
    inside: list[str] = []
    for line in text.translate(_QUOTES).split("\n") if not text.isascii() else text.split("\n"):
        for mark in ('"', "`"):
            if line.count(mark) >= 2:
                parts = line.split(mark)
                if len(parts) % 2 == 0:
                    parts[-2:] = [parts[-2] + mark + parts[-1]]
                inside += parts[1::2]
                line = " ".join(parts[0::2])
        outside.append(line)
    return "\n".join(outside), " ".join(inside)
