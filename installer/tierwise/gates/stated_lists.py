"""Words that a task lists, of which a change does some and leaves out the others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tierwise.gates.new_code import is_product_code
from tierwise.git.snapshot import Change

# "yes/on/true/1", "Major|Minor|Patch"; no path, no unit, no date.
_LIST = re.compile(r"(?<![\w./:-])[A-Za-z]\w*(?:[/|]\w+){2,}(?![\w./-])")
_REMARKS = re.compile(
    r"/\*[^\0]{0,4000}?\*/|//[^\n]*|(?m:^[ \t]*#[^\n]*)|\"\"\"[^\0]{0,4000}?\"\"\""
)
_LEAST_LEFT_OUT = 2


def find_half_done(changes: Iterable[Change], task: str) -> Iterator[str]:
    """Lists of the task, half of whose words or more stand nowhere in the changed code and tests, while others do."""
    listed = list(changes)
    lists = _LIST.findall(task)
    if not lists or not any(is_product_code(change.path) for change in listed):
        return
    said = _REMARKS.sub("", "\n".join(_read(change) for change in listed))
    for words in lists:
        items = re.split(r"[/|]", words)
        left_out = [item for item in items if not _stands_in(said, item)]
        if max(_LEAST_LEFT_OUT, len(items) / 2) <= len(left_out) < len(items):
            yield f"of {words} in the task nothing is done for {', '.join(left_out)}"


def _stands_in(text: str, word: str) -> bool:
    """Whether a text has a word, whatever its letters' size, also as part of a name."""
    by_itself = rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])"
    return re.search(by_itself, text, re.I) is not None


def _read(change: Change) -> str:
    """A changed file with its path, whose folders a task may name."""
    return f"{change.path}\n{(change.after or b'').decode('utf-8', 'replace')}"
