"""What new code is given, or gives a name, and does nothing with: a stub, a switch without wires, a half of the work."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from tierwise.gates.function_bodies import Function, list_changed_functions, list_functions
from tierwise.gates.naming import clauses_of, mentions, names_in
from tierwise.gates.new_code import is_product_code, list_blocks
from tierwise.gates.stated_lists import strip_remarks
from tierwise.gates.tests_as_were.definitions import find_definitions
from tierwise.gates.tests_intact.brackets import closing
from tierwise.git.snapshot import Change

# A parameter: its name, its type on either side, its default; and what stands in brackets there.
_PARAMETER = re.compile(r"(?:mut\s+|[\w.&*\s]+[\s&*])?([A-Za-z_]\w*)\s*(?:[:=?].*)?", re.S)
_INNER = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|<[^<>]*>")
_IN_PERL = re.compile(r"my \(([^)]*)\)\s*=\s*@_")
_BY_NAME_ALONE = (".py", ".js", ".ts")  # where a "_" says that nobody uses it
_NO_INPUT = frozenset(("self", "cls", "this", "class", "void"))
# A value put under a name that says that nobody will use it.
_PUT_ASIDE = re.compile(r"\b(?:let\s+)?_\w*\s*=\s*\w+\s*;|\bdel \w+|\(?\bvoid\)? \w+;")
# What is declared only: an interface, an overload, what is to come.
_NO_BODY = re.compile(
    r"[^\n]*?[:{]?\s*(?:\.\.\.|pass|raise NotImplementedError\b.*|(?:unimplemented|todo)!\(.*)?[\s;}]*"
)
_METHOD = re.compile(
    r"^[^\n]*\((?:self|cls|&|this|[^)\n]*\b_\w)|^[ \t]|\$self\b|\$class\b|\bthis\b"
)
_CONSTANT = re.compile(
    r"^[ \t]*(?:(?:export|pub|private|public|static|final|const|let|my|our|use constant|int|long|double|String)\b[ \t$]*)*"
    r"([A-Z][A-Z\d_]{3,})\s*(?::[^=\n]+)?=>?(?!=)",
    re.M,
)
# What an object keeps for itself.
_KEPT = re.compile(
    r"\b(?:self|this)\.(_[a-z]\w*|#\w+)\s*(?::[^=\n]+)?=(?!=)|\$self->\{(_\w+)\}\s*=(?![=~])"
)
_WORD = re.compile(r"#?[A-Za-z_]\w*")
# A file whose names are read by something else: settings, scripts that set the environment of what they start.
_READ_ELSEWHERE = re.compile(r"(?:^|/)(?:\w*settings|\w*conf(?:ig)?)\.\w+$|\.sh$|(?:^|/)[^./]+$")
# A task that wants what several places do done by one, which they use.
_UNITES = re.compile(
    r"\b(?:extract|factor|duplicat)\w*|\bin one place\b|\b(?:both|all)(?: of (?:them|these))? (?:to )?use\b",
    re.I,
)
# Path and text of the product's files.
_Files = list[tuple[str, str]]


def find_idle_names(
    changes: Sequence[Change], task: str, read_product: Callable[[], _Files]
) -> Iterator[str]:
    """Parameters, constants and fields that are new and that nothing reads, and definitions that were to be shared.

    ``read_product`` gives the files of the product; it is called only where something is new there.
    """
    product = [change for change in changes if is_product_code(change.path)]
    for change, function in list_changed_functions(product):
        idle = _list_idle(change, function, task)
        if idle:
            yield f"{change.path}: {function.name}() does nothing with {', '.join(idle)}"
    yield from _find_unread(product, task, read_product)
    yield from _find_unused(product, task, read_product)


def _list_idle(change: Change, function: Function, task: str) -> list[str]:
    """The parameters that a function has no use for, though the task names it or them, or it has use for none.

    A method may have to look like that of other classes.
    """
    names, idle = _split_parameters(change.path, function)
    new = [name for name in idle if name not in _list_idle_before(change, function.name)]
    if function.name.lower() in names_in(task):
        return new
    if _METHOD.search(function.text):
        return []
    is_called = (change.after or b"").count(f"{function.name}(".encode()) > 1
    if is_called and new == names:
        return new
    return [name for name in new if mentions(task, name)]


def _list_idle_before(change: Change, name: str) -> list[str]:
    """The same of the functions of that name as they were."""
    path = change.old_path or change.path
    idle: list[str] = []
    for function in list_functions(path, change.before or b""):
        if function.name == name:
            idle += _split_parameters(path, function)[1]
    return idle


def _split_parameters(path: str, function: Function) -> tuple[list[str], list[str]]:
    """The parameters of a function, and those of them that its body does not name."""
    names, body = _read_parameters(path, function)
    if _NO_BODY.fullmatch(body):
        return names, []
    words = set(_WORD.findall(_PUT_ASIDE.sub("", body)))
    is_marked = path.endswith(_BY_NAME_ALONE)
    named = [name for name in names if not (is_marked and name.startswith("_"))]
    return names, [name for name in named if name not in words]


def _read_parameters(path: str, function: Function) -> tuple[list[str], str]:
    """The parameters of a function, and the text of its body."""
    text = strip_remarks(function.text, path)
    in_perl = _IN_PERL.search(text)
    if in_perl is not None:
        return _list_parameters(in_perl[1].replace("$", "")), text[in_perl.end() :]
    opened = re.search(rf"{re.escape(function.name)}\s*(?:<[^(){{}};]*>)?\s*\(", text)
    if opened is None:
        return [], ""
    end = closing(text, opened.end(), "(", ")")
    return _list_parameters(text[opened.end() : end - 1]), text[end:]


def _list_parameters(inside: str) -> list[str]:
    found = map(_PARAMETER.fullmatch, map(str.strip, _flatten(inside).split(",")))
    names = [match[1] for match in found if match is not None]
    return [name for name in names if name not in _NO_INPUT]


def _flatten(inside: str) -> str:
    """Parameters without what stands in brackets."""
    while (flat := _INNER.sub("", inside)) != inside:
        inside = flat
    return inside


def _find_unread(
    product: Sequence[Change], task: str, read_product: Callable[[], _Files]
) -> Iterator[str]:
    """New constants and fields that are given a value, and that no code reads."""
    places = {
        name: block.place
        for block in list_blocks(product)
        for name in _list_given(block.text)
        if not _READ_ELSEWHERE.search(block.path) and not mentions(task, name)
    }
    if not places:
        return
    texts = [text for _, text in read_product()]
    words = list(chain.from_iterable(map(_WORD.findall, texts)))
    given = list(chain.from_iterable(map(_list_given, texts)))
    for name, place in places.items():
        if words.count(name) <= given.count(name):
            yield f"{place}: nothing reads {name}"


def _list_given(text: str) -> Iterator[str]:
    for match in (*_CONSTANT.finditer(text), *_KEPT.finditer(text)):
        yield next(filter(None, match.groups()))


def _find_unused(
    product: Sequence[Change], task: str, read_product: Callable[[], _Files]
) -> Iterator[str]:
    """What the task wants shared and the change defines, and no other code of the product speaks of."""
    wanted = names_in("\n".join(filter(_UNITES.search, clauses_of(task))))
    names = [name for name in _list_new(product) if name.lower() in wanted]
    if not names:
        return
    texts = [text for _, text in read_product()]
    words = list(chain.from_iterable(map(_WORD.findall, texts)))
    defined = [name for text in texts for name in _list_defined(text.encode())]
    for name in names:
        if words.count(name) <= defined.count(name):
            yield f"nothing uses {name}"


def _list_new(product: Sequence[Change]) -> list[str]:
    """The names that a change defines, and that its files did not define before."""
    old = {name for change in product for name in _list_defined(change.before)}
    new = dict.fromkeys(name for change in product for name in _list_defined(change.after))
    return [name for name in new if name not in old]


def _list_defined(data: bytes | None) -> list[str]:
    text = (data or b"").decode("utf-8", "replace")
    return [place.name for place in find_definitions(text)]
