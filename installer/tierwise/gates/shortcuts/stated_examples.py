"""Examples that a task gives, and that neither the change nor the tests have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from tierwise.gates.reading.deciding import decides
from tierwise.gates.reading.naming import clauses_of
from tierwise.gates.reading.new_code import is_product_code
from tierwise.gates.reading.remarks import strip_remarks
from tierwise.gates.reading.wording import REMOVES
from tierwise.git.snapshot import TreeChange

_QUOTED = re.compile(r"[\"“]([^\s\"“”`]{1,20})[\"”]")
# No version, and no time that something takes.
_FRACTION = re.compile(
    r"(?<![\w.=<>~^])(?<!version )(?<!release )(?<!python )(?<!node )\d+\.\d+"
    r"(?![\w.]\w)(?! ?(?:m?s|x|times|seconds|minutes|points|[KMG]B)\b)",
    re.I,
)
# What is to go, besides what every reader of tasks takes for it.
_STOPS = re.compile(r"\b(?:stop|cease)s? \w+ing\b", re.I)
# A value of a list, alone.
_LISTED = re.compile(r"(?:or )?(?:[\"“][^\"“”\n]{1,20}[\"”]|\d[\d.]*)")
# A value that another one follows, or that is none.
_OLD_VALUE = re.compile(
    r"\b(?:from|instead of|rather than|in place of|not)\s+(?:[\"“][^\"“”\n]{1,20}[\"”]|\d[\d.]*\d)",
    re.I,
)
_LONGEST_TASK = 1500  # characters; a report gives figures and texts by the way
_LEAST_FRACTIONS = 2  # one may be a version, or a figure by the way
# Words, names of code and files, calls, signs alone, and what stands for something else.
_NO_EXAMPLE = re.compile(r"[^\W\d_]+|[\w.-]*[/._-][\w./-]*|\w+\(.*\)|\W+|.*(?:\.\.\.|…|<\w+>).*")


def find_unseen_examples(
    changes: Iterable[TreeChange], task: str, read_tests: Callable[[], Iterable[str]]
) -> Iterator[str]:
    """Find the examples that neither code nor tests have, half of the task's or more, though tests came with it.

    ``read_tests`` gives the values that stand in the tests; it is called only where a task gives examples.
    """
    examples = _list_examples(task)
    listed = list(changes)
    if not examples or not any(decides(change.path) for change in listed):
        return
    code = "\n".join(map(_read, filter(_is_code, listed)))
    said = (
        "\n".join([code, *read_tests()])
        .casefold()
        .replace(
            "\\",
            "",
        )
    )
    unseen = [example for example in examples if not _is_seen(example, said)]
    if 2 * len(unseen) >= len(examples):
        yield f"neither code nor tests have {', '.join(unseen)}, which the task gives as an example"


def _list_examples(task: str) -> list[str]:
    """List what the task quotes that is no word and no name, and its fractions."""
    if len(task) > _LONGEST_TASK:
        return []
    wanted = _leave_out_old_values(task)
    quoted = [text.rstrip(".,:!?") for text in _QUOTED.findall(wanted)]
    fractions = dict.fromkeys(_FRACTION.findall(wanted))
    examples = [text for text in dict.fromkeys(quoted) if not _NO_EXAMPLE.fullmatch(text)]
    if len(fractions) >= _LEAST_FRACTIONS:
        examples += fractions
    return examples


def _leave_out_old_values(task: str) -> str:
    """Leave out of a task what it wants gone, and the values in whose place it wants others."""
    rest = task
    goes = False
    for clause in clauses_of(task):
        # "drop 3.8 and 3.9": what only lists goes with what stands before it.
        goes = _wants_gone(clause) or (goes and _LISTED.fullmatch(clause) is not None)
        if goes:
            rest = rest.replace(clause, "", 1)
    return _OLD_VALUE.sub("", rest)


def _wants_gone(clause: str) -> bool:
    return bool(REMOVES.search(clause) or _STOPS.search(clause))


def _is_seen(example: str, text: str) -> bool:
    """Tell whether a text has an example; a fraction may be written in another unit."""
    bare = example.casefold().replace("\\", "")
    if bare in text:
        return True
    digits = example.replace(".", "").strip("0")
    return _FRACTION.fullmatch(example) is not None and digits in re.sub(r"[._]", "", text)


def _is_code(change: TreeChange) -> bool:
    return is_product_code(change.path) or decides(change.path)


def _read(change: TreeChange) -> str:
    """Read a changed file without remarks, and its path, whose folders a task may name."""
    text = (change.after or b"").decode("utf-8", "replace")
    return f"{change.path}\n{strip_remarks(text, change.path)}"
