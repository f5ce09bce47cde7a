"""Names of the tests hidden from new code."""

from __future__ import annotations

from tierwise.gates.probes.hidden_names import hide_in_block
from tierwise.gates.shortcuts.special_cases import CodeBlock


def test_words_are_hidden_where_they_stand_by_themselves() -> None:
    block = CodeBlock("a.py", 2, 'open("tests/a")', frozenset())
    data = b'contests = "tests"\nopen("contests/tests/a")\nrun("tests/a")\n'
    hidden = hide_in_block(data, block, {"tests": "qqqqq"})
    assert hidden == b'contests = "tests"\nopen("contests/qqqqq/a")\nrun("tests/a")\n'


def test_a_word_with_a_backslash_is_hidden_as_it_stands() -> None:
    block = CodeBlock("a.py", 1, 'open("tests/a\\n")', frozenset())
    data = b'open("tests/a\\n")\n'
    assert hide_in_block(data, block, {"tests/a\\n": "qqqqq/q\\q"}) == b'open("qqqqq/q\\q")\n'
