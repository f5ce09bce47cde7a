"""Lines that come into a test, and stand for no old ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import filterfalse

from tierwise.gates.following.hunks import Hunk
from tierwise.gates.following.imports import (
    is_import,
    names_tests,
)
from tierwise.gates.following.messages import OtherTexts
from tierwise.gates.following.product import Product
from tierwise.gates.following.stating import is_stated_line
from tierwise.gates.following.strength import (
    is_safe,
    sets_again,
)
from tierwise.gates.reading.tokens import list_code_names

_CONSTANT = re.compile(
    r"(?:(?:const|let|my|our|static|final) )?[$@%]?(\w+)(?:: [^=]+)? = ([^=]+\n)"
)
_IMPORT_WORDS = frozenset(
    (
        "import",
        "from",
        "as",
        "const",
        "let",
        "var",
        "require",
        "use",
        "using",
    )
)


def find_constants(
    before: list[str],
    after: list[str],
) -> dict[str, str]:
    """Find new lines that only give values a name, which stands nowhere in the old tests, by this name.

    The values are written down, or made by what the old tests call.
    """
    known = list_code_names(before)
    constants: dict[str, str] = {}
    for line in after:
        constant = _CONSTANT.fullmatch(line)
        if constant is None:
            continue
        name, value = constant[1], constant[2]
        used = list_code_names([value]) if "(" in value else set()
        if name not in known and used <= known | constants.keys():
            constants[name] = line
    return constants


def add_constants(
    lines: list[str],
    constants: Mapping[str, str],
) -> list[str]:
    """Add to lines those that give a name to what they use."""
    named = list_code_names(lines)
    return lines + [line for name, line in constants.items() if name in named]


def list_stated_data(hunk: Hunk, product: Product) -> list[str]:
    """List the new lines of data that hold what the task states."""
    return [line for line in hunk.now if is_stated_line(line, product)]


def follow_insertion(
    hunk: Hunk,
    product: Product,
    texts: OtherTexts | None,
) -> list[str]:
    """Return the new lines of code that the old test takes over.

    ``texts``: what texts the tests expect, where they may take over other expectations too.
    """
    lines = list(filter(str.strip, hunk.now))
    if lines and all(map(is_import, lines)) and not names_tests(lines):
        is_known = not list_code_names(lines).isdisjoint(product.names)
        return hunk.now if is_known or _bring_new_names(lines, texts) else []
    if texts is not None and _are_asked_for(hunk, product, texts):
        return hunk.now
    return []


def _bring_new_names(
    imports: list[str],
    texts: OtherTexts | None,
) -> bool:
    """Tell whether imports have no name of the old tests, where these may take over other expectations."""
    if texts is None:
        return False
    known = list_code_names(filterfalse(is_import, texts.before))
    return known.isdisjoint(list_code_names(imports) - _IMPORT_WORDS)


def _are_asked_for(
    hunk: Hunk,
    product: Product,
    texts: OtherTexts,
) -> bool:
    """Tell whether new lines are about what the task wants otherwise, and keep no test from failing."""
    if sets_again(hunk) or not is_safe(hunk, product):
        return False
    return texts.are_stated or not list_code_names(hunk.now).isdisjoint(product.asked)
