"""Tests that went with what they tested."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import filterfalse

from tierwise.gates.following.product import Product
from tierwise.gates.reading.blocks import list_body
from tierwise.gates.reading.naming import mentions
from tierwise.gates.reading.tokens import list_code_names
from tierwise.gates.reading.written import IDENTIFIER, list_words

_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NAME = re.compile(r"[\"'`]([^\"'`]+)[\"'`]|\b(?:def|fn|func|sub|void|function)\s+(\w+)")
_ITEM = re.compile(r"\s*(\w+),?\s*")


def find_gone_tests(
    before: list[str],
    after: list[str],
    product: Product,
) -> frozenset[str]:
    """Find names a test's file defines no longer, whose blocks were about what the task wants removed."""
    now = list_code_names(after)
    found: set[str] = set()
    for index, line in enumerate(before):
        names = list_code_names([line]) - now
        if not names:
            continue
        body = list_body(before, index)
        about = list_code_names(body).intersection(product.before.parameters)
        if about and all(map(product.is_gone, about)):
            found.update(filterfalse(product.is_gone, names))
    return frozenset(found)


def is_about_what_goes(
    title: str,
    body: list[str],
    product: Product,
) -> bool:
    """Tell whether a failing test is called after what is to go, or uses what is gone and only told of."""
    words = " ".join(_PART.findall(title)).lower()
    if product.names_lost(words) and any(map(product.names_lost, body)):
        return True
    called = _list_called(title)
    removing = " ".join(product.wording.removing)
    if called and all(mentions(removing, word) for word in called):
        return True
    told = filter(
        product.wording.only_tells_of,
        product.gone_words,
    )
    return not set(IDENTIFIER.findall("".join(body))).isdisjoint(told)


def _list_called(title: str) -> list[str]:
    """List the words of a test's name."""
    name = _NAME.search(title)
    words = _PART.findall(name[1] or name[2]) if name else []
    return [word for word in words if word.lower() != "test"]


def leaves_out(
    old: str,
    new: str,
    gone: Collection[str],
) -> bool:
    """Tell whether a line only names tests no more that went with what they tested."""
    if not gone:
        return False
    words = re.findall(r"\w+|\W", old)
    left = [word for word in words if word not in gone]
    kept = "".join(left)
    return kept != old and kept.split() == new.split()


def leave_place(line: str, path: str) -> str:
    """Spell what stands for a line that is gone, so that its block is not empty."""
    if not path.endswith(".py"):
        return ""
    indent, _, _ = line.partition(line.lstrip())
    return f"{indent}pass\n"


def _closes_all(line: str) -> bool:
    """Tell whether a line closes the brackets that it opens."""
    if line.count("(") != line.count(")"):
        return False
    return line.count("{") == line.count("}")


def is_lost(line: str, product: Product) -> bool:
    """Tell whether a line of code that stands by itself names what the product lost as the task wants it."""
    return _closes_all(line) and product.names_lost(line)


def lists_gone(lines: list[str], product: Product) -> bool:
    """Tell whether lines are items of a list that each name something the product no longer defines."""
    items = list(map(_ITEM.fullmatch, lines))
    return all(item is not None and product.is_gone(item[1]) for item in items)


def are_lost(telling: list[str], product: Product) -> bool:
    """Tell whether all lines that check or hold something are about what the product lost as asked."""
    return bool(telling) and all(map(product.names_lost, telling))


def are_gone(telling: list[str], product: Product) -> bool:
    """Tell whether all such lines name what the product lost, where the task wants anything removed."""
    if not telling or not product.wording.removing:
        return False
    gone = product.gone_words
    return not any(gone.isdisjoint(list_words(line)) for line in telling)


def may_go(
    lines: list[str],
    product: Product,
    gone_tests: Collection[str],
) -> bool:
    """Tell whether lines are only about what the task wants removed, and what is removed."""
    named = list_code_names(lines)
    # A file's stem says something only where nothing that it defines is named.
    known = named.intersection(product.before.parameters)
    known = known or named.intersection(product.before.places)
    if known:
        return all(map(product.has_gone_as_asked, known))
    if named.isdisjoint(gone_tests):
        return False
    return all(map(str.isupper, named.difference(gone_tests)))
