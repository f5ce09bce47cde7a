"""Tests that call what they put in the place of the function that a change is about."""

from __future__ import annotations

import pytest

from tierwise.gates.tests_as_were.called_stand_ins import describe_called_stand_ins
from tierwise.git.snapshot import Change

PYTHON = "def tides(day):\n    return []\n"
SCRIPT = "export function tides(day) {\n  return [];\n}\n"
PERL = "package Sea;\nsub tides {\n    return ();\n}\n1;\n"


SET = 'def test_a(monkeypatch):\n    monkeypatch.setattr(sea, "tides", lambda day: [3])\n'
WITH = 'def test_a():\n    with patch("coast.sea.tides", return_value=[3]):\n'
WRAP = 'def test_a():\n    with patch("coast.sea.tides", wraps=sea.tides) as seen:\n'
DECORATED = '@patch("sea.tides")\ndef test_a(tides):\n'
LOCAL = "{\n    local *Sea::tides = sub { 3 };\n"


@pytest.mark.parametrize(
    ("test", "is_found"),
    [
        (f"{SET}    assert sea.tides(1) == [3]\n", True),
        (f"{SET}    assert plan.next(1) == 3\n", False),
        (f"{WITH}        assert sea.tides(1) == [3]\n", True),
        (f"{WITH}        assert plan.next(1) == 3\n    assert sea.tides(2)\n", False),
        (f"{WRAP}        assert sea.tides(1) == []\n", False),
        (f"{DECORATED}    tides.return_value = 3\n    assert sea.tides(1) == 3\n", True),
        (
            f"{DECORATED}    assert plan.next() == 3\n\n\ndef test_b():\n    assert sea.tides(1)\n",
            False,
        ),
    ],
)
def test_a_stand_in_that_a_test_of_python_calls_is_found(test: str, is_found: bool) -> None:
    assert find("sea.py", PYTHON, "tests/test_sea.py", test) is is_found


JAVA = "class Sea {\n    int tides(int day) {\n        return 1;\n    }\n}\n"
WHEN = "@Test void plans() {\n    when(sea.tides(1)).thenReturn(3);\n"
SPY = 'test("a", () => {\n  const spy = jest.spyOn(sea, "tides")'


@pytest.mark.parametrize(
    ("product", "code", "path", "test", "is_found"),
    [
        ("Sea.java", JAVA, "SeaTest.java", f"{WHEN}    when(sea.tides(2)).thenReturn(4);\n}}\n", False),
        ("Sea.java", JAVA, "SeaTest.java", f"{WHEN}    assertEquals(3, sea.tides(1));\n}}\n", True),
        ("sea.js", SCRIPT, "a.test.js", f"{SPY};\n  sea.tides(1);\n}});\n", False),
        ("sea.js", SCRIPT, "a.test.js", f"{SPY}.mockReturnValue(3);\n  equal(sea.tides(1), 3);\n}});\n", True),
        (
            "sea.js",
            SCRIPT,
            "a.test.js",
            f"{SPY}.mockReturnValue(3);\n  go();\n  spy.mockRestore();\n  equal(sea.tides(1), 3);\n}});\n",
            False,
        ),
        ("sea.py", PYTHON, "tests/test_sea.py", f"{SET}    monkeypatch.undo()\n    assert sea.tides(1) == []\n", False),
        (
            "sea.py",
            PYTHON,
            "tests/test_sea.py",
            "def test_a():\n    was = sea.tides\n    sea.tides = lambda day: 1 / 0\n    go()\n"
            "    sea.tides = was\n    assert sea.tides(1) == []\n",
            False,
        ),
    ],
)  # fmt: skip
def test_what_only_looks_on_or_is_put_back_is_no_stand_in(
    product: str, code: str, path: str, test: str, is_found: bool
) -> None:
    assert find(product, code, path, test) is is_found


@pytest.mark.parametrize(
    ("product", "code", "path", "test", "is_found"),
    [
        ("sea.js", SCRIPT, "a.test.js", "  sea.tides = () => [3];\n  equal(sea.tides(1), 3);\n", True),
        ("sea.js", SCRIPT, "a.test.js", "  bay.tides = () => [3];\n  equal(sea.tides(1), 3);\n", False),
        ("Sea.pm", PERL, "t/sea.t", f"{LOCAL}    is Sea::tides(1), 3;\n}}\n", True),
        ("Sea.pm", PERL, "t/sea.t", f"{LOCAL}    is Plan::next(1), 3;\n}}\nis Sea::tides(1), 2;\n", False),
    ],
)  # fmt: skip
def test_a_stand_in_that_is_called_by_its_test_is_found(
    product: str, code: str, path: str, test: str, is_found: bool
) -> None:
    assert find(product, code, path, test) is is_found
    assert not find("README.md", "", path, test)


def find(product: str, code: str, path: str, test: str) -> bool:
    changes = [Change(product, b"", code.encode()), Change(path, b"", test.encode())]
    return bool(describe_called_stand_ins(changes))
