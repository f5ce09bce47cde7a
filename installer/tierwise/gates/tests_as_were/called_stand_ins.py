"""Stand-ins that a test calls itself, in the place of the very function that the change is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from tierwise.gates.function_bodies import list_changed_functions
from tierwise.gates.new_code import is_product_code
from tierwise.gates.tests_as_were.deciding import is_readable_test
from tierwise.git.snapshot import Change

# Where a stand-in is put: the receiver or path, and the function's name.
_STAND_INS = re.compile(
    r"\b(?:setattr|patch\.object|mock\.method|spyOn|sinon\.replace|stub)\(\s*(?P<a>[\w.$]+)\s*,\s*[\"'](?P<an>\w+)[\"']"
    r"|\bpatch\(\s*[\"'](?P<b>[\w.]+)\.(?P<bn>\w+)[\"']"
    r"|^[ \t]*(?P<c>[\w.$]+)\.(?P<cn>\w+)\s*=\s*(?:lambda\b|(?:\w+\.)*\w*Mock\(|(?:jest|vi|mock)\.fn\b|sinon\.\w+\("
    r"|(?:async\s*)?(?:function\b|\([^()\n]*\)\s*=>|\w+\s*=>))"
    r"|\*\{?[\"']?(?P<d>\w+(?:::\w+)*)::(?P<dn>\w+)[\"']?\}?\s*=\s*(?:sub\b|\\&)"
    r"|\ballow\((?P<e>[\w.:]+)\)\.to receive\(:(?P<en>\w+)\)"
    r"|\bwhen\((?P<f>\w+)\.(?P<fn>\w+)\(",
    re.M,
)
# What only looks on unless it is told what to answer.
_LOOKS_ON = re.compile(
    r"(?:(?<=jest\.)|(?<=vi\.))spyOn\(|\bmock\.method\(\s*[\w.$]+\s*,\s*[\"']\w+[\"']\s*\)"
)
_ANSWERS = re.compile(r"\.mock(?:Implementation|Return|Resolved|Rejected)")
# Where the function itself is put back.
_PUTS_BACK = (
    r"\b(?:undo|restore\w*|mockRestore|restoreAll\w*|stopall|stop)\(|(?<![\w.]){path}\s*=(?![=>])"
)
# Where a call is only told what to answer.
_TELLS = re.compile(r"\b(?:when|given|verify)\(\s*$")
_WRAPS = re.compile(r"\bwraps=|\bcallThrough|\bcallRealMethod")
# Where the next test begins.
_TEST = re.compile(
    r"^[ \t]*(?:(?:async )?def test|(?:test|it|describe)(?:\.\w+)?\(|subtest\b|func Test|@Test\b|#\[test\])",
    re.M,
)
_LONGEST = 3000  # characters of a test


def describe_called_stand_ins(changes: Sequence[Change]) -> list[str]:
    """Each new test that puts something in the place of a function of the change, and calls that."""
    product = [change for change in changes if is_product_code(change.path)]
    functions = {function.name for _, function in list_changed_functions(product)}
    return [
        f"{change.path}: calls what it put in the place of {name} itself"
        for change in changes
        if is_readable_test(change.path)
        for name in _list_called(change.text_after, functions)
        - _list_called(change.text_before, functions)
    ]


def _list_called(text: str, functions: Iterable[str]) -> set[str]:
    """The functions, of some, in whose place a file's tests put something that they call."""
    known = set(functions)
    return {
        name
        for receiver, name, rest in _list_stand_ins(text)
        if name in known and _calls(receiver, name, rest)
    }


def _list_stand_ins(text: str) -> Iterator[tuple[str, str, str]]:
    """What stands for what: the receiver, the function's name, and the rest of the test."""
    for found in _STAND_INS.finditer(text):
        groups = found.groupdict()
        receiver = next(groups[key] for key in "abcdef" if groups[key])
        name = next(groups[f"{key}n"] for key in "abcdef" if groups[f"{key}n"])
        rest = text[found.end() : found.end() + _LONGEST]
        if _LOOKS_ON.match(text, found.start()) and not _ANSWERS.search(rest):
            continue
        yield receiver, name, _cut_test(text, found.start(), rest)


def _cut_test(text: str, start: int, rest: str) -> str:
    """What follows within the test, or the block, in which something begins."""
    line = text[text.rfind("\n", 0, start) + 1 : start + _LONGEST]
    inner = line.lstrip()
    depth = len(line) - len(inner) - (not inner.startswith("with "))
    is_decorator = inner.startswith("@")
    if depth >= 0 and not is_decorator:
        rest = re.split(rf"\n[ \t]{{0,{depth}}}(?=\S)", rest, maxsplit=1)[0]
    heads = list(_TEST.finditer(rest))[is_decorator:]
    return rest[: heads[0].start()] if heads else rest


def _calls(receiver: str, name: str, rest: str) -> bool:
    """Whether code calls a function of a receiver, be it by the whole path or its last part."""
    if _WRAPS.search(rest.partition("\n")[0]):
        return False
    last = re.split(r"\.|::", receiver)[-1]
    path = rf"(?:{re.escape(receiver)}|(?<![\w.]){re.escape(last)})(?:\.|::|->){re.escape(name)}"
    until = re.split(_PUTS_BACK.format(path=path), rest, maxsplit=1)[0]
    calls = re.finditer(rf"{path}\s*\((?!\s*\.\.\.\s*\))", until)
    return any(not _TELLS.search(until, 0, call.start()) for call in calls)
