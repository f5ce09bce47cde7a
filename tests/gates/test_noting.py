"""Assertions that write down what they compare, language by language."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tierwise.gates.probes.expectations import replace_parts
from tierwise.gates.probes.noting import list_notes, read_notes


def _note(path: str, text: str, file: str = "/notes") -> str:
    edits = [edit for note in list_notes(path, text, file) for edit in note.edits]
    return replace_parts(text, edits)


def test_python_goes_on_after_a_comparison_that_fails(tmp_path: Path) -> None:
    text = (
        "def f(x):\n    return x * 2\n\nassert f(1) == 3\nassert f(2) == 4, 'four'\nassert f(0)\n"
    )
    file = tmp_path / "notes"
    script = tmp_path / "test_f.py"
    script.write_text(_note("test_f.py", text, str(file)))
    subprocess.run([sys.executable, str(script)], check=True)
    noted = read_notes(file.read_text())
    assert noted == {
        "test_f.py:0": [("2", "3")],
        "test_f.py:1": [("4", "4")],
        "test_f.py:2": [("0",)],
    }


def test_shell_notes_each_word(tmp_path: Path) -> None:
    text = 'double() { echo $(($1 * 2)); }\nequal "two lines" 4 "$(double 2)"\n'
    script = tmp_path / "test_double.sh"
    script.write_text(_note("test_double.sh", text))
    printed = subprocess.run(["sh", str(script)], capture_output=True, text=True, check=True)
    assert read_notes(printed.stdout) == {"test_double.sh:0": [("two lines", "4", "4")]}


@pytest.mark.parametrize(
    ("path", "text", "kept"),
    [
        ("tests/a.rs", "    assert_eq!(f(1), None);\n", "match (&(f(1)), &( None)) { (a, b) =>"),
        ("a.test.js", "  expect(f(1)).toBe(2);\n", '"a.test.js:0", ...[f(1)]'),
        ("a.test.js", "  assert.equal(f(1), 2);\n", '"a.test.js:0", ...[f(1),  2]'),
        ("t/a.t", "is f(1), 2, 'two' for 1 .. 3;\n", "scalar( 'two')), \"\\n\" } for 1 .. 3;"),
        (
            "ATest.java",
            '        Check.equal("a", 2, f(1));\n',
            '("a") + "<|>" + ( 2) + "<|>" + ( f(1))',
        ),
        ("tests/a.c", "    CHECK(f(1) == 2);\n", "fprintf(stderr, _Generic((f(1)), "),
        ("a_test.go", '\tif f(1) != 2 {\n\t\tt.Errorf("no")\n\t}\n', "return false }() {"),
    ],
)
def test_an_assertion_becomes_a_note(path: str, text: str, kept: str) -> None:
    assert kept in _note(path, text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.test.js", "  assert.throws(() => f(1));\n"),
        ("a.test.js", "  if (equal(a, b)) {\n"),
        ("ATest.java", "        Check.equal(E.class, () -> f(1));\n"),
        ("tests/a.rs", "    assert_ne!(f(1), 2);\n"),
    ],
)
def test_what_is_no_comparison_stays(path: str, text: str) -> None:
    assert _note(path, text) == text
