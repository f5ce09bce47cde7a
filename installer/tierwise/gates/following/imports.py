"""Imports and includes of the old tests: new ones may stand for them where the change explains it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, filterfalse

from tierwise.gates.following.product import Product
from tierwise.gates.reading.deciding import decides
from tierwise.gates.reading.tokens import list_code_names

_IMPORT = re.compile(
    r"^\s*([\"']use strict[\"']|import\b|from\b.*\bimport\b|use\b|using\b|#include|require\b|(const|let|var)\b.*\brequire\()"
)
# Where an import is from: in quotes, or as a name of modules.
_QUOTED = re.compile(r"[\"'<]([^\"'<>]+)[\"'>]")
_MODULE = re.compile(r"\s*(?:from|use|using)\s+([\w.:]+)")
_IMPORTED = re.compile(r"\s*(?:from\s+[\w.]+\s+)?import\b([^#;]*)")
_NAME = re.compile(r"(?:^|[,(])\s*([\w.]+)")
# JavaScript says behind the names where they are from.
_IS_SCRIPT = re.compile(r"\s*import\b[^#]*\bfrom\s*[\"']")
# A package of the product may be called "test" in Java, where tests stand in packages of any name.
_IS_JAVA = re.compile(r"\s*import\s+[\w.]+\.(?:[A-Z]|\*)")
_ORDINARY = frozenset(("t", "test", "spec", "specs"))  # functions may be called so
_FILE = re.compile(r"[\"<']([\w./-]+)[\">']")
_RUNNER = re.compile(r"(?:_?pytest|unittest|doctest|nose)\b")


def is_import(line: str) -> bool:
    """Tell whether a line imports or includes something, or says how the file is read."""
    return _IMPORT.match(line) is not None


def are_imports(lines: list[str]) -> bool:
    """Tell whether lines are imports, or blank."""
    return all(is_import(line) or not line.strip() for line in lines)


def imports_are_explained(
    was: list[str],
    now: list[str],
    product: Product,
) -> bool:
    """Tell whether imports name the same, renamed or from where it is now; what is gone is asked to go."""
    followed = [product.follow_paths(line) for line in was]
    if followed == now or _includes_are_explained(followed, now, product):
        return True
    old_names = list_code_names(followed)
    new_names = list_code_names(now)
    lost = old_names - new_names
    if any(_stays_in_place(name, product) for name in lost):
        return False
    if _speak_of_tests(now) and old_names != new_names:
        return False  # loaded in another way: the files beside it would have to follow as well
    return bool(lost) or not new_names.isdisjoint(product.after.places)


def _stays_in_place(name: str, product: Product) -> bool:
    """Tell whether the product defines a name, and where it did before."""
    place = product.before.places.get(name)
    return place is not None and place == product.after.places.get(name)


def replace_imports(
    was: list[str],
    now: list[str],
    product: Product,
    others: Sequence[str],
) -> list[str] | None:
    """Return the imports that stand for old ones; None where nothing explains the new ones."""
    followed = follow_imports(was, now, product, list(others))
    if followed is None and imports_are_explained(was, now, product):
        return now
    return followed


def follow_imports(
    was: list[str], now: list[str], product: Product, others: list[str]
) -> list[str] | None:
    """Return the new imports, and besides what old tests need that went from these: from where it is now.

    ``others``: imports of all delivered tests.  None where nothing went, or nobody tells from where it comes.
    """
    lost = list_code_names(was) - list_code_names(now)
    lost &= product.before.parameters.keys() & product.after.parameters.keys()
    if not lost:
        return None
    added = []
    for name in sorted(lost):
        line = find_import(name, [*was, *others], product)
        if line is None:
            return None
        added.append(line)
    return [*now, *added]


def find_import(
    name: str,
    lines: list[str],
    product: Product,
) -> str | None:
    """Find an import of a name alone, from where the product defines it now."""
    places = product.after.places[name]
    for line in lines:
        named = list_code_names([line])
        if name in named and not places.isdisjoint(map(str.lower, named | _list_stems(line))):
            return _leave_alone(name, line, product)
    return None


def _list_stems(line: str) -> set[str]:
    """List the words of the files that a line names."""
    return set(re.findall(r"\w+", "".join(_FILE.findall(line))))


def _leave_alone(
    name: str,
    line: str,
    product: Product,
) -> str:
    """Leave out of an import the other functions that it names."""
    for other in list_code_names([line]) & product.functions - {name}:
        line = re.sub(
            rf"(?<![\w./]){re.escape(other)}(?![\w./])[ \t]*,?[ \t]*",
            "",
            line,
        )
    return re.sub(r",[ \t]*(?=[)}]|$)", "", line)


def _includes_are_explained(
    was: list[str],
    now: list[str],
    product: Product,
) -> bool:
    """Tell whether includes name new files of the product in place of those that are gone."""
    old_files = _list_included(was)
    new_files = _list_included(now)
    gone = old_files - new_files
    came = new_files - old_files
    if not gone or not came:
        return False
    before, after = product.before.files, product.after.files
    return gone <= before - after and came <= after - before


def _list_included(lines: list[str]) -> set[str]:
    paths = _FILE.findall("".join(lines))
    return {path.rpartition("/")[2] for path in paths}


def _speak_of_tests(lines: list[str]) -> bool:
    """Tell whether lines name a file that decides about tests, or a test runner's own module."""
    words = re.findall(r"[\w./]+", "\n".join(lines))
    return any(decides(f"{word}/x") for word in words)


def names_tests(lines: list[str]) -> bool:
    """Tell whether lines import from a file that decides about tests, the runner's own left out."""
    paths = filterfalse(
        _RUNNER.match,
        chain.from_iterable(map(_list_paths, lines)),
    )
    return any(decides(f"{path}/x") or decides(f"{path}.py") for path in paths)


def _list_paths(line: str) -> Iterator[str]:
    """Yield where the files or folders may be that a line imports from."""
    yield from _QUOTED.findall(line)
    if not _IS_SCRIPT.match(line):
        for name in _list_modules(line):
            yield re.sub(r"\.|::", "/", name)


def _list_modules(line: str) -> Iterator[str]:
    """Yield the modules that a line names; in Python, what stands behind ``import`` may be one."""
    module = _MODULE.match(line)
    imported = _IMPORTED.match(line)
    names = _NAME.findall(imported[1]) if imported is not None else []
    if module is not None:
        yield module[1]
        yield from (f"{module[1]}.{name}" for name in names if name not in _ORDINARY)
    elif _IS_JAVA.match(line):
        yield from (name.replace(".test.", ".") for name in names)
    else:
        yield from names
