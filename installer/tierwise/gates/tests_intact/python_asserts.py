"""How much one Python assertion demands, and which numbers bound it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tierwise.gates.tests_intact.model import EXACT, NOTHING, PARTIAL, PRESENCE

_UNITTEST = {
    "assertTrue": PRESENCE, "assertFalse": PRESENCE, "assertIsNotNone": PRESENCE, "assertIsInstance": PRESENCE,
    "assertNotEqual": PRESENCE, "assertIn": PARTIAL, "assertNotIn": PARTIAL, "assertGreater": PARTIAL,
    "assertLess": PARTIAL, "assert_called": PRESENCE, "assert_called_once": PARTIAL, "assert_any_call": PARTIAL,
    "assertGreaterEqual": PARTIAL, "assertLessEqual": PARTIAL, "assertRegex": PARTIAL,
}  # fmt: skip
_RAISES = ("raises", "warns", "assertRaises", "assertRaisesRegex", "assertWarns")
_TOLERANCES = ("rel", "abs", "delta", "atol", "rtol", "tolerance", "tol", "rel_tol", "abs_tol")
_PLACES = ("places", "decimal", "significant")
_MESSAGES = ("match", "expected_regex")
_EQUALS = ("assertEqual", "assertEquals", "assertListEqual")
_ABOUT_VALUES = frozenset(("len", "sorted", "list"))
_ALWAYS_TRUE_OR_FALSE = (ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.JoinedStr, ast.Lambda)
_NAMING = (ast.Name, ast.Attribute, ast.Await)
_TRUTHS = ("assertTrue", "assertFalse", "assert_")
_BOTH_SIDES = 2  # of a comparison
_ANY = ("Exception", "BaseException")


@dataclass(frozen=True)
class Known:
    """What a test made of its names: ``origins``, name -> expression; ``replaced``: what it put a stand-in for."""

    origins: Mapping[str, ast.expr] = field(default_factory=dict)
    replaced: frozenset[str] = frozenset()


def dotted(node: ast.AST | None) -> str:
    """``a.b.c`` of a name or attribute; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return ""


def is_assertion(node: ast.AST) -> bool:
    """``assert``, ``self.assertX``, ``mock.assert_called…``, ``np.testing.assert_…``, ``pytest.raises``."""
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = _name_call(node)
    return name in _RAISES or name.startswith("assert")


def _name_call(call: ast.Call) -> str:
    """A method by its name alone, a function by its own."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return dotted(call.func)


def strength(node: ast.AST, known: Known) -> int:
    """EXACT, PARTIAL, PRESENCE or NOTHING."""
    if isinstance(node, ast.Assert):
        return _judge_expression(node.test, known)
    assert isinstance(node, ast.Call)
    name = _name_call(node)
    if name in _RAISES:
        return _judge_raises(node)
    if name in _TRUTHS:
        return _judge_truth(node, known)
    sides = node.args[:_BOTH_SIDES]
    if _are_alike(sides):
        return NOTHING
    is_camel = name.startswith("assert") and "_" not in name  # not a mock's assert_called_with(1)
    if is_camel and (_are_constants(node.args) or _only_of_stand_ins(sides, known)):
        return NOTHING
    return _UNITTEST.get(name, EXACT)


def _judge_truth(node: ast.Call, known: Known) -> int:
    if not node.args or _are_constants(node.args):
        return NOTHING
    demanded = _judge_expression(node.args[0], known)
    return min(demanded, PARTIAL)


def _are_constants(values: list[ast.expr]) -> bool:
    return bool(values) and all(isinstance(value, ast.Constant) for value in values)


def fields(node: ast.AST) -> int:
    """How many values an exact comparison with a whole record holds beyond one: ``== User(id=1, name="Ann")``."""
    if not isinstance(node, ast.Assert) or not isinstance(node.test, ast.Compare):
        return 0
    if not isinstance(node.test.ops[0], ast.Eq):
        return 0
    sides = [node.test.left, *node.test.comparators]
    largest = max(_measure_size(side) for side in sides)
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
    """Whether a class is called, by its name."""
    last = dotted(call.func).rsplit(".", 1)[-1]
    return last[:1].isupper()


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


def _judge_expression(test: ast.expr, known: Known) -> int:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return PRESENCE if _has_name(test.operand) else NOTHING
    if isinstance(test, _ALWAYS_TRUE_OR_FALSE):
        return NOTHING
    if isinstance(test, ast.BoolOp):
        return _judge_combination(test, known)
    if isinstance(test, ast.Compare):
        return _judge_comparison(test, known)
    if isinstance(test, ast.Call) and dotted(test.func) in ("any", "all"):
        return PARTIAL
    return PRESENCE


def _judge_combination(test: ast.BoolOp, known: Known) -> int:
    parts = [_judge_expression(value, known) for value in test.values]
    if isinstance(test.op, ast.And):
        return max(parts)
    if NOTHING in parts:
        return NOTHING
    return min(*parts, PARTIAL)


def _judge_comparison(test: ast.Compare, known: Known) -> int:
    sides = [test.left, *test.comparators]
    if not any(_has_name(side) for side in sides):
        return NOTHING
    if _are_alike(sides):
        if _find_called(sides[0]):
            return PRESENCE  # called twice: that it answers the same
        return NOTHING
    if _only_of_stand_ins(sides, known):
        return NOTHING
    if isinstance(test.ops[0], ast.Eq | ast.Is):
        return _judge_equality(sides, known)
    return _judge_inequality(test.ops[0], sides)


def _has_name(side: ast.expr) -> bool:
    """Whether anything but constants stands there."""
    return any(isinstance(node, _NAMING) for node in ast.walk(side))


def _judge_equality(sides: list[ast.expr], known: Known) -> int:
    first = _find_called(_find_origin(sides[0], known))
    last = _find_called(_find_origin(sides[-1], known))
    if first & last:
        return PARTIAL  # what the code says of itself
    compared = max(_count_compared(side) for side in sides)
    return EXACT * compared


def _count_compared(side: ast.expr) -> int:
    """How many values are compared at once: those of a tuple, else one."""
    if isinstance(side, ast.Tuple):
        return len(side.elts)
    return 1


def _judge_inequality(operator: ast.cmpop, sides: list[ast.expr]) -> int:
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
    """Whether there are two sides, written alike."""
    return len(sides) == _BOTH_SIDES and ast.dump(sides[0]) == ast.dump(sides[1])


def _find_origin(side: ast.expr, known: Known) -> ast.expr:
    if not isinstance(side, ast.Name):
        return side
    return known.origins.get(side.id, side)


def _only_of_stand_ins(sides: list[ast.expr], known: Known) -> bool:
    """Whether all that is compared was made by what the test itself put in the place of the code."""
    origins = [_find_origin(side, known) for side in sides]
    makers = {_find_maker(origin) for origin in origins} - {""}
    return bool(makers) and makers <= known.replaced


def _find_maker(side: ast.expr) -> str:
    """The function whose answer an expression is; empty for constants and for records that are compared with."""
    while isinstance(side, ast.Await | ast.Attribute | ast.Subscript):
        side = side.value
    if not isinstance(side, ast.Call):
        return ""
    name = _name_call(side)
    if name[:1].isupper():
        return ""
    return name


def _find_called(side: ast.expr) -> set[str]:
    calls = [node for node in ast.walk(side) if isinstance(node, ast.Call)]
    return {_name_call(call) for call in calls} - _ABOUT_VALUES


def expected_by(node: ast.AST) -> Iterator[tuple[str, str]]:
    """What an exact comparison with a literal says: the other side, and the literal, both as written."""
    sides = _list_equal_sides(node)
    literals = [side for side in sides if _is_literal(side)]
    others = [side for side in sides if side not in literals]
    if len(literals) == 1 and len(others) == 1:
        yield ast.unparse(others[0]), ast.unparse(literals[0])


def _list_equal_sides(node: ast.AST) -> list[ast.expr]:
    """The sides of a comparison that asks for the same; none for any other node."""
    if isinstance(node, ast.Call) and dotted(node.func).endswith(_EQUALS):
        return node.args[:_BOTH_SIDES]
    if not isinstance(node, ast.Assert) or not isinstance(node.test, ast.Compare):
        return []
    if not isinstance(node.test.ops[0], ast.Eq):
        return []
    return [node.test.left, *node.test.comparators]


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def bounds_of(node: ast.AST) -> Iterator[tuple[str, tuple[int, float]]]:
    """The numbers that bound this node, each with the direction in which it lets more through."""
    if isinstance(node, ast.Assert) and isinstance(node.test, ast.Compare):
        yield from _read_comparison(node.test)
    elif isinstance(node, ast.Call):
        yield from _read_bounding_call(node)
        yield from _read_tolerances(node)


def _read_comparison(test: ast.Compare) -> Iterator[tuple[str, tuple[int, float]]]:
    if len(test.ops) != 1:
        return
    limit = _read_number(test.comparators[0])
    direction = _find_direction(test.ops[0])
    if limit is not None and direction:
        yield ast.unparse(test.left), (direction, limit)


def _read_bounding_call(call: ast.Call) -> Iterator[tuple[str, tuple[int, float]]]:
    name = dotted(call.func).rsplit(".", 1)[-1]
    if not name.startswith(("assertLess", "assertGreater")) or len(call.args) < _BOTH_SIDES:
        return
    limit = _read_number(call.args[1])
    if limit is None:
        return
    direction = -1
    if "Less" in name:
        direction = 1
    yield ast.unparse(call.args[0]), (direction, limit)


def _read_tolerances(call: ast.Call) -> Iterator[tuple[str, tuple[int, float]]]:
    name = dotted(call.func).rsplit(".", 1)[-1]
    subject = f"tolerance of {name}"
    if call.args:
        subject = f"{subject}({ast.unparse(call.args[0])})"
    for keyword in call.keywords:
        number = _read_number(keyword.value)
        if number is None:
            continue
        if keyword.arg in _TOLERANCES:
            yield f"{subject} {keyword.arg}", (1, number)
        elif keyword.arg in _PLACES:
            yield f"{subject} {keyword.arg}", (-1, number)


def _find_direction(operator: ast.cmpop) -> int:
    if isinstance(operator, ast.Lt | ast.LtE):
        return 1
    if isinstance(operator, ast.Gt | ast.GtE):
        return -1
    return 0


def _read_number(node: ast.expr) -> float | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _read_number(node.operand)
        if inner is None:
            return None
        return -inner
    if isinstance(node, ast.BinOp):
        return _calculate(node)
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool):
        return None
    if not isinstance(node.value, int | float):
        return None
    return float(node.value)


def _calculate(node: ast.BinOp) -> float | None:
    """A product or a power of numbers, as people write limits: ``60 * 60``, ``2 ** 20``."""
    left, right = _read_number(node.left), _read_number(node.right)
    if left is None or right is None:
        return None
    try:
        if isinstance(node.op, ast.Mult):
            return left * right
        if isinstance(node.op, ast.Pow):
            return float(left**right)
    except (OverflowError, ZeroDivisionError, TypeError):
        pass
    return None
