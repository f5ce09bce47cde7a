"""Texts that are no Python that can be read."""

from __future__ import annotations

import ast
import warnings

import pytest

from tierwise.gates.reading.syntax_tree import parse_python


@pytest.mark.parametrize(
    "source",
    ["let x;", "x = '\0'", b"\xff = 1", "word other " * 10_000, "[" * 10_000, "-" * 100_000],
)
def test_what_does_not_parse_has_no_tree(source: str | bytes) -> None:
    assert parse_python(source) is None


def test_what_parses_has_a_tree_and_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tree = parse_python("x = '\\d'\n")
    assert isinstance(tree, ast.Module)
