"""Python tests, read from the syntax tree."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator

from tierwise.gates.tests_intact.model import NOTHING, TestCase
from tierwise.gates.tests_intact.python_asserts import (
    dotted,
    expected_by,
    fields,
    is_assertion,
    strength,
)
from tierwise.gates.tests_intact.python_scope import (
    Function,
    Scope,
    count_values,
    read_last_name,
    read_scope,
)

_SKIPS = (
    "skip",
    "skipIf",
    "skipif",
    "skipUnless",
    "xfail",
    "expectedFailure",
    "SkipTest",
    "skipTest",
    "importorskip",
)
_BEFORE_EACH = (
    "setUp",
    "setUpClass",
    "setUpModule",
    "setup_method",
    "setup_class",
    "setup_function",
    "setup_module",
)
_DEPTH = 2  # how far functions that a test calls are followed


def read_tests(path: str, content: str) -> list[TestCase]:
    """The tests of one file; none where it does not parse (the gate ``syntax`` says so)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError):
        return []
    scope = read_scope(module)
    tests = [
        _read_test(path, *found, scope)
        for found in _list_functions(module, "", _module_skipped(module))
    ]
    last_of_name = {test.name: test for test in tests}  # as Python keeps them
    return list(last_of_name.values())


def _list_functions(
    node: ast.AST, prefix: str, skipped: bool
) -> Iterator[tuple[Function, str, bool]]:
    for child in getattr(node, "body", []):
        if isinstance(child, ast.ClassDef):
            if not child.name.startswith("Test") and all(
                dotted(base) == "object" for base in child.bases
            ):
                continue  # neither pytest nor unittest collects it
            if not child.bases and any(
                isinstance(item, Function) and item.name == "__init__" for item in child.body
            ):
                continue  # pytest passes over it with a warning
            inner = (
                skipped
                or any(_is_skip(item) for item in child.decorator_list)
                or _turned_off(child)
            )
            yield from _list_functions(child, f"{prefix}{child.name}.", inner)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and child.name.startswith(
            "test"
        ):
            yield child, prefix + child.name, skipped
        elif isinstance(child, ast.If | ast.Try | ast.With):
            never = (
                isinstance(child, ast.If)
                and isinstance(child.test, ast.Constant)
                and not child.test.value
            )
            if not never:
                yield from _list_functions(child, prefix, skipped)


def _read_test(path: str, function: Function, name: str, skipped: bool, scope: Scope) -> TestCase:
    reached = list(_cut_unreached(function.body))
    nodes = list(
        _follow_calls(
            (node for statement in reached for node in _walk_nodes(statement)), scope, _DEPTH
        )
    )
    asserts = [node for node in nodes if is_assertion(node)]
    demands = tuple(strength(node) for node in asserts)
    return TestCase(
        path=path,
        name=name,
        line=function.lineno,
        demands=demands,
        fields=sum(fields(node) for node in asserts),
        cases=_count_cases(function, nodes, scope),
        open_cases=any(
            count_values(values, scope.lists) is None for values in _list_parameters(function)
        ),
        skipped=skipped
        or any(_yields(node) for node in nodes)
        or any(_is_skip(item) for item in function.decorator_list)
        or any(_is_skip_call(statement) for statement in reached),
        ways_out=sum(1 for statement in reached if _is_way_out(statement)),
        calls=frozenset(_list_names(function, nodes)),
        expects={key: value for node in asserts for key, value in expected_by(node)},
        trivial=sum(1 for demand in demands if demand == NOTHING),
    )


def _follow_calls(nodes: Iterable[ast.AST], scope: Scope, depth: int) -> Iterator[ast.AST]:
    """The nodes, and those of the file's own functions that they call: an assertion may live there."""
    for node in nodes:
        yield node
        named = depth and isinstance(node, ast.Name | ast.Attribute)
        called = scope.functions.get(read_last_name(node)) if named else None
        if called is not None:
            inner = (
                part for statement in _cut_unreached(called.body) for part in _walk_nodes(statement)
            )
            yield from _follow_calls(inner, scope, depth - 1)


def _cut_unreached(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements up to an unconditional return; nothing after it runs."""
    for statement in body:
        if isinstance(statement, ast.Return):
            return
        if isinstance(statement, ast.If) and isinstance(statement.test, ast.Constant):
            yield from _cut_unreached(statement.body if statement.test.value else statement.orelse)
        else:
            yield statement
        if _is_skip_call(statement):
            return


def _walk_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """As :func:`ast.walk`, without what nobody calls and a ``try`` whose handlers swallow a failed assertion."""
    yield node
    if isinstance(node, Function) and not node.decorator_list:
        return  # _followed looks into it where its name is used
    if isinstance(node, ast.Try) and any(_swallows_errors(handler) for handler in node.handlers):
        return
    if isinstance(node, ast.With) and any(
        _suppresses_errors(item.context_expr) for item in node.items
    ):
        return
    for child in ast.iter_child_nodes(node):
        yield from _walk_nodes(child)


def _swallows_errors(handler: ast.ExceptHandler) -> bool:
    caught = {dotted(handler.type)} if handler.type is not None else {"BaseException"}
    if isinstance(handler.type, ast.Tuple):
        caught = {dotted(item) for item in handler.type.elts}
    passes_on = any(isinstance(node, ast.Raise) or is_assertion(node) for node in ast.walk(handler))
    fails = any(
        isinstance(node, ast.Call) and dotted(node.func).endswith("fail")
        for node in ast.walk(handler)
    )
    return (
        bool(caught & {"AssertionError", "Exception", "BaseException"})
        and not passes_on
        and not fails
    )


def _suppresses_errors(context: ast.expr) -> bool:
    return (
        isinstance(context, ast.Call)
        and dotted(context.func).endswith("suppress")
        and any(
            dotted(item) in ("AssertionError", "Exception", "BaseException")
            for item in context.args
        )
    )


def _count_cases(function: Function, nodes: list[ast.AST], scope: Scope) -> int:
    """How many sets of values the test is run with: by its parameters, and by loops that assert."""
    cases = 1
    for values in _list_parameters(function):
        if isinstance(values, ast.List | ast.Tuple | ast.Set):
            cases *= sum(1 for value in values.elts if not _skipped_case(value))
        else:
            size = count_values(values, scope.lists)
            cases *= 1 if size is None else size
    for node in nodes:
        if isinstance(node, ast.For) and any(is_assertion(part) for part in ast.walk(node)):
            size = count_values(node.iter, scope.lists)
            cases *= 1 if size is None else size
    return cases


def _list_parameters(function: Function) -> Iterator[ast.expr]:
    """The values of each ``parametrize``."""
    for decorator in function.decorator_list:
        if (
            isinstance(decorator, ast.Call)
            and dotted(decorator.func).endswith("parametrize")
            and len(decorator.args) > 1
        ):
            yield decorator.args[1]


def _skipped_case(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and any(
        keyword.arg == "marks" and any(_is_skip(node) for node in ast.walk(keyword.value) if isinstance(node, ast.expr))
        for keyword in value.keywords
    )  # fmt: skip


def _yields(node: ast.AST) -> bool:
    """Whether a node makes its function a generator, which pytest does not run."""
    return isinstance(node, ast.Yield | ast.YieldFrom)


def _is_skip(node: ast.expr) -> bool:
    name = dotted(node.func if isinstance(node, ast.Call) else node)
    return name.rsplit(".", 1)[-1] in _SKIPS


def _is_skip_call(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr | ast.Assign) and isinstance(statement.value, ast.Call):
        return _is_skip(statement.value)
    return (
        isinstance(statement, ast.Raise) and statement.exc is not None and _is_skip(statement.exc)
    )


def _is_way_out(statement: ast.stmt) -> bool:
    """``if …: return``, a skip in the middle of a test, or ``if …: assert``: it is not always asserted."""
    if not isinstance(statement, ast.If):
        return False
    if any(is_assertion(node) for node in ast.walk(statement)):
        return not any(is_assertion(node) for other in statement.orelse for node in ast.walk(other))
    last = statement.body[-1]
    return isinstance(last, ast.Return) or _is_skip_call(last)


def _turned_off(holder: ast.Module | ast.ClassDef) -> bool:
    """``__test__ = False``, ``pytestmark = pytest.mark.skip…``, or a skip in what runs before each test."""
    for statement in holder.body:
        if (
            isinstance(statement, Function)
            and _runs_before_each(statement)
            and _is_skipped(statement)
        ):
            return True
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name = statement.targets[0].id
            if (
                name == "__test__"
                and isinstance(statement.value, ast.Constant)
                and not statement.value.value
            ):
                return True
            if name == "pytestmark":
                marks = (
                    statement.value.elts
                    if isinstance(statement.value, ast.List)
                    else [statement.value]
                )
                if any(_is_skip(mark) for mark in marks):
                    return True
    return False


def _is_skipped(function: Function) -> bool:
    return any(isinstance(node, ast.stmt) and _is_skip_call(node) for node in ast.walk(function))


def _runs_before_each(function: Function) -> bool:
    fixtures = [item for item in function.decorator_list if isinstance(item, ast.Call)]
    return function.name in _BEFORE_EACH or any(
        word.arg == "autouse" for item in fixtures for word in item.keywords
    )


def _module_skipped(module: ast.Module) -> bool:
    return _turned_off(module) or any(_is_skip_call(statement) for statement in module.body)


def _list_names(function: Function, nodes: list[ast.AST]) -> Iterator[str]:
    """What the test calls, its own fixtures and the assertion vocabulary left out."""
    own = {argument.arg for argument in function.args.args}
    for node in [*ast.walk(function), *nodes]:
        if isinstance(node, ast.Call) and not is_assertion(node):
            name = dotted(node.func).rsplit(".", 1)[-1]
            if (
                name
                and name not in own
                and name not in ("raises", "approx", "len", "str", "parametrize", "param")
            ):
                yield name
