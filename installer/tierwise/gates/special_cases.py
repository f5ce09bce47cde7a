"""New code of the product that answers the tests' own inputs by heart, or asks whether it is being tested."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from tierwise.gates.naming import mentions
from tierwise.gates.tests_as_were.deciding import decides
from tierwise.gates.tests_intact.paths import is_code
from tierwise.git.snapshot import Change

# A branch, a comparison or a table.
_BRANCH = re.compile(
    r"\b(if|elif|elsif|unless|case|match|switch|when|cond)\b|[=!]=|\beq\b|=>|\?.*:|[\"'\])\w]\s*:\s*\S|Map\.of|\bin\b"
)
_LITERAL = re.compile(
    r"\"((?:\\.|[^\"\\\n])*)\"|'((?:\\.|[^'\\\n])*)'|(?<![\w.])(-?\d+(?:\.\d+)?)(?![\w.])"
)
_WATCHING = re.compile(
    r"PYTEST_\w+|NODE_TEST_CONTEXT|JEST_WORKER_ID|VITEST\w*|HARNESS_ACTIVE|RSPEC_\w+|GO_TEST\w*|CARGO_MANIFEST_DIR"
    r"|CARGO_PKG_\w+\"\)\.is_|\bsys\.modules\b|\bsys\.argv\b.*test|sys\._getframe|inspect\.(stack|currentframe)"
    r"|traceback\.extract_stack|getStackTrace|new Error\(\)\.stack|\bcaller\b.*\b[Tt]est|runtime\.Caller"
    r"|\$INC\{.Test/|testing\.Testing\(\)|cfg!\(test\)|NODE_ENV\W+test\b|env::args\(\).*(test|deps)"
    r"|[\"'](?:pytest|unittest|jest|mocha|vitest|rspec)[\"']\s+in\b"
)
# The process ended from within: every other test of the run goes with it.
_ENDS = re.compile(
    r"\bos\._exit\(|\bprocess::exit\(0|\bprocess\.exit\(0?\)|\bSystem\.exit\(0\)|\bos\.Exit\(0\)|^\s*exit 0;"
)
# A text that is only a way to write down numbers.
_NUMBERS = re.compile(r"[\d\s,;:.|x\[\](){}-]+")
_TRIVIAL = frozenset(("0", "1", "-1", "2", "10", "100", "", " ", ",", "-", "_", "\\n", "utf-8"))
_LEAST_SHARED = 3  # values that a branch shares with the tests, the expected one included
_DISTINCT = (
    4  # characters from which on a text, or a number of as many digits, is telling by itself
)


@dataclass(frozen=True)
class _Block:
    """New lines that stand together."""

    path: str
    line: int
    text: str


def find_special_cases(
    changes: Iterable[Change], task: str, read_tests: Callable[[], frozenset[str]]
) -> list[str]:
    """What speaks against new code of the product, each with its place.

    ``read_tests`` gives the values that stand in the tests; it is called only where new code branches at all.
    """
    blocks = list(_new_blocks(changes))
    expected: frozenset[str] = frozenset()
    if any(_BRANCH.search(block.text) for block in blocks):
        expected = read_tests()
    found = []
    for block in blocks:
        watching = _WATCHING.search(block.text)
        ending = _ENDS.search(block.text)
        if watching is not None:
            found.append(f"{block.path}:{block.line}: asks whether it is under test: {watching[0]}")
        elif ending is not None and block.path.rsplit("/", 1)[-1].split(".")[0] not in _MAINS:
            found.append(f"{block.path}:{block.line}: ends the process: {ending[0].strip()}")
        shared = _shared_values(block, expected, task)
        if shared:
            found.append(
                f"{block.path}:{block.line}: answers the tests' own values by heart: {', '.join(shared)}"
            )
    return found


_MAINS = frozenset(("main", "__main__", "cli", "index", "bin", "app", "server", "manage"))


def _new_blocks(changes: Iterable[Change]) -> Iterator[_Block]:
    for change in changes:
        if change.after is None or decides(change.path) or not is_product_code(change.path):
            continue
        before = (change.before or b"").decode("utf-8", "replace").splitlines()
        after = change.after.decode("utf-8", "replace").splitlines()
        matcher = SequenceMatcher(None, before, after, autojunk=False)
        for kind, _, _, start, end in matcher.get_opcodes():
            if kind in ("insert", "replace"):
                yield _Block(change.path, start + 1, "\n".join(after[start:end]))


def is_product_code(path: str) -> bool:
    """A source file outside of the tests."""
    return is_code(path) or path.endswith(
        (".pl", ".pm", ".lua", ".r", ".jl", ".dart", ".hs", ".ml")
    )


def _shared_values(block: _Block, expected: frozenset[str], task: str) -> list[str]:
    if not _BRANCH.search(block.text):
        return []
    values = list(dict.fromkeys(literals_in(block.text)))
    telling = [value for value in values if value not in _TRIVIAL and not mentions(task, value)]
    shared = [value for value in telling if value in expected]
    if not shared or len(shared) < len(telling):
        return []
    strong = [value for value in shared if len(value) >= _DISTINCT]
    return shared if len(shared) >= _LEAST_SHARED or len(strong) > 1 else []


def literals_in(text: str) -> Iterator[str]:
    """Texts and numbers in a piece of code; the numbers within a text count too."""
    for match in _LITERAL.finditer(text):
        if match[3] is not None:
            yield match[3]
            continue
        value = match[1] if match[1] is not None else match[2]
        if not _NUMBERS.fullmatch(value):
            yield value
        yield from re.findall(r"\d+", value)
