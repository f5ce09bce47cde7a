"""Numbers that bound an answer in a test: limits and tolerances, and which of them let more through."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Iterator

from tierwise.gates.tests_intact.model import Bound, TestCase
from tierwise.gates.tests_intact.python_asserts import (
    BOTH_SIDES,
    name_call,
)

_Bounded = tuple[str, Bound]  # what is bounded, and by which number
_UPPER = (ast.Lt, ast.LtE)
_LOWER = (ast.Gt, ast.GtE)
_CALLS = ("assertLess", "assertGreater")
_TOLERANCES = (
    "rel",
    "abs",
    "delta",
    "atol",
    "rtol",
    "tolerance",
    "tol",
    "rel_tol",
    "abs_tol",
)
_PLACES = ("places", "decimal", "significant")
# People write limits as ``60 * 60`` and ``2 ** 20``.
_OPERATORS = {ast.Mult: operator.mul, ast.Pow: operator.pow}
_EXPECT = re.compile(
    r"expect\((?P<subject>.{1,120}?)\)\.(?P<word>toBeLessThan\w*|toBeGreaterThan\w*|toBeCloseTo)\("
    r"(?:[^,()]*,\s*)?(?P<limit>-?\d[\d_]*(?:\.\d+)?)\s*\)"
)


def describe_looser(
    old: TestCase,
    new: TestCase,
) -> Iterator[str]:
    """Say which bounds of a test let more through than they did, and which tolerances are new."""
    for subject, was in old.bounds.items():
        now = new.bounds.get(subject, was)
        if now.admits_more_than(was):
            yield f"lets more through: {subject} {was.limit:g} became {now.limit:g}"
    if new.demands != old.demands:
        return
    for subject, bound in new.bounds.items():
        if bound.is_tolerance and subject not in old.bounds:
            yield f"has a tolerance now: {subject} {bound.limit:g}"


def read_text_bounds(body: str) -> Iterator[_Bounded]:
    """Read what a test of JavaScript bounds, and by which number."""
    for match in _EXPECT.finditer(body):
        limit = float(match["limit"])
        subject = f"{match['word']} of {match['subject']}"
        yield subject, Bound(limit, is_upper="Less" in match["word"])


def read_python_bounds(node: ast.AST) -> Iterator[_Bounded]:
    """Read what a node of a Python test bounds, and by which number."""
    if isinstance(node, ast.Assert) and isinstance(node.test, ast.Compare):
        yield from _read_comparison(node.test)
    if isinstance(node, ast.Call):
        yield from _read_bounding_call(node)
        yield from _read_tolerances(node)


def _read_comparison(test: ast.Compare) -> Iterator[_Bounded]:
    sign, *more = test.ops
    limit = _read_number(test.comparators[0])
    if more or limit is None:
        return
    if isinstance(sign, (*_UPPER, *_LOWER)):
        subject = ast.unparse(test.left)
        yield subject, Bound(limit, is_upper=isinstance(sign, _UPPER))


def _read_bounding_call(call: ast.Call) -> Iterator[_Bounded]:
    name = name_call(call)
    if not name.startswith(_CALLS) or len(call.args) < BOTH_SIDES:
        return
    limit = _read_number(call.args[1])
    if limit is not None:
        subject = ast.unparse(call.args[0])
        yield subject, Bound(limit, is_upper="Less" in name)


def _read_tolerances(call: ast.Call) -> Iterator[_Bounded]:
    subject = f"tolerance of {name_call(call)}"
    if call.args:
        subject += f"({ast.unparse(call.args[0])})"
    for keyword in call.keywords:
        if keyword.arg not in (*_TOLERANCES, *_PLACES):
            continue
        limit = _read_number(keyword.value)
        if limit is not None:
            is_upper = keyword.arg in _TOLERANCES
            yield f"{subject} {keyword.arg}", Bound(limit, is_upper, is_tolerance=True)


def _read_number(node: ast.expr) -> float | None:
    """Read the number that is written there; None where there is none."""
    if isinstance(node, ast.BinOp):
        return _calculate(node)
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return _convert_number(value)


def _calculate(node: ast.BinOp) -> float | None:
    left, right = _read_number(node.left), _read_number(node.right)
    calculate = _OPERATORS.get(type(node.op))
    if calculate is None or left is None or right is None:
        return None
    try:
        return _convert_number(calculate(left, right))
    except ArithmeticError:
        return None


def _convert_number(value: object) -> float | None:
    """Convert the number to one that is compared; None where it is too large, or complex."""
    if not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None
