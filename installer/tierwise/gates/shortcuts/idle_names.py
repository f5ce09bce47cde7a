"""What new code is given and does nothing with: a stub, a switch without wires, a half of the work."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence

from tierwise.gates.reading.brackets import closing
from tierwise.gates.reading.function_bodies import (
    Function,
    list_changed_functions,
    list_functions,
)
from tierwise.gates.reading.naming import mentions, names_in
from tierwise.gates.reading.new_code import is_product_code
from tierwise.gates.reading.remarks import strip_remarks
from tierwise.git.snapshot import TreeChange

# A parameter: its name, its type on either side, its default; and what stands in brackets there.
_PARAMETER = re.compile(
    r"(?:mut\s+|[\w.&*\s]+[\s&*])?([A-Za-z_]\w*)\s*(?:[:=?].*)?",
    re.S,
)
_INNER = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|<[^<>]*>")
_IN_PERL = re.compile(r"my \(([^)]*)\)\s*=\s*@_")
_BY_NAME_ALONE = (
    ".py",
    ".js",
    ".ts",
)  # where a "_" says that nobody uses it
_NO_INPUT = frozenset(("self", "cls", "this", "class", "void"))
# What a caller outside of the project gives, wanted or not.
_GIVEN_ANYWAY = frozenset(
    (
        "request",
        "response",
        "context",
        "ctx",
        "event",
        "frame",
        "signum",
        "error",
        "err",
        "req",
        "res",
        "next",
    )
)
# Parameters that hold others: a function in C, a function without a name.
_UNREADABLE = re.compile(r"\(\s*\*|\blambda\b")
# What takes whatever comes, and what is there for the sake of the call that gives its default.
_TAKES_ALL = re.compile(r"(?:\*+|\.\.\.|&)\s*\w|[^=]*=\s*\*")
_DEFAULT_CALL = re.compile(r"=\s*[\w.]+\((?!\))")
# A task that wants an object that does nothing.
_WANTS_IDLE = re.compile(
    r"\b(?:null\w*|no-?op|nothing|never|always|ignor\w*|unused)\b",
    re.I,
)
# A value put under a name that says that nobody will use it.
_PUT_ASIDE = re.compile(r"\b(?:let\s+)?_\w*\s*=\s*\w+\s*;|\bdel \w+|\(?\bvoid\)? \w+;")
# What is declared only: an interface, an overload, what is to come.
_NO_BODY = re.compile(r"(?:\.\.\.|pass|raise NotImplementedError\b.*|(?:unimplemented|todo)!\(.*)?")
_INDENT = re.compile(r"[ \t]*")
_BODY_BEGINS = {".py": ":", ".rb": "\n"}
_METHOD = re.compile(
    r"^[^\n]*\((?:self|cls|&|this|[^)\n]*\b_\w)|^[ \t]|\$self\b|\$class\b|\bthis\b"
)
_WORD = re.compile(r"#?[A-Za-z_]\w*")


def find_idle_names(
    changes: Iterable[TreeChange],
    task: str,
) -> Iterator[str]:
    """Find functions that do nothing with their new parameters."""
    product = [change for change in changes if is_product_code(change.path)]
    known = {change.path: _read_known(change) for change in product}
    for change, function in list_changed_functions(product):
        idle = _list_idle(
            change,
            function,
            task,
            known[change.path],
        )
        if idle:
            yield f"{change.path}: {function.name}() does nothing with {', '.join(idle)}"


def _read_known(change: TreeChange) -> set[tuple[str, str]]:
    """Read the functions that a file had, each with one of its parameters."""
    return {
        (function.name, name)
        for function in list_functions(change.path_before, change.before or b"")
        for name in _read_parameters(change.path_before, function)[0]
    }


def _list_idle(
    change: TreeChange, function: Function, task: str, known: set[tuple[str, str]]
) -> list[str]:
    """List a function's new parameters where it has no use for any, though the task or other code speaks of it.

    What it is given may be laid down elsewhere: for a method by other classes, unless the task writes down what it is
    given, and for a decorated function by the decorator.
    """
    names, body = _read_parameters(change.path, function)
    new = [name for name in names if (function.name, name) not in known]
    if not new or _NO_BODY.fullmatch(body.strip("{};\t\r\n ")):
        return []
    if not set(_WORD.findall(_PUT_ASIDE.sub("", body))).isdisjoint(new):
        return []
    after = (change.after or b"").decode("latin-1")
    if not _is_wanted(function, new, task, after) or _is_decorated(after, function):
        return []
    return new


def _is_wanted(
    function: Function,
    new: Sequence[str],
    task: str,
    text: str,
) -> bool:
    """Tell whether a task, or the code around a function that is no method, wants its new parameters used."""
    if _METHOD.search(function.text):
        is_written_down = re.search(
            rf"\b{re.escape(function.name)}\([^)\s]",
            task,
        )
        return is_written_down is not None and not _WANTS_IDLE.search(task)
    if function.name.lower() in names_in(task) or any(mentions(task, name) for name in new):
        return True
    return text.count(f"{function.name}(") > 1


def _is_decorated(text: str, function: Function) -> bool:
    """Tell whether the line before a function belongs to it."""
    line_start = text.rfind("\n", 0, text.find(function.text) + 1) + 1
    before = text[text.rfind("\n", 0, max(line_start - 1, 0)) + 1 : line_start]
    indent = _INDENT.match(text, line_start)
    assert indent is not None
    return before.startswith((f"{indent[0]}@", f"{indent[0]})", f"{indent[0]}#["))


def _read_parameters(
    path: str,
    function: Function,
) -> tuple[list[str], str]:
    """Read the parameters of a function that its own project chose, and the text of its body."""
    text = strip_remarks(function.text, path)
    in_perl = _IN_PERL.search(text)
    if in_perl is not None:
        return _list_parameters(in_perl[1].replace("$", ""), path), text[in_perl.end() :]
    opened = re.search(
        rf"{re.escape(function.name)}\s*(?:<[^(){{}};]*>)?\s*\(",
        text,
    )
    if opened is None:
        return [], ""
    end = closing(text, opened.end(), "(", ")")
    begins = _BODY_BEGINS.get(
        posixpath.splitext(path)[1],
        r"=>|\{",
    )
    _, *body = re.split(begins, text[end:], maxsplit=1)
    return _list_parameters(text[opened.end() : end - 1], path), "".join(body)


def _list_parameters(inside: str, path: str) -> list[str]:
    if _UNREADABLE.search(inside):
        return []
    names = []
    for parameter in map(str.strip, _flatten(_DEFAULT_CALL.sub("=*(", inside)).split(",")):
        match = _PARAMETER.fullmatch(parameter)
        if match is None or _TAKES_ALL.match(parameter):
            continue
        name = parameter.split()[0] if path.endswith(".go") else match[1]
        is_marked = path.endswith(_BY_NAME_ALONE) and name.startswith("_")
        if name not in _NO_INPUT | _GIVEN_ANYWAY and not is_marked:
            names.append(name)
    return names


def _flatten(inside: str) -> str:
    """Leave out of parameters what stands in brackets."""
    while (flat := _INNER.sub("", inside)) != inside:
        inside = flat
    return inside
