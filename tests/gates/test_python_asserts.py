"""How much an assertion in Python demands."""

from __future__ import annotations

import ast

import pytest

from tierwise.gates.tests_intact.python_asserts import (
    EXACT,
    NOTHING,
    PARTIAL,
    PRESENCE,
    strength,
)


@pytest.mark.parametrize(
    ("line", "demanded"),
    [
        ("assert total() == 3", EXACT),
        ("assert total() < 3", PARTIAL),
        ("assert any(found)", PARTIAL),
        ("assert found", PRESENCE),
        ("assert found or []", NOTHING),
        ("assert not found", PRESENCE),
        ("assert not (found or [])", PRESENCE),
        ("assert not (found and ())", PRESENCE),
        ("assert not []", NOTHING),
        ("assert not 1 == 2", NOTHING),
        ("assert True", NOTHING),
    ],
)
def test_what_an_assertion_demands(line: str, demanded: int) -> None:
    (node,) = ast.parse(line).body
    assert strength(node) == demanded
