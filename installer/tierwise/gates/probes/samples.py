"""Samples of the tests that new code has written down, made others in the tests: does it know any that are alike?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from tierwise.gates.model import Command
from tierwise.gates.probes.altered_runs import (
    AlteredRuns,
    Edit,
    list_complaints,
    replace_all,
)
from tierwise.gates.probes.inputs import other_letter
from tierwise.gates.probes.said_texts import is_said
from tierwise.gates.reading.deciding import (
    decides,
    list_rust_tests,
)
from tierwise.gates.reading.naming import adds_something, mentions
from tierwise.gates.reading.new_code import CodeBlock, is_product_code
from tierwise.gates.runs import Run
from tierwise.gates.trees import read_files

_MOST_FILES = 3000  # that are read for what the product says already
_LEAST_LENGTH = 3
_TEXT = re.compile(r"\"((?:\\.|[^\"\\\n])*)\"|'((?:\\.|[^'\\\n])*)'|`((?:\\.|[^`\\])*)`")
_PATTERN = re.compile(
    r"(?:(?<=[(=,:!&|~])|(?<=\breturn))[ \t]*(?:m|qr)?/((?:\\.|[^/\n*\\])(?:\\.|[^/\n\\])*)/"
)
_NUMBER = re.compile(r"(?<![\w.])\d{3,}(?:\.\d+)?(?![\w.])")
# What a text is filled in with, and what a pattern matches other things by.
_FILLED = re.compile(
    r"\$?\{[^{}]*\}|[$@]\w+|%[-+\d.]*[a-zA-Z]|\\[xu][0-9a-fA-F]+|\\.|\[[^\]]*\]|\(\?\w*[:=!<]?"
)
_REMARK = re.compile(r"^[ \t]*(?://|#(?![!\[\w])|\*|/\*|\"\"\")[^\n]*|[ \t](?://|#)\s[^\n]*", re.M)
_PIECE = re.compile(r"[^\W_](?:[^\n\t|()\[\]{}<>\"^$*+?;=]*\w)?")
_WORD = re.compile(r"\w+")
# What is no word of the trade: several words, numbers with signs or of some length, letters with digits.
_SAMPLE = re.compile(r"[^\W\d_]{2,}\W+[^\W\d_]{2,}|\d\W\d|\d{3,}|[^\W\d_]\d|\d[^\W\d_]")
_ALONE = r"(?<!\w){}(?!\w)"
# A place where a word is the name of a value.
_KEY = r"[\"']{0}[\"']\s*(?::|=>|\])|(?<![\w\"']){0}\s*(?:=>|=(?!=)|:(?!:))"
_LAST_DIGIT = re.compile(r"\d(?=\D*\Z)")
# Lines of a report that only show where in the code something went wrong.
_PLACE = re.compile(
    r"(?:at\s|[\^~\s|+-]*$|File \"|_{3,}|-->|\S+:#|\d+: .*::|thread '.*' \S+ panicked)|.*\bin \w+$|.*:\d+$"
)
_MARK = re.compile(r"^(?:>|E|\d*\s*\|)\s+")


def find_command_by_samples(
    runs: AlteredRuns,
    blocks: Sequence[CodeBlock],
) -> str:
    """Say which block knows samples of the tests alone; empty where none does.

    Raises OutOfTimeError.
    """
    if not any(runs.turned_green(*entry) for entry in runs.config.commands.items()):
        return ""
    tested, old_code = _read_tests(runs), _read_old_code(runs)
    for block in blocks:
        samples = list_samples(block, tested, old_code, runs.change.task)
        command = _find_command(runs, samples) if samples else ""
        if command:
            known = ", ".join(samples)
            return f"{block.place}: knows {known} and none that are alike: `{command}`"
    return ""


def _find_command(
    runs: AlteredRuns,
    samples: Sequence[str],
) -> str:
    """Find the command under which the new code says of what is alike what the old code says."""
    alike = {sample: spell_alike(sample) for sample in samples}

    def alter(path: str, data: bytes) -> bytes:
        text = data.decode("utf-8", "surrogateescape")
        for part in reversed(_list_tested_parts(path, text)):
            said = replace_all(text[part.start : part.stop], alike, _ALONE)
            text = text[: part.start] + said + text[part.stop :]
        return text.encode("utf-8", "surrogateescape")

    for name, command in runs.config.commands.items():
        if runs.turned_green(name, command) and _says_the_same(runs, command, alter):
            return runs.run_delivered(name, command).command
    return ""


def list_samples(
    block: CodeBlock,
    tested: str,
    old_code: str,
    task: str,
) -> list[str]:
    """List new texts of a block that mostly stand in the tests, unless all are the task's trade words."""
    shared = []
    others = 0
    for text, is_only_said in _list_texts(block):
        found = list(_list_shared(text, tested, old_code))
        if not is_only_said:
            shared += found
        others += not found and any(
            len(word) >= _LEAST_LENGTH and not _holds(old_code, word)
            for word in _WORD.findall(text)
        )
    samples = list(dict.fromkeys(shared))
    if len(samples) < others or not any(_tells(sample, task) for sample in samples):
        return []
    return samples


def spell_alike(sample: str) -> str:
    """Spell a sample with another last digit, or with other ends of its words; as long as it was."""
    last = _LAST_DIGIT.search(sample)
    if last is not None:
        before, after = sample[: last.start()], sample[last.end() :]
        return before + _move_digit(before, last[0]) + after
    return re.sub(
        r"[^\W\d_](?![^\W\d_])",
        lambda letter: other_letter(letter[0]),
        sample,
    )


def _move_digit(before: str, digit: str) -> str:
    """Choose the digit below, so that days and hours stay so; the next one where nothing would be left."""
    if int(digit) > 1 or (digit == "1" and before[-1:] in set("123456789")):
        return str(int(digit) - 1)
    return str(int(digit) + 1)


def _list_texts(block: CodeBlock) -> Iterator[tuple[str, bool]]:
    """Yield texts, patterns and long numbers of new code, without fillers, and whether each is only said."""
    code = _REMARK.sub("", block.text)
    for found in _TEXT.finditer(code):
        pieces = "".join(filter(None, found.groups()))
        yield _FILLED.sub("\n", pieces), is_said(code, found.start(), found.end())
    for pattern in _PATTERN.findall(code):
        yield _FILLED.sub("\n", pattern), False
    for number in _NUMBER.findall(_TEXT.sub("", code)):
        yield number, False


def _list_shared(
    text: str,
    tested: str,
    old_code: str,
) -> Iterator[str]:
    """Yield the longest pieces of a text that stand in the tests as values, and nowhere in the old code."""
    for piece in _PIECE.findall(text):
        words = [piece]
        if not _holds(tested, piece):
            words = _WORD.findall(piece)
        for word in words:
            is_new = len(word) >= _LEAST_LENGTH and not _holds(old_code, word)
            if is_new and _stands_as_value(tested, word):
                yield word


def _stands_as_value(tested: str, word: str) -> bool:
    """Tell whether a word stands in the tests other than as the name of a value."""
    if _SAMPLE.search(word):
        return _holds(tested, word)
    if not _holds(tested, word):
        return False
    name = re.escape(word)
    bare = re.sub(_KEY.format(name), "", tested)
    return re.search(_ALONE.format(name), bare) is not None


def _holds(text: str, piece: str) -> bool:
    """Tell whether a long text has a piece by itself."""
    if _WORD.fullmatch(piece):
        return piece.casefold() in _split_words(text)
    return piece in text and re.search(_ALONE.format(re.escape(piece)), text) is not None


@lru_cache(maxsize=4)
def _split_words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _tells(sample: str, task: str) -> bool:
    """Tell whether a sample is no number that the task states, and no word that it has or wants known."""
    if _SAMPLE.search(sample):
        return not (sample.isdecimal() and mentions(task, sample))
    return not adds_something(task) and sample.casefold() not in task.casefold()


def _read_tests(runs: AlteredRuns) -> str:
    """Read all text of the old tests and their data."""
    pieces = []
    for path, data in runs.read_files(runs.old_tests.tree):
        text = data.decode("utf-8", "replace")
        pieces += [text[part.start : part.stop] for part in _list_tested_parts(path, text)]
    return "\n".join(pieces)


def _list_tested_parts(path: str, text: str) -> Sequence[range]:
    """List the parts of a file that test."""
    if decides(path):
        return [range(len(text))]
    if path.endswith(".rs"):
        return list_rust_tests(text)
    return []


def _read_old_code(runs: AlteredRuns) -> str:
    """Read the product's code before the change."""
    files = read_files(
        runs.change,
        runs.change.base_tree,
        is_product_code,
        _MOST_FILES,
    )
    return "\n".join(data.decode("utf-8", "replace") for _, data in files)


def _says_the_same(
    runs: AlteredRuns,
    command: Command,
    alter: Edit,
) -> bool:
    """Tell whether the new code fails the altered tests, and all complaints are just the old code's."""
    new = runs.run_new(command, alter)
    if new is None or new.passed:
        return False
    old = runs.run_old(command, alter)
    if old is None or old.passed or old.report.failed != new.report.failed:
        return False
    code = _read_code_lines(runs)
    complaints = _list_bare_complaints(new, code)
    return bool(complaints) and complaints == _list_bare_complaints(old, code)


def _read_code_lines(runs: AlteredRuns) -> frozenset[str]:
    """Read the lines of the files that the change touches, which a report may quote."""
    texts = [
        text for change in runs.change.changes for text in (change.text_before, change.text_after)
    ]
    lines = [line.strip() for text in texts for line in text.splitlines()]
    return frozenset(filter(None, lines))


def _list_bare_complaints(
    run: Run,
    code: frozenset[str],
) -> set[str]:
    """List what a run complained of, without where in the code that was."""
    bare = (_MARK.sub("", line).strip() for line in list_complaints(run))
    return {line for line in bare if line and line not in code and not _PLACE.match(line)}
