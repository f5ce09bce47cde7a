"""``python -m tierwise.classify.vocabulary.count LABELLED.jsonl …`` writes ``counted.py``: how often each word stood in
the labelled tasks of each kind.  What is held out of the labelled tasks is left out of the arguments.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections import Counter
from collections.abc import Iterable

from tierwise.classify.likeness import read_stems
from tierwise.classify.sentences import telling_words, weigh_words
from tierwise.classify.signals import read_signals
from tierwise.domain.kinds import KINDS
from tierwise.files import write_atomic

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "counted.py")
_UNSEEN = 0.1  # what a word counts that never stood in a kind's tasks
_A_LINE = 10
_MOST = 60  # more often says no more
_HEAD = '''"""Written by ``python -m tierwise.classify.vocabulary.count``: how often a word's stem stood in the labelled
tasks of each kind, as pairs of letters: the kind (A is the first of KINDS) and the number (1 is once, : ten times).

The stems that begin with a letter stand in one line of text: a process that looks up twenty of them is not to build a
dictionary of thousands.
"""

# fmt: off
# ruff: noqa: E501
'''


def render(rows: Iterable[tuple[str, str]]) -> str:
    """The text of ``counted.py`` for (task, kind) rows."""
    stems: dict[str, Counter[str]] = {}
    tasks: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for task, kind in rows:
        if kind not in KINDS:
            continue  # what a command does is not for words to tell
        tasks[kind] += 1
        found = read_signals(task)
        said = found.words.split()
        for stem in read_stems(telling_words(said, weigh_words(said)), found.named):
            stems.setdefault(stem, Counter())[kind] += 1
            words[kind] += 1
    kinds = sorted(tasks)
    prior = [math.log(tasks[kind] / tasks.total()) for kind in kinds]
    per_word = [math.log((words[kind] + _UNSEEN * len(stems)) / _UNSEEN) for kind in kinds]
    logs = [math.log((count + _UNSEEN) / _UNSEEN) for count in range(_MOST + 1)]
    lines = [f"KINDS = {kinds!r}"]
    for name, numbers in (("PRIOR", prior), ("PER_WORD", per_word), ("LOGS", logs)):
        lines.append(f"{name} = [{', '.join(f'{number:.2f}' for number in numbers)}]")
    by_letter: dict[str, list[str]] = {}
    for stem, counts in sorted(stems.items()):
        by_letter.setdefault(stem[0], []).append(f"{stem}={_pairs(counts, kinds)}")
    lines.append("STEMS = {")
    packed = [f"{letter!r}: {' ' + ' '.join(entries) + ' '!r}," for letter, entries in by_letter.items()]
    lines += [f"    {' '.join(packed[at : at + _A_LINE])}" for at in range(0, len(packed), _A_LINE)]
    lines += ["}", ""]
    return _HEAD + "\n".join(lines)


def _pairs(counts: Counter[str], kinds: list[str]) -> str:
    return "".join(chr(65 + kinds.index(kind)) + chr(48 + min(count, _MOST)) for kind, count in sorted(counts.items()))


def read_rows(paths: Iterable[str]) -> list[tuple[str, str]]:
    """The (task, kind) rows of labelled files."""
    rows = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            rows += [(row["task"], row["kind"]) for row in map(json.loads, file)]
    return rows


if __name__ == "__main__":
    write_atomic(PATH, render(read_rows(sys.argv[1:])).encode())
