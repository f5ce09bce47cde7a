"""What tests put in the place of the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from tierwise.files import decode_text
from tierwise.gates.reading.syntax_tree import parse_python
from tierwise.gates.tests_intact.python_asserts import dotted, name_call

_PATCHES = ("patch", "setattr", "patch.object")
_MOCKS = ("Mock", "MagicMock", "AsyncMock", "create_autospec")
_NAME_AND_VALUE = 2  # arguments of a patch that names its target in one text
# A function of an object, or of a package of Perl, that gets another body.
_OVERWRITTEN = re.compile(
    r"\b(?:mock\.method|spyOn|stub|sinon\.replace)\(\s*[\w.]+\s*,\s*[\"'](\w+)[\"']"
    r"|\*\{?[\"']?(?:\w+::)+(\w+)[\"']?\}?\s*=\s*sub\b|\breceive\(:(\w+)\)"
    r"|^[ \t]*\w+\.(\w+)\s*=\s*(?:async\s*)?(?:function\b|\([^()\n]*\)\s*=>|\w+\s*=>|(?:jest|vi|mock)\.fn\b)",
    re.M,
)


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
