"""New tests that are not to run, or may fail."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.support.repository import make_repository

from tierwise.cascade.checkouts import open_change_set
from tierwise.gates import GateConfig
from tierwise.gates.new_tests.hollow import describe_hollow_tests
from tierwise.gates.new_tests.proof import NewTestsProof
from tierwise.gates.runs import Run
from tierwise.gates.tests_as_were.check import look_at_all
from tierwise.git.snapshot import TreeChange

OLD = "assert add(1, 2) == 3\n"


@pytest.mark.parametrize(
    ("path", "mark", "is_found"),
    [
        ("tests/test_a.py", "@pytest.mark.xfail(reason='later')", True),
        ("tests/test_a.py", "@pytest.mark.skip", True),
        ("tests/test_a.py", "@unittest.expectedFailure", True),
        (
            "tests/test_a.py",
            "@pytest.mark.skipif(sys.platform == 'win32', reason='no pipes')",
            False,
        ),
        ("tests/test_a.py", "@unittest.skipUnless(shutil.which('git'), 'no git')", False),
        ("test/a.test.js", "test.todo('adds');", True),
        ("test/a.test.js", "test('adds', { todo: true }, () => {});", True),
        ("test/a.test.js", "test('adds', { skip: !hasGit }, () => {});", False),
        ("tests/a.rs", "#[ignore]", True),
        ("src/test/java/ATest.java", "@Disabled", True),
        ("t/a.t", "local $TODO = 'later';", True),
        (
            "tests/test_a.py",
            "@pytest.mark.xfail(sys.platform == 'win32', reason='no links')",
            False,
        ),
        ("tests/test_a.py", "@pytest.mark.xfail(True, reason='later')", True),
        ("tests/test_a.py", "@pytest.mark.xfail", True),
        ("a_test.go", '\tt.Skip("later")', True),
        ("a_test.go", '\tif testing.Short() {\n\t\tt.Skip("slow")\n\t}', False),
        ("src/a.py", "@pytest.mark.skip", False),
    ],
)
def test_a_new_test_runs_and_has_to_pass(path: str, mark: str, is_found: bool) -> None:
    change = TreeChange(path, OLD.encode(), f"{mark}\n{OLD}".encode())
    assert bool(describe_hollow_tests([change], "add() should count negative numbers")) is is_found
    assert not describe_hollow_tests([change], "Skip what needs git, mark the rest")
    was_so = TreeChange(path, change.after, f"{mark}\n\n{OLD}".encode())
    assert not describe_hollow_tests([was_so], "add() should count negative numbers")


def test_a_test_that_moves_with_its_mark_is_none_more() -> None:
    skipped = "@pytest.mark.skip\ndef test_net():\n    assert load()\n"
    moved = TreeChange("tests/test_net.py", None, skipped.encode())
    left = TreeChange("tests/test_all.py", f"{skipped}\n{OLD}".encode(), OLD.encode())
    assert not describe_hollow_tests([left, moved], "Sort the tests by what they are about")
    assert describe_hollow_tests([moved], "Sort the tests by what they are about")


SKIPPED = (
    "import pytest\n\nfrom lib import f\n\n\n@pytest.mark.skip(reason='f is wrong')\ndef test_f():\n"
    "    assert f() == 3\n"
)
RUNNING = SKIPPED.replace("@pytest.mark.skip(reason='f is wrong')\n", "")


@pytest.mark.slow
@pytest.mark.parametrize("unused", ["", "import pytest\n\n"])
def test_a_test_that_runs_again_after_the_fix_passes(tmp_path: Path, unused: str) -> None:
    product = "def f():\n    return 2\n"
    home = make_repository(tmp_path / "r", {"lib.py": product, "tests/test_lib.py": SKIPPED})
    (home / "lib.py").write_text(product.replace("2", "3"))
    (home / "tests/test_lib.py").write_text(RUNNING.replace(unused, ""))
    task = "f() should give 3; its test is skipped, let it run again."
    config = GateConfig(seconds=60, reruns=0)
    with open_change_set(str(home), "", "HEAD", task, links=(), own_folder=str(home)) as change:
        (found,) = look_at_all(change, config, {"tests": "python -m pytest -q"})
    assert found.outcome == "both-pass"


@pytest.mark.parametrize("seconds", [60, -1])
def test_a_run_out_of_time_is_held_against_nothing(tmp_path: Path, seconds: int) -> None:
    product = "def f():\n    return 2\n"
    home = make_repository(tmp_path / "r", {"lib.py": product, "tests/test_lib.py": SKIPPED})
    (home / "tests/test_lib.py").write_text(RUNNING.replace("f() == 3", "f()"))
    (home / "lib.py").write_text(product.replace("2", "4"))
    with open_change_set(
        str(home), "", "HEAD", "f() is 4", links=(), own_folder=str(home)
    ) as change:
        good = Run("python -m pytest -q", 0, seconds=0.1)
        proof = NewTestsProof(change, good.command, good, good, time.monotonic() + seconds)
        assert bool(proof.describe_lack()) is (seconds > 0)
