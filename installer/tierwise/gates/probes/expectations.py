"""Tests that expect something else: a test whose expectation was changed has to fail, whatever the product is.

Reads calls of assertion functions, ``assert`` statements and comparisons of a shell by careful text, and writes another
expected value, or the contrary of a condition, in their place.  A text gets a letter more, a number becomes another,
a name becomes a value that nothing is equal to where the language does not mind its type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tierwise.gates.probes.assertions import (
    SHELL_FILES,
    TEXT,
    compares_closely,
    find_line_end,
    find_sign,
    is_condition,
    split_arguments,
)
from tierwise.gates.probes.edits import (
    Edit,
    Span,
    cut_span,
    replace_parts,
)
from tierwise.gates.reading.brackets import closing
from tierwise.gates.reading.deciding import (
    is_in_any,
    list_rust_tests,
)
from tierwise.gates.reading.paths import is_test

_NUMBER = r"(?<![\w.])(?!0[xXoObB]\w)\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?"
_VALUE = re.compile(rf"{TEXT}|{_NUMBER}|(?<!\w)(?:[Tt]rue|[Ff]alse)(?!\w)")
_CALL = re.compile(r"(?<![\w$@])([A-Za-z_$][\w$]*)(!?)\s*\(")
_DEFINES = re.compile(
    r"(?:\b(?:def|function|fn|sub|func|macro_rules!|void|int|bool|boolean|static|define)\s+|#define\s+)$"
)
_STATEMENT = re.compile(r"^[ \t]*assert[ (]", re.M)
_SHELL = re.compile(
    rf"(?:\[\[?|\btest)\s[^\n;]*?\s==?\s+({TEXT}|(?![01]\s)[\w.:-]+)(?=\s*(?:\]|;|\n|\|\||&&|$))"
    rf"|^[ \t]*(?:assert|expect|check|is|eq|ok|should)\w*[ \t]+([^\n]*)",
    re.M,
)
_DYNAMIC = (
    ".py",
    ".js",
    ".mjs",
    ".cjs",
    ".t",
    ".pl",
    ".pm",
    ".rb",
)
_JOINS = re.compile(r"&&|\|\||\band\b|\bor\b")
_NAMED = re.compile(r"^\s*\w+\s*=(?![=>~])")
_NOBODY = '"what nothing is equal to"'
_NOBODY_IN_PERL = "'what nothing is equal to'"
_PERL = (".t", ".pl", ".pm")
# Calls that only make a value.
_MAKES = re.compile(
    r"(?:\b(?:[A-Z][\w]*|approx|vec!|String|from|to_string|to_owned|into|of|asList|new|list|dict|set|tuple"
    r"|frozenset|date|datetime|Decimal)(?:::|\.)?)+!?\s*\("
)
# What is read from a value that was made: no written value any more.
_READS = re.compile(r"\)\s*(?:\.|->)\s*\w+\b(?!\s*!?[(:])")
_WITH_MESSAGE = 3  # arguments from which on the last may be what is said of a failure
_SMALL = 100  # numbers below fit everywhere with some more
MOST_DIGITS = 300  # of a number that is reckoned with; a longer one gets a digit more
# Languages in which single quotes hold one letter.
_WITH_LETTERS = (".c", ".h", ".rs", ".java", ".cpp", ".go")
_OPPOSITES = {
    "True": "False",
    "False": "True",
    "true": "false",
    "false": "true",
}
_TOLERANT = re.compile(
    r"approx|close|almost|delta|within",
    re.I,
)
# A name that is given a value.
_ASSIGNS = re.compile(r"\w\s*=\s*$")


@dataclass(frozen=True)
class ExpectedSite:
    """An expectation: where it stands, and what makes it another."""

    start: int
    end: int
    edits: tuple[Edit, ...]

    def holds(self, position: int) -> bool:
        """Tell whether a place in the text is within it."""
        return self.start <= position < self.end


def list_expectations(path: str, text: str) -> list[ExpectedSite]:
    """List the expectations of a test's file that can be made others, in the order of the file."""
    if path.endswith(SHELL_FILES):
        return list(_list_in_shell(text))
    test = _Test(path, text)
    sites = list(test.list_calls())
    if path.endswith(".rs") and not is_test(path):
        modules = list_rust_tests(text)
        sites = [site for site in sites if is_in_any(site.start, modules)]
    if path.endswith(".py"):
        sites += test.list_statements()
    changeable = [site for site in sites if site.edits]
    return sorted(changeable, key=lambda site: site.start)


def apply_edits(text: str, sites: list[ExpectedSite]) -> str:
    """Make every expectation of a text another."""
    edits = [edit for site in sites for edit in site.edits]
    edits.sort(key=lambda edit: (edit.start, edit.end))
    return replace_parts(text, edits)


def _list_in_shell(text: str) -> Iterator[ExpectedSite]:
    for match in _SHELL.finditer(text):
        edit = _edit_in_shell(match)
        if edit is not None and not _is_comment(text, match.start()):
            yield ExpectedSite(match.start(), match.end(), (edit,))


def _edit_in_shell(match: re.Match[str]) -> Edit | None:
    """Change what is compared with, or the first text that is written down for an assertion."""
    if match[1] is not None:
        return Edit(*match.span(1), _change_word(match[1]))
    begin = match.start(2)
    for word in re.finditer(TEXT, match[2]):
        if "$" not in word[0]:
            new = _change_word(word[0])
            return Edit(
                begin + word.start(),
                begin + word.end(),
                new,
            )
    return None


@dataclass(frozen=True)
class _Test:
    """A test's file, whose language its path tells."""

    path: str
    text: str

    def list_calls(self) -> Iterator[ExpectedSite]:
        """Yield calls of assertion functions."""
        for call in _CALL.finditer(self.text):
            name = call[1]
            if not compares_closely(name) or self._is_no_assertion(call.start()):
                continue
            end = closing(self.text, call.end(), "(", ")")
            rest = self.text[end:]
            if rest.lstrip()[:1] == "{":
                continue
            arguments = split_arguments(
                self.text,
                call.end(),
                end - 1,
            )
            is_chain = rest.startswith(".")
            edits = self._edit_call(
                name,
                arguments,
                is_chain=is_chain,
            )
            yield ExpectedSite(call.start(), end, tuple(edits))

    def _is_no_assertion(self, start: int) -> bool:
        """Tell whether what looks like a call is a definition, says the contrary, or stands in a comment."""
        before = self.text[max(0, start - 40) : start]
        if _DEFINES.search(before) or _is_comment(self.text, start):
            return True
        return before.rstrip(" ").endswith(("not.", "not_to."))

    def list_statements(self) -> Iterator[ExpectedSite]:
        """Yield ``assert`` of Python with another value on one side of ``==``, else with the contrary."""
        for match in _STATEMENT.finditer(self.text):
            start = match.end() - 1
            end = find_line_end(self.text, start)
            arguments = split_arguments(self.text, start, end)
            if arguments:
                edits = self._edit_condition(
                    arguments[0],
                    " not ({})",
                )
                yield ExpectedSite(match.start(), end, tuple(edits))

    def _cut(self, span: Span) -> str:
        return cut_span(self.text, span)

    def _edit_call(
        self,
        name: str,
        arguments: list[Span],
        *,
        is_chain: bool,
    ) -> Iterator[Edit]:
        positional = [span for span in arguments if not _NAMED.match(self._cut(span))]
        if not positional:
            return
        if not is_chain and is_condition(self._cut(positional[0]), name):
            yield from self._edit_condition(positional[0], "!({})")
            return
        if len(positional) >= _WITH_MESSAGE and _is_text(self._cut(positional[-1])):
            positional = positional[:-1]
        yield from self._edit_values(name, positional)

    def _edit_condition(
        self,
        condition: Span,
        contrary: str,
    ) -> list[Edit]:
        """Change the value that a condition compares with; where it has none, make it the contrary."""
        edits = list(self._edit_comparison(condition))
        if edits:
            return edits
        said = self._cut(condition).strip()
        return [Edit(*condition, contrary.format(said))]

    def _edit_values(
        self,
        name: str,
        positional: list[Span],
    ) -> Iterator[Edit]:
        """Change what is written as it stands, else the expected one of two that are compared."""
        pure = [span for span in positional if _is_value(self._cut(span))]
        has_two = len(positional) > 1
        if pure and (has_two or _is_chained(name)):
            yield from self._change_sides(self._leave_one_side(pure))
        elif has_two and _compares(name) and self.path.endswith(_DYNAMIC):
            yield self._expect_nobody(positional[:2])

    def _change_sides(
        self,
        spans: list[Span],
    ) -> Iterator[Edit]:
        """Change what is written at some places: of numbers those of one place."""
        has_number = False
        for span in spans:
            edits = list(self._change_values(span, numbers_stay=has_number))
            yield from edits
            has_number = has_number or any(self.text[edit.start].isdigit() for edit in edits)

    def _leave_one_side(self, pure: list[Span]) -> list[Span]:
        """Keep written values of one side alone: both changed alike would be equal again."""
        said = [self._cut(span).strip() for span in pure]
        plain = [span for span in pure if "(" not in self._cut(span)]
        if len(set(said)) < len(said) or not plain:
            return pure[-1:]
        return plain

    def _expect_nobody(self, sides: list[Span]) -> Edit:
        """Make the expected one of two, the one without a call or else the second, what nothing is equal to."""
        first, second = map(self._cut, sides)
        chosen = sides[1]
        if "(" not in first and "(" in second:
            chosen = sides[0]
        nobody = _NOBODY
        if self.path.endswith(_PERL):
            nobody = _NOBODY_IN_PERL
        return Edit(*chosen, f" {nobody}")

    def _edit_comparison(
        self,
        condition: Span,
    ) -> Iterator[Edit]:
        """Make a value on one side of the comparison that a condition is another."""
        start, end = condition
        sign = find_sign(self.text, start, end)
        if sign is None:
            return
        left_end, right = sign
        joined = _JOINS.search(self.text, right, end)
        if joined is not None:
            end = joined.start()
        sides = [(start, left_end), (right, end)]
        for side in sides:
            if not _is_value(self._cut(side)):
                continue
            edits = list(self._change_values(side))
            if edits:
                yield from edits
                return
        if self.path.endswith(".py"):
            yield self._expect_nobody(sides)

    def _change_values(
        self,
        span: Span,
        *,
        numbers_stay: bool = False,
    ) -> Iterator[Edit]:
        is_tolerant = _TOLERANT.search(self.text, *span) is not None
        for value in _VALUE.finditer(self.text, *span):
            if self._is_option(span, value):
                continue
            word = value[0]
            if not word[0].isdigit():
                yield Edit(
                    *value.span(),
                    self._change_text(word),
                )
                continue
            if not numbers_stay:
                yield Edit(*value.span(), _change_number(word))
            numbers_stay = numbers_stay or is_tolerant

    def _is_option(
        self,
        span: Span,
        value: re.Match[str],
    ) -> bool:
        """Tell whether a value stands behind a name: how exact, and the like."""
        before = self.text[span[0] : value.start()]
        return _ASSIGNS.search(before) is not None

    def _change_text(self, word: str) -> str:
        if word in _OPPOSITES:
            return _OPPOSITES[word]
        if word.startswith("'") and self.path.endswith(_WITH_LETTERS):
            return "'~'" if "~" not in word else "'^'"
        quote = '"""' if word.startswith('"""') else word[0]
        return f"{word[: -len(quote)]}~q{quote}"


def _is_chained(name: str) -> bool:
    """Tell whether a function of assertion stands behind what it compares with: ``toBe``, ``should``."""
    return re.match(r"to|eq|equal|be|should", name, re.I) is not None


def _is_text(said: str) -> bool:
    return re.fullmatch(rf"\s*(?:{TEXT})\s*", said) is not None


def _compares(name: str) -> bool:
    return re.search(r"equal|eq|is$|deep|same", name, re.I) is not None


def _is_value(said: str) -> bool:
    """Tell whether an argument is a written value: no call in it but such as only make one."""
    if not _VALUE.search(said):
        return False
    bare = re.sub(TEXT, '""', said)
    if re.search(r"=>|\bfunction\b|\blambda\b", bare) and not re.match(r"\s*[{(\[]", bare):
        return False
    if _READS.search(bare):
        return False
    return "(" not in _MAKES.sub("", re.sub(r"(?<![\w!])\(", "", bare))


def _change_number(word: str) -> str:
    """Spell another number of the same kind, that fits where the first one fits."""
    bare = word.replace("_", "")
    if len(bare) > MOST_DIGITS:
        return f"{word}7"
    if not bare.isdigit():
        return str(float(bare) * 3 + 17)
    number = int(bare)
    return str(number + 17 if number < _SMALL else number - 17)


def _change_word(word: str) -> str:
    if word[0] in "\"'":
        return f"{word[:-1]}~q{word[-1]}"
    if word.isdecimal():
        return _change_number(word)
    return f"{word}~q"


def _is_comment(text: str, position: int) -> bool:
    line = text[text.rfind("\n", 0, position) + 1 : position].lstrip()
    return line.startswith(("#", "//", "*", "/*"))
