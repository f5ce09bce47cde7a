"""How much one assertion of another language than Python demands, read as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tierwise.gates.reading.brackets import closing
from tierwise.gates.tests_intact.model import (
    EXACT,
    NOTHING,
    PARTIAL,
    PRESENCE,
)

_ASSERTION = re.compile(
    r"\bexpect\s*\(|\bassert\w*!?\s*[.(]|\bt\.(?:Error|Fatal|Fail)\w*\(|\brequire\.\w+\(|\b(?:should|assert_\w+|refute\w*)\b"
    r"|\bAssert\.\w+\(|\bassert[A-Z]\w*\(",
)
_PRESENCE = re.compile(
    r"toBeTruthy|toBeDefined|toBeInstanceOf|not\.toBeNull|not\.toBe\(|not\.toEqual|assert\.ok\(|\.NotNil\(|"
    r"assertNotNull|toHaveBeenCalled\(\)|not\.to(?:Throw|Be\w*)\(\)|\.NoError\(|IsNotNull|isNotNull|\.toThrow\(\)|anything\(\)"
    r"|\bbe_(?:truthy|falsey|present|an?\b|an_instance_of|kind_of|instance_of)|not_to be_nil"
    r"|\bassert!\([^;]*\.is_(?:ok|some|err)\(\)"
    r"|expect\(\s*typeof\b|\bassert_ne!|\bassertNotEquals?\b|\brefute_equal\b|not_to eq"
)
_PARTIAL = re.compile(
    r"toContain|toMatch|toBeLess|toBeGreater|\.Contains\(|assertTrue|toBeCloseTo|objectContaining"
    r"|\bbe\s*[<>]|\bbe_between\b"
)
_TRIVIAL = re.compile(
    r"expect\(\s*(?P<a>true|false|\d+|'[^']*'|\"[^\"]*\")\s*\)\.(?:toBe|toEqual|toStrictEqual)\(\s*(?P=a)\s*\)"
    r"|expect\(\s*(?:true|1)\s*\)\.toBeTruthy|assert(?:\.ok|\.isTrue|\.equal|True)?\(\s*(?:true|1)\s*[,)]"
    r"|expect\((?P<b>[\w.()]+)\)\.(?:toBe|toEqual|toStrictEqual)\((?P=b)\)"
    r"|assert_eq!\(\s*(?P<c>[\w.]+)\s*,\s*(?P=c)\s*\)|assert!\(\s*true\s*\)|assert(?:Equals|_equal)\(\s*(?P<d>\w+)\s*,\s*(?P=d)\s*\)"
    r"|\|\|\s*true\b"
)
# An exact comparison with a literal, in the words of Jest, RSpec, Rust, JUnit and Go.
_LITERAL = r"(?P<literal{n}>-?\d[\w.]*|\"[^\"\n]*\"|'[^'\n]*'|true|false|null|nil|None)"
_EXPECTS = re.compile(
    r"expect\((?P<s1>[^\n]{1,120}?)\)\.(?:toBe|toEqual|toStrictEqual|to\s+eq)\s*\(\s*"
    + _LITERAL.format(n=1)
    + r"|assert_eq!\((?P<s2>[^\n]{1,120}?),\s*"
    + _LITERAL.format(n=2)
    + r"\s*[,)]|assertEquals\(\s*"
    + _LITERAL.format(n=3)
    + r"\s*,\s*(?P<s3>[^\n;]{1,120}?)\)\s*;"
    + r"|\bif (?:\w+ := )?(?P<s4>[^\n;{]{1,120}?)(?:;[^\n{]{1,40}?)? != "
    + _LITERAL.format(n=4)
    + r"\s*\{"
)
_NEAR = 2000  # characters within which an assertion is read; bounds the work on a file that is not what it seems
_LONGEST_ASSERTION = 300  # characters
_GO_REPORT = re.compile(r"t\.(?:Error|Fatal|Fail)")


def strengths(body: str) -> Iterator[int]:
    """Yield EXACT, PARTIAL, PRESENCE or NOTHING for each assertion of a test, in order."""
    for start, assertion in list_assertions(body):
        if _asks_nothing(body, start):
            yield NOTHING
        elif _GO_REPORT.match(assertion):
            yield _of_condition(body[max(0, start - _NEAR) : start])
        else:
            yield _judge_strength(assertion)


def list_assertions(body: str) -> Iterator[tuple[int, str]]:
    """Yield where each assertion of a test begins, and its text."""
    starts = [match.start() for match in _ASSERTION.finditer(body)]
    for start, following in zip(starts, [*starts[1:], len(body)], strict=False):
        end = min(following, start + _LONGEST_ASSERTION)
        yield start, body[start:end]


def expected(body: str) -> Iterator[tuple[str, str]]:
    """Yield what is compared with a literal -> that literal."""
    for match in _EXPECTS.finditer(body):
        number = next(number for number in "1234" if match[f"s{number}"])
        yield match[f"s{number}"], match[f"literal{number}"]


def _judge_strength(assertion: str) -> int:
    if _TRIVIAL.search(assertion):
        return NOTHING
    if _PRESENCE.search(assertion):
        return PRESENCE
    return PARTIAL if _PARTIAL.search(assertion) else EXACT


def _of_condition(before: str) -> int:
    """Judge what a condition found, as Go reports it: `if err != nil` asks no more than `require.NoError`."""
    found = re.search(r"\bif\b([^{}]*)\{[^{}]*\Z", before)
    condition = found[1].rsplit(";", 1)[-1] if found else ""
    if re.search(r"==|!=\s*nil\s*$", condition):
        return PRESENCE  # any other value passes
    return PARTIAL if re.search(r"[<>]", condition) else EXACT


def _asks_nothing(body: str, start: int) -> bool:
    """Tell whether it is ``expect(x);`` without a matcher."""
    if not body.startswith("expect", start):
        return False
    near = body[start : start + _NEAR]
    end = closing(near, near.index("(") + 1, "(", ")")
    return end < len(near) and not near[end:].lstrip().startswith(".")
