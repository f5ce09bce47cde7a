"""What appears in code that only serves to pass a check: test detection, blanket suppressions, early exits."""

from __future__ import annotations

import ast
import re
import warnings

from tierwise.checks.gates.tests_intact.config import loosened
from tierwise.checks.gates.tests_intact.model import Finding
from tierwise.checks.gates.tests_intact.paths import is_code

_KNOWS_OF_TESTS = re.compile(
    r"PYTEST_CURRENT_TEST|[\"']pytest[\"']\s+in\s+sys\.modules|[\"']unittest[\"']\s+in\s+sys\.modules|JEST_WORKER_ID"
    r"|VITEST_WORKER_ID|NODE_ENV\s*={2,3}\s*[\"']test[\"']|testing\.Testing\(\)|cfg!\(test\)"
)
_BLANKET = re.compile(
    r"#\s*type:\s*ignore\s*$|#\s*noqa\s*$|#\s*(?:mypy:\s*ignore-errors|ruff:\s*noqa\s*$|flake8:\s*noqa\s*$|pylint:\s*skip-file)"
    r"|@ts-nocheck|/[/*]\s*eslint-disable\s*(?:\*/)?\s*$|//\s*nolint\s*$|#!\[allow\(warnings\)\]|#\s*pylint:\s*disable=all"
)
_ALWAYS_EQUAL = re.compile(r"def __eq__\([^)]*\)[^:]*:\s*(?:\n\s+)?return True\b")
_EXIT = re.compile(
    r"\bos\._exit\(\s*0|\bsys\.exit\(\s*0?\s*\)|\bprocess\.exit\(\s*0?\s*\)|\bos\.Exit\(0\)|pytest\.exit\("
)
_REPORTING = re.compile(r"def pytest_(?:runtest_makereport|runtest_call|pyfunc_call|sessionfinish|report_teststatus)\b")
_HOOKS = re.compile(r"(?:^|/)conftest\.py$")


def symbols(data: bytes | None) -> frozenset[str]:
    """The functions and classes that a source file defines, by careful text where it is not Python."""
    content = (data or b"").decode("utf-8", "replace")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content)
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))
    except (SyntaxError, ValueError, RecursionError):
        words = r"\b(?:function|func|fn|class|def|interface|struct|const|let)\s+(?:\([^)]*\)\s*)?([A-Za-z_$][\w$]*)"
        return frozenset(re.findall(words, content))


def added_in_source(path: str, before: bytes | None, after: bytes | None) -> list[Finding]:
    """New lines of code outside the tests that bend a check."""
    if not is_code(path):
        return []
    found = _new_lines(path, before, after, _KNOWS_OF_TESTS, "bypass", "behaves otherwise under test")
    found += _new_lines(path, before, after, _BLANKET, "bypass", "silences every check")
    old, new = _text(before), _text(after)
    if len(_ALWAYS_EQUAL.findall(new)) > len(_ALWAYS_EQUAL.findall(old)):
        found.append(Finding(path, "bypass", "an __eq__ that is always true"))
    return found


def added_in_tests(path: str, before: bytes | None, after: bytes | None) -> list[Finding]:
    """New lines in test files that end the run early, silence checks or bend the test runner."""
    found = _new_lines(path, before, after, _EXIT, "bypass", "ends the test run early")
    found += _new_lines(path, before, after, _BLANKET, "bypass", "silences every check")
    if _HOOKS.search(path):
        found += loosened(path, before, after) if before is not None else []
        if before is None:
            found += _new_lines(path, None, after, _REPORTING, "bypass", "bends how tests are reported")
    return found


def _new_lines(
    path: str, before: bytes | None, after: bytes | None, pattern: re.Pattern[str], rule: str, message: str
) -> list[Finding]:
    known = set(_text(before).splitlines())
    return [
        Finding(path, rule, f"{message}: {line.strip()[:100]}", number)
        for number, line in enumerate(_text(after).splitlines(), 1)
        if line not in known and pattern.search(line)
    ]


def _text(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "replace")
