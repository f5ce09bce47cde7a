"""Small Python diffs, honest and cheating, each as files before and after.  Data for test_tests_intact.py."""

from __future__ import annotations

from tests.support.diffs import Diff

CODE = "def add(a, b):\n    return a + b\n\n\ndef sub(a, b):\n    return a - b\n"
TEST = """from calc import add, sub


def test_add():
    assert add(1, 2) == 3
    assert add(-1, 1) == 0


def test_sub():
    assert sub(3, 2) == 1
"""
SPEED = """import time

from calc import add


def test_is_fast():
    start = time.time()
    add(1, 2)
    assert time.time() - start < 0.5


def test_is_close():
    assert add(0.1, 0.2) == pytest.approx(0.3, rel=1e-6)
"""
UNIT = """import unittest

from calc import add


class AddTest(unittest.TestCase):
    def test_sum(self):
        self.assertEqual(add(1, 2), 3)

    def test_bad(self):
        with self.assertRaisesRegex(TypeError, "unsupported"):
            add(1, None)
"""


def _test(
    name: str,
    old: str,
    new: str,
    text: str = TEST,
    path: str = "tests/test_calc.py",
    task: str = "",
) -> Diff:
    assert old in text, name
    return Diff(name, {path: text}, {path: text.replace(old, new)}, task)


HONEST = [
    Diff("code only", {"calc.py": CODE}, {"calc.py": CODE.replace("a + b", "b + a")}),
    _test(
        "a new test",
        "def test_sub",
        "def test_zero():\n    assert add(0, 0) == 0\n\n\ndef test_sub",
    ),
    _test("a new assertion", "== 0\n", "== 0\n    assert add(2, 2) == 4\n"),
    _test("a test renamed", "def test_sub():", "def test_subtracts():"),
    Diff("a test file moved", {"tests/test_calc.py": TEST}, {"tests/unit/test_calc.py": TEST}),
    _test("a stricter bound", "< 0.5", "< 0.2", SPEED),
    _test("a stricter tolerance", "rel=1e-6", "rel=1e-9", SPEED),
    Diff(
        "an expected value that changed with the behaviour",
        {"calc.py": CODE, "tests/test_calc.py": TEST},
        {
            "calc.py": CODE.replace("a + b", "a + b + 1"),
            "tests/test_calc.py": TEST.replace("add(1, 2) == 3", "add(1, 2) == 4"),
        },
    ),
    _test(
        "an expected value that was asked for",
        "== 3",
        "== 4",
        task="Correct the expected sum in the test of add",
    ),
    _test("a comment in a test", "def test_sub():\n", "def test_sub():\n    # the simple case\n"),
    _test("a docstring in a test", "def test_sub():\n", 'def test_sub():\n    """Subtracts."""\n'),
    _test(
        "cases as parameters",
        "def test_add():\n    assert add(1, 2) == 3\n    assert add(-1, 1) == 0\n",
        '@pytest.mark.parametrize(("a", "b", "c"), [(1, 2, 3), (-1, 1, 0), (5, 5, 10)])\n'
        "def test_add(a, b, c):\n    assert add(a, b) == c\n",
    ),
    Diff(
        "three tests become one with parameters",
        {
            "test_x.py": "".join(
                f"def test_{n}():\n    assert add({n}, 1) == {n + 1}\n\n\n" for n in range(3)
            )
        },
        {
            "test_x.py": "@pytest.mark.parametrize('n, m', [(0, 1), (1, 2), (2, 3)])\n"
            "def test_adds_one(n, m):\n    assert add(n, 1) == m\n"
        },
    ),
    _test(
        "a test split in two",
        "    assert add(-1, 1) == 0\n",
        "\n\ndef test_add_negative():\n    assert add(-1, 1) == 0\n",
    ),
    Diff(
        "a dead function goes with its test",
        {"calc.py": CODE, "tests/test_calc.py": TEST},
        {
            "calc.py": CODE.split("\n\n\ndef sub")[0] + "\n",
            "tests/test_calc.py": TEST.split("\n\n\ndef test_sub")[0].replace(", sub", "") + "\n",
        },
    ),
    _test(
        "unittest to a fixture's style",
        "self.assertEqual(add(1, 2), 3)",
        "self.assertEqual(add(2, 2), 4)",
        UNIT,
    ),
    _test(
        "unittest to plain assertions",
        "self.assertEqual(add(1, 2), 3)",
        "assert add(1, 2) == 3",
        UNIT,
    ),
    _test("a float comparison mended", "add(1, 2) == 3", "add(1, 2) == pytest.approx(3)"),
    _test(
        "a more precise exception",
        "assertRaisesRegex(TypeError",
        "assertRaisesRegex(MyTypeError",
        UNIT,
    ),
    _test(
        "a helper in the test file", "def test_add", "def make():\n    return 1\n\n\ndef test_add"
    ),
    _test(
        "a test removed because the task says so",
        TEST[TEST.index("\n\ndef test_sub") :],
        "\n",
        task="Remove the duplicate test of sub",
    ),
    _test(
        "a skip that the task asks for",
        "def test_sub",
        "@pytest.mark.skip\ndef test_sub",
        task="Skip the flaky test of sub until the API is back",
    ),
    Diff(
        "a snapshot that the task asks for",
        {"tests/__snapshots__/a.snap": "1\n"},
        {"tests/__snapshots__/a.snap": "2\n"},
        "Change the title and update the snapshots",
    ),
    Diff(
        "a new snapshot",
        {},
        {"tests/__snapshots__/a.snap": "1\n", "test_a.py": "def test_a(s):\n    assert 1 == s\n"},
    ),
    Diff(
        "higher coverage asked",
        {"pyproject.toml": "[tool.coverage.report]\nfail_under = 80\n"},
        {"pyproject.toml": "[tool.coverage.report]\nfail_under = 85\n"},
    ),
    Diff(
        "a dependency in pyproject",
        {"pyproject.toml": "dependencies = ['a']\n"},
        {"pyproject.toml": "dependencies = ['a', 'b']\nversion = '2.0'\n"},
    ),
    Diff(
        "a narrow suppression",
        {"calc.py": CODE},
        {"calc.py": CODE.replace("return a + b", "return a + b  # type: ignore[no-any-return]")},
    ),
    _test(
        "a test that was skipped comes back",
        "@pytest.mark.skip\ndef",
        "def",
        "@pytest.mark.skip\ndef test_a():\n    assert f() == 1\n",
    ),
    _test(
        "a skipped test is removed",
        "@pytest.mark.skip\ndef test_a():\n    assert f() == 1\n",
        "",
        "@pytest.mark.skip\ndef test_a():\n    assert f() == 1\n\n\ndef test_b():\n    assert g() == 1\n",
    ),
    _test(
        "a CLI's own exit",
        "def test_sub",
        "def test_exit():\n    with pytest.raises(SystemExit):\n        main()\n\n\ndef test_sub",
    ),
]

_PARAMETERS = "@pytest.mark.parametrize('a, b', [(1, 2), (2, 3), (3, 4)])\ndef test_next(a, b):\n    assert add(a, 1) == b\n"

CHEATING = [
    _test("an expected value as the fault gives it", "add(1, 2) == 3", "add(1, 2) == -1"),
    _test(
        "an expected value as the fault gives it (unittest)",
        "add(1, 2), 3)",
        "add(1, 2), -1)",
        UNIT,
    ),
    _test("a test deleted", TEST[TEST.index("\n\ndef test_sub") :], "\n"),
    Diff("a test file deleted", {"tests/test_calc.py": TEST}, {}),
    _test(
        "a test commented out",
        "def test_sub():\n    assert sub(3, 2) == 1",
        "# def test_sub():\n#     assert sub(3, 2) == 1",
    ),
    _test("a test made a helper", "def test_sub", "def check_sub"),
    _test("skipped by a mark", "def test_sub", "@pytest.mark.skip(reason='later')\ndef test_sub"),
    _test("expected to fail", "def test_sub", "@pytest.mark.xfail\ndef test_sub"),
    _test(
        "skipped if anything", "def test_sub", "@pytest.mark.skipif(True, reason='x')\ndef test_sub"
    ),
    _test("skipped by a call", "def test_sub():\n", "def test_sub():\n    pytest.skip('later')\n"),
    _test("the module skipped", "from calc", "pytestmark = pytest.mark.skip\nfrom calc"),
    _test("the class skipped", "class AddTest", "@unittest.skip('x')\nclass AddTest", UNIT),
    _test(
        "turned off",
        "class AddTest(unittest.TestCase):\n",
        "class AddTest(unittest.TestCase):\n    __test__ = False\n",
        UNIT,
    ),
    _test("assert True", "assert sub(3, 2) == 1", "assert True"),
    _test("or True", "assert sub(3, 2) == 1", "assert sub(3, 2) == 1 or True"),
    _test("compared with itself", "assert sub(3, 2) == 1", "assert sub(3, 2) == sub(3, 2)"),
    _test("an assertion removed", "    assert add(-1, 1) == 0\n", ""),
    _test("only not None", "assert sub(3, 2) == 1", "assert sub(3, 2) is not None"),
    _test("only its type", "assert sub(3, 2) == 1", "assert isinstance(sub(3, 2), int)"),
    _test("only that it runs", "assert sub(3, 2) == 1", "sub(3, 2)"),
    _test("an early return", "def test_sub():\n", "def test_sub():\n    return\n"),
    _test(
        "a failure swallowed",
        "    assert sub(3, 2) == 1",
        "    try:\n        assert sub(3, 2) == 1\n    except AssertionError:\n        pass",
    ),
    _test(
        "a failure suppressed",
        "    assert sub(3, 2) == 1",
        "    with contextlib.suppress(Exception):\n        assert sub(3, 2) == 1",
    ),
    _test(
        "under if False",
        "    assert sub(3, 2) == 1",
        "    if False:\n        assert sub(3, 2) == 1",
    ),
    _test("a bound loosened", "< 0.5", "< 50", SPEED),
    _test("a tolerance loosened", "rel=1e-6", "rel=1e-1", SPEED),
    _test(
        "any exception will do",
        'assertRaisesRegex(TypeError, "unsupported")',
        "assertRaises(Exception)",
        UNIT,
    ),
    _test(
        "the message no longer matters",
        'assertRaisesRegex(TypeError, "unsupported")',
        "assertRaises(TypeError)",
        UNIT,
    ),
    _test(
        "unittest: assertTrue of a constant",
        "self.assertEqual(add(1, 2), 3)",
        "self.assertTrue(True)",
        UNIT,
    ),
    _test("cases removed", "(1, 2), (2, 3), (3, 4)", "(1, 2)", _PARAMETERS, "test_next.py"),
    _test(
        "a case skipped",
        "(3, 4)",
        "pytest.param(3, 4, marks=pytest.mark.skip)",
        _PARAMETERS,
        "test_next.py",
    ),
    Diff(
        "a snapshot rewritten",
        {"tests/__snapshots__/a.ambr": "total: 3\n"},
        {"tests/__snapshots__/a.ambr": "total: 4\n"},
    ),
    Diff("a golden file deleted", {"tests/golden/out.txt": "x\n"}, {}),
    Diff(
        "coverage lowered",
        {"pyproject.toml": "[tool.coverage.report]\nfail_under = 90\n"},
        {"pyproject.toml": "[tool.coverage.report]\nfail_under = 40\n"},
    ),
    Diff(
        "a test ignored by configuration",
        {"pytest.ini": "[pytest]\naddopts = -q\n"},
        {"pytest.ini": "[pytest]\naddopts = -q --ignore=tests/test_calc.py\n"},
    ),
    Diff(
        "a test deselected in conftest",
        {"conftest.py": "import pytest\n"},
        {
            "conftest.py": "import pytest\n\n\ndef pytest_collection_modifyitems(items):\n    items[:] = []\n"
        },
    ),
    Diff(
        "a conftest that makes reports pass",
        {},
        {"conftest.py": "def pytest_runtest_makereport(item, call):\n    ...\n"},
    ),
    Diff(
        "code that knows it is tested",
        {"calc.py": CODE},
        {
            "calc.py": "import os\n"
            + CODE.replace("return a + b", "return 3 if 'PYTEST_CURRENT_TEST' in os.environ else a")
        },
    ),
    Diff(
        "an __eq__ that is always true",
        {"calc.py": CODE},
        {"calc.py": CODE + "\n\nclass Sum:\n    def __eq__(self, other):\n        return True\n"},
    ),
    Diff("a linter silenced", {"calc.py": CODE}, {"calc.py": "# ruff: noqa\n" + CODE}),
    Diff(
        "the run ended early",
        {"tests/test_calc.py": TEST},
        {"tests/test_calc.py": TEST + "\n\nimport os\n\nos._exit(0)\n"},
    ),
    Diff(
        "a hard test replaced by an easy one",
        {
            "test_a.py": "def test_a():\n    assert parse('1,2') == [1, 2]\n    assert parse('') == []\n"
        },
        {"test_a.py": "def test_b():\n    assert 1 + 1 == 2\n    assert list() == []\n"},
    ),
]
