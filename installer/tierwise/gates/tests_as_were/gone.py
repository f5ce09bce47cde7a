"""Tests that went with what they tested."""

from __future__ import annotations

from itertools import filterfalse

from tierwise.gates.tests_as_were.blocks import list_body
from tierwise.gates.tests_as_were.product import Product
from tierwise.gates.tests_as_were.tokens import list_code_names


def find_gone_tests(before: list[str], after: list[str], product: Product) -> frozenset[str]:
    """Names that a test's file defined and does no longer, whose blocks were about what the task wants removed."""
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
