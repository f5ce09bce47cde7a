"""How often a Python test is run, as far as that is written down around it."""

from __future__ import annotations

import ast

import pytest

from tierwise.gates.tests_intact.python import read_tests
from tierwise.gates.tests_intact.python_scope import count_values


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("[1, 2]", 2),
        ("CASES", 3),
        ("OTHERS", None),
        ("range(4)", 4),
        ("range(1, 4)", 3),
        ("range(4, 1)", 0),
        ("range(99999999999999999999)", 99999999999999999999),
        ("range(0, 4, 2)", None),
        ("range(len(cases))", None),
        ("read_cases()", None),
    ],
)
def test_values_are_counted_where_they_are_written_down(value: str, count: int | None) -> None:
    assert count_values(ast.parse(value, mode="eval").body, {"CASES": 3}) == count


@pytest.mark.parametrize(
    "decorator",
    [
        "@pytest.mark.parametrize('n', [1, 2, 3])",
        "@pytest.mark.parametrize('n', CASES, ids=str)",
        "@pytest.mark.parametrize(argnames='n', argvalues=[1, 2, 3])",
        "@pytest.mark.parametrize('n', [1, 2, 3, pytest.param(4, marks=pytest.mark.skip)])",
    ],
)
def test_parameters_are_cases(decorator: str) -> None:
    code = f"CASES = (1, 2, 3)\n\n{decorator}\ndef test_total(n):\n    assert total(n) == n\n"
    (test,) = read_tests("tests/test_shop.py", code)
    assert (test.cases, test.open_cases) == (3, False)
