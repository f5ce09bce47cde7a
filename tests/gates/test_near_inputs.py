"""Values near those of a test."""

from __future__ import annotations

import pytest
from tests.support.hanging import guard_against_hanging

from tierwise.gates.probes.edits import replace_parts
from tierwise.gates.probes.near_inputs import NearInputs


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("6", "8"),  # 7 is known
        ('"1.10.0"', '"2.11.1"'),
        ('"18565"', '"25863"'),  # the task states both
        ('"flour"', '"flour"'),
        ("1.5", "2.5"),
        ("10²", "11²"),
        pytest.param(f"{'1' * 5000}.5", f"{'1' * 5000}.51", id="digits without end"),
    ],
)
def test_a_value_moves_to_one_that_nobody_knows(word: str, near: str) -> None:
    inputs = NearInputs(frozenset({"6", "7", "18565"}), "islands: 18565, 25863", way=1)
    assert inputs.change_value(word) == near


def test_the_second_way_changes_words_but_those_of_the_task_and_their_length() -> None:
    inputs = NearInputs(frozenset(), "count the flour", way=2)
    assert inputs.change_value('"flour and sugar"') == '"flour and sugakk"'


def test_names_of_tests_and_of_parameters_stay() -> None:
    text = '@pytest.mark.parametrize("size1", ["10", "20"])\ndef test_it(size1):\n'
    inputs = NearInputs(frozenset(), "", way=1)
    edits = sorted(inputs.change_lines("test_a.py", text, [(0, len(text))]), key=lambda e: e.start)
    assert replace_parts(text, edits).startswith('@pytest.mark.parametrize("size1", ["11", "21"])')


def test_a_shell_word_without_a_number_is_a_command_and_stays() -> None:
    text = "run a/../12 $x/34 keep-it\n"
    inputs = NearInputs(frozenset(), "", way=1)
    edits = sorted(inputs.change_lines("t.sh", text, [(0, len(text))]), key=lambda e: e.start)
    assert replace_parts(text, edits) == "run a/../13 $x/35 keep-it\n"


@pytest.mark.parametrize("text", ["." * 100_000, "a/" * 50_000])
def test_long_words_of_a_shell_take_little_time(text: str) -> None:
    with guard_against_hanging():
        list(NearInputs(frozenset(), "", way=1).change_lines("t.sh", text, [(0, len(text))]))
