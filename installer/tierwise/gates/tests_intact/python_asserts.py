"""How much one Python assertion demands, and what it expects."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tierwise.gates.tests_intact.model import (
    EXACT,
    NOTHING,
    PARTIAL,
    PRESENCE,
)

_UNITTEST = {
    "assertTrue": PRESENCE, "assertFalse": PRESENCE, "assertIsNotNone": PRESENCE, "assertIsInstance": PRESENCE,
    "assertNotEqual": PRESENCE, "assertIn": PARTIAL, "assertNotIn": PARTIAL, "assertGreater": PARTIAL,
    "assertLess": PARTIAL, "assert_called": PRESENCE, "assert_called_once": PARTIAL, "assert_any_call": PARTIAL,
    "assertGreaterEqual": PARTIAL, "assertLessEqual": PARTIAL, "assertRegex": PARTIAL,
}  # fmt: skip
_RAISES = (
    "raises",
    "warns",
    "assertRaises",
    "assertRaisesRegex",
    "assertWarns",
)
_MESSAGES = ("match", "expected_regex")
_EQUALS = ("assertEqual", "assertEquals", "assertListEqual")
_ABOUT_VALUES = frozenset(("len", "sorted", "list"))
_ALWAYS_TRUE_OR_FALSE = (
    ast.Constant,
    ast.Tuple,
    ast.List,
    ast.Dict,
    ast.JoinedStr,
    ast.Lambda,
)
_NAMING = (ast.Name, ast.Attribute, ast.Await)
_TRUTHS = ("assertTrue", "assertFalse", "assert_")
BOTH_SIDES = 2  # of a comparison
_ANY = ("Exception", "BaseException")


def dotted(node: ast.AST | None) -> str:
    """Return ``a.b.c`` of a name or attribute; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return ""


def read_last_name(node: ast.AST) -> str:
    """Read ``c`` of ``a.b.c``, and of a method of whatever expression; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return dotted(node)


def is_assertion(node: ast.AST) -> bool:
    """Spot ``assert``, ``self.assertX``, ``mock.assert_called…``, ``np.testing.assert_…``, ``pytest.raises``."""
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = name_call(node)
    return name in _RAISES or name.startswith("assert")


def name_call(call: ast.Call) -> str:
    """Name a method by its name alone, a function by its own."""
    return read_last_name(call.func)


def strength(node: ast.AST) -> int:
    """Return EXACT, PARTIAL, PRESENCE or NOTHING."""
    if isinstance(node, ast.Assert):
        return _judge_expression(node.test)
    assert isinstance(node, ast.Call)
    name = name_call(node)
    if name in _RAISES:
        return _judge_raises(node)
    if name in _TRUTHS:
        return _judge_truth(node)
    sides = node.args[:BOTH_SIDES]
    if _are_alike(sides):
        return NOTHING
    if _is_of_unittest(name) and _are_constants(node.args):
        return NOTHING
    return _UNITTEST.get(name, EXACT)


def _is_of_unittest(name: str) -> bool:
    """Tell whether an assertion is unittest's own; a mock's ``assert_called_with(1)`` is not."""
    return name.startswith("assert") and "_" not in name


def _judge_truth(node: ast.Call) -> int:
    if not node.args or _are_constants(node.args):
        return NOTHING
    demanded = _judge_expression(node.args[0])
    return min(demanded, PARTIAL)


def _are_constants(values: list[ast.expr]) -> bool:
    return bool(values) and all(isinstance(value, ast.Constant) for value in values)


def fields(node: ast.AST) -> int:
    """Count the values that an exact comparison with a record holds beyond one: ``== User(id=1, name="Ann")``."""
    sizes = map(_measure_size, _list_asserted_equal(node))
    largest = max(sizes, default=1)
    return max(largest - 1, 0)


def _measure_size(side: ast.expr) -> int:
    if isinstance(side, ast.Dict):
        return len(side.keys)
    if isinstance(side, ast.List | ast.Set):
        return len(side.elts)
    if isinstance(side, ast.Call) and _is_record(side):
        return len(side.args) + len(side.keywords)
    return 1


def _is_record(call: ast.Call) -> bool:
    """Tell whether a class is called, by its name."""
    return name_call(call)[:1].isupper()


def _judge_raises(node: ast.Call) -> int:
    if not node.args:
        return PRESENCE
    first = node.args[0]
    kinds = [first]
    if isinstance(first, ast.Tuple):
        kinds = first.elts
    if any(dotted(kind) in _ANY for kind in kinds):
        return PRESENCE
    if len(node.args) > 1:
        return EXACT
    asked = {keyword.arg for keyword in node.keywords}
    if asked.isdisjoint(_MESSAGES):
        return PARTIAL
    return EXACT


def _judge_expression(test: ast.expr) -> int:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return PRESENCE if _has_name(test.operand) else NOTHING
    if isinstance(test, _ALWAYS_TRUE_OR_FALSE):
        return NOTHING
    if isinstance(test, ast.BoolOp):
        return _judge_combination(test)
    if isinstance(test, ast.Compare):
        return _judge_comparison(test)
    if isinstance(test, ast.Call) and dotted(test.func) in ("any", "all"):
        return PARTIAL
    return PRESENCE


def _judge_combination(test: ast.BoolOp) -> int:
    parts = [_judge_expression(value) for value in test.values]
    if isinstance(test.op, ast.And):
        return max(parts)
    if NOTHING in parts:
        return NOTHING
    return min(*parts, PARTIAL)


def _judge_comparison(test: ast.Compare) -> int:
    sides = [test.left, *test.comparators]
    if not any(_has_name(side) for side in sides):
        return NOTHING
    if _are_alike(sides):
        if _find_called(sides[0]):
            return PRESENCE  # called twice: that it answers the same
        return NOTHING
    if isinstance(test.ops[0], ast.Eq | ast.Is):
        return _judge_equality(sides)
    return _judge_inequality(test.ops[0], sides)


def _has_name(side: ast.expr) -> bool:
    """Tell whether anything but constants stands there."""
    return any(isinstance(node, _NAMING) for node in ast.walk(side))


def _judge_equality(sides: list[ast.expr]) -> int:
    if _asks_itself(sides):
        return PARTIAL
    compared = max(_count_compared(side) for side in sides)
    return EXACT * compared


def _count_compared(side: ast.expr) -> int:
    """Count the values that are compared at once: those of a tuple, else one."""
    if isinstance(side, ast.Tuple):
        return len(side.elts)
    return 1


def _judge_inequality(
    operator: ast.cmpop,
    sides: list[ast.expr],
) -> int:
    if isinstance(operator, ast.IsNot | ast.NotEq):
        return PRESENCE
    first, last = sides[0], sides[-1]
    is_zero = isinstance(last, ast.Constant) and last.value == 0
    if not isinstance(operator, ast.GtE) or not is_zero:
        return PARTIAL
    if isinstance(first, ast.Call) and dotted(first.func) == "len":
        return NOTHING  # it holds for everything that has a length
    return PRESENCE


def _are_alike(sides: list[ast.expr]) -> bool:
    """Tell whether there are two sides, written alike."""
    return len(sides) == BOTH_SIDES and ast.dump(sides[0]) == ast.dump(sides[1])


def _find_called(side: ast.expr) -> set[str]:
    """Find the functions and methods that an expression calls, those about any value left out."""
    calls = [node for node in ast.walk(side) if isinstance(node, ast.Call)]
    return {name_call(call) for call in calls} - _ABOUT_VALUES


def _asks_itself(sides: list[ast.expr]) -> bool:
    """Tell whether both sides call the same function: what the code says of itself."""
    return not _find_called(sides[0]).isdisjoint(_find_called(sides[-1]))


def _list_sides(expression: ast.expr) -> list[ast.expr]:
    if isinstance(expression, ast.Compare):
        return [expression.left, *expression.comparators]
    return []


def expected_by(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield what an exact comparison with a literal says: the other side, and the literal, both as written."""
    sides = _list_equal_sides(node)
    literals = [side for side in sides if _is_literal(side)]
    others = [side for side in sides if side not in literals]
    if len(literals) == 1 and len(others) == 1:
        yield ast.unparse(others[0]), ast.unparse(literals[0])


def _list_equal_sides(node: ast.AST) -> list[ast.expr]:
    """List the sides of a comparison that asks for the same; none for any other node."""
    if isinstance(node, ast.Call) and dotted(node.func).endswith(_EQUALS):
        return node.args[:BOTH_SIDES]
    return _list_asserted_equal(node)


def _list_asserted_equal(node: ast.AST) -> list[ast.expr]:
    """List the sides of ``assert … == …``."""
    if not isinstance(node, ast.Assert) or not isinstance(node.test, ast.Compare):
        return []
    if not isinstance(node.test.ops[0], ast.Eq):
        return []
    return _list_sides(node.test)


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True
