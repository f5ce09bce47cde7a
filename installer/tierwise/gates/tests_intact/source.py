"""What appears in code that only serves to pass a check: test detection, blanket suppressions, early exits."""

from __future__ import annotations

import ast
import re
import warnings

from tierwise.gates.tests_intact.config import loosened
from tierwise.gates.tests_intact.model import Finding
from tierwise.gates.tests_intact.paths import is_code
from tierwise.gates.watching import ALWAYS_EQUAL, WATCHING

_BLANKET = re.compile(
    r"#\s*type:\s*ignore\s*$|#\s*noqa\s*$|#\s*(?:mypy:\s*ignore-errors|ruff:\s*noqa\s*$|flake8:\s*noqa\s*$|pylint:\s*skip-file)"
    r"|@ts-nocheck|/[/*]\s*eslint-disable\s*(?:\*/)?\s*$|//\s*nolint\s*$|#!\[allow\(warnings\)\]|#\s*pylint:\s*disable=all"
)
_EXIT = re.compile(
    r"\bos\._exit\(\s*0|\bsys\.exit\(\s*0?\s*\)|\bprocess\.exit\(\s*0?\s*\)|\bos\.Exit\(0\)|pytest\.exit\("
)
# A test file that is built only with a tag of one's own; systems, processors and versions are honest conditions.
_GO_TAG = re.compile(
    r"^//go:build\s(?!(?:[\s!&|()]|\b(?:linux|darwin|windows|unix|\w*bsd|js|wasm|wasip1|amd64|arm64|arm|386|cgo|race|go1[\w.]*)\b)*$)"
)
_RUST_FEATURE = re.compile(r"#\[cfg\(all\((?=.*\btest\b).*\bfeature\b")
_RUST_TESTS = re.compile(r"#\[cfg\(test\)\]")
_MOCK_MODULE = re.compile(
    r"\b(?:jest|vi)\.(?:doM|m)ock\(\s*[\"'](?:\.{1,2}/)+(?:[\w.-]+/)*([\w-]+)(?:\.\w+)?[\"'](?!.*(?:requireActual|importActual|importOriginal))"
)
_REPORTING = re.compile(
    r"def pytest_(?:runtest_makereport|runtest_call|pyfunc_call|sessionfinish|report_teststatus)\b"
)
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
    found = _new_lines(path, before, after, WATCHING, "bypass", "behaves otherwise under test")
    found += _new_lines(path, before, after, _BLANKET, "bypass", "silences every check")
    old, new = _read_text(before), _read_text(after)
    if len(ALWAYS_EQUAL.findall(new)) > len(ALWAYS_EQUAL.findall(old)):
        found.append(Finding(path, "bypass", "an equality that is always true"))
    return found


def added_in_tests(path: str, before: bytes | None, after: bytes | None) -> list[Finding]:
    """New lines in test files that end the run early, silence checks or bend the test runner."""
    found = _new_lines(path, before, after, _EXIT, "bypass", "ends the test run early")
    found += _new_lines(path, before, after, _BLANKET, "bypass", "silences every check")
    found += _left_out_of_the_build(path, before, after)
    stem = path.rsplit("/", 1)[-1].split(".", 1)[0]
    known, mocked = (set(_MOCK_MODULE.findall(_read_text(data))) for data in (before, after))
    if stem in mocked - known:
        words = f"puts a mock in the place of {stem}, which it is there to test"
        found.append(Finding(path, "bypass", words))
    if not _HOOKS.search(path):
        return found
    if before is not None:
        return found + loosened(path, before, after)
    reporting = "bends how tests are reported"
    return found + _new_lines(path, None, after, _REPORTING, "bypass", reporting)


def _left_out_of_the_build(path: str, before: bytes | None, after: bytes | None) -> list[Finding]:
    """Tests that were always built, and now only with a tag or a feature that somebody has to name."""
    if before is None:
        return []
    if path.endswith(".go"):
        return _new_lines(path, before, after, _GO_TAG, "skipped", "built only with a tag")
    was, now = (len(_RUST_TESTS.findall(_read_text(data))) for data in (before, after))
    if not path.endswith(".rs") or now >= was:
        return []
    return _new_lines(path, before, after, _RUST_FEATURE, "skipped", "tests only with a feature")


def _new_lines(
    path: str,
    before: bytes | None,
    after: bytes | None,
    pattern: re.Pattern[str],
    rule: str,
    message: str,
) -> list[Finding]:
    known = set(_read_text(before).splitlines())
    return [
        Finding(path, rule, f"{message}: {line.strip()[:100]}", number)
        for number, line in enumerate(_read_text(after).splitlines(), 1)
        if line not in known and pattern.search(line)
    ]


def _read_text(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "replace")
