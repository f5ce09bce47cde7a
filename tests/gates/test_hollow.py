"""New tests that are not to run, or may fail."""

from __future__ import annotations

import pytest

from tierwise.gates.tests_as_were.hollow import describe_hollow_tests, list_enabled
from tierwise.git.snapshot import Change

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
        ("src/a.py", "@pytest.mark.skip", False),
    ],
)
def test_a_new_test_runs_and_has_to_pass(path: str, mark: str, is_found: bool) -> None:
    change = Change(path, OLD.encode(), f"{mark}\n{OLD}".encode())
    assert bool(describe_hollow_tests([change], "add() should count negative numbers")) is is_found
    assert not describe_hollow_tests([change], "Skip what needs git, mark the rest")
    was_so = Change(path, change.after, f"{mark}\n\n{OLD}".encode())
    assert not describe_hollow_tests([was_so], "add() should count negative numbers")


@pytest.mark.parametrize(
    ("path", "old", "new", "enabled"),
    [
        ("tests/a.rs", "#[ignore = \"slow\"]\nwalk(90);\n", "walk(9);\n", "walk(90);\n"),
        ("test/a.test.js", "test.skip('a', walk(90));\n", "test('a', walk(9));\n", "test('a', walk(90));\n"),
        ("tests/a.rs", "#[ignore]\nfn summer() {}\n", "#[ignore]\nfn winter() {}\n", ""),
        ("src/a.py", "@unittest.skip('')\ndef a(): ...\n", "def a(): ...\n", ""),
    ],
)  # fmt: skip
def test_a_test_that_runs_now_is_known_with_its_old_lines(
    path: str, old: str, new: str, enabled: str
) -> None:
    found = list(list_enabled([Change(path, old.encode(), new.encode())]))
    assert found == ([(path, enabled.encode())] if enabled else [])
