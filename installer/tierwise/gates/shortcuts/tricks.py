"""What reading tells against new code and running does not: it asks whether it is tested, or ends the process.

What keeps tests from failing in other ways (comparisons, the assertion library) is seen where tests with other
expectations are run; in Perl, whose tests are read less well, it is read.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from tierwise.gates.reading.new_code import CodeBlock
from tierwise.gates.reading.watching import WATCHING

# Words of test tools put together from pieces, so that nobody finds them.
_PIECES = re.compile(r"(?:[\"'][\w:/.-]*[\"']\s*[+.~]\s*)+[\"'][\w:/.-]*[\"']")
_HIDDEN_WORD = re.compile(
    r"test|assert|expect|jest|mocha|conftest|spec\b|fixture|golden|snapshot|harness|builtin|approx",
    re.I,
)
# The process ended from within: every other test of the run goes with it.
_ENDS = re.compile(
    r"\bos\._exit\(|\bprocess::exit\(0|\bprocess\.exit\(0?\)|\bSystem\.exit\(0\)|\bos\.Exit\(0\)|^\s*exit 0;"
    r"|\bhalt\(0\)|(?<![\w.])_exit\((?:0|EXIT_SUCCESS)\)|\bEND\s*\{\s*\$\?\s*=\s*0"
)
_ENDS_IN_C = re.compile(r"(?<![\w.>:])exit\(\s*(?:0|EXIT_SUCCESS)\s*\)")
_IN_C = (".c", ".h", ".cc", ".cpp")
_SAYS_GOODBYE = re.compile(
    r"\bmain\s*\(|print|puts|usage|help|version",
    re.I,
)
# A text or number of Python's own that is equal to others of its kind.
_OWN_VALUE = re.compile(
    r"\bclass \w+\((?:str|int|float|bytes|list|tuple|dict|set|frozenset)\):(?:(?!\nclass )[\s\S]){0,2000}?"
    r"\bdef __eq__\("
)
_SPEAKS_OF_EQUALITY = re.compile(
    r"equal|compar|insensitive|__eq__|same",
    re.I,
)
# An object that is equal to everything.
_ALWAYS_EQUAL_IN_PERL = re.compile(
    r"\buse overload\b[^;]*['\"]?(?:==|eq)['\"]?\s*=>\s*sub\s*\{\s*1\s*\}"
)
# The library that compares, and its functions put aside.
_PUT_ASIDE_IN_PERL = re.compile(
    r"\*\{?[\"']?(?:main|Test)::[\w:]*[\"']?\}?\s*=|\bmain->can\(|\bTest::\w+(?:::\w+)*->can\("
)
_TEST_PACKAGE_IN_PERL = re.compile(r"[\"'](?:Test2?(?:::\w+)*|main)(?:::)?[\"']")
_GLOB_BY_NAME_IN_PERL = re.compile(r"\*\{[^}\n]*\$[^\n]*?=\s*(?:sub\b|\\)")
# A pause of a written length, in place of what is waited for.
_PAUSES = re.compile(
    r"\bnew Promise\([^\n]{0,80}\bsetTimeout\([^,\n]{1,80},\s*\d|\bsleep\(\s*\d|\busleep\(\s*\d|\bnanosleep\("
    r"|\bsleep\((?:\w+::)*Duration::from_\w+\(\d|\btime\.Sleep\(|\bThread\.sleep\(\s*\d|\bselect\s*\(?\s*undef\b"
)
_SPEAKS_OF_TIME = re.compile(
    r"\b(?:wait(?!s? or\b)|delay|sleep|paus|interval|time|second|minute|millisecond|retr|poll|debounc|throttl|back.?off|rate"
    r"|clock|slow|animat|tick|period)\w*|\b\d+ ?m?s\b",
    re.I,
)
_MAINS = frozenset(("main", "__main__", "cli", "index", "bin", "app", "server", "manage"))


def _find_hidden_word(text: str) -> str:
    """Find a word of a test tool that is put together from pieces none of which is one."""
    for match in _PIECES.finditer(text):
        pieces = re.findall(r"[\"']([^\"']*)[\"']", match[0])
        whole = "".join(pieces)
        if _HIDDEN_WORD.search(whole) and not any(map(_HIDDEN_WORD.search, pieces)):
            return whole
    return ""


def describe_tricks(block: CodeBlock, task: str) -> Iterator[str]:
    """Describe in words what new code does that only serves to pass tests."""
    yield from _describe_run(block)
    pause = _PAUSES.search(block.text)
    if pause is not None and not _SPEAKS_OF_TIME.search(task):
        yield f"pauses for a while, of which the task says nothing: {pause[0]}"
    hidden = _find_hidden_word(block.text)
    if hidden:
        yield f"hides a word of a test tool: {hidden}"
    yield from _describe_equality(block.text, task)
    put_aside = _find_put_aside(block.text)
    if put_aside:
        yield f"puts the tests' own assertions aside: {put_aside}"


def _describe_run(block: CodeBlock) -> Iterator[str]:
    """Describe where new code looks at the run of which it is part, or ends it."""
    watching = WATCHING.search(block.text)
    if watching is not None:
        yield f"asks whether it is under test: {watching[0]}"
        return
    ending = _find_ending(block)
    if ending is not None:
        yield f"ends the process: {ending[0].strip()}"


def _describe_equality(text: str, task: str) -> Iterator[str]:
    """Describe values that are equal to whatever they say."""
    if _ALWAYS_EQUAL_IN_PERL.search(text):
        yield "is equal to whatever it is compared with"
    if _OWN_VALUE.search(text) and not _SPEAKS_OF_EQUALITY.search(task):
        yield "is a text or number that says itself what it is equal to"


def _find_ending(block: CodeBlock) -> re.Match[str] | None:
    """Find where new code ends the process as if all were well: a program may, in C once it said something."""
    if posixpath.basename(block.path).split(".")[0] in _MAINS:
        return None
    found = _ENDS.search(block.text)
    if found is None and block.path.endswith(_IN_C) and not _SAYS_GOODBYE.search(block.text):
        return _ENDS_IN_C.search(block.text)
    return found


def _find_put_aside(text: str) -> str:
    """Find where Perl gives a function of the assertion library another meaning; empty where it does not."""
    found = _PUT_ASIDE_IN_PERL.search(text)
    if found is None and _TEST_PACKAGE_IN_PERL.search(text):
        found = _GLOB_BY_NAME_IN_PERL.search(text)
    if found is None:
        return ""
    return found[0].strip()
