"""Blocks by indentation: what stands around some lines, and below one."""

from __future__ import annotations

import pytest

from tierwise.gates.reading.blocks import (
    drop_blocks,
    drop_each_block,
    list_block,
    list_body,
    list_test,
    own_name,
)

LINES = [
    "def a():\n",
    "    x = 1\n",
    "\n",
    "    if x:\n",
    "        y = 2\n",
    "z = 3\n",
    "w = 4\n",
    "\n",
    "v = 5\n",
]


@pytest.mark.parametrize(
    ("start", "end", "block"),
    [
        (1, 2, [*LINES[0:5], LINES[2]]),
        (4, 5, LINES[3:5]),
        (3, 4, [*LINES[0:5], LINES[4]]),
        (5, 6, LINES[3:7]),
        (8, 9, LINES[8:9]),
        (6, 6, LINES[3:7]),
    ],
    ids=["in a function", "in a branch", "opening", "a paragraph", "a line", "no line"],
)
def test_the_block_of_lines(start: int, end: int, block: list[str]) -> None:
    assert list_block(LINES, start, end) == block


def test_the_lines_below_one() -> None:
    assert list_body(LINES, 0) == LINES[1:5]
    assert list_body(LINES, 3) == LINES[4:5]
    assert list_body(LINES, 8) == []


def test_the_block_of_a_list_has_what_the_list_is_for() -> None:
    lines = ["@rows(\n", "    [(1, 2)],\n", ")\n", "def test_a(x, y):\n", "    assert f(x) == y\n"]
    assert list_block(lines, 1, 2) == [*lines[:2], *lines[3:]]
    calls = ["each([\n", "  [1, 2],\n", "])('a', (x, y) => {\n", "  equal(f(x), y);\n", "});\n"]
    assert list_block(calls, 1, 2) == calls[:4]


def test_the_block_of_a_list_has_the_loop_that_runs_over_it() -> None:
    lines = [
        "for my $case (\n",
        "    [ 1, 2 ],\n",
        "    )\n",
        "{\n",
        "    is(f($case), 2);\n",
        "}\n",
    ]
    assert list_block(lines, 1, 2) == [*lines[:3], lines[4]]


@pytest.mark.parametrize(
    ("test", "own"),
    [
        ("tests.test_fees::test_card[500-10]", "test_card"),
        ("tests.test_units.ConvertTest.test_mass", "test_mass"),
        ("version::tests::tilde", "tilde"),
        ("queue > high priority first", "high priority first"),
    ],
)
def test_the_own_name_of_a_test(test: str, own: str) -> None:
    assert own_name(test) == own


def test_the_test_in_which_a_line_stands() -> None:
    lines = [
        "class A:\n",
        "    def test_a(self):\n",
        "        save(1)\n",
        "        with f() as g:\n",
        "            check(g)\n",
        "    x = 1\n",
    ]
    assert list_test(lines, 4) == lines[1:5]
    assert list_test(lines, 5) == []
    assert list_test(LINES, 8) == []


def test_a_line_that_is_not_indented_stands_in_no_test() -> None:
    class Lines(list[str]):
        """Lines that count how often one is asked for."""

        asked = 0

        def __getitem__(self, index):  # type: ignore[no-untyped-def,override]
            self.asked += 1
            return super().__getitem__(index)

    lines = Lines(["[\n", *["  1,\n"] * 1000, "]\n"])
    assert list_test(lines, 1001) == []
    assert lines.asked == 1


TESTS = [
    "#[test]\n",
    "fn one() {\n",
    "    check(1);\n",
    "}\n",
    "\n",
    "#[test]\n",
    "fn two() {\n",
    "    check(2);\n",
    "}\n",
]


def test_blocks_of_tests_are_dropped_with_what_stands_before_them() -> None:
    seen: list[list[str]] = []

    def note(block: list[str]) -> bool:
        seen.append(block)
        return True

    assert drop_blocks(TESTS, note, ["a::two", "a::three"]) == TESTS[:5]
    assert seen == [[*TESTS[6:], TESTS[5]]]
    assert drop_blocks(TESTS, lambda _: False, ["a::two"]) == TESTS


def test_blocks_are_dropped_wherever_they_stand() -> None:
    assert drop_each_block(TESTS, lambda block: "check(1)" in block[1]) == TESTS[4:]
    assert drop_each_block(TESTS, lambda _: False) == TESTS


@pytest.mark.parametrize(
    "lines",
    [
        [f"{' ' * depth}x\n" for depth in range(2000)],
        ["\n"] * 1000 + ["    x\n"] * 1000,
    ],
    ids=["stepped", "behind blank lines"],
)
def test_a_line_is_read_with_few_blocks(lines: list[str]) -> None:
    read: list[int] = []

    def note(block: list[str]) -> bool:
        read.append(len(block))
        return False

    assert drop_each_block(lines, note) == lines
    assert sum(read) < 150 * len(lines)


def test_an_attribute_over_several_lines_goes_with_its_test() -> None:
    lines = [
        "x = 1",
        "@pytest.mark.parametrize(",
        '    "a",',
        "    [1],",
        ")",
        "def test_a(a):",
        "    go(a)",
    ]
    assert drop_blocks(lines, lambda block: "    [1]," in block, ["test_a[1]"]) == ["x = 1"]
    assert drop_blocks(lines[1:], lambda _: True, ["test_a[1]"]) == []
