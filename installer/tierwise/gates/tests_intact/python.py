"""Python tests, read from the syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, filterfalse

from tierwise.gates.reading.syntax_tree import parse_python, walk_all
from tierwise.gates.tests_intact.bounds import read_python_bounds
from tierwise.gates.tests_intact.model import (
    LONGEST_BODY,
    TestCase,
)
from tierwise.gates.tests_intact.python_asserts import (
    dotted,
    expected_by,
    fields,
    is_assertion,
    name_call,
    read_last_name,
    strength,
)

Function = ast.FunctionDef | ast.AsyncFunctionDef
_Functions = dict[str, Function]
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
_NO_SUBJECTS = frozenset(("", "approx", "len", "str", "parametrize", "param"))
_LITERALS = (ast.List, ast.Tuple, ast.Set)
_DEPTH = 2  # how far functions that a test calls are followed


def read_tests(path: str, content: str) -> list[TestCase]:
    """Read the tests of one file; none where it does not parse (the gate ``syntax`` says so)."""
    module = parse_python(content)
    if module is None:
        return []
    functions = _read_functions(module)
    last_of_name = {}  # as Python keeps them
    for function, name, skipped in _list_functions(module, "", _module_skipped(module)):
        test = _read_test(path, function, functions)
        last_of_name[name] = replace(
            test,
            name=name,
            skipped=skipped or test.skipped,
        )
    return list(last_of_name.values())


def _read_functions(module: ast.Module) -> _Functions:
    """Read the functions of a file that are no tests, by name."""
    nodes = ast.walk(module)
    functions = (node for node in nodes if isinstance(node, Function))
    return {one.name: one for one in functions if not one.name.startswith("test")}


def _list_functions(
    node: ast.AST, prefix: str, skipped: bool
) -> Iterator[tuple[Function, str, bool]]:
    """Yield a node's test functions, with their names and whether a class or module of theirs is turned off."""
    for child in getattr(node, "body", []):
        if isinstance(child, ast.ClassDef) and _is_collected(child):
            is_off = skipped or _has_skip(child) or _turned_off(child)
            yield from _list_functions(child, f"{prefix}{child.name}.", is_off)
        elif isinstance(child, Function) and child.name.startswith("test"):
            yield child, prefix + child.name, skipped
        elif isinstance(child, ast.If | ast.Try | ast.With) and not _is_never(child):
            yield from _list_functions(child, prefix, skipped)


def _is_collected(holder: ast.ClassDef) -> bool:
    """Tell whether pytest or unittest collects a class's tests; pytest passes over one with a constructor."""
    bases = [base for base in holder.bases if dotted(base) != "object"]
    if not holder.name.startswith("Test") and not bases:
        return False
    names = [item.name for item in holder.body if isinstance(item, Function)]
    return bool(holder.bases) or "__init__" not in names


def _is_never(statement: ast.stmt) -> bool:
    """Tell whether a statement is ``if False``."""
    if not isinstance(statement, ast.If):
        return False
    return isinstance(statement.test, ast.Constant) and not statement.test.value


def _has_skip(item: Function | ast.ClassDef) -> bool:
    return any(map(_is_skip, item.decorator_list))


def _read_test(
    path: str,
    function: Function,
    functions: _Functions,
) -> TestCase:
    reached = list(_cut_unreached(function.body))
    own = chain.from_iterable(map(_walk_nodes, reached))
    nodes = list(_follow_calls(own, functions, _DEPTH))
    asserts = list(filter(is_assertion, nodes))
    expects = chain.from_iterable(map(expected_by, asserts))
    bounds = chain.from_iterable(map(read_python_bounds, nodes))
    is_skipped = _has_skip(function) or any(map(_is_skip_call, reached))
    return TestCase(
        path=path,
        name=function.name,
        line=function.lineno,
        demands=tuple(map(strength, asserts)),
        bounds=dict(bounds),
        fields=sum(map(fields, asserts)),
        cases=_count_cases(function, nodes),
        open_cases=_has_open_cases(function),
        skipped=is_skipped or any(map(_yields, nodes)),
        ways_out=sum(map(_is_way_out, reached)),
        calls=_list_names(function, nodes),
        expects=dict(expects),
        body="\n".join(map(ast.unparse, function.body))[:LONGEST_BODY],
    )


def _has_open_cases(function: Function) -> bool:
    """Tell whether a test has parameters whose number is not written down there."""
    return not all(isinstance(values, _LITERALS) for values in _list_parameters(function))


def _follow_calls(
    nodes: Iterable[ast.AST],
    functions: _Functions,
    depth: int,
) -> Iterator[ast.AST]:
    """Yield the nodes, and those of the file's own functions that they call: an assertion may live there."""
    for node in nodes:
        yield node
        called = functions.get(read_last_name(node))
        if depth and called is not None:
            reached = _cut_unreached(called.body)
            inner = chain.from_iterable(map(_walk_nodes, reached))
            yield from _follow_calls(inner, functions, depth - 1)


def _cut_unreached(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements up to an unconditional return; nothing after it runs."""
    for statement in body:
        if isinstance(statement, ast.Return):
            return
        if isinstance(statement, ast.If) and isinstance(statement.test, ast.Constant):
            taken = statement.body if statement.test.value else statement.orelse
            yield from _cut_unreached(taken)
        else:
            yield statement
        if _is_skip_call(statement):
            return


def _walk_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Walk as :func:`ast.walk`, without what nobody calls and a ``try`` that swallows a failed assertion."""
    yield node
    if isinstance(node, Function) and not node.decorator_list:
        return  # _follow_calls looks into it where its name is used
    if isinstance(node, ast.Try) and any(map(_swallows_errors, node.handlers)):
        return
    if isinstance(node, ast.With):
        contexts = [item.context_expr for item in node.items]
        if any(map(_suppresses_errors, contexts)):
            return
    for child in ast.iter_child_nodes(node):
        yield from _walk_nodes(child)


def _swallows_errors(handler: ast.ExceptHandler) -> bool:
    kinds: list[ast.expr] = []
    if isinstance(handler.type, ast.Tuple):
        kinds = handler.type.elts
    elif handler.type is not None:
        kinds = [handler.type]
    catches_all = not kinds or any(map(_is_failure, kinds))
    return catches_all and not any(map(_passes_on, ast.walk(handler)))


def _passes_on(node: ast.AST) -> bool:
    """Tell whether a node lets an error be seen."""
    if isinstance(node, ast.Raise) or is_assertion(node):
        return True
    return isinstance(node, ast.Call) and dotted(node.func).endswith("fail")


def _is_failure(kind: ast.expr) -> bool:
    """Tell whether a kind of error is that of a failed assertion."""
    return dotted(kind) in ("AssertionError", "Exception", "BaseException")


def _suppresses_errors(context: ast.expr) -> bool:
    if not isinstance(context, ast.Call):
        return False
    is_suppress = dotted(context.func).endswith("suppress")
    return is_suppress and any(map(_is_failure, context.args))


def _count_cases(
    function: Function,
    nodes: list[ast.AST],
) -> int:
    """Count the sets of values that the test is run with: by its parameters, and by loops that assert."""
    cases = 1
    for values in _list_parameters(function):
        if isinstance(values, _LITERALS):
            cases *= len(list(filterfalse(_skipped_case, values.elts)))
    for node in nodes:
        if not isinstance(node, ast.For) or not isinstance(node.iter, _LITERALS):
            continue
        if _have_assertion([node]):
            cases *= len(node.iter.elts)
    return cases


def _have_assertion(nodes: Iterable[ast.AST]) -> bool:
    """Tell whether an assertion is among some nodes and all below them."""
    return any(map(is_assertion, walk_all(nodes)))


def _list_parameters(function: Function) -> Iterator[ast.expr]:
    """Yield the values of each ``parametrize``."""
    for call in _list_decorating_calls(function):
        if dotted(call.func).endswith("parametrize"):
            named = [keyword.value for keyword in call.keywords if keyword.arg == "argvalues"]
            yield from [*call.args[1:2], *named]


def _list_decorating_calls(function: Function) -> list[ast.Call]:
    return [item for item in function.decorator_list if isinstance(item, ast.Call)]


def _skipped_case(value: ast.expr) -> bool:
    if not isinstance(value, ast.Call):
        return False
    marks = [keyword.value for keyword in value.keywords if keyword.arg == "marks"]
    return any(map(_is_skip, walk_all(marks)))


def _yields(node: ast.AST) -> bool:
    """Tell whether a node makes its function a generator, which pytest does not run."""
    return isinstance(node, ast.Yield | ast.YieldFrom)


def _is_skip(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        node = node.func
    return read_last_name(node) in _SKIPS


def _is_skip_call(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr | ast.Assign) and isinstance(statement.value, ast.Call):
        return _is_skip(statement.value)
    if isinstance(statement, ast.Raise) and statement.exc is not None:
        return _is_skip(statement.exc)
    return False


def _is_way_out(statement: ast.stmt) -> bool:
    """Spot ``if …: return``, a skip halfway, ``if …: assert`` or ``try: assert``: it is not always asserted."""
    if isinstance(statement, ast.Try):
        is_passed_over = any(map(_passes_over, statement.handlers))
        return is_passed_over and _have_assertion(statement.body)
    if not isinstance(statement, ast.If):
        return False
    if _have_assertion([statement]):
        return not _have_assertion(statement.orelse)
    last = statement.body[-1]
    return isinstance(last, ast.Return) or _is_skip_call(last)


def _passes_over(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler does nothing with its error."""
    return all(isinstance(statement, ast.Pass | ast.Continue) for statement in handler.body)


def _turned_off(holder: ast.Module | ast.ClassDef) -> bool:
    """Spot ``__test__ = False``, ``pytestmark = pytest.mark.skip…``, or a skip in what runs before each test."""
    functions = [item for item in holder.body if isinstance(item, Function)]
    if any(map(_skips_each, functions)):
        return True
    return any(_is_off(name, value) for name, value in _list_assigned(holder.body))


def _list_assigned(nodes: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names to which something is assigned, each with what it is given."""
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def _is_off(name: str, value: ast.expr) -> bool:
    """Tell whether a name of pytest's gets a value by which no test runs."""
    if name == "__test__":
        return isinstance(value, ast.Constant) and not value.value
    if name != "pytestmark":
        return False
    marks = [value]
    if isinstance(value, ast.List):
        marks = value.elts
    return any(map(_is_skip, marks))


def _skips_each(function: Function) -> bool:
    """Tell whether a function runs before each test, and skips it."""
    statements = [node for node in ast.walk(function) if isinstance(node, ast.stmt)]
    return _runs_before_each(function) and any(map(_is_skip_call, statements))


def _runs_before_each(function: Function) -> bool:
    if function.name in _BEFORE_EACH:
        return True
    calls = _list_decorating_calls(function)
    return any(word.arg == "autouse" for call in calls for word in call.keywords)


def _module_skipped(module: ast.Module) -> bool:
    return _turned_off(module) or any(map(_is_skip_call, module.body))


def _list_names(
    function: Function,
    nodes: list[ast.AST],
) -> frozenset[str]:
    """List what the test calls, its own fixtures and the assertion vocabulary left out."""
    called = set()
    for node in chain(ast.walk(function), nodes):
        if isinstance(node, ast.Call) and not is_assertion(node):
            called.add(name_call(node))
    fixtures = {argument.arg for argument in function.args.args}
    return frozenset(called - fixtures - _NO_SUBJECTS)
