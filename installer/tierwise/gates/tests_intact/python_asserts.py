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
    last = dotted(node.func).rsplit(".", 1)[-1]
    if not last and isinstance(node.func, ast.Attribute):
        last = node.func.attr
    return last in _RAISES or last.startswith("assert")


def strength(node: ast.AST, known: Known) -> int:
    """EXACT, PARTIAL, PRESENCE or NOTHING."""
    if isinstance(node, ast.Assert):
        return _judge_expression(node.test, known)
    assert isinstance(node, ast.Call)
    name = dotted(node.func).rsplit(".", 1)[-1] or getattr(node.func, "attr", "")
    if name in _RAISES:
        return _judge_raises(node)
    camel = name.startswith("assert") and "_" not in name  # not a mock's assert_called_with(1)
    if camel and node.args and all(isinstance(value, ast.Constant) for value in node.args):
        return NOTHING
    if name in _TRUTHS:
        return min(_judge_expression(node.args[0], known), PARTIAL) if node.args else NOTHING
    sides = node.args[:_BOTH_SIDES]
    if _are_alike(sides) or (camel and _only_of_stand_ins(sides, known)):
        return NOTHING
    return _UNITTEST.get(name, EXACT)


def fields(node: ast.AST) -> int:
    """How many values an exact comparison with a whole record holds beyond one: ``== User(id=1, name="Ann")``."""
    if not isinstance(node, ast.Assert) or not isinstance(node.test, ast.Compare):
        return 0
    sides = [node.test.left, *node.test.comparators]
    return (
        max(max(_measure_size(side) for side in sides) - 1, 0)
        if isinstance(node.test.ops[0], ast.Eq)
        else 0
    )


def _measure_size(side: ast.expr) -> int:
    if isinstance(side, ast.Dict):
        return len(side.keys)
    if isinstance(side, ast.List | ast.Set):
        return len(side.elts)
    record = isinstance(side, ast.Call) and dotted(side.func).rsplit(".", 1)[-1][:1].isupper()
    return len(side.args) + len(side.keywords) if record and isinstance(side, ast.Call) else 1


def _judge_raises(node: ast.Call) -> int:
    if not node.args:
        return PRESENCE
    kinds = node.args[0].elts if isinstance(node.args[0], ast.Tuple) else [node.args[0]]
    if any(dotted(kind) in _ANY for kind in kinds):
        return PRESENCE
    precise = (
        any(keyword.arg in ("match", "expected_regex") for keyword in node.keywords)
        or len(node.args) > 1
    )
    return EXACT if precise else PARTIAL


def _judge_expression(test: ast.expr, known: Known) -> int:
    if isinstance(
        test, ast.Constant | ast.Tuple | ast.List | ast.Dict | ast.JoinedStr | ast.Lambda
    ):
        return NOTHING
    if isinstance(test, ast.BoolOp):
        return _judge_combination(test, known)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return NOTHING if isinstance(test.operand, ast.Constant) else PRESENCE
    if isinstance(test, ast.Compare):
        return _judge_comparison(test, known)
    if isinstance(test, ast.Call) and dotted(test.func) in ("any", "all"):
        return PARTIAL
    return PRESENCE


def _judge_combination(test: ast.BoolOp, known: Known) -> int:
    parts = [_judge_expression(value, known) for value in test.values]
    if isinstance(test.op, ast.And):
        return max(parts)
    return NOTHING if NOTHING in parts else min([*parts, PARTIAL])


def _judge_comparison(test: ast.Compare, known: Known) -> int:
    sides = [test.left, *test.comparators]
    if not any(
        isinstance(node, ast.Name | ast.Attribute | ast.Await)
        for side in sides
        for node in ast.walk(side)
    ):
        return NOTHING  # only constants
    if _are_alike(sides):
        return (
            PRESENCE if _find_called(sides[0]) else NOTHING
        )  # called twice: that it answers the same
    if _only_of_stand_ins(sides, known):
        return NOTHING
    if isinstance(test.ops[0], ast.Eq | ast.Is):
        return _judge_equality(sides, known)
    return _judge_inequality(test.ops[0], sides)


def _judge_equality(sides: list[ast.expr], known: Known) -> int:
    if _find_called(_find_origin(sides[0], known)) & _find_called(_find_origin(sides[-1], known)):
        return PARTIAL  # what the code says of itself
    return EXACT * max(len(side.elts) if isinstance(side, ast.Tuple) else 1 for side in sides)


def _judge_inequality(operator: ast.cmpop, sides: list[ast.expr]) -> int:
    if isinstance(operator, ast.IsNot | ast.NotEq):
        return PRESENCE
    first, last = sides[0], sides[-1]
    if isinstance(operator, ast.GtE) and isinstance(last, ast.Constant) and last.value == 0:
        # `len(x) >= 0` holds for everything that has a length.
        is_length = isinstance(first, ast.Call) and dotted(first.func) == "len"
        return NOTHING if is_length else PRESENCE
    return PARTIAL


def _are_alike(sides: list[ast.expr]) -> bool:
    """Whether there are two sides, written alike."""
    return len(sides) == _BOTH_SIDES and ast.dump(sides[0]) == ast.dump(sides[1])


def _find_origin(side: ast.expr, known: Known) -> ast.expr:
    return known.origins.get(side.id, side) if isinstance(side, ast.Name) else side


def _only_of_stand_ins(sides: list[ast.expr], known: Known) -> bool:
    """Whether all that is compared was made by what the test itself put in the place of the code."""
    makers = {_find_maker(_find_origin(side, known)) for side in sides} - {""}
    return bool(makers) and makers <= known.replaced


def _find_maker(side: ast.expr) -> str:
    """The function whose answer an expression is; empty for constants and for records that are compared with."""
    while isinstance(side, ast.Await | ast.Attribute | ast.Subscript):
        side = side.value
    if not isinstance(side, ast.Call):
        return ""
    name = side.func.attr if isinstance(side.func, ast.Attribute) else dotted(side.func)
    return "" if name[:1].isupper() else name


def _find_called(side: ast.expr) -> set[str]:
    calls = [node.func for node in ast.walk(side) if isinstance(node, ast.Call)]
    return {func.attr if isinstance(func, ast.Attribute) else dotted(func) for func in calls} - {
        "len",
        "sorted",
        "list",
    }


def expected_by(node: ast.AST) -> Iterator[tuple[str, str]]:
    """What an exact comparison with a literal says: the other side, and the literal, both as written."""
    sides: list[ast.expr] = []
    if (
        isinstance(node, ast.Assert)
        and isinstance(node.test, ast.Compare)
        and isinstance(node.test.ops[0], ast.Eq)
    ):
        sides = [node.test.left, *node.test.comparators]
    elif isinstance(node, ast.Call) and dotted(node.func).endswith(
        ("assertEqual", "assertEquals", "assertListEqual")
    ):
        sides = node.args[:_BOTH_SIDES]
    literal = [side for side in sides if _is_literal(side)]
    if len(sides) == _BOTH_SIDES and len(literal) == 1:
        yield (
            ast.unparse(next(side for side in sides if side is not literal[0])),
            ast.unparse(literal[0]),
        )


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def bounds_of(node: ast.AST) -> Iterator[tuple[str, tuple[int, float]]]:
    """The numbers that bound this node, each with the direction in which it lets more through."""
    if (
        isinstance(node, ast.Assert)
        and isinstance(node.test, ast.Compare)
        and len(node.test.ops) == 1
    ):
        limit = _read_number(node.test.comparators[0])
        direction = _find_direction(node.test.ops[0])
        if limit is not None and direction:
            yield ast.unparse(node.test.left), (direction, limit)
    if isinstance(node, ast.Call):
        name = dotted(node.func).rsplit(".", 1)[-1]
        if name.startswith(("assertLess", "assertGreater")) and len(node.args) > 1:
            limit = _read_number(node.args[1])
            if limit is not None:
                yield ast.unparse(node.args[0]), (1 if "Less" in name else -1, limit)
        for keyword in node.keywords:
            number = _read_number(keyword.value)
            if number is None or keyword.arg is None:
                continue
            subject = (
                f"tolerance of {name}({ast.unparse(node.args[0])})"
                if node.args
                else f"tolerance of {name}"
            )
            if keyword.arg in _TOLERANCES:
                yield f"{subject} {keyword.arg}", (1, number)
            elif keyword.arg in ("places", "decimal", "significant"):
                yield f"{subject} {keyword.arg}", (-1, number)


def _find_direction(operator: ast.cmpop) -> int:
    if isinstance(operator, ast.Lt | ast.LtE):
        return 1
    return -1 if isinstance(operator, ast.Gt | ast.GtE) else 0


def _read_number(node: ast.expr) -> float | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _read_number(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.BinOp):
        left, right = _read_number(node.left), _read_number(node.right)
        if left is None or right is None or not isinstance(node.op, ast.Mult | ast.Pow):
            return None
        try:
            return left * right if isinstance(node.op, ast.Mult) else float(left**right)
        except (OverflowError, ZeroDivisionError, TypeError):
            return None
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    ):
        return float(node.value)
    return None
