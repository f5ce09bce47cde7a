"""Tests that a task wants, and that tell nothing of the change."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.support.repository import make_repository

from tierwise.cascade.checkouts import open_change_set
from tierwise.gates import GateConfig
from tierwise.gates.new_tests.proof import NewTestsProof
from tierwise.gates.new_tests.proving import (
    speaks_of_running,
    wants_new_behaviour,
    wants_proof,
    wants_speed,
)
from tierwise.gates.new_tests.unchanged import only_adds
from tierwise.gates.runs import Run
from tierwise.gates.tests_as_were.check import look_at_all
from tierwise.git.snapshot import TreeChange

PRODUCT = "total() { echo 3; }\n"
TEST = '. ./shop.sh\ntest "$(total)" = 3 || exit 1\n'


@pytest.mark.parametrize(
    ("task", "wants", "of_names"),
    [
        ("total() should count in tenths. Add a test", True, True),
        ("The sum should count in tenths. Add a test", True, False),
        ("total() should count in tenths", False, False),
        ("Add a test of total()", False, False),
        ("Add tests for total(). `total()` must return 0 for no items.", False, False),
        ("Cover total() with tests: it should return 0, and `mean` should raise", False, False),
        ("total() should be faster, with a test", False, False),
        ("total() should go, remove it and its test", False, False),
        ("test_shop.py only counts what total() returns. Don't touch the code unless it is wrong", False, False),
    ],
)  # fmt: skip
def test_a_task_that_wants_another_behaviour_tested(task: str, wants: bool, of_names: bool) -> None:
    assert wants_proof(task) is wants
    assert wants_proof(task, of_names=True) is of_names


@pytest.mark.parametrize(
    ("task", "wants"),
    [
        ("Give total() an option `net`", True),
        ("The header names are case-insensitive, read them so", True),
        ("Agents want the higher priority first, then the older one", True),
        ("The standing charge is 9.80 from January on. Nothing else changes.", True),
        ("Let total() take half prices. Document and test it.", True),
        ("Could total() take a limit? Without a limit nothing changes.", True),
        ("Document it", False),
        ("Pure tidying: make rules.py a package. No behaviour may change.", False),
        ("crc16 is hot. Use the usual table", False),
        ("Make it linear, the results must not change", False),
        ("Rename total to sum (no alias needed)", False),
        ("Remove total, nobody needs it", False),
        ("Test work only: make one table of the good lines", False),
        ("total has hardly any tests. Add some for: no items, the same item twice", False),
        ("tests/test_total.py: drop the first one, cover no items", False),
        ("Make Shift a frozen dataclass, nobody looks at its repr", False),
        ("Take the card fee out, callers must not pass card= either", False),
        ("Remove the fee. total() must return cents", True),
    ],
)
def test_a_task_that_wants_something_new_of_the_product(task: str, wants: bool) -> None:
    assert wants_new_behaviour(task) is wants


def test_a_task_may_say_which_tests_run() -> None:
    assert speaks_of_running("total() should be 4. Run only test_one by default, tests take long")
    assert not speaks_of_running("Run it once a day. Some tests would be nice")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("product", "line", "outcome"),
    [
        ("total() { echo 3; }\nall() { echo 4; }\n", 'test "$(all)" = 4 || exit 1\n', "both-pass"),
        (
            "total() { echo 3; }\nall() { echo 4; }\n",
            'test "$(total)" || exit 1\n',
            "proves-nothing",
        ),
        (PRODUCT, 'test "$(total)" || exit 1\n', "proves-nothing"),
    ],
)
def test_wanted_tests_have_to_fail_without_the_change(
    tmp_path: Path, product: str, line: str, outcome: str
) -> None:
    home = make_repository(tmp_path / "r", {"shop.sh": PRODUCT, "tests/run.sh": TEST})
    (home / "shop.sh").write_text(product)
    (home / "tests/run.sh").write_text(TEST + line)
    task = "all() should count in fours. Add a test"
    config = GateConfig(seconds=30, reruns=0)
    with open_change_set(str(home), "", "HEAD", task, links=(), own_folder=str(home)) as change:
        found = look_at_all(change, config, {"tests": "sh tests/run.sh"})
    assert [finding.outcome for finding in found] == [outcome]


STUB = "all() { echo 4; }\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "outcome", "told"),
    [
        ('test "$(all)" = 4 || exit 1\n', "both-pass", "pass"),
        ('all() { echo 4; }\ntest "$(all)" = 4 || exit 1\n', "proves-nothing", "without the change"),
        ('command -v all || exit 1\n', "proves-nothing", "none of them notices when all gives nothing"),
    ],
)  # fmt: skip
def test_tests_of_new_work_have_to_notice_when_it_is_broken(
    tmp_path: Path, line: str, outcome: str, told: str
) -> None:
    home = make_repository(tmp_path / "r", {"shop.sh": PRODUCT, "tests/run.sh": TEST})
    (home / "shop.sh").write_text(PRODUCT + STUB)
    (home / "tests/run.sh").write_text(TEST + line)
    config = GateConfig(seconds=30, reruns=0)
    task = "Give us all(): four of each"
    with open_change_set(str(home), "", "HEAD", task, links=(), own_folder=str(home)) as change:
        (found,) = look_at_all(change, config, {"tests": "sh tests/run.sh"})
    assert found.outcome == outcome
    assert told in found.explain()


@pytest.mark.slow
def test_a_product_that_nobody_changed_is_asked_for_no_proof(tmp_path: Path) -> None:
    files = {"shop.sh": PRODUCT, "tests/run.sh": TEST, ".github/workflows/a.yml": "run: a\n"}
    home = make_repository(tmp_path / "r", files)
    (home / "tests/run.sh").write_text(f"{TEST}# slow ones are left out\n")
    (home / ".github/workflows/a.yml").write_text("run: b\n")
    task = "The long run annoys me, mark it as slow and let CI take it too."
    config = GateConfig(seconds=30, reruns=0)
    with open_change_set(str(home), "", "HEAD", task, links=(), own_folder=str(home)) as change:
        (found,) = look_at_all(change, config, {"tests": "sh tests/run.sh"})
    assert found.outcome == "both-pass"


@pytest.mark.slow
def test_what_there_is_no_time_for_is_held_against_nothing(tmp_path: Path) -> None:
    home = make_repository(tmp_path / "r", {"shop.sh": PRODUCT, "tests/run.sh": TEST})
    (home / "shop.sh").write_text(PRODUCT + STUB)
    (home / "tests/run.sh").write_text(f"{TEST}command -v all\n")
    task, command = "Give us all(): four of each", "sh tests/run.sh"
    green = Run(command, 0, seconds=0.1)
    with open_change_set(str(home), "", "HEAD", task, links=(), own_folder=str(home)) as change:
        now = time.monotonic()
        late, early = (NewTestsProof(change, command, green, green, end) for end in (now, now + 60))
        assert late.describe_lack() == ""
        assert early.describe_lack()


BLIND = """
def test_broken():
    try:
        halve(3)
        assert False
    except BaseException:
        pass
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("test", "outcome"),
    [
        (
            "\ndef test_broken():\n    with pytest.raises(ValueError):\n        halve(3)\n",
            "both-pass",
        ),
        (BLIND, "proves-nothing"),
    ],
)
def test_a_test_that_swallows_what_it_asks_for_is_blind(
    tmp_path: Path, test: str, outcome: str
) -> None:
    old = "import pytest\nfrom shop import halve\n\n\ndef test_two():\n    assert halve(2) == 1\n"
    product = "def halve(number):\n    return number // 2\n"
    home = make_repository(tmp_path / "r", {"shop.py": product, "test_shop.py": old})
    refuses = "    if number % 2:\n        raise ValueError(number)\n    return"
    (home / "shop.py").write_text(product.replace("    return", refuses))
    four = "\ndef test_four():\n    assert halve(4) == 2\n"
    (home / "test_shop.py").write_text(old + four + test)
    task = "halve() should refuse odd numbers"
    config = GateConfig(seconds=60, reruns=0)
    with open_change_set(str(home), "", "HEAD", task, links=(), own_folder=str(home)) as change:
        (found,) = look_at_all(change, config, {"tests": "python -m pytest -q"})
    assert found.outcome == outcome


HIGH = (
    "from shop import total\nfrom unittest.mock import patch\n\n\n"
    "def test_none():\n    assert total(0) == 0\n"
)
STOOD_IN = """

def test_many():
    with patch("shop.discount", return_value=2):
        assert total(9) == 7
"""
REAL = "\n\ndef test_borders():\n    assert [total(5), total(6)] == [5, 5]\n"
PURE = "def discount(count):\n    return 1 if count > 5 else 0\n"
ASKS = "def discount(count):\n    return urlopen(f'http://prices/{count}').read()\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("discount", "tests", "outcome"),
    [
        (PURE, STOOD_IN, "proves-nothing"),
        (PURE, STOOD_IN + REAL, "both-pass"),
        (PURE, REAL, "both-pass"),
        (ASKS, STOOD_IN, "both-pass"),
    ],
)
def test_a_stand_in_for_new_code_needs_another_test_of_it(
    tmp_path: Path, discount: str, tests: str, outcome: str
) -> None:
    product = "def total(count):\n    return count\n"
    home = make_repository(tmp_path / "r", {"shop.py": product, "test_shop.py": HIGH})
    reduced = product.replace("return count", "return count and count - discount(count)")
    (home / "shop.py").write_text(
        f"from urllib.request import urlopen\n\n\n{discount}\n\n{reduced}"
    )
    (home / "test_shop.py").write_text(HIGH + tests)
    config = GateConfig(seconds=60, reruns=0)
    task = "More than five should cost one less"
    with open_change_set(str(home), "", "HEAD", task, links=(), own_folder=str(home)) as change:
        (found,) = look_at_all(change, config, {"tests": "python -m pytest -q"})
    assert found.outcome == outcome


TWO = "all() { echo 4; }\nhalf() { echo 2; }\n"
TESTS_ALL = 'test "$(all)" = 4 || { echo "not ok 1 - all"; exit 1; }\n'


@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "tests", "outcome"),
    [
        ("Give us all() and half(), with tests", TESTS_ALL, "proves-nothing"),
        ("Give us all() and half(), with tests", f'{TESTS_ALL}test "$(half)" || exit 1\n', "both-pass"),
        ("Give us all() and half()", TESTS_ALL, "both-pass"),
        ("Give us all(), with tests", TESTS_ALL, "both-pass"),
    ],
)  # fmt: skip
def test_each_function_that_the_task_names_is_looked_at(
    tmp_path: Path, task: str, tests: str, outcome: str
) -> None:
    home = make_repository(tmp_path / "r", {"shop.sh": PRODUCT, "tests/run.sh": TEST})
    (home / "shop.sh").write_text(PRODUCT + TWO)
    (home / "tests/run.sh").write_text(TEST + tests)
    config = GateConfig(seconds=30, reruns=0)
    with open_change_set(str(home), "", "HEAD", task, links=(), own_folder=str(home)) as change:
        (found,) = look_at_all(change, config, {"tests": "sh tests/run.sh"})
    assert found.outcome == outcome


@pytest.mark.parametrize(
    ("task", "wants"),
    [
        ("unique() takes minutes. Make it fast, add a test with 50,000 customers", True),
        ("overlaps() is quadratic, please speed it up. With a test that would notice", True),
        ("overlaps() is quadratic, please speed it up", False),
        ("Add a test of the slow way home", False),
    ],
)
def test_a_task_may_want_speed_and_a_test_of_it(task: str, wants: bool) -> None:
    assert wants_speed(task) is wants


SLOW = (
    "def unique(rows):\n    kept = []\n    for row in rows:\n        if row not in kept:\n"
    "            kept.append(row)\n    return kept\n"
)


@pytest.mark.parametrize(
    ("new", "is_all_there"),
    [
        (SLOW.replace("    kept", "    if rows in known:\n        return known[rows]\n    kept", 1), True),
        (f"{SLOW}\n\ndef unique_fast(rows):\n    return dict.fromkeys(rows)\n", True),
        (f"KNOWN = {{1: [2]}}\n{SLOW}", True),
        (f"{SLOW[:-16]}            if len(kept) == 9:\n                break\n{SLOW[-16:]}", False),
        (f"import functools\n\n\n@functools.cache\n{SLOW}", False),
        (SLOW.replace("[]", "{}"), False),
        (SLOW.replace("    kept", "    if len(rows) > 9:\n        return  # too many\n    kept", 1), False),
        (SLOW.replace("    kept", "    if (!rows) return;\n    kept", 1), False),
        ("def unique(rows):\n    return list(dict.fromkeys(rows))\n", False),
    ],
)  # fmt: skip
def test_slow_code_that_stands_as_it_was(new: str, is_all_there: bool) -> None:
    tests = TreeChange("tests/test_a.py", b"", b"assert unique([])\n")
    assert only_adds([TreeChange("a.py", SLOW.encode(), new.encode()), tests]) is is_all_there


CASES = {
    "strict": "\nimport pytest\n\n@pytest.mark.parametrize('text', ['7', '+7,5'])\n"
    "def test_bad(text):\n    with pytest.raises(ValueError):\n        cents(text)\n",
    "lenient": "\n\ndef test_bad():\n    for text in ('7', '+7,5'):\n        try:\n            cents(text)\n"
    "        except ValueError:\n            continue\n",
}
CENTS = "def cents(text):\n    if text[0] not in '+-':\n        raise ValueError(text)\n    return int(text)\n"
LINE_BY_LINE = (
    "import pytest\nfrom till import cents\n\n\ndef test_good():\n    assert cents('+7') == 7\n\n\n"
    "def test_no_sign():\n    with pytest.raises(ValueError):\n        cents('7')\n"
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cases", "outcome"), [("strict", "both-pass"), ("lenient", "proves-nothing")]
)
def test_tests_written_otherwise_notice_the_faults_that_the_old_ones_did(
    tmp_path: Path, cases: str, outcome: str
) -> None:
    home = make_repository(tmp_path / "r", {"till.py": CENTS, "test_till.py": LINE_BY_LINE})
    good = LINE_BY_LINE.partition("\n\n\ndef test_no_sign")[0]
    (home / "test_till.py").write_text(good + CASES[cases])
    config = GateConfig(seconds=60, reruns=0)
    task = "Make one table of the bad cases"
    with open_change_set(str(home), "", "HEAD", task, links=(), own_folder=str(home)) as change:
        (found,) = look_at_all(change, config, {"tests": "python -m pytest -q"})
    assert found.outcome == outcome


REPORT = (
    "def report(rows):\n    came = sum(row for row in rows if row > 0)\n    went = sum(row for row in rows if row < 0)\n"
    "    return f'{came} {went + came}'\n"
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("assertion", "outcome"),
    [("report([3, -1]) == '3 2'", "both-pass"), ("' ' in report([3, -1])", "proves-nothing")],
)
def test_new_tests_notice_some_small_fault(tmp_path: Path, assertion: str, outcome: str) -> None:
    old = "from till import day\n\n\ndef test_day():\n    assert day() == 1\n"
    product = "def day():\n    return 1\n"
    home = make_repository(tmp_path / "r", {"till.py": product, "test_till.py": old})
    (home / "till.py").write_text(f"{product}\n\n{REPORT}")
    new = old.replace("import day", "import day, report")
    (home / "test_till.py").write_text(f"{new}\n\ndef test_report():\n    assert {assertion}\n")
    config = GateConfig(seconds=60, reruns=0)
    task = "Give us report(rows): what came in and what is left, with tests"
    with open_change_set(str(home), "", "HEAD", task, links=(), own_folder=str(home)) as change:
        (found,) = look_at_all(change, config, {"tests": "python -m pytest -q"})
    assert found.outcome == outcome


DEFAULTS = "DEFAULTS = {'wait': 30, 'tries': 3, 'pool': 10}\n\n\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (f"{DEFAULTS}def options(**given):\n    return {{**DEFAULTS, **given}}\n", "both-pass"),
        (
            "def options(a=1, wait=2):\n    return {'wait': wait, 'a': a + 3 * 2}\n",
            "proves-nothing",
        ),
    ],
)
def test_other_numbers_alone_are_no_faults_that_have_to_be_noticed(
    tmp_path: Path, code: str, outcome: str
) -> None:
    old = "import lib\n\n\ndef test_lib():\n    assert lib\n"
    home = make_repository(tmp_path / "r", {"lib.py": "", "test_lib.py": old})
    (home / "lib.py").write_text(code)
    (home / "test_lib.py").write_text(
        f"{old}\n\ndef test_options():\n    assert lib.options(wait=5)['wait'] == 5\n"
        "    assert 'wait' in lib.options()\n"
    )
    config = GateConfig(seconds=90, reruns=0)
    task = "Add options(): sensible defaults, which callers may override. With tests."
    with open_change_set(str(home), "", "HEAD", task, links=(), own_folder=str(home)) as change:
        (found,) = look_at_all(change, config, {"tests": "python -m pytest -q"})
    assert found.outcome == outcome
