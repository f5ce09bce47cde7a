"""What a test puts in the place of the code: what it then asserts of that tells nothing of the code."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import (
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from itertools import chain

from tierwise.files import decode_text
from tierwise.gates.reading.syntax_tree import parse_python
from tierwise.gates.tests_intact.model import (
    NOTHING,
    PARTIAL,
    Finding,
)
from tierwise.gates.tests_intact.python_asserts import (
    asks_itself,
    dotted,
    list_compared,
    name_call,
)
from tierwise.gates.tests_intact.python_scope import list_assigned
from tierwise.gates.tests_intact.text_asserts import list_assertions

_PATCHES = ("patch", "setattr", "patch.object")
_MOCKS = ("Mock", "MagicMock", "AsyncMock", "create_autospec")
_NAME_AND_VALUE = 2  # arguments of a patch that names its target in one text
# RSpec, Jest and Vitest, Mockito.
_TOLD_ANSWER = re.compile(
    r"\breceive\(:(\w+)\)"
    r"|\bspyOn\([^,()]+,\s*[\"'](\w+)[\"']\)\s*\.mock"
    r"|\bwhen\([\w.]+\.(\w+)\([^)]*\)\)\s*\.then"
)
# A function of an object, or of a package of Perl, that gets another body.
_OVERWRITTEN = re.compile(
    r"\b(?:mock\.method|spyOn|stub|sinon\.replace)\(\s*[\w.]+\s*,\s*[\"'](\w+)[\"']"
    r"|\*\{?[\"']?(?:\w+::)+(\w+)[\"']?\}?\s*=\s*sub\b|\breceive\(:(\w+)\)"
    r"|^[ \t]*\w+\.(\w+)\s*=\s*(?:async\s*)?(?:function\b|\([^()\n]*\)\s*=>|\w+\s*=>|(?:jest|vi|mock)\.fn\b)",
    re.M,
)
# The first method that the subject of an assertion calls or reads.
_ASSERTED_METHOD = re.compile(r"\w+!?\s*\((?:\s*[\w\"'.-]+\s*,)?[^.,]*?\b\w+\.(\w+)")
_MOCKED_MODULE = re.compile(
    r"\b(?:jest|vi)\.(?:doM|m)ock\(\s*[\"'](?:\.{1,2}/)+(?:[\w.-]+/)*([\w-]+)(?:\.\w+)?[\"']"
    r"(?!.*(?:requireActual|importActual|importOriginal))"
)


def find_mocked_subject(
    path: str,
    before: bytes | None,
    after: bytes | None,
) -> Iterator[Finding]:
    """Find a mock that Jest or Vitest puts in the place of the module after which a test is called."""
    stem = posixpath.basename(path).split(".", 1)[0]
    if stem in _list_mocked(after) and stem not in _list_mocked(before):
        message = f"puts a mock in the place of {stem}, which it is there to test"
        yield Finding(path, "bypass", message)


def list_stand_ins(path: str, data: bytes | None) -> set[str]:
    """List the functions in whose place a file of tests puts something."""
    content = decode_text(data)
    if not path.endswith(".py"):
        matches = _OVERWRITTEN.finditer(content)
        return {next(filter(None, match.groups())) for match in matches}
    module = parse_python(content)
    if module is None:
        return set()
    return set(_list_replaced(ast.walk(module))) - {""}


def _list_mocked(data: bytes | None) -> list[str]:
    content = decode_text(data)
    return _MOCKED_MODULE.findall(content)


def discount_text(
    body: str,
    demands: Sequence[int],
) -> tuple[int, ...]:
    """Return what a test's assertions demand of the code; of a stand-in for one of its methods, nothing."""
    told = set(chain.from_iterable(_TOLD_ANSWER.findall(body)))
    left = list(demands)
    for position, (_, assertion) in enumerate(list_assertions(body)):
        asserted = _ASSERTED_METHOD.match(assertion)
        if asserted is not None and asserted[1] in told:
            left[position] = NOTHING
    return tuple(left)


@dataclass(frozen=True)
class _OwnNames:
    """``values``: local names -> the expression that they were last given; ``replaced``: what has a stand-in."""

    values: Mapping[str, ast.expr]
    replaced: frozenset[str]

    def discount(
        self,
        assertion: ast.AST,
        demand: int,
    ) -> int:
        """Return what an assertion demands of the code itself."""
        sides = list(map(self._find_value, list_compared(assertion)))
        if not sides:
            return demand
        makers = set(map(_find_maker, sides)) - {""}
        if makers and makers <= self.replaced:
            return NOTHING
        if asks_itself(sides):
            return min(demand, PARTIAL)
        return demand

    def _find_value(self, side: ast.expr) -> ast.expr:
        if isinstance(side, ast.Name):
            return self.values.get(side.id, side)
        return side


def discount_python(
    asserts: Iterable[ast.AST], demands: Iterable[int], nodes: Sequence[ast.AST]
) -> tuple[int, ...]:
    """Return what a test's assertions demand of the code, and not of what the test itself put there.

    ``nodes``: those of the whole test, its decorators with them.
    """
    own = _OwnNames(
        dict(list_assigned(nodes)),
        frozenset(_list_replaced(nodes)),
    )
    return tuple(map(own.discount, asserts, demands))


def _list_replaced(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Call):
            yield _read_patched(node)
        elif isinstance(node, ast.Assign):
            yield _read_overwritten(node)


def _read_patched(call: ast.Call) -> str:
    """Read what ``patch`` or ``setattr`` replaces; empty for other calls, and where the original is wrapped."""
    called = dotted(call.func)
    options = {keyword.arg for keyword in call.keywords}
    if not called.endswith(_PATCHES) or "wraps" in options:
        return ""
    arguments = call.args
    if called.endswith(".object") or len(arguments) > _NAME_AND_VALUE:
        arguments = arguments[1:]  # the first one is what has the name
    if not arguments:
        return ""
    named = arguments[0]
    if isinstance(named, ast.Constant) and isinstance(named.value, str):
        return named.value.rpartition(".")[2]
    return ""


def _read_overwritten(assignment: ast.Assign) -> str:
    """Read the attribute that gets a lambda or a mock; empty for other assignments."""
    target, value = assignment.targets[0], assignment.value
    if not isinstance(target, ast.Attribute):
        return ""
    is_mock = isinstance(value, ast.Call) and name_call(value) in _MOCKS
    if is_mock or isinstance(value, ast.Lambda):
        return target.attr
    return ""


def _find_maker(side: ast.expr) -> str:
    """Find the function whose answer an expression is; empty for constants, and for records compared with."""
    while isinstance(side, ast.Await | ast.Attribute | ast.Subscript):
        side = side.value
    if not isinstance(side, ast.Call):
        return ""
    name = name_call(side)
    if name[:1].isupper():
        return ""
    return name
