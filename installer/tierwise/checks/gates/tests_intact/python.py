"""Python tests, read from the syntax tree."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from tierwise.checks.gates.tests_intact.model import NOTHING, TestCase
from tierwise.checks.gates.tests_intact.python_asserts import bounds_of, dotted, is_assertion, strength

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_SKIPS = ("skip", "skipIf", "skipif", "skipUnless", "xfail", "expectedFailure", "SkipTest", "skipTest")


def read_tests(path: str, content: str) -> list[TestCase]:
    """The tests of one file; none where it does not parse (the gate ``syntax`` says so)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError):
        return []
    all_skipped = _module_skipped(module)
    return [_read(path, *found, all_skipped) for found in _functions(module, "", False)]


def _functions(node: ast.AST, prefix: str, skipped: bool) -> Iterator[tuple[_Function, str, bool]]:
    for child in getattr(node, "body", []):
        if isinstance(child, ast.ClassDef):
            if not child.name.startswith("Test") and not child.bases:
                continue  # neither pytest nor unittest collects it
            inner = skipped or any(_is_skip(item) for item in child.decorator_list) or _turned_off(child)
            yield from _functions(child, f"{prefix}{child.name}.", inner)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and child.name.startswith("test"):
            yield child, prefix + child.name, skipped
        elif isinstance(child, ast.If | ast.Try | ast.With):
            never = isinstance(child, ast.If) and isinstance(child.test, ast.Constant) and not child.test.value
            if not never:
                yield from _functions(child, prefix, skipped)


def _read(path: str, function: _Function, name: str, skipped: bool, all_skipped: bool) -> TestCase:
    reached = list(_reached(function.body))
    nodes = [node for statement in reached for node in _walk(statement)]
    asserts = [node for node in nodes if is_assertion(node)]
    demands = tuple(strength(node) for node in asserts)
    return TestCase(
        path=path,
        name=name,
        line=function.lineno,
        demands=demands,
        cases=_cases(function),
        skipped=skipped
        or all_skipped
        or any(_is_skip(item) for item in function.decorator_list)
        or any(_is_skip_call(statement) for statement in reached),
        calls=frozenset(_names(function)),
        bounds={key: value for node in nodes for key, value in bounds_of(node)},
        trivial=sum(1 for demand in demands if demand == NOTHING),
        body="\n".join(ast.unparse(statement) for statement in function.body),
    )


def _reached(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements up to an unconditional return; nothing after it runs."""
    for statement in body:
        if isinstance(statement, ast.Return):
            return
        if isinstance(statement, ast.If) and isinstance(statement.test, ast.Constant):
            yield from _reached(statement.body if statement.test.value else statement.orelse)
        else:
            yield statement
        if _is_skip_call(statement):
            return


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """As :func:`ast.walk`, without the body of a ``try`` whose handlers swallow a failed assertion."""
    yield node
    if isinstance(node, ast.Try) and any(_swallows(handler) for handler in node.handlers):
        return
    if isinstance(node, ast.With) and any(_suppresses(item.context_expr) for item in node.items):
        return
    for child in ast.iter_child_nodes(node):
        yield from _walk(child)


def _swallows(handler: ast.ExceptHandler) -> bool:
    caught = {dotted(handler.type)} if handler.type is not None else {"BaseException"}
    if isinstance(handler.type, ast.Tuple):
        caught = {dotted(item) for item in handler.type.elts}
    passes_on = any(isinstance(node, ast.Raise) or is_assertion(node) for node in ast.walk(handler))
    fails = any(isinstance(node, ast.Call) and dotted(node.func).endswith("fail") for node in ast.walk(handler))
    return bool(caught & {"AssertionError", "Exception", "BaseException"}) and not passes_on and not fails


def _suppresses(context: ast.expr) -> bool:
    return (
        isinstance(context, ast.Call)
        and dotted(context.func).endswith("suppress")
        and any(dotted(item) in ("AssertionError", "Exception", "BaseException") for item in context.args)
    )


def _cases(function: _Function) -> int:
    cases = 1
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and dotted(decorator.func).endswith("parametrize"):
            values = decorator.args[1] if len(decorator.args) > 1 else None
            if isinstance(values, ast.List | ast.Tuple | ast.Set):
                cases *= sum(1 for value in values.elts if not _skipped_case(value))
    return cases


def _skipped_case(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and any(
        keyword.arg == "marks" and any(_is_skip(node) for node in ast.walk(keyword.value) if isinstance(node, ast.expr))
        for keyword in value.keywords
    )  # fmt: skip


def _is_skip(node: ast.expr) -> bool:
    name = dotted(node.func if isinstance(node, ast.Call) else node)
    return name.rsplit(".", 1)[-1] in _SKIPS


def _is_skip_call(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return _is_skip(statement.value)
    return isinstance(statement, ast.Raise) and statement.exc is not None and _is_skip(statement.exc)


def _turned_off(holder: ast.Module | ast.ClassDef) -> bool:
    """``__test__ = False`` or ``pytestmark = pytest.mark.skip…``."""
    for statement in holder.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name = statement.targets[0].id
            if name == "__test__" and isinstance(statement.value, ast.Constant) and not statement.value.value:
                return True
            if name == "pytestmark":
                marks = statement.value.elts if isinstance(statement.value, ast.List) else [statement.value]
                if any(_is_skip(mark) for mark in marks):
                    return True
    return False


def _module_skipped(module: ast.Module) -> bool:
    return _turned_off(module) or any(_is_skip_call(statement) for statement in module.body)


def _names(function: _Function) -> Iterator[str]:
    """What the test calls, its own fixtures and the assertion vocabulary left out."""
    own = {argument.arg for argument in function.args.args}
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and not is_assertion(node):
            name = dotted(node.func).rsplit(".", 1)[-1]
            if name and name not in own and name not in ("raises", "approx", "len", "str", "parametrize", "param"):
                yield name
