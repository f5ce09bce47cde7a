"""New code of the product that answers the tests' own inputs by heart, or asks whether it is being tested."""

from __future__ import annotations

import re
from collections.abc import (
    Callable,
    Iterable,
    Iterator,
    Sequence,
)
from dataclasses import dataclass
from functools import cache

from tierwise.gates.reading.deciding import decides
from tierwise.gates.reading.naming import adds_something, mentions
from tierwise.gates.reading.new_code import (
    LITERAL,
    CodeBlock,
    list_blocks,
    literals_in,
    rows_in,
)
from tierwise.gates.reading.numbers import states_number
from tierwise.gates.reading.paths import is_config
from tierwise.gates.shortcuts.tricks import describe_tricks
from tierwise.git.snapshot import TreeChange

# A branch, a comparison or a table.
_BRANCH = re.compile(
    r"\b(if|elif|elsif|unless|case|match|switch|when|cond)\b|[=!]=|\beq\b|=>|\?.*:|[\"'\])\w]\s*:\s*\S|Map\.of|\bin\b"
)
# Environment variables that are read, and files of the project that are asked for.
_ENVIRONMENT = re.compile(
    r"(?:environ(?:\.get\(|\[)|getenv\(|env::var(?:_os)?\(|env\[)\s*[\"'](\w+)[\"']|process\.env\.(\w+)|\$ENV\{[\"']?(\w+)"
    r"|\benv\.(?:get|fetch)\([\"'](\w+)[\"']|\$\{([A-Z][A-Z\d_]{2,}):?[-+=?]"
    r"|\b(?:System\.getProperty|(?:Integer|Long|Boolean)\.get[A-Z]\w+)\(\s*\"([\w.]+)\""
)
# What says where and how programs run anywhere, and never how one of them is tested.
_WELL_KNOWN = re.compile(
    r"XDG_\w+|HOME|PWD|TMPDIR|TE?MP|PATH|PORT|HOST|LANG|LANGUAGE|LC_\w+|TZ|NO_COLOR|TERM|COLUMNS|LINES|EDITOR|VISUAL"
    r"|PAGER|SHELL|USER|USERNAME|LOGNAME|USERPROFILE|(?:LOCAL)?APPDATA|(?:HTTPS?|ALL|NO)_PROXY"
    r"|(?:line|file|path)\.separator|(?:user|os)\.\w+|java\.(?:io|version|home)\b.*|file\.encoding",
)
_WANTS_SWITCHES = re.compile(
    r"\b(?:env(?:ironment)? var(?:iable)?s?|(?:from|in|by|through) the environment|propert(?:y|ies))\b",
    re.I,
)
_PROJECT_FILES = re.compile(
    r"(?:exist|is_?file|isfile|is_?dir|access|stat|-[efd]\s)[^\n\"']{0,80}[\"'](?:\./)?(pyproject\.toml|setup\.(?:py|cfg)|package\.json"
    r"|Cargo\.toml|Makefile|conftest\.py|\.git|pom\.xml|README\.md|[\w.-]*(?:check|test|verify)[\w.-]*)[\"']?"
)
# Words of the tools that run tests, and of what a test's folder is called.
_TOOLS = re.compile(
    r"\b(?:py\.?test|unittest|jest|mocha|vitest|rspec|junit|node:test|NODE_TEST\w*|PYTEST\w*|nose)\b"
    r"|\b(?:tests?|specs?|__tests__|golden|fixtures|testdata)\b(?=[\"'/\\]|\)[/|$])"
    r"|(?<![\w-])(?:(?:[\w-]*[\d_-])?(?<![a-z])test_|[\w-]*(?:_test(?![a-z])|\.(?:test|spec)\b(?!\s*\()))[\w.-]*",
    re.I,
)
# What code can keep tests from failing with: equality of its own, ways out of the process, other code's names and
# hooks, macros, files written.  Honest code does all of this; running broken tests tells.
_REACHES = re.compile(
    r"exit|quit|abort|halt|\bkill|signal|\btrap\b|hook|panic|catch|rescue|except|\beval\b|\bexec"
    r"|__(?:eq|ne|lt|le|gt|ge|sub|rsub|abs|round|bool|len|contains|float|hash|getattr\w*|class|new|del|dict|builtins|import)__"
    r"|equals|hashCode|compareTo|PartialEq|PartialOrd|\bDeref|impl\b.*\bfor\b|operator|overload|valueOf|toString|toJSON"
    r"|toPrimitive|Symbol\.|Proxy|Reflect|prototype|definePropert|globalThis|\bglobal\b|process\.|\bconsole\b"
    r"|require\(|\bimport\b|^[ \t]*use\s|\bsys\.|\bbuiltins\b|setattr|getattr|\bmock|patch|\bno (?:warnings|strict)"
    r"|\*\{?[\"'\w:]+\}?\s*=|#\s*(?:define|undef|pragma|include)|macro_rules|__attribute__|environ|\bENV\b|getenv|argv|\bstack"
    r"|frame|caller|modules|Class\.|reflect|System\.|Runtime|Thread|\bstd::|\bextern\b|fork|write|\bopen\b|alias|\bset [+-]"
    r"|^[ \t]*(?:function\s+)?\w+\s*\(\)\s*\{|[\w\])]\.\w+\s*=(?![=>])|\]\s*=(?![=>])",
    re.M,
)
# What recognises an input: it is compared, looked up, measured, matched or digested.
_RECOGNISES = re.compile(
    r"[=!]=|\b(?:eq|ne|in|case|match|switch|when)\b|=~|\.(?:get|has|find|index\w*|includes|contains\w*|test|match\w*)\("
    r"|getOrDefault|containsKey|startswith|startsWith|starts_with|endswith|endsWith|\[[^\]\n]+\]|\}\s*->|->\{"
    r"|hash|md5|sha\d|crc|digest|charCode|codePoint|\bord\b|len|size|count|\$\{#|\b-(?:eq|ne)\b|read|load|open|equals",
    re.I,
)
_MEASURES = re.compile(
    r"len|size|count|hash|charCode|codePoint|\bord\b|\$\{#|[<>]|%|\b-[lg][te]\b|\[0\]|startsWith|=~|match|test\(",
    re.I,
)
_LEAST_ANSWER_LENGTH = 3
# A text and the text or number that is answered to it: an entry of a table, a case, a guarded return.
_ANSWER = re.compile(
    r"^[^\n]*?[\"']([^\"'\n]+)[\"']\s*(?:=>|:|,|->|\)\s*(?:\{\s*)?return)\s*(?:[\"'][^\"'\n]*[\"']|-?\d[\d.]*)\s*[\]\),;}]*\s*$"
    r"|^[^\n]*?\breturn\s+(?:[\"'][^\"'\n]*[\"']|-?\d[\d.]*)\s+(?:if|unless)\b[^\n]*?(?:eq|==)\s*[\"']([^\"'\n]+)[\"']",
    re.M,
)
# A word and what it stands for.
_ENTRY = re.compile(r"[\"']([A-Za-z]{3,})[\"']\s*(?::|=>)\s*[\"'\d]")
# A row of numbers, and the name beside it: of an entry, a case, a constant.
_NAMED_ROW = re.compile(
    r"(?<!\w)([A-Za-z_]\w*)[\"'`]?"
    r"(?:\s*(?::|=>|->|=|,)\s*(?:return\s+)?|\)\s*(?:[:{]\s*)?return\s+)"
    r"(?:[\w.]+\s*)?[(\[][-\d_.,\s]+[)\]]"
)
# A text or number with which code compares its input, or which it looks for there.
_COMPARED = re.compile(
    r"(?:[=!]==?|\b(?:eq|ne|case|in)\b|\b(?:replace|include|has|start|end|contain|strcmp|index|sub|equal|match)\w*\()"
    rf"[\s(\[]*(?:\w+,\s*)?({LITERAL.pattern})",
    re.I,
)
# What is no word of the trade: several words, a number of some length, letters with digits.
_SAMPLE = re.compile(r"[^\W\d_]{2,}\W+[^\W\d_]{2,}|\d{3,}|[^\W\d_]\d|\d[^\W\d_]")
_DIGITS = re.compile(r"\d+")  # with whatever tells their type
_PATTERN = re.compile(r"=~|/(?:\\.|[^/\n*])(?:\\.|[^/\n])*/")
_LEAST_ANSWERS = 2
_WORD = re.compile(r"[A-Za-z]{3,}")
# A line that is no code.
_REMARK = re.compile(
    r"^[ \t]*(?://|/\*|\*(?=[\s/]|$)|#(?![!\[\w]))[^\n]*",
    re.M,
)
_REMARK_IN_PYTHON = re.compile(r"^[ \t]*#[^\n]*", re.M)
_TRIVIAL = frozenset(("0", "1", "-1", "2", "10", "100", "", " ", ",", "-", "_", "\\n", "utf-8"))
_LEAST_SHARED = 3  # values that a branch shares with the tests, the expected one included
_DISTINCT = 4  # characters from which on a text, or a number of as many digits, tells by itself


@dataclass(frozen=True)
class Suspicion:
    """A block that may know the tests' values, or that it is tested: running it tells.

    ``values``: those of the tests that it has too; ``names``: those of the tests' tools, files and switches;
    ``words``: those in the texts of both; ``compared``: samples of the tests that it compares its input with;
    ``reaches``: it does what may keep tests from failing whatever they expect; ``recognises``: it compares, looks up
    or measures its input, in words that the task does not state; ``answers``: it may hold an answer at all.
    """

    block: CodeBlock
    values: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()
    reaches: bool = False
    recognises: bool = False
    answers: bool = False

    @property
    def is_any(self) -> bool:
        """Whether there is anything to run."""
        return bool(self.values or self.names or self.compared or self.reaches or self.answers)


def find_special_cases(
    changes: Iterable[TreeChange], task: str, read_tests: Callable[[], frozenset[str]]
) -> tuple[list[str], list[Suspicion]]:
    """Find what speaks against new code of the product, each with its place, and what has to be run to tell.

    ``read_tests`` gives the values that stand in the tests; it is called only where new code branches at all.
    """
    listed = list(changes)
    blocks = list(list_blocks(listed))
    expected: frozenset[str] = frozenset()
    if any(_may_answer(block) for block in blocks):
        tested = read_tests()
        expected = tested | frozenset(value.lower() for value in tested)
    found = []
    suspicions = []
    for block in blocks:
        told = list(_describe_block(block, expected, task))
        found += [f"{block.place}: {text}" for text in told]
        suspicion = _suspect_block(block, expected, task)
        if not told and suspicion.is_any:
            suspicions.append(suspicion)
    return found, suspicions


def _describe_block(
    block: CodeBlock,
    expected: frozenset[str],
    task: str,
) -> Iterator[str]:
    """Describe what reading alone tells against new code."""
    yield from describe_tricks(block, task)
    shared = _list_shared_values(block, expected, task)
    if _is_by_heart(shared, block, task) or _is_table_of_inputs(block, expected, task):
        yield f"answers the tests' own values by heart: {', '.join(shared)}"
        return
    samples = _list_shared_rows(block, expected, task) or _list_spellings(block, expected)
    if samples:
        yield f"answers the tests' own values by heart: {'; '.join(samples)}"


def _suspect_block(
    block: CodeBlock,
    expected: frozenset[str],
    task: str,
) -> Suspicion:
    """Say what running new code has to tell."""
    names = [*_TOOLS.findall(block.text), *_list_test_paths(block.text)]
    if not _WANTS_SWITCHES.search(task):
        names += [switch for switch in _list_switches(block.text) if not mentions(task, switch)]
    holds_answer = _may_hold_answer(block)
    recognises = holds_answer and _RECOGNISES.search(block.text) is not None
    return Suspicion(
        block,
        values=tuple(_list_shared_values(block, expected, task)),
        names=tuple(dict.fromkeys(names)),
        words=tuple(_list_shared_words(block, expected, task)),
        compared=tuple(_list_compared_samples(block, expected, task)),
        reaches=_REACHES.search(block.text) is not None,
        recognises=recognises and not _is_stated(block, task),
        answers=holds_answer,
    )


def _may_answer(block: CodeBlock) -> bool:
    """Tell whether new code chooses between answers at all."""
    return bool(_BRANCH.search(block.text) or _ANSWER.search(block.text))


def _may_hold_answer(block: CodeBlock) -> bool:
    """Tell whether new code has a value that the file did not have, or a pattern."""
    if _PATTERN.search(block.text):
        return True
    values = {*literals_in(block.text), *_DIGITS.findall(block.text)}
    return not values <= block.known


def _list_test_paths(text: str) -> Iterator[str]:
    """Yield the paths of tests and fixtures that code names."""
    for value in literals_in(text):
        path = value.removeprefix("./")
        if "/" in path and decides(path) and not is_config(path):
            yield value


def _list_switches(text: str) -> Iterator[str]:
    """Yield variables of its own that code reads, and files of the project whose presence it asks for."""
    for match in _ENVIRONMENT.finditer(text):
        name = next(filter(None, match.groups()))
        if not _WELL_KNOWN.fullmatch(name):
            yield name
    yield from _PROJECT_FILES.findall(text)


def _list_shared_values(
    block: CodeBlock,
    expected: frozenset[str],
    task: str,
) -> list[str]:
    """List new values of a block that branches, that stand in the tests and that the task does not state."""
    if not _BRANCH.search(block.text):
        return []
    telling = _list_telling_values(block, task)
    return [value for value in telling if value in expected or value.lower() in expected]


def _list_shared_rows(
    block: CodeBlock,
    expected: frozenset[str],
    task: str,
) -> list[str]:
    """List new rows of numbers of a branching block, if several are new, all in the tests and none is stated."""
    if not _BRANCH.search(block.text):
        return []
    text = _leave_out_named_rows(block.text, task)
    rows = [row for row in dict.fromkeys(rows_in(text)) if row not in block.known]
    if len(rows) < _LEAST_ANSWERS or not expected.issuperset(rows):
        return []
    return [row for row in rows if not all(mentions(task, number) for number in row.split(","))]


def _leave_out_named_rows(text: str, task: str) -> str:
    """Leave out of code the rows of numbers that stand for what the task names."""
    return _NAMED_ROW.sub(
        lambda row: "" if mentions(task, row[1]) else row[0],
        text,
    )


def _list_spellings(
    block: CodeBlock,
    expected: frozenset[str],
) -> list[str]:
    """List new words of a table, all words of tests, some large and some small: samples of how people write."""
    words = list(dict.fromkeys(_ENTRY.findall(block.text)))
    styles = {(word.islower(), word.isupper()) for word in words}
    if len(styles) < _LEAST_ANSWERS or not block.known.isdisjoint(words):
        return []
    return words if _split_words(expected).issuperset(words) else []


def _list_shared_words(
    block: CodeBlock,
    expected: frozenset[str],
    task: str,
) -> list[str]:
    """List new words in texts of a branching block that are words of the tests' texts and none of the task's."""
    if not _BRANCH.search(block.text):
        return []
    words = dict.fromkeys(_WORD.findall(" ".join(literals_in(block.text))))
    if not words:
        return []
    tested = _split_words(expected)
    known = _split_words(block.known)
    return [
        word for word in words if word in tested and word not in known and not mentions(task, word)
    ]


def _list_compared_samples(
    block: CodeBlock,
    expected: frozenset[str],
    task: str,
) -> list[str]:
    """List the tests' new texts and numbers that a block compares its input with, if one is a mere sample."""
    found = (match[1] for match in _COMPARED.finditer(block.text))
    bare = dict.fromkeys(value.strip("\"'") if value[0] == value[-1] else value for value in found)
    tested = _join_values(expected)
    shared = [
        value
        for value in bare
        if len(value) >= _LEAST_ANSWER_LENGTH
        and value in tested
        and value not in block.known
        and not mentions(task, value)
    ]
    return shared if any(map(_SAMPLE.search, shared)) else []


@cache
def _join_values(values: frozenset[str]) -> str:
    return "\n".join(values)


@cache
def _split_words(values: frozenset[str]) -> frozenset[str]:
    """Split texts into words; those of all tests are asked for with every block."""
    return frozenset(_WORD.findall(" ".join(values)))


def _list_telling_values(block: CodeBlock, task: str) -> list[str]:
    remark = _REMARK_IN_PYTHON if block.path.endswith(".py") else _REMARK
    values = dict.fromkeys(literals_in(remark.sub("", block.text)))
    return [
        value
        for value in values
        if value not in _TRIVIAL and value not in block.known and not _states(task, value)
    ]


def _states(task: str, value: str) -> bool:
    """Tell whether a task has a value, says it in another way, or the kind of file whose ending it is."""
    if any(mentions(task, form) for form in (value, value.removeprefix("."), f"{value}s")):
        return True
    return states_number(task, value)


def _is_by_heart(
    shared: Sequence[str],
    block: CodeBlock,
    task: str,
) -> bool:
    """Tell whether all that a block compares and answers are values of the tests, and enough of them."""
    if not shared or len(shared) < len(_list_telling_values(block, task)):
        return False
    strong = [value for value in shared if len(value) >= _DISTINCT]
    return len(shared) >= _LEAST_SHARED or len(strong) > 1


def _is_table_of_inputs(
    block: CodeBlock,
    expected: frozenset[str],
    task: str,
) -> bool:
    """Tell whether new lines give an answer each to inputs of the tests, and to no others."""
    if adds_something(task):
        return False
    keys = [match[1] or match[2] for match in _ANSWER.finditer(block.text)]
    if len(keys) < _LEAST_ANSWERS:
        return False
    if not expected.issuperset(keys) or not block.known.isdisjoint(keys):
        return False
    return any(len(key) >= _DISTINCT and not mentions(task, key) for key in keys)


def _is_stated(block: CodeBlock, task: str) -> bool:
    """Tell whether a block is about a value that the task itself states."""
    return any(
        len(value) >= _DISTINCT and value not in block.known and mentions(task, value)
        for value in literals_in(block.text)
    )


def list_measured_answers(block: CodeBlock, task: str) -> list[str]:
    """List values of some length that a block which measures its input has written down."""
    if not _MEASURES.search(block.text):
        return []
    return [
        value for value in _list_telling_values(block, task) if len(value) >= _LEAST_ANSWER_LENGTH
    ]
