"""The functions that a change brings or rewrites, all of them broken at once: tests of the change have to notice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tierwise.gates.new_tests.neutral_returns import Instead, make_return
from tierwise.gates.reading.function_bodies import (
    Function,
    list_changed_functions,
)
from tierwise.gates.reading.new_code import is_product_code
from tierwise.git.snapshot import TreeChange

# What reaches out of the program, or into time and chance.
_REACHES_OUT = re.compile(
    r"\b(?:open|urlopen|requests?|httpx?|https|fetch|socket|connect\w*|cursor|execute|subprocess|exec\w*|spawn\w*|system"
    r"|popen|smtp\w*|send\w*|read_?file\w*|write_?file\w*|fs|os|path|shutil|time|datetime\.now|now|today|date\.now|sleep"
    r"|random\w*|uuid\w*|input|stdin|stdout|getenv|environ|env|await|print|console|log\w*)\b",
    re.I,
)
_BY_LINES = (".py", ".rb")  # languages in which a statement ends with its line


@dataclass(frozen=True)
class Broken:
    """Files with broken functions.  ``is_error``: by nothing but errors, though other values are known."""

    files: dict[str, bytes | None]
    is_error: bool = False


@dataclass(frozen=True)
class BrokenFunctions:
    """Functions of the product, each with the change of its file."""

    functions: tuple[tuple[TreeChange, Function], ...]

    @property
    def names(self) -> list[str]:
        """What they are called, each once."""
        return list(dict.fromkeys(function.name for _, function in self.functions))

    def select(
        self,
        is_wanted: Callable[[Function], bool],
    ) -> BrokenFunctions:
        """Select some of them."""
        chosen = (one for one in self.functions if is_wanted(one[1]))
        return BrokenFunctions(tuple(chosen))

    def list_variants(self) -> Iterator[Broken]:
        """Yield the product with every function giving nothing, another value, and errors.

        Each but the first only where it is another one.
        """
        nothing = self._break_all("nothing")
        if not nothing:
            return
        yield Broken(nothing)
        other = self._break_all("other")
        if other != nothing:
            yield Broken(other)
        errors = self._break_all("error")
        if errors not in ({}, nothing):
            yield Broken(errors, is_error=other != nothing)

    def _break_all(
        self,
        instead: Instead,
    ) -> dict[str, bytes | None]:
        files: dict[str, bytes | None] = {}
        last_first = sorted(
            self.functions,
            key=lambda one: one[1].entry,
            reverse=True,
        )
        for change, function in last_first:
            statement = make_return(
                change.path,
                function,
                instead,
            )
            if statement is None or change.after is None:
                continue
            data = files.get(change.path) or change.after
            files[change.path] = _insert(
                data,
                function.entry,
                statement,
                change.path,
            )
        return files


def read_functions(changes: Iterable[TreeChange]) -> BrokenFunctions:
    """Read the functions that a change brings to the product, or rewrites there."""
    product = (change for change in changes if is_product_code(change.path))
    return BrokenFunctions(tuple(list_changed_functions(product)))


def reaches_out(function: Function) -> bool:
    """Tell whether a function does what tests have to do without: a stand-in may take its place."""
    return _REACHES_OUT.search(function.text) is not None


def _insert(
    data: bytes,
    entry: int,
    statement: str,
    path: str,
) -> bytes:
    """Insert a statement where a function's body begins; before an expression, its value in that place."""
    text = data.decode("latin-1")
    inserted = f" {statement} "
    if path.endswith(_BY_LINES):
        inserted = _end_statement(text, entry, statement)
    elif text[entry - 1] != "{":
        inserted = f"true ? ({_make_expression(statement)}) : "
    return (text[:entry] + inserted + text[entry:]).encode("latin-1")


def _make_expression(statement: str) -> str:
    """Spell what stands for a statement where JavaScript wants a value."""
    if statement.startswith("throw"):
        return f"(() => {{ {statement} }})()"
    return statement.removeprefix("return").rstrip(";").strip() or "undefined"


def _end_statement(
    text: str,
    entry: int,
    statement: str,
) -> str:
    """Spell a statement before another one: on a line of its own where that one begins its line."""
    before = text[text.rfind("\n", 0, entry) + 1 : entry]
    if before.strip():
        return f"{statement}; "
    return f"{statement}\n{before}"
