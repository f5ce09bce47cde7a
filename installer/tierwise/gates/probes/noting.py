"""Tests that write down what they compare, in place of failing: each comparison's values, whatever they are.

An assertion that stands as a statement of its own becomes a line of output, or of a file where the runner keeps
output to itself.  So every comparison of a run is seen, not only the first that fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tierwise.gates.probes.assertions import (
    SHELL_FILES,
    compares_closely,
    find_line_end,
    find_sign,
    is_condition,
    split_arguments,
)
from tierwise.gates.probes.edits import Edit, Span, cut_span
from tierwise.gates.probes.note_words import BEGIN, MARK, SEPARATOR, find_words
from tierwise.gates.reading.brackets import closing
from tierwise.gates.reading.deciding import (
    is_in_any,
    list_rust_tests,
)
from tierwise.gates.reading.paths import is_test

_NOTE = re.compile(
    rf"{re.escape(BEGIN)}([^<\n]+){re.escape(SEPARATOR)}((?:(?!{re.escape(BEGIN)}).)*)", re.S
)
_CALL = re.compile(
    r"^[ \t]*(?:await[ \t]+)?(?:[\w$]+(?:\.|::|->))*([A-Za-z_]\w*)!?[ \t]*\(",
    re.M,
)
_CHAIN = re.compile(r"\s*\.(?:(?:to|and|be|deep)\.)*(?:to\w+|equals?|eql?|be)\(")
_PERL_CALL = re.compile(
    r"^[ \t]*(is|is_deeply|ok|cmp_ok)\b[ \t]*(?![ \t(=])",
    re.M,
)
_PERL_END = re.compile(r";[ \t]*(?:#[^\n]*)?$", re.M)
_PERL_MODIFIER = re.compile(r"\s(?:for|foreach|if|unless|while)\b[^,;'\"]*\Z")
_SHELL_CALL = re.compile(
    r"^[ \t]*((?:assert|expect|check|is|eq|should)\w*)[ \t]+(?![=(|&;])",
    re.M,
)
_PYTHON_ASSERT = re.compile(r"^[ \t]*(assert)[ (]", re.M)
_GO_BRANCH = re.compile(
    r"^[ \t]*if (?:[^\n{;]*; )?([^\n{;]+?) \{\n[ \t]*(\w+)\.(?:Error|Fatal)", re.M
)
_GO_EQUAL = re.compile(
    r"^!?[\w.]+\.(?:DeepEqual|Equal)\((.*)\)$",
    re.S,
)
_REST = re.compile(r"[ \t]*;?[ \t]*(?:(?:#|//)[^\n]*)?(?=\n|$|\})")
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
_SET = re.compile(r"\{([^{}:=]*)\}")
_SIGN = re.compile(r"[^A-Za-z0-9_./-]")
_CODE = re.compile(r"->|::\w+$")
_WORKED_OUT = re.compile(r"\w\s*\(")
_NO_MESSAGE = 2  # arguments of a macro that are compared
_NO_WARNINGS = "".join(
    f'#pragma GCC diagnostic ignored "-W{kind}"\n'
    for kind in (
        "format",
        "format-extra-args",
        "unused-value",
        "unused-variable",
        "unused-function",
    )
)


@dataclass(frozen=True)
class NotedAssertion:
    """A statement that compares, and what makes it write down the values instead.  ``place`` names it in the output."""

    place: str
    start: int
    end: int
    edits: tuple[Edit, ...]
    parts: tuple[Span, ...] = ()

    def holds(self, position: int) -> bool:
        """Tell whether a place in the text is within it."""
        return self.start <= position < self.end

    def is_worked_out_at(
        self,
        text: str,
        position: int,
    ) -> bool:
        """Tell whether a place is in a value that the product works out, not in one that is written down."""
        if not self.holds(position):
            return False
        if not self.parts:
            return "$(" in text[self.start : position]
        held = [text[start:end] for start, end in self.parts if start <= position < end]
        return any(_WORKED_OUT.search(said) for said in held)


@dataclass(frozen=True)
class _Statement:
    """An assertion: where it stands, and the places of what it compares."""

    start: int
    end: int
    parts: tuple[Span, ...]
    test: str = ""


Notes = dict[str, list[tuple[str, ...]]]


def list_notes(
    path: str,
    text: str,
    file: str,
) -> list[NotedAssertion]:
    """List the assertions of a test's file that can be noted; ``file``: where, if not among the output."""
    found = []
    name = spell_path(path)
    for index, statement in enumerate(_list_statements(path, text)):
        place = f"{name}:{index}"
        edits = tuple(_write_note(path, text, place, statement, file))
        found.append(NotedAssertion(place, statement.start, statement.end, edits, statement.parts))
    return found


def spell_preamble(path: str) -> str:
    """Spell what a file has to begin with, so that its notes compile where warnings are errors."""
    if path.endswith((".c", ".cc", ".cpp")):
        return _NO_WARNINGS
    return ""


def spell_path(path: str) -> str:
    """Spell a file as places name it: without signs that mean something in any language's text or format."""
    return _SIGN.sub(lambda sign: f"~{ord(sign[0]):x}~", path)


def read_notes(output: str) -> Notes:
    """Read the values that each assertion compared, time by time."""
    found: Notes = {}
    for match in _NOTE.finditer(output):
        values = match[2].split(SEPARATOR)[:-1]
        found.setdefault(match[1], []).append(tuple(map(_leave_chance, values)))
    return found


def _leave_chance(value: str) -> str:
    """Leave out what differs from run to run: addresses, and the order of what has none."""
    steady = _ADDRESS.sub("#", value)
    return _SET.sub(_order_items, steady)


def _order_items(match: re.Match[str]) -> str:
    items = sorted(match[1].split(", "))
    return f"{{{', '.join(items)}}}"


def _list_statements(path: str, text: str) -> list[_Statement]:
    found = list(_list_by_language(path, text))
    if path.endswith(".rs") and not is_test(path):
        modules = list_rust_tests(text)
        found = [one for one in found if is_in_any(one.start, modules)]
    return sorted(found, key=lambda one: one.start)


def _list_by_language(
    path: str,
    text: str,
) -> Iterator[_Statement]:
    if path.endswith(SHELL_FILES):
        for match in _SHELL_CALL.finditer(text):
            end = text.find("\n", match.end())
            if end < 0:
                end = len(text)
            yield _Statement(match.start(1), end, ())
        return
    if path.endswith(".go"):
        yield from _list_go_branches(text)
        return
    yield from _list_calls(path, text)
    if path.endswith(".py"):
        yield from _list_python_asserts(text)
    if path.endswith((".t", ".pl")):
        yield from _list_perl_calls(text)


def _list_calls(path: str, text: str) -> Iterator[_Statement]:
    """Yield calls of assertion functions, and chains that begin with ``expect``."""
    for match in _CALL.finditer(text):
        name = match[1]
        if not compares_closely(name):
            continue
        indent = len(match[0]) - len(match[0].lstrip())
        start = match.start() + indent
        end = closing(text, match.end(), "(", ")")
        parts = split_arguments(text, match.end(), end - 1)
        if name == "expect":
            end = _find_chain_end(text, end)
        stands_alone = _REST.match(text, end) is not None
        if parts and stands_alone and not _names_no_value(path, text, parts):
            compared = _list_compared(path, text, name, parts)
            yield _Statement(start, end, tuple(compared))


def _find_chain_end(text: str, end: int) -> int:
    """Find where a chain ends that begins with a call; where the call does, if none follows."""
    chain = _CHAIN.match(text, end)
    if chain is None:
        return end
    return closing(text, chain.end(), "(", ")")


def _list_compared(
    path: str,
    text: str,
    name: str,
    parts: list[Span],
) -> list[Span]:
    """List what a function of assertion compares of what it is given."""
    if path.endswith(".rs"):
        parts = _leave_message(name, parts)
    first = parts[0]
    if len(parts) == 1 or is_condition(cut_span(text, first), name):
        return _split_comparison(text, first)
    return parts


def _leave_message(macro: str, parts: list[Span]) -> list[Span]:
    """Leave out the message that may follow what a macro of Rust compares."""
    if macro == "assert":
        return parts[:1]
    return parts[:_NO_MESSAGE]


def _names_no_value(
    path: str,
    text: str,
    parts: list[Span],
) -> bool:
    """Tell whether an argument of Java is code that is called later."""
    if not path.endswith((".java", ".kt")):
        return False
    return any(_CODE.search(cut_span(text, part)) for part in parts)


def _list_python_asserts(text: str) -> Iterator[_Statement]:
    for match in _PYTHON_ASSERT.finditer(text):
        begin = match.end(1)
        end = find_line_end(text, begin)
        said = split_arguments(text, begin, end)
        if said:
            parts = _split_comparison(text, said[0])
            yield _Statement(match.start(1), end, tuple(parts))


def _list_perl_calls(text: str) -> Iterator[_Statement]:
    for match in _PERL_CALL.finditer(text):
        end = _PERL_END.search(text, match.end())
        if end is None:
            continue
        last = end.start()
        repeated = _PERL_MODIFIER.search(
            text,
            match.end(),
            last,
        )
        if repeated is not None:
            last = repeated.start()
        parts = split_arguments(text, match.end(), last)
        if parts:
            yield _Statement(match.start(1), last, tuple(parts))


def _list_go_branches(text: str) -> Iterator[_Statement]:
    """Yield conditions of Go under which a test complains."""
    for match in _GO_BRANCH.finditer(text):
        start, end = match.span(1)
        equal = _GO_EQUAL.match(match[1])
        if equal is not None:
            parts = split_arguments(
                text,
                start + equal.start(1),
                start + equal.end(1),
            )
        else:
            parts = _split_comparison(text, (start, end))
        yield _Statement(start, end, tuple(parts), match[2])


def _split_comparison(text: str, span: Span) -> list[Span]:
    """Split a condition into both sides of its one comparison; else leave it whole."""
    start, end = span
    sign = find_sign(text, start, end)
    if sign is None:
        return [span]
    return [(start, sign[0]), (sign[1], end)]


def _write_note(
    path: str, text: str, place: str, statement: _Statement, file: str
) -> Iterator[Edit]:
    start, end = statement.start, statement.end
    if path.endswith(SHELL_FILES):
        word = re.compile(r"\w+").match(text, start)
        assert word is not None
        yield Edit(
            start,
            word.end(),
            f"printf '%s{SEPARATOR}' {MARK} '{place}'",
        )
        return
    said = [cut_span(text, part).strip() for part in statement.parts]
    before, between, after = find_words(
        path,
        place,
        statement.test,
        said,
        file,
    )
    position = start
    for (first, last), glue in zip(statement.parts, [before, *between], strict=True):
        yield Edit(position, first, glue)
        position = last
    yield Edit(position, end, after)
