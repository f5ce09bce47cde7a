"""What tests look at no more though the product still does it, and a product that stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import make_repository

from tierwise.cascade.checkouts import open_change_set
from tierwise.gates import GateConfig
from tierwise.gates.following.product import read_product
from tierwise.gates.new_tests.self_comparisons import describe_self_comparisons
from tierwise.gates.new_tests.unchanged import leaves_product_alone, wants_other_behaviour
from tierwise.gates.reports import RunReport
from tierwise.gates.runs import Run
from tierwise.gates.tests_as_were.check import look_at_all
from tierwise.gates.tests_as_were.losses import (
    describe_losses,
    find_new_tests,
    list_lost_tests,
    list_lost_values,
)
from tierwise.gates.tests_as_were.old_runs import list_undelivered
from tierwise.git.snapshot import TreeChange

PATH = "test/text.test.js"
OLD = """test('cuts', () => {
  // it's a remark with 'quotes'
  assert.equal(cut('long text'), 'long');
  assert.equal(cut('other words'), 'other');
});

test('joins', () => {
  assert.equal(join('high', 'low'), 'both');
});
"""


def change_test(new: str, path: str = PATH) -> list[TreeChange]:
    return [TreeChange(path, OLD.encode(), new.encode())]


@pytest.mark.parametrize(
    ("new", "task", "lost"),
    [
        (OLD.replace("cuts", "cuts off").replace("it's a remark", "another"), "tidy up", set()),
        (OLD.replace("'high', 'low'", "'l', 'r'"), "tidy up", {"high", "low"}),
        (OLD.replace("'high', 'low'", "'l', 'r'"), "no low any more", {"high"}),
        (OLD.replace("'both'", "'of both'"), "tidy up", set()),
        (OLD.partition("\n\n")[0], "the test `joins` can go", set()),
    ],
)
def test_values_are_lost_that_no_new_test_and_no_task_names(
    new: str, task: str, lost: set[str]
) -> None:
    assert list_lost_values(change_test(new), task) == lost


def test_a_moved_test_loses_no_values() -> None:
    moved = [TreeChange(PATH, OLD.encode(), None), TreeChange("test/a.test.js", None, OLD.encode())]
    assert describe_losses(moved, "move the tests") == []


@pytest.mark.parametrize("path", ["tests/conftest.py", "test/data/cases.json"])
def test_values_that_stand_beside_the_tests_now_are_not_lost(path: str) -> None:
    fewer = OLD.replace("'high', 'low'", "...pair")
    beside = TreeChange(path, None, b'["high", "low"]')
    assert list_lost_values([*change_test(fewer), beside], "share the pairs") == set()


def test_tests_that_look_at_fewer_values_are_told() -> None:
    fewer = OLD.replace("  assert.equal(cut('other words'), 'other');\n", "")
    assert "cuts asserts less" in "".join(describe_losses(change_test(fewer), "tidy up"))
    perl = b"is cut('one'), 'un', 'cut one';\nis cut('two'), 'deux', 'cut two';\n"
    shorter = [TreeChange("t/a.t", perl, b"ok 1;\n")]
    told = ["the tests look no more at deux, one, two, un"]
    assert describe_losses(shorter, "tidy up") == told


def test_tests_written_otherwise_are_not_told() -> None:
    table = """for (const [text, cut_] of [['long text', 'long'], ['other words', 'other']]) {
  test(`cuts ${text}`, () => assert.equal(cut(text), cut_));
}
test('joins', () => assert.equal(join('high', 'low'), 'both'));
"""
    assert describe_losses(change_test(table), "tests as a table") == []


def test_a_test_that_passes_as_it_was_and_is_not_delivered_is_lost_with_its_values() -> None:
    fewer = change_test(OLD.partition("\n\n")[0])
    assert list_lost_tests(["joins"], fewer, "drop the cutting") == ["joins"]
    assert list_lost_tests(["cuts"], fewer, "drop the cutting") == []
    assert list_lost_tests(["joins"], change_test(OLD), "drop the cutting") == []


def test_what_runs_under_another_name_or_with_other_values_is_delivered() -> None:
    old = Run(
        "run", 0, report=RunReport(frozenset(("a::one[1-2]", "a::two", "a::three")), frozenset())
    )
    new = Run("run", 0, report=RunReport(frozenset(("a::one[1-3]", "b::two")), frozenset()))
    assert list_undelivered(old, new, read_product([], "")) == ["a::three"]


@pytest.mark.parametrize(
    ("path", "is_beside"),
    [
        ("tests/test_a.py", True),
        ("tests/data/a.json", True),
        ("README.md", True),
        ("src/a.py", False),
        ("Makefile", False),
    ],
)
def test_what_is_no_product(path: str, is_beside: bool) -> None:
    assert leaves_product_alone([TreeChange(path, b"1\n", b"2\n")]) is is_beside


@pytest.mark.parametrize(
    ("task", "wants"),
    [
        ("the limit is now 5 instead of 3, adapt the tests", True),
        ("total() must not count twice. Update the expected values", True),
        ("Keep the tests as they are. mean() should return a float", True),
        ("the tests should use a table", False),
        ("test_poll fails now and then. Give it a clock of its own", False),
        ("tests/run.sh should print the slowest ones", False),
        ("the lists in the tests are long, they have to be updated", False),
        ("Move the unit tests of src/a.rs to tests/a.rs", False),
        ("The month test reads a file. Put it into the test, throw march.csv away", False),
        ("fee() should throw on a negative day", True),
        ("test_poll fails now and then, with Full not raised. Make it reliable", False),
    ],
)
def test_what_a_task_wants_of_the_product(task: str, wants: bool) -> None:
    assert wants_other_behaviour(task) is wants


def test_new_files_that_hold_tests_are_found() -> None:
    test = b"test('adds', () => {});\n"
    new = [
        TreeChange("test/sum.test.js", None, test),
        TreeChange("test/support/numbers.js", None, b"export const one = 1;\n"),
        TreeChange("lib/sum.js", None, test),
        TreeChange("test/old.test.js", b"// nothing\n", test),
    ]
    assert find_new_tests(new) == {"test/sum.test.js": test}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        (". ./shop.sh\n. tests/all_four.sh\n", "both-pass"),
        (". ./shop.sh\n", "tests-lost"),
    ],
)
def test_new_tests_have_to_be_read_by_a_command(tmp_path: Path, script: str, outcome: str) -> None:
    files = {"shop.sh": "total() { echo 3; }\n", "tests/run.sh": ". ./shop.sh\n"}
    home = make_repository(tmp_path / "r", files)
    (home / "shop.sh").write_text("total() { echo 3; }\nall() { echo 4; }\n")
    (home / "tests/run.sh").write_text(script)
    (home / "tests/all_four.sh").write_text(
        'assert_all() { test "$(all)" = 4; }\nassert_all || exit 1\n'
    )
    commands = {"tests": "sh tests/run.sh"}
    config = GateConfig(seconds=30, reruns=0, commands=commands)
    with open_change_set(
        str(home), "", "HEAD", "add all()", links=(), own_folder=str(home)
    ) as change:
        found = look_at_all(change, config, commands)
    assert [finding.outcome for finding in found] == [outcome]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "outcome"),
    [
        ("total() should count in fours", "tests-lost"),
        (
            "Run only test_one by default, the tests take long",
            "both-pass",
        ),
    ],
)
def test_a_test_that_stands_as_it_was_has_to_run(tmp_path: Path, task: str, outcome: str) -> None:
    case = "import unittest\n\n\nclass Case(unittest.TestCase):\n    def {}(self):\n        pass\n"
    files = {
        "Makefile": "test:\n\tpython -m unittest -v\n",
        "test_one.py": case.format("test_one"),
        "test_two.py": case.format("test_two"),
        "shop.py": "",
    }
    home = make_repository(tmp_path / "r", files)
    (home / "Makefile").write_text("test:\n\tpython -m unittest -v test_one\n")
    (home / "shop.py").write_text("def total():\n    return 4\n")
    config = GateConfig(seconds=60, reruns=0)
    with open_change_set(str(home), "", "HEAD", task, links=(), own_folder=str(home)) as change:
        (found,) = look_at_all(change, config, {"tests": "make test"})
    assert found.outcome == outcome


@pytest.mark.parametrize(
    ("path", "new", "is_told"),
    [
        ("t/a.t", "is report($hits), report([@$hits]), 'report';\n", True),
        ("t/a.t", "is report('a'), report('b'), 'report';\n", False),
        ("test/a.test.js", "assert.equal(cut('a'), cut('a'));\n", True),
        ("test/a.test.js", "assert.equal(joined, joined);\n", False),
        ("tests/test_a.py", "assert cut('a') == cut('a')\n", True),
        ("src/a.py", "assert cut('a') == cut('a')\n", False),
        # draws that can be made again, and values that are equal
        ("tests/test_a.py", "assert draw(random.Random(7)) == draw(random.Random(7))\n", False),
        ("tests/test_a.py", "assert draw(NAMES, seed=7) == draw(NAMES, seed=7)\n", False),
        ("tests/test_a.py", "assert draw(random.Random()) == draw(random.Random())\n", True),
        ("tests/test_a.py", "assert Money(1, 'EUR') == Money(1, 'EUR')\n", False),
    ],
)
def test_new_assertions_that_compare_code_with_itself(path: str, new: str, is_told: bool) -> None:
    change = TreeChange(path, b"", new.encode())
    assert bool(describe_self_comparisons([change], "tidy up")) is is_told
    assert not describe_self_comparisons([change], "cut() is deterministic")
    kept = TreeChange(path, new.encode(), new.encode() + b"\n")
    assert not describe_self_comparisons([kept], "tidy up")


def test_a_new_test_asks_for_more_than_a_kind() -> None:
    kind = f"{OLD}\ntest('waits', () => {{\n  assert.ok(wait() instanceof Promise);\n}});\n"
    told = describe_losses(change_test(kind), "add wait() with a test")
    assert "asks for nothing but the kind" in "".join(told)
    value = kind.replace("  assert.ok", "  assert.equal(wait.calls, 1);\n  assert.ok")
    assert not describe_losses(change_test(value), "add wait() with a test")


def test_a_new_test_does_not_pass_over_the_error_of_what_it_asserts() -> None:
    tried = """def test_reads():
    try:
        assert read("a") == "a"
    except ReadError:
        pass
"""
    change = TreeChange("tests/test_read.py", b"", tried.encode())
    told = describe_losses([change], "read() should know letters, with a test")
    assert "may end, or fail unseen" in "".join(told)
    raised = tried.replace("pass", "raise")
    honest = TreeChange("tests/test_read.py", b"", raised.encode())
    assert not describe_losses([honest], "read() should know letters, with a test")


@pytest.mark.parametrize(
    ("line", "lost"),
    [
        ("assert patch_version('1.2.3') == '1.2.4'", {"1.2.3", "1.2.4"}),
        ("assert roll(random.Random(77)) == 412", {"77", "412"}),
        ("monkeypatch.setenv('LEVEL', 'high')", set()),
        ("bumped = patch_version('1.2.3')", {"1.2.3"}),
    ],
)
def test_only_what_a_test_waits_for_draws_or_puts_in_a_place_goes_with_another_assertion(
    line: str, lost: set[str]
) -> None:
    old = f"def test_a():\n    assert add(10, 20) == 30\n\n\ndef test_b():\n    {line}\n"
    new = "def test_a():\n    assert add(10, 20) == 30\n    assert add(10, 20) != 31\n"
    change = TreeChange("tests/test_a.py", old.encode(), new.encode())
    assert list_lost_values([change], "tidy up") == lost


@pytest.mark.parametrize(("added", "is_told"), [("assert BLOCKED == 10", False), ("pass", True)])
def test_pauses_and_draws_of_a_test_of_chance_may_go_where_another_assertion_comes(
    added: str, is_told: bool
) -> None:
    old = b"def test_ends():\n    draw(random.choice('abc'))\n    sleep(0.015)\n    sleep(0.02)\n    assert open(1)\n"
    new = f"def test_ends():\n    {added}\n    assert open(1)\n".encode()
    assert (
        bool(describe_losses([TreeChange("tests/test_a.py", old, new)], "be reliable")) is is_told
    )
