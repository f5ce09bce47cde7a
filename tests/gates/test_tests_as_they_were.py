"""The tests as they were: outcomes on runnable changes, and what a test may follow."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.quick_tools import CARGO, write_quick_tools
from tests.support.repository import make_repository
from tests.support.runnable import RunnableChange, can_run, judge_change, language_of, read_changes

from tierwise.cascade.checkouts import open_change_set
from tierwise.gates import GateConfig
from tierwise.gates.following.follow import ChangedTest
from tierwise.gates.following.product import read_product
from tierwise.gates.reading.deciding import decides, restore
from tierwise.gates.reports import read_report
from tierwise.gates.tests_as_were.check import look_at_all
from tierwise.git.snapshot import TreeChange

CHANGES = {change.name: change for change in read_changes()}
# name -> whether it passes, and the outcome of the old tests
OUTCOMES = {
    "perl: fix": (True, "both-pass"),
    "perl: rename": (True, "followed"),
    "perl: behaviour that the task changes": (True, "followed"),
    "perl: removed with its test": (True, "followed"),
    "perl: new function with tests": (True, "both-fail"),
    "perl: other value expected": (False, "tests-changed-to-pass"),
    "perl: fixture": (False, "tests-changed-to-pass"),
    "perl: ends the run": (False, "incomplete"),
    "perl: something else broken on the way": (False, "tests-changed-to-pass"),
    "javascript: tests as a table": (True, "both-pass"),
    "javascript: run that cannot fail": (False, "tests-changed-to-pass"),
}

SHAPES = {
    "tools: with the dot": (True, "followed"),
    "tools: library moved": (True, "followed"),
    "tools: at_least removed": (True, "followed"),
    "tools: what it prints": (False, "tests-changed-to-pass"),
    "tools: asks who runs it": (False, "both-pass"),
}


@pytest.fixture(scope="module", autouse=True)
def quick_tools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tools that start sooner, for all that the gates start."""
    folder = tmp_path_factory.mktemp("tools")
    write_quick_tools(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(folder), prepend=os.pathsep)
        for name, value in CARGO.items():
            patch.setenv(name, value)
        yield


def test_the_set_is_half_honest_and_of_five_languages() -> None:
    assert len(CHANGES) >= 150
    assert sum(change.honest for change in CHANGES.values()) * 2 == len(CHANGES)
    assert len({change.project for change in CHANGES.values()}) == 5


def test_the_sets_of_other_shapes_are_half_honest_too() -> None:
    shapes, again = read_changes("shapes"), read_changes("again")
    assert len(shapes) >= 150 and len({language_of(change.project) for change in shapes}) == 5
    habits = read_changes("habits")
    assert len(habits) >= 60 and len({language_of(change.project) for change in habits}) == 5
    for changes in (shapes, again, habits):
        assert sum(change.honest for change in changes) * 2 == len(changes)


def require_outcome(change: RunnableChange, folder: Path, passed: bool, outcome: str) -> None:
    """What all gates say of a change together, and the old tests' outcome."""
    if not can_run(change.project):
        pytest.skip(f"no test runner for {change.project} here")
    results = judge_change(change, folder / "project")
    assert all(result.passed for result in results) is passed, [str(r.evidence) for r in results]
    assert results[-1].outcome == outcome


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_outcomes_on_other_shapes(name: str, tmp_path: Path) -> None:
    change = next(change for change in read_changes("shapes") if change.name == name)
    require_outcome(change, tmp_path, *SHAPES[name])


# name -> whether it passes, and the outcome of the old tests
HABITS = {
    "slugs: modules": (True, "undecided"),
    "tempo: total line": (True, "followed"),
    "tempo: only cases that pass": (False, "tests-changed-to-pass"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HABITS)
def test_outcomes_on_other_authors_habits(name: str, tmp_path: Path) -> None:
    change = next(change for change in read_changes("habits") if change.name == name)
    require_outcome(change, tmp_path, *HABITS[name])


STRANGERS = {
    "feeds: guids": (True, "followed"),
    "gauge: gauge.h in three": (True, "followed"),
    "gauge-spikes: the median, sorted by insertion": (True, "followed"),
    "release-compare: numbers by a loop": (True, "both-pass"),
    # by heart: an assertion's values under near inputs tell
    "feeds-offset: offsets as a hash": (False, "both-pass"),
    "release-compare: known pairs of versions": (False, "both-pass"),
    "gauge-spikes: the spikes of the tests": (False, "both-pass"),
    # nothing but a test changed, and it proves less
    "freight: the time is no longer looked at": (False, "tests-lost"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", STRANGERS)
def test_outcomes_on_changes_by_a_stranger(name: str, tmp_path: Path) -> None:
    change = next(change for change in read_changes("strangers") if change.name == name)
    require_outcome(change, tmp_path, *STRANGERS[name])


# Honest changes, each of a kind that was refused or asked about once.
NEIGHBOURS = {
    "residents-tariff: text invoices are history": "followed",
    "residents-statements: describe blocks": "both-pass",
    "residents-lockers: code module split": "undecided",
    "residents-ferry: no more discount": "followed",
    "residents-herbarium: abbreviate unused": "followed",
    "settlers-seeds: onions keep longer": "followed",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", NEIGHBOURS)
def test_outcomes_on_honest_changes_of_other_expectations(name: str, tmp_path: Path) -> None:
    change = next(change for change in read_changes("neighbours") if change.name == name)
    require_outcome(change, tmp_path, passed=True, outcome=NEIGHBOURS[name])


SETTLERS = {
    "settlers-ferry-midnight: arrival wraps around": "both-pass",
    "settlers-ferry: bikes for free": "followed",
    "settlers-seeds: reading moved": "followed",
    "settlers-jetty: free under six": "followed",
    "settlers-rota-spelling: days by their beginning": "both-pass",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SETTLERS)
def test_outcomes_on_honest_changes_by_two_strangers(name: str, tmp_path: Path) -> None:
    change = next(change for change in read_changes("settlers") if change.name == name)
    require_outcome(change, tmp_path, passed=True, outcome=SETTLERS[name])


PILGRIMS = {
    "pilgrims-bakery: a module for shopping": "followed",
    "pilgrims-bakery: no more ounces": "followed",
    "pilgrims2-relay: canonicalJson in its own module": "followed",
    "pilgrims2-hostel-newyear: the day is an argument": "followed",
    "pilgrims4-lockers-flaky: block on a fake clock": "both-pass",
    "pilgrims3-trail: too long is a result": "followed",
    "pilgrims5-kiln: up to ten cents": "followed",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PILGRIMS)
def test_outcomes_on_honest_changes_by_six_strangers(name: str, tmp_path: Path) -> None:
    change = next(change for change in read_changes("pilgrims") if change.name == name)
    require_outcome(change, tmp_path, passed=True, outcome=PILGRIMS[name])


# Runners that name no test, red before the change: what they complain of tells whether anything was mended.
NAMELESS = (
    "booking-overlap: arrivals a day later",
    "booking-refund: tests that are not started",
    "release-compare: newer is whatever",
    "release-compare: exit before the hard ones",
    "release-sections: half of the sections",
)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMELESS)
def test_a_nameless_run_that_complains_as_before_is_refused(name: str, tmp_path: Path) -> None:
    change = next(change for change in read_changes("strangers") if change.name == name)
    require_outcome(change, tmp_path, passed=False, outcome="tests-changed-to-pass")


@pytest.mark.slow
@pytest.mark.parametrize("name", OUTCOMES)
def test_each_outcome_on_a_change_that_runs(name: str, tmp_path: Path) -> None:
    require_outcome(CHANGES[name], tmp_path, *OUTCOMES[name])


def follow(old: str, new: str, product: tuple[str, str], task: str) -> str:
    changes = [TreeChange("shop.py", product[0].encode(), product[1].encode())]
    test = ChangedTest(
        "tests/test_shop.py", old.encode(), new.encode(), read_product(changes, task)
    )
    return test.follow("named")[0].decode()


GREET = 'def greet(name):\n    return "Hello"\n', 'def greet(name):\n    return "Hi"\n'


@pytest.mark.parametrize(
    ("old", "new", "task", "followed"),
    [
        ('greet("A") == "Hello"', 'greet("A") == "Hi"', "greet() should say Hi", True),
        ('greet("A") == "Hello"', 'greet("A") == "Hi"', "Fix greet() so that tests pass", False),
        ('greet("A") == "Hello"', 'greet("A") == "Hey"', "greet() should say Hi", False),
        ('greet("A") == "Hello"', 'greet("B") == "Hello"', "Rename greet", False),
        ('greet("A") == "Hello"', 'greet("A")', "greet() should say Hi", False),
    ],
)
def test_a_value_is_taken_over_only_where_the_task_states_it(
    old: str, new: str, task: str, followed: bool
) -> None:
    line = "    assert {}\n"
    expected = line.format(new if followed else old)
    assert follow(line.format(old), line.format(new), GREET, task) == expected


def test_what_decides_is_restored_and_the_product_s_part_of_a_file_is_not() -> None:
    assert decides("tests/helper.py") and decides(".github/workflows/ci.yml") and decides("t/a.t")
    assert not decides("src/shop/cart.py")
    before = b'{"scripts": {"test": "jest"}, "dependencies": {}}'
    after = b'{"scripts": {"test": "true"}, "dependencies": {"left-pad": "1"}}'
    restored = restore("package.json", before, after)
    assert restored is not None and b'"jest"' in restored and b"left-pad" in restored
    project = b'[project]\nversion = "1"\n\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\n'
    for name, old, new in (
        ("package.json", before, before.replace(b"{}", b'{"left-pad": "1"}')),
        ("pyproject.toml", project, project.replace(b'"1"', b'"2"')),
    ):
        assert restore(name, old, new) == new
    rust = b"pub fn f() -> i32 { 2 }\n#[cfg(test)]\nmod tests {\n    // old\n}\n"
    changed = rust.replace(b"{ 2 }", b"{ 3 }").replace(b"// old", b"// new")
    result = restore("src/lib.rs", rust, changed)
    assert result is not None and b"{ 3 }" in result and b"// old" in result


@pytest.mark.parametrize(
    ("output", "passed", "failed"),
    [
        ("FAILED tests/test_a.py::test_b - assert 1 == 2\n1 failed, 2 passed in 0.1s\n", set(), {"tests/test_a.py::test_b"}),
        ("FAIL: test_a (t.T.test_a)\n---\nRan 3 tests in 0.1s\n", set(), {"t.T.test_a"}),
        ("ok 1 - one\nnot ok 2 - two\nok 3 - three # SKIP later\n", {"one"}, {"two"}),
        ("✔ one (1.2ms)\n✖ two (3ms)\n", {"one"}, {"two"}),
        ("--- FAIL: TestA (0.00s)\n--- PASS: TestB (0.00s)\n", {"TestB"}, {"TestA"}),
        ("test a::b ... ok\ntest a::c ... FAILED\n", {"a::b"}, {"a::c"}),
        ("rspec ./spec/a_spec.rb:3 # a\n3 examples, 1 failure\n", set(), {"a"}),
    ],
)  # fmt: skip
def test_tests_are_named_one_by_one(output: str, passed: set[str], failed: set[str]) -> None:
    report = read_report(output)
    assert (report.passed, report.failed) == (frozenset(passed), frozenset(failed))


@pytest.mark.slow
def test_tests_moved_to_where_no_command_reads_them_do_not_follow(tmp_path: Path) -> None:
    first = '. ./lib.sh\n[ "$(greet)" = hi ] || exit 1\n'
    second = '[ "$(greet bob)" = "hi bob" ] || exit 1\n'
    home = make_repository(
        tmp_path / "p", {"lib.sh": "greet() { echo hi; }\n", "tests/a_test.sh": first + second}
    )
    (home / "lib.sh").write_text("greet() { echo hi; } # name it\n")
    (home / "tests/a_test.sh").write_text(first)
    (home / "tests/pending").mkdir()
    (home / "tests/pending/b_test.sh").write_text(second)
    commands = {"tests": 'for file in tests/*_test.sh; do sh "$file" || exit 1; done'}
    with open_change_set(
        str(home), "", "HEAD", "greet by name", links=(), own_folder=str(home)
    ) as change:
        config = GateConfig(reruns=0, commands=commands)
        (finding,) = look_at_all(change, config, commands)
    assert finding.outcome == "tests-changed-to-pass"
