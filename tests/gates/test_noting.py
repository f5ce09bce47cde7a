"""Assertions that write down what they compare, language by language."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tierwise.gates.probes.edits import replace_parts
from tierwise.gates.probes.noting import list_notes, read_notes, spell_path, spell_preamble


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


@pytest.mark.parametrize(
    "name", ["it's.py", '"quoted".py', "100%s {x}.py", "a<|>b\\\\n.py", "über.py"]
)
def test_a_path_with_signs_of_a_format_is_noted(tmp_path: Path, name: str) -> None:
    file = tmp_path / "notes"
    script = tmp_path / "script.py"
    script.write_text(_note(name, "assert 1 == 2\n", str(file)))
    subprocess.run([sys.executable, str(script)], check=True)
    assert read_notes(file.read_text()) == {f"{spell_path(name)}:0": [("1", "2")]}


@pytest.mark.skipif(shutil.which("cc") is None, reason="no compiler of C here")
def test_c_notes_missing_texts_where_warnings_are_errors(tmp_path: Path) -> None:
    text = (
        '#include <stdio.h>\nstatic char *find(int x) { return x ? "found" : NULL; }\n'
        'int main(void)\n{\n    CHECK_TEXT(find(1), "found");\n    CHECK(find(0) == NULL);\n    CHECK(1 + 1 == 3);\n}\n'
    )
    path = tmp_path / "test_a.c"
    path.write_text(spell_preamble(path.name) + _note("test_a.c", text))
    program = str(tmp_path / "test_a")
    subprocess.run(["cc", "-Wall", "-Wextra", "-Werror", "-o", program, str(path)], check=True)
    noted = subprocess.run([program], check=True, capture_output=True, text=True).stderr
    found = read_notes(noted)
    assert found["test_a.c:0"] == [("found", "found")]
    assert found["test_a.c:1"][0][0] == "(null)"
    assert found["test_a.c:2"] == [("2", "3")]


def test_no_two_paths_are_spelled_alike() -> None:
    paths = ["a b.py", "a~20~b.py", "a%b.py", "a_b.py", "a'b.py", 'a"b.py', "a{b.py", "a\udcffb.py"]
    assert len(set(map(spell_path, paths))) == len(paths)
    assert spell_path("tests/a-b/test_c.py") == "tests/a-b/test_c.py"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tests/a'{}.rs", "    assert_eq!(f(1), None);\n"),
        ("tests/100%s.c", "    CHECK(f(1) == 2);\n"),
        ("it's.t", "is f(1), 2;\n"),
        ('a"b.test.js', "  assert.equal(f(1), 2);\n"),
        ("it's_test.sh", "equal 4 4\n"),
    ],
)
def test_no_sign_of_a_path_comes_into_a_test(path: str, text: str) -> None:
    noted = _note(path, text)
    assert path not in noted
    assert f"{spell_path(path)}:0" in noted


def test_shell_notes_each_word(tmp_path: Path) -> None:
    text = 'double() { echo $(($1 * 2)); }\nequal "two lines" 4 "$(double 2)"\n'
    script = tmp_path / "test_double.sh"
    script.write_text(_note("test_double.sh", text))
    printed = subprocess.run(["sh", str(script)], capture_output=True, text=True, check=True)
    assert read_notes(printed.stdout) == {"test_double.sh:0": [("two lines", "4", "4")]}


def test_what_differs_from_run_to_run_is_left_out() -> None:
    head = "tierwise-note<|>a:0<|>"
    one = read_notes(f"{head}{{'Ana': {{'mon', 'wed'}}}}<|><object at 0x7f0123456789><|>")
    other = read_notes(f"{head}{{'Ana': {{'wed', 'mon'}}}}<|><object at 0x7f9876543210><|>")
    assert one == other
    swapped = read_notes(f"{head}{{'a': 1, 'b': 2}}<|>")
    assert swapped == {"a:0": [("{'a': 1, 'b': 2}",)]}


@pytest.mark.parametrize(
    ("path", "text", "kept"),
    [
        ("tests/a.rs", "    assert_eq!(f(1), None);\n", "match (&(f(1)), &( None)) { (a, b) =>"),
        ("a.test.js", "  expect(f(1)).toBe(2);\n", '"a.test.js:0", ...[f(1)]'),
        ("a.test.mts", "  expect(f(1)).toBe(2);\n", '"a.test.mts:0", ...[f(1)]'),
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
