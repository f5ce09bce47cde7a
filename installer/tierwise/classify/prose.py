"""What the author wrote, told apart from what was pasted.  Standard library only.

Code fences, quoted lines, logs, stack traces and diffs are material: words in them say little about the work that is
asked for, and they are where hostile text arrives.  They are read only where the task is nothing but material.
"""

from __future__ import annotations

# Prompt length is not a difficulty signal (measured: a length-only router does no better than chance on hard
# work; routing-economics, finding 1).  A long task is therefore cut, not promoted: a person states the task at
# the beginning or, after a long paste, at the end.
HEAD, TAIL = 6000, 2000

_FENCES = ("```", "~~~")
_DIFF = (
    "diff --git",
    "+++ ",
    "--- a/",
    "--- /dev",
    "@@ ",
    "index ",
)
_TRACE = (
    "Traceback (most", "at ", 'File "', "Caused by:", "goroutine ", "#0 ", "#1 ", "#2 ", "panic:", "During handling",
)  # fmt: skip
_LEVELS = (
    "ERROR",
    "WARN",
    "WARNING",
    "INFO",
    "DEBUG",
    "FATAL",
    "TRACE",
    "CRITICAL",
)
_QUOTES = str.maketrans(dict.fromkeys("“”„«»「」", '"'))


class Prose:
    """text: the author's words; tags: annotations; head_tier: an override's tier; pasted: lines of material."""

    def __init__(self) -> None:
        self.text = ""
        self.tags: dict[str, str] = {}
        self.head_tier: str | None = None
        self.material = ""
        self.pasted = 0


def read_prose(task: str) -> Prose:
    """Split a task.  Bounded by HEAD + TAIL lines of work; the middle of a longer one is only searched for fences."""
    splitter = _Splitter()
    if len(task) > HEAD + TAIL:
        splitter.add_lines(task[:HEAD])
        splitter.pass_over(task[HEAD:-TAIL])
        task = task[-TAIL:]
    splitter.add_lines(task)
    found = splitter.found
    # A fence that nobody closes may hide the task itself: it is read as prose, its annotations are not.
    found.text = "\n".join(splitter.prose + splitter.fenced).strip("\n")
    found.material = "\n".join(splitter.material)
    found.pasted = len(splitter.material)
    return found


class _Splitter:
    def __init__(self) -> None:
        self.found = Prose()
        self.prose: list[str] = []
        self.material: list[str] = []
        self.fenced: list[str] = []
        self._fence = ""  # what closes the open one

    def add_lines(self, text: str) -> None:
        for line in text.splitlines():
            bare = line.strip()
            if self._fence:
                self._add_fenced(bare)
            elif bare[:3] in _FENCES:
                self._fence = bare[:3]
            elif not bare:
                self._end_paragraph()
            elif _is_material(line, bare):
                self.material.append(bare)
            else:
                self.prose.append(self._take_tags(bare))

    def pass_over(self, middle: str) -> None:
        """Look only for the fences of a text."""
        mark = self._fence or "```"
        if middle.count("\n" + mark) % 2:
            self._fence = "" if self._fence else mark

    def _add_fenced(self, bare: str) -> None:
        if not bare.startswith(self._fence):
            self.fenced.append(bare)
            return
        self._fence = ""
        self.material += self.fenced
        self.fenced = []

    def _end_paragraph(self) -> None:
        if self.prose and self.prose[-1]:
            self.prose.append("")

    def _take_tags(self, line: str) -> str:
        if "[" not in line:
            return line
        from tierwise.classify.annotations import merge_tag, take_tags  # for few

        found = self.found
        is_head = line[0] == "[" and not self.material and not any(self.prose)
        tags, rest = take_tags(line)
        for key, value in tags:
            if key == "tier" and is_head and found.head_tier is None:
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
    if digits < 4 or digits * 2 < len(first):
        return False
    return ":" in first or "/" in first or first.count("-") == 2


def without_quotes(text: str) -> tuple[str, str]:
    """The text outside and inside of double quotes and backticks; an unclosed one quotes nothing."""
    outside: list[str] = []
    inside: list[str] = []
    if not text.isascii():
        text = text.translate(_QUOTES)
    for line in text.split("\n"):
        for mark in ('"', "`"):
            if line.count(mark) >= 2:
                parts = line.split(mark)
                if len(parts) % 2 == 0:
                    last = parts.pop()
                    parts[-1] += mark + last
                inside += parts[1::2]
                line = " ".join(parts[0::2])
        outside.append(line)
    return "\n".join(outside), " ".join(inside)
