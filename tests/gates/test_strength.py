"""How much lines of tests assert, beside those that stand for them."""

from __future__ import annotations

import pytest

from tierwise.gates.following.hunks import Hunk
from tierwise.gates.following.product import read_product
from tierwise.gates.following.strength import (
    is_safe,
    keep_from_failing,
    lists_expected,
    moves_input,
    narrows,
    sets_again,
)
from tierwise.git.snapshot import TreeChange

NOTHING = read_product([], "")


@pytest.mark.parametrize(
    ("was", "now", "safe"),
    [
        ("assert fee(5) == 10", "assert fee(5) == 15", True),
        ("assert fee(5) == 10", "assert fee(5) > 0", False),
        ("assert fee(5) == 10", "assert fee(5)", False),
        ("assert.equal(most, 2)", "assert.ok(most)", False),
        ("is rate(5), 40, 'rate';", "is rate(5), 20, 'rate';", True),
        ("is rate(5), 40, 'rate';", "cmp_ok rate(5), '<', 40, 'rate';", False),
        ("expect(f()).toThrow('bad')", "expect(f()).toThrow()", False),
        ("assert fee(5) == 10", "# assert fee(5) == 15", False),
        ("assert!(close(x, 22.4))", "assert!((y - 41.5).abs() < 22.4)", False),
        ("assert!(close(x, 22.4))", "assert!(close(y, 41.5))", True),
        ("assert f(3) == 4", "assert f(3) == approx(4)", False),
        ("x = 1", "x = 2", True),
        ("it('counts', () => f(1));", "it('counts only hits', () => f(1));", True),
        ("is f(1), 2, 'all';", "is f(1), 2, 'only these';", True),
        ("it('counts', () => f(1));", "it.only('counts', () => f(1));", False),
    ],
)
def test_other_lines_have_to_compare_as_much(was: str, now: str, safe: bool) -> None:
    assert is_safe(Hunk([was], [now], []), NOTHING) is safe


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        ({"x = wait", "skip(reason)"}, True),
        ({"x = wait", "y = other"}, False),
        ({"f(a) |", "| g(b)"}, False),
    ],
)
def test_each_line_is_read_by_itself(lines: set[str], kept: bool) -> None:
    for ordered in (sorted(lines), sorted(lines, reverse=True)):
        assert keep_from_failing(ordered) is kept


def test_an_assertion_may_go_with_what_the_product_lost_as_asked() -> None:
    before = b"class Full(Exception):\n    pass\n\n\ndef put(parcel):\n    raise Full\n"
    change = TreeChange("box.py", before, b"def put(parcel):\n    return None\n")
    was = ["with raises(Full) as caught:\n", "    put(1)\n", "assert caught.number == 3\n"]
    hunk = Hunk(was, ["assert put(1) == (None, 3)\n"], [])
    assert is_safe(hunk, read_product([change], "put() should give None, Full can go"))
    assert not is_safe(hunk, read_product([change], "put() should give None"))


@pytest.mark.parametrize(
    ("line", "lists"),
    [
        ("  assert.deepEqual(overLimit(entries), [", True),
        ("    assert f() == [", True),
        ("@pytest.mark.parametrize(", False),
        ("for (const [text, value] of [", False),
    ],
)
def test_a_comparison_with_all_that_is_expected(line: str, lists: bool) -> None:
    assert lists_expected(line) is lists


@pytest.mark.parametrize(
    ("lines", "again"),
    [
        (["  most = queue.width;"], True),
        (["  other = queue.width;"], False),
        (["  assert most == 2"], False),
        (["def test_most():", "    most = 2"], False),
    ],
)
def test_what_a_test_has_is_not_set_again(lines: list[str], again: bool) -> None:
    block = ["test('width', () => {", "  let most = 0;", "  assert.equal(most, 2);"]
    assert sets_again(Hunk([], lines, block)) is again


@pytest.mark.parametrize(
    ("now", "narrower"),
    [
        ("assert takings(t) == {'car': 3, 'van': 4}", False),
        ("assert takings(t) == {'car': 3}", False),
        ("assert set(takings(t)) == {'car'}", True),
    ],
)
def test_fewer_values_of_something_else_are_a_narrower_look(now: str, narrower: bool) -> None:
    was = "assert takings(t) == {'car': 2, 'van': 4}"
    assert narrows(Hunk([was], [now], [])) is narrower


@pytest.mark.parametrize(
    ("line", "safe"),
    [
        ("  writeFileSync(golden, table(entries));", False),
        ("  writeFileSync(input, 'a,b');", True),
        ("  assert.equal(table(entries), '');", True),
    ],
)
def test_answers_are_not_written_down_by_a_test(line: str, safe: bool) -> None:
    code = b"function table(entries) {\n  return 1;\n}\n"
    change = TreeChange("table.js", code, code.replace(b"1", b"2"))
    product = read_product([change], "table sorts its lines")
    assert is_safe(Hunk([], [line], []), product) is safe


@pytest.mark.parametrize(
    ("was", "now", "task", "is_moved"),
    [
        ("    rides = [4, 9]\n", "    rides = [5, 9]\n", "Round each day", True),
        ("    rides = [4, 9]\n", "    rides = [5, 9]\n", "A ride of 4 km is none", False),
        ("    rides = [4, 9]\n", "    rides = [4, 9, 9]\n", "Round each day", False),
        ("    row = 'a;b'\n", "    row = 'a;b;c'\n", "Read a third column", False),
        ("    expected = [4, 9]\n", "    expected = [5, 9]\n", "Round each day", False),
        ("    assert total([4, 9]) == 13\n", "    assert total([4, 9]) == 15\n", "Round each day", False),
    ],
    ids=["another ride", "of which the task speaks", "one more", "longer", "what is expected", "an assertion"],
)  # fmt: skip
def test_a_test_is_not_given_something_else(
    was: str,
    now: str,
    task: str,
    is_moved: bool,
) -> None:
    assert moves_input(Hunk([was], [now], []), task) is is_moved
