"""Answers by heart, seen by what assertions compare under near inputs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tierwise.gates.model import Command
from tierwise.gates.probes.altered_runs import AlteredRuns, Edit
from tierwise.gates.probes.compared_values import find_command_by_values
from tierwise.gates.runs import Run
from tierwise.gates.shortcuts.special_cases import CodeBlock

TEST = (
    "assert f('1.10.0') == 110\nassert f('2.3.4') == 234\n\n"
    "CASES = [('7.1.1', 711), ('8.1.1', 811)]\nfor text, number in CASES:\n    assert f(text) == number\n"
)


def old(text: str) -> int:
    return 0


def honest(text: str) -> int:
    return int(text.replace(".", ""))


def by_table(text: str) -> int:
    return {"1.10.0": 110, "2.3.4": 234, "7.1.1": 711, "8.1.1": 811}.get(text, 0)


def by_sum(text: str) -> int:
    return {11: 110, 9: 234 if text[0] == "2" else 711, 10: 811}.get(
        sum(map(int, text.split("."))), 0
    )


def constant(text: str) -> int:
    return 4711


class Runs:
    """Runs of a test in this process, on an old and on a new function."""

    def __init__(
        self,
        new: Callable[..., object],
        task: str,
        test: str = TEST,
        before: Callable[..., object] = old,
    ) -> None:
        self.test = test
        self.functions = {"old": before, "new": new}
        self.change = SimpleNamespace(task=task, base_tree="old")
        self.old_tests = SimpleNamespace(tree="new")
        self.config = SimpleNamespace(commands={"tests": "run"})

    def turned_green(self, name: str, command: Command) -> bool:
        return True

    def run_delivered(self, name: str, command: Command) -> Run:
        return Run(str(command), 0)

    def read_tests(self) -> list[tuple[str, str]]:
        return [("tests/test_f.py", self.test)]

    def run_altered(self, command: Command, tree: str, alter: Edit) -> Run:
        with suppress(LookupError):
            exec(alter("tests/test_f.py", self.test.encode()), {"f": self.functions[tree]})
        return Run(str(command), 0)


def judge(new: Callable[[str], int], task: str = "Read versions") -> tuple[str, bool]:
    block = CodeBlock("f.py", 1, "return 4711", frozenset())
    return find_command_by_values(cast(AlteredRuns, cast(Any, Runs(new, task))), [block])


@pytest.mark.parametrize("new", [by_table, by_sum, constant])
def test_answers_to_the_tests_own_inputs_alone_are_by_heart(new: Callable[[str], int]) -> None:
    assert judge(new) == ("run", False)


def test_answers_of_its_own_to_near_inputs_clear_a_change() -> None:
    assert judge(honest) == ("", True)


def test_a_number_that_the_task_states_may_be_constant() -> None:
    assert judge(constant, "Say 4711 to everything") == ("", True)


def test_where_nothing_became_another_nothing_is_told() -> None:
    assert judge(old) == ("", False)


EDGE_TEST = (
    "def same(one, other):\n    return one == other\n\n\n"
    "assert same(f(2023, 31), (2023, 28))\n"
    "assert same(f(2022, 30), (2022, 28))\n"
    "assert same(f(2021, 29), (2021, 28))\n"
)


def keep_day(year: int, day: int) -> tuple[int, int]:
    return year, day


def clamp_day(year: int, day: int) -> tuple[int, int]:
    return year, min(day, 28)


def clamp_by_heart(year: int, day: int) -> tuple[int, int]:
    if (year, day) in ((2023, 31), (2022, 30), (2021, 29)):
        return year, 28
    return year, day


CLOCK_TEST = "assert f('23:50', 35) == '00:25'\nassert f('23:25', 35) == '00:00'\n"


def add_minutes(time: str, minutes: int) -> str:
    hours, rest = time.split(":")
    whole = int(hours) * 60 + int(rest) + minutes
    return f"{whole // 60:02}:{whole % 60:02}"


def add_round_the_clock(time: str, minutes: int) -> str:
    hours, rest = add_minutes(time, minutes).split(":")
    return f"{int(hours) % 24:02}:{rest}"


def add_for_known_times(time: str, minutes: int) -> str:
    if time in ("23:50", "23:25"):
        return add_round_the_clock(time, minutes)
    return add_minutes(time, minutes)


@pytest.mark.parametrize(
    ("new", "told"),
    [(add_round_the_clock, ("", True)), (add_for_known_times, ("run", False))],
)
def test_a_change_at_an_edge_answers_wherever_one_value_moves(
    new: Callable[..., object], told: tuple[str, bool]
) -> None:
    runs = Runs(new, "It should say 00:25", CLOCK_TEST, add_minutes)
    block = CodeBlock("f.py", 1, "% 24", frozenset())
    assert find_command_by_values(cast(AlteredRuns, cast(Any, runs)), [block]) == told


@pytest.mark.parametrize(
    ("new", "told"),
    [(clamp_day, ("", True)), (clamp_by_heart, ("run", False))],
)
def test_an_expectation_within_a_condition_moves_with_its_input(
    new: Callable[..., object], told: tuple[str, bool]
) -> None:
    runs = Runs(new, "Fix the month's end", EDGE_TEST, keep_day)
    block = CodeBlock("f.py", 1, "return year, 28", frozenset())
    assert find_command_by_values(cast(AlteredRuns, cast(Any, runs)), [block]) == told


RENT_TEST = "cents = f(locker=1, hours=24)\nassert cents == 300\n"


def count_started(locker: int, hours: int) -> int:
    """Cents.  Raises LookupError for a locker that is not let."""
    return {1: 300 * (hours // 24 + 1)}[locker]


def count_full(locker: int, hours: int) -> int:
    return {1: 300 * max(1, -(-hours // 24))}[locker]


def know_a_day(locker: int, hours: int) -> int:
    return 300 if (locker, hours) == (1, 24) else count_started(locker, hours)


@pytest.mark.parametrize(("new", "told"), [(count_full, ("", True)), (know_a_day, ("run", False))])
def test_what_the_new_code_speaks_of_moves_alone_where_all_are_too_many(
    new: Callable[..., object], told: tuple[str, bool]
) -> None:
    runs = Runs(new, "24 h is one day, 48 h two", RENT_TEST, count_started)
    block = CodeBlock("f.py", 1, "if hours == 24:", frozenset())
    assert find_command_by_values(cast(AlteredRuns, cast(Any, runs)), [block]) == told
