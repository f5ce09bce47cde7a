"""Tests that expect something else: a test whose expectation was changed has to fail, whatever the product is.

Reads calls of assertion functions, ``assert`` statements and comparisons of a shell by careful text, and writes another
expected value, or the contrary of a condition, in their place.  A text gets a letter more, a number becomes another,
a name becomes a value that nothing is equal to where the language does not mind its type.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tierwise.gates.tests_as_were.deciding import is_in_any, list_rust_tests
from tierwise.gates.tests_intact.brackets import closing
from tierwise.gates.tests_intact.paths import is_test

TEXT = r"\"\"\"(?:\\.|[^\\])*?\"\"\"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
_NUMBER = r"(?<![\w.])(?!0[xXoObB]\w)\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?"
_VALUE = re.compile(rf"{TEXT}|{_NUMBER}|(?<!\w)(?:[Tt]rue|[Ff]alse)(?!\w)")
_CALL = re.compile(r"(?<![\w$@])([A-Za-z_$][\w$]*)(!?)\s*\(")
_ASSERTS = re.compile(
    r"(?:\w*assert|expect|check|verify)\w*|\w*equals?|eq(?:_\w+)?|deep\w*|is|is_deeply|ok|same\w*|eql|be"
    r"|to(?:Be|Equal|StrictEqual|Eql)|should\w*",
    re.I,
)
# What another value may satisfy as well.
_OPEN = re.compile(
    r"not|ne$|isnt|unlike|differ|throw|raise|reject|fail|greater|less|above|below|least|most|in$|contain|match|close|type"
    r"|instance|none|null|defined",
    re.I,
)
_CONDITIONS = re.compile(r"ok|assert|check|require|expect|verify|is_?true|assert_?true", re.I)
_DEFINES = re.compile(
    r"(?:\b(?:def|function|fn|sub|func|macro_rules!|void|int|bool|boolean|static|define)\s+|#define\s+)$"
)
_STATEMENT = re.compile(r"^[ \t]*assert[ (]", re.M)
_COMPARISON = re.compile(r"(?<![=!<>])={2,3}(?!=)|\beq\b")
_SHELL = re.compile(
    rf"(?:\[\[?|\btest)\s[^\n;]*?\s==?\s+({TEXT}|(?![01]\s)[\w.:-]+)(?=\s*(?:\]|;|\n|\|\||&&|$))"
    rf"|^[ \t]*(?:assert|expect|check|is|eq|ok|should)\w*[ \t]+([^\n]*)",
    re.M,
)
_DYNAMIC = (".py", ".js", ".mjs", ".cjs", ".t", ".pl", ".pm", ".rb")
_TEXT_OR_COMMA = rf"{TEXT}|`(?:\\.|[^`\\])*`|[()\[\]{{}},]"
_PARTS = re.compile(_TEXT_OR_COMMA, re.S)
_SIGNS = re.compile(rf"{_TEXT_OR_COMMA}|{_COMPARISON.pattern}", re.S)
_LINE_END = re.compile(rf"{TEXT}|#[^\n]*|[()\[\]{{}}\n]", re.S)
_JOINS = re.compile(r"&&|\|\||\band\b|\bor\b")
_NAMED = re.compile(r"^\s*\w+\s*=(?![=>~])")
_NOBODY = '"what nothing is equal to"'
_NOBODY_IN_PERL = "'what nothing is equal to'"
_PERL = (".t", ".pl", ".pm")
SHELL_FILES = (".sh", ".bash", ".bats")
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
_OPPOSITES = {"True": "False", "False": "True", "true": "false", "false": "true"}
_TOLERANT = re.compile(r"approx|close|almost|delta|within", re.I)


Span = tuple[int, int]  # from where, up to where


@dataclass(frozen=True)
class Edit:
    """Characters of a file to be replaced: from ``start`` up to ``end``."""

    start: int
    end: int
    new: str


@dataclass(frozen=True)
class Site:
    """An expectation: where it stands, and what makes it another."""

    start: int
    end: int
    edits: tuple[Edit, ...]

    def holds(self, position: int) -> bool:
        """Whether a place in the text is within it."""
        return self.start <= position < self.end


def list_expectations(path: str, text: str) -> list[Site]:
    """The expectations of a test's file that can be made others, in the order of the file."""
    if path.endswith(SHELL_FILES):
        return list(_list_in_shell(text))
    sites = list(_list_calls(path, text))
    if path.endswith(".rs") and not is_test(path):
        modules = list_rust_tests(text)
        sites = [site for site in sites if is_in_any(site.start, modules)]
    if path.endswith(".py"):
        sites += _list_statements(path, text)
    changeable = [site for site in sites if site.edits]
    return sorted(changeable, key=lambda site: site.start)


def apply_edits(text: str, sites: list[Site]) -> str:
    """The text with every expectation another."""
    edits = [edit for site in sites for edit in site.edits]
    edits.sort(key=lambda edit: (edit.start, edit.end))
    return replace_parts(text, edits)


def replace_parts(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits, in their order, made; of those that overlap the first counts."""
    pieces = []
    position = 0
    for edit in edits:
        if edit.start < position:
            continue
        pieces += [text[position : edit.start], edit.new]
        position = edit.end
    return "".join((*pieces, text[position:]))


def _list_calls(path: str, text: str) -> Iterator[Site]:
    for match in _CALL.finditer(text):
        name = match[1]
        start = match.start()
        before = text[max(0, start - 40) : start]
        if not compares_closely(name) or _DEFINES.search(before):
            continue
        is_negated = before.rstrip(" ").endswith(("not.", "not_to."))
        if is_negated or _is_comment(text, start):
            continue
        end = closing(text, match.end(), "(", ")")
        if text[end:].lstrip()[:1] == "{":
            continue
        arguments = split_arguments(text, match.end(), end - 1)
        behind = text[end : end + 1]
        edits = _edit_call(path, text, name, arguments, behind)
        yield Site(start, end, tuple(edits))


def compares_closely(name: str) -> bool:
    """Whether a function is one of assertion that no other value satisfies; ``Ok`` is a value of Rust."""
    return bool(_ASSERTS.fullmatch(name)) and name != "Ok" and not _OPEN.search(name)


def _list_statements(path: str, text: str) -> Iterator[Site]:
    """``assert`` of Python: another value on one side of ``==``, else the contrary."""
    for match in _STATEMENT.finditer(text):
        start = match.end() - 1
        end = find_line_end(text, start)
        arguments = split_arguments(text, start, end)
        if arguments:
            condition = arguments[0]
            edits = list(_edit_comparison(path, text, condition))
            if not edits:
                said = _cut(text, condition).strip()
                edits = [Edit(*condition, f" not ({said})")]
            yield Site(match.start(), end, tuple(edits))


def _list_in_shell(text: str) -> Iterator[Site]:
    for match in _SHELL.finditer(text):
        edit = _edit_in_shell(match)
        if edit is not None and not _is_comment(text, match.start()):
            yield Site(match.start(), match.end(), (edit,))


def _edit_in_shell(match: re.Match[str]) -> Edit | None:
    """Change what is compared with, or the first text that is written down for an assertion."""
    if match[1] is not None:
        return Edit(*match.span(1), _change_word(match[1]))
    for word in re.finditer(TEXT, match[2]):
        if "$" not in word[0]:
            start = match.start(2) + word.start()
            return Edit(start, start + len(word[0]), _change_word(word[0]))
    return None


def split_arguments(text: str, start: int, end: int) -> list[Span]:
    """The places of what commas separate between ``start`` and ``end``."""
    spans = []
    begin = start
    for match in _find_outside_brackets(_PARTS, text, start, end):
        if match[0] == ",":
            spans.append((begin, match.start()))
            begin = match.end()
    spans.append((begin, end))
    return [span for span in spans if _cut(text, span).strip()]


def _cut(text: str, span: Span) -> str:
    return text[slice(*span)]


def _find_outside_brackets(
    pattern: re.Pattern[str], text: str, start: int, end: int
) -> Iterator[re.Match[str]]:
    """What a pattern that matches brackets too finds outside of them."""
    depth = 0
    for match in pattern.finditer(text, start, end):
        if match[0] in "([{":
            depth += 1
        elif match[0] in ")]}":
            depth -= 1
        elif depth == 0:
            yield match


def _edit_call(
    path: str, text: str, name: str, arguments: list[Span], behind: str
) -> Iterator[Edit]:
    positional = [span for span in arguments if not _NAMED.match(_cut(text, span))]
    if not positional:
        return
    start, end = positional[0]
    said = text[start:end]
    if behind != "." and is_condition(said, name):
        compared = list(_edit_comparison(path, text, positional[0]))
        yield from compared or [Edit(start, end, f"!({said.strip()})")]
        return
    if len(positional) >= _WITH_MESSAGE and _is_text(_cut(text, positional[-1])):
        positional = positional[:-1]
    yield from _edit_values(path, text, name, positional)


def _edit_values(path: str, text: str, name: str, positional: list[Span]) -> Iterator[Edit]:
    """Change what is written as it stands, else the expected one of two that are compared."""
    pure = [span for span in positional if _is_value(_cut(text, span))]
    has_two = len(positional) > 1
    if pure and (has_two or _is_chained(name)):
        yield from _change_sides(path, text, _leave_one_side(text, pure))
    elif has_two and _compares(name) and path.endswith(_DYNAMIC):
        chosen = _choose_expected(text, positional[:2])
        yield Edit(*chosen, f" {_spell_nobody(path)}")


def _change_sides(path: str, text: str, spans: list[Span]) -> Iterator[Edit]:
    """Change what is written at some places: of numbers those of one place."""
    has_number = False
    for span in spans:
        edits = list(_change_values(path, text, span, has_number))
        yield from edits
        has_number = has_number or any(text[edit.start].isdigit() for edit in edits)


def _is_chained(name: str) -> bool:
    """Whether a function of assertion stands behind what it compares with: ``toBe``, ``should``."""
    return re.match(r"to|eq|equal|be|should", name, re.I) is not None


def _spell_nobody(path: str) -> str:
    """A value that nothing is equal to, in the file's language."""
    if path.endswith(_PERL):
        return _NOBODY_IN_PERL
    return _NOBODY


def _leave_one_side(text: str, pure: list[Span]) -> list[Span]:
    """Of several written values those of one side: both changed alike would be equal again."""
    said = [_cut(text, span).strip() for span in pure]
    plain = [span for span in pure if "(" not in _cut(text, span)]
    if len(set(said)) < len(said) or not plain:
        return pure[-1:]
    return plain


def _is_text(said: str) -> bool:
    return re.fullmatch(rf"\s*(?:{TEXT})\s*", said) is not None


def _choose_expected(text: str, spans: list[Span]) -> Span:
    """Which of two is the expected one: the one without a call, else the second."""
    first, second = (_cut(text, span) for span in spans)
    if "(" not in first and "(" in second:
        return spans[0]
    return spans[1]


def _compares(name: str) -> bool:
    return re.search(r"equal|eq|is$|deep|same", name, re.I) is not None


def is_condition(said: str, name: str) -> bool:
    """Whether what a function of assertion is given is a condition that has to hold."""
    if not _CONDITIONS.fullmatch(name):
        return False
    if re.match(r"\s*[\"'`{\[\d]|.*=>", said):
        return False
    return re.search(r"[(<>=!&|]|^\s*\w+\s*$", said) is not None


def _edit_comparison(path: str, text: str, span: Span) -> Iterator[Edit]:
    """Another value on one side of the comparison that a condition is."""
    start, end = span
    sign = find_sign(text, start, end)
    if sign is None:
        return
    left_end, right = sign
    sides = [(start, left_end), (right, _find_side_end(text, right, end))]
    values = [side for side in sides if _is_value(_cut(text, side))]
    for side in values:
        edits = list(_change_values(path, text, side, False))
        if edits:
            yield from edits
            return
    if path.endswith(".py"):
        yield Edit(*_choose_expected(text, sides), f" {_NOBODY}")


def find_sign(text: str, start: int, end: int) -> Span | None:
    """Where the only comparison outside of brackets stands; a condition in brackets is looked into."""
    found = []
    for match in _find_outside_brackets(_SIGNS, text, start, end):
        if _COMPARISON.fullmatch(match[0]):
            found.append(match.span())
    return found[0] if len(found) == 1 else None


def _find_side_end(text: str, start: int, end: int) -> int:
    """Where the right side of a comparison ends: before what it is joined with."""
    found = _JOINS.search(text, start, end)
    return end if found is None else found.start()


def _is_value(said: str) -> bool:
    """Whether an argument is a written value: no call in it but such as only make one."""
    if not _VALUE.search(said):
        return False
    bare = re.sub(TEXT, '""', said)
    if re.search(r"=>|\bfunction\b|\blambda\b", bare) and not re.match(r"\s*[{(\[]", bare):
        return False
    if _READS.search(bare):
        return False
    return "(" not in _MAKES.sub("", re.sub(r"(?<![\w!])\(", "", bare))


def _change_values(path: str, text: str, span: Span, numbers_stay: bool) -> Iterator[Edit]:
    start, end = span
    is_tolerant = _TOLERANT.search(text, start, end) is not None
    for match in _VALUE.finditer(text, start, end):
        before = text[start : match.start()]
        if re.search(r"\w\s*=\s*$", before) and not re.search(r"[=!]=\s*$", before):
            continue  # an option: how exact, and the like
        word = match[0]
        if word[0].isdigit():
            if not numbers_stay:
                yield Edit(match.start(), match.end(), _change_number(word))
            numbers_stay = numbers_stay or is_tolerant
        else:
            yield Edit(match.start(), match.end(), _change_text(path, word))


def _change_number(word: str) -> str:
    """Another number of the same kind, that fits where the first one fits."""
    bare = word.replace("_", "")
    if len(bare) > MOST_DIGITS:
        return f"{word}7"
    if not bare.isdigit():
        return str(float(bare) * 3 + 17)
    number = int(bare)
    return str(number + 17 if number < _SMALL else number - 17)


def _change_text(path: str, word: str) -> str:
    if word in _OPPOSITES:
        return _OPPOSITES[word]
    if word.startswith("'") and path.endswith((".c", ".h", ".rs", ".java", ".cpp", ".go")):
        return "'~'" if "~" not in word else "'^'"
    quote = '"""' if word.startswith('"""') else word[0]
    return f"{word[: -len(quote)]}~q{quote}"


def _change_word(word: str) -> str:
    if word[0] in "\"'":
        return f"{word[:-1]}~q{word[-1]}"
    if word.isdecimal():
        return _change_number(word)
    return f"{word}~q"


def find_line_end(text: str, start: int) -> int:
    """Where a statement of Python ends: at the line's end outside of brackets."""
    for match in _find_outside_brackets(_LINE_END, text, start, len(text)):
        if match[0][0] in "\n#":
            return match.start()
    return len(text)


def _is_comment(text: str, position: int) -> bool:
    line = text[text.rfind("\n", 0, position) + 1 : position].lstrip()
    return line.startswith(("#", "//", "*", "/*"))
