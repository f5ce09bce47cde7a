"""What reading alone tells against new code: it asks whether it is tested, or keeps tests from failing."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from tierwise.gates.naming import mentions
from tierwise.gates.new_code import Block
from tierwise.gates.tests_as_were.deciding import decides
from tierwise.gates.tests_as_were.definitions import list_definitions
from tierwise.gates.watching import ALWAYS_EQUAL, WATCHING
from tierwise.git.snapshot import Change

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
_SAYS_GOODBYE = re.compile(r"\bmain\s*\(|print|puts|usage|help|version", re.I)
# A text or number of Python's own that is equal to others of its kind.
_OWN_VALUE = re.compile(
    r"\bclass \w+\((?:str|int|float|bytes|list|tuple|dict|set|frozenset)\):(?:(?!\nclass )[\s\S]){0,2000}?"
    r"\bdef __eq__\("
)
_SPEAKS_OF_EQUALITY = re.compile(r"equal|compar|insensitive|__eq__|same", re.I)
# A comparison of Python's that begins by answering; an answer in brackets goes on to the line that closes them.
_EQUALITY = re.compile(
    r"def __(?:eq|ne)__\(\s*(\w+)[^)]*\)[^:]*:(?:\s*(?:#[^\n]*\n|\"\"\"(?:(?!\"\"\").)*\"\"\"))*\s*"
    r"(return\b(?:[^\n]*[(\[{]\n(?:[^\n]*\n)*?[ \t]*[)\]}]|[^\n]*))"
)
# The library that compares, as Node and Perl get hold of it, and its functions put aside.
_ASSERTIONS = re.compile(
    r"\b(\w+)\s*=\s*(?:await\s+)?(?:require|import)\(\s*[\"'](?:node:)?(?:assert(?:/strict)?|chai|expect)[\"']"
    r"|\bimport\s+(?:\*\s+as\s+)?(\w+)\s+from\s+[\"'](?:node:)?(?:assert(?:/strict)?|chai|expect)[\"']"
)
_PUT_ASIDE = (
    r"\b{0}(?:\.\w+|\[[^\]\n]*\])+\s*=(?![=>])|\bObject\.\w+\(\s*{0}\b|\bReflect\.\w+\(\s*{0}\b"
)
_PUT_ASIDE_IN_PERL = re.compile(
    r"\*\{?[\"']?(?:main|Test)::[\w:]*[\"']?\}?\s*=|\bmain->can\(|\bTest::\w+(?:::\w+)*->can\("
)
_TEST_PACKAGE_IN_PERL = re.compile(r"[\"'](?:Test2?(?:::\w+)*|main)(?:::)?[\"']")
_GLOB_BY_NAME_IN_PERL = re.compile(r"\*\{[^}\n]*\$[^\n]*?=\s*(?:sub\b|\\)")
_MAINS = frozenset(("main", "__main__", "cli", "index", "bin", "app", "server", "manage"))


def _find_hidden_word(text: str) -> str:
    """A word of a test tool that is put together from pieces none of which is one."""
    for match in _PIECES.finditer(text):
        pieces = re.findall(r"[\"']([^\"']*)[\"']", match[0])
        whole = "".join(pieces)
        if _HIDDEN_WORD.search(whole) and not any(map(_HIDDEN_WORD.search, pieces)):
            return whole
    return ""


def describe_tricks(block: Block, task: str) -> Iterator[str]:
    """What new code does that only serves to pass tests, in words."""
    watching = WATCHING.search(block.text)
    ending = _find_ending(block)
    is_main = posixpath.basename(block.path).split(".")[0] in _MAINS
    if watching is not None:
        yield f"asks whether it is under test: {watching[0]}"
    elif ending is not None and not is_main:
        yield f"ends the process: {ending[0].strip()}"
    hidden = _find_hidden_word(block.text)
    if hidden:
        yield f"hides a word of a test tool: {hidden}"
    if ALWAYS_EQUAL.search(block.text) or _looks_at_nothing(block.text):
        yield "is equal to whatever it is compared with"
    if _OWN_VALUE.search(block.text) and not _SPEAKS_OF_EQUALITY.search(task):
        yield "is a text or number that says itself what it is equal to"
    put_aside = _find_put_aside(block.text)
    if put_aside:
        yield f"puts the tests' own assertions aside: {put_aside}"


def _find_ending(block: Block) -> re.Match[str] | None:
    """Where new code ends the process as if all were well; a program of C may, once it has said something."""
    found = _ENDS.search(block.text)
    if found is None and block.path.endswith(_IN_C) and not _SAYS_GOODBYE.search(block.text):
        return _ENDS_IN_C.search(block.text)
    return found


def _looks_at_nothing(text: str) -> bool:
    """Whether a comparison of Python's answers without looking at the object itself."""
    return any(
        not mentions(answer, own) and "NotImplemented" not in answer
        for own, answer in _EQUALITY.findall(text)
    )


def _find_put_aside(text: str) -> str:
    """Where code gives a function of the assertion library another meaning; empty where it does not."""
    found = _PUT_ASIDE_IN_PERL.search(text)
    if _TEST_PACKAGE_IN_PERL.search(text):
        found = found or _GLOB_BY_NAME_IN_PERL.search(text)
    names = [first or second for first, second in _ASSERTIONS.findall(text)]
    for name in names:
        found = found or re.search(_PUT_ASIDE.format(re.escape(name)), text)
    if found is None:
        return ""
    return found[0].strip()


def find_own_assertions(changes: Sequence[Change]) -> Iterator[str]:
    """Functions of a shell script that the tests' own scripts define: whoever comes last wins."""
    for change in changes:
        if change.after is None or decides(change.path) or not change.path.endswith(".sh"):
            continue
        before = {found.name for found in list_definitions(change.path, change.before or b"")}
        for found in list_definitions(change.path, change.after):
            if found.name not in before and found.name.startswith(("assert", "expect", "fail")):
                yield f"{change.path}: defines {found.name}, which is the tests' own"
