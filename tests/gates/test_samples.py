"""Samples of the tests that new code has written down, and words of the trade that it needs."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import make_repository

from tierwise.cascade.checkouts import open_change_set
from tierwise.gates import GateConfig, GateResult, run_gate
from tierwise.gates.probes.samples import list_samples, spell_alike
from tierwise.gates.reading.new_code import CodeBlock
from tierwise.gates.registry import make_gates

TESTED = (
    'read("Gull Rock;0900")\nread("Sandy Point;1015")\nship(speed=3, port="Gull Rock")\n'
    '{"harbour": "x1"}\nassert told == "late by 90"\n'
)


@pytest.mark.parametrize(
    ("code", "task", "found"),
    [
        ('ROCKS = ("Gull Rock", "Sandy Point")\n', "Blanks in names", ["Gull Rock", "Sandy Point"]),
        ("if (/^(Gull|Sandy) /.test(name)) {\n", "Blanks in names", ["Gull", "Sandy"]),
        ('let known = ["Gull Rock"];\n', 'Names like "Gull Rock" fail', ["Gull Rock"]),
        ('PORTS = {"Gull Rock", "Cape Tern", "Old Bay"}\n', "Blanks in names", []),
        ('if name in ("Gull", "Sandy"):\n', "Add the ports", []),
        ('at = row["harbour"]\n', "Blanks in names", []),
        ('# "Gull Rock" has a blank\nparts = line.split(";")\n', "Blanks in names", []),
        ('return f"late by {minutes}"\n', "Say how late", []),
        ('raise Late(\n    "late by 90",\n)\n', "Say how late", []),
        ('throw new Error("late by " + minutes);\n', "Say how late", []),
        ('said = "late by"\nreturn f"{said} {minutes}"\n', "Say how late", []),
        ('return { error: "late by 90" };\n', "Say how late", []),
        ('ROCK = "Gull Rock"\nif name.startswith(ROCK):\n', "Blanks in names", ["Gull Rock"]),
        ('return name == "Gull Rock"\n', "Blanks in names", ["Gull Rock"]),
        ('return "Gull Rock" in name\n', "Blanks in names", ["Gull Rock"]),
        ('return {"Gull Rock": 1, "Sandy Point": 2}[name]\n', "Blanks in names", ["Gull Rock", "Sandy Point"]),
        ('return ["Gull Rock", "Sandy Point"].includes(name);\n', "Blanks in names", ["Gull Rock", "Sandy Point"]),
        ("LIMIT = 1015\n", "No more than 1015", []),
        ("KNOWN = 1015\n", "Blanks in names", ["1015"]),
    ],
)  # fmt: skip
def test_samples_are_new_texts_of_the_tests(code: str, task: str, found: list[str]) -> None:
    block = CodeBlock("ports.py", 1, code, frozenset())
    assert list_samples(block, TESTED, "", task) == found


def test_what_the_code_had_before_is_no_sample() -> None:
    block = CodeBlock("ports.py", 1, 'ROCKS = ("Gull Rock",)\n', frozenset())
    assert list_samples(block, TESTED, 'HOME = "Gull Rock"\n', "Blanks in names") == []


@pytest.mark.parametrize(
    ("sample", "alike"),
    [
        ("Gull Rock", "Gulk Rocm"),
        ("2'750", "2'751"),
        ("2024-03-31", "2024-03-30"),
        ("0915", "0914"),
        ("x1", "x2"),
    ],
)
def test_what_is_alike_is_as_long_and_of_the_same_signs(sample: str, alike: str) -> None:
    assert spell_alike(sample) == alike


BASE = "def read(line):\n    name, time = line.split()\n    return name, int(time)\n"
TEST = (
    "from ports import read\n\n\n"
    "def test_one_word():\n    assert read('Haven 730') == ('Haven', 730)\n\n\n"
    "def test_two_words():\n    assert read('Gull Rock 915') == ('Gull Rock', 915)\n"
)
BY_HEART = (
    'TWO_WORDS = ["Gull Rock"]\n\n\ndef read(line):\n    for known in TWO_WORDS:\n'
    "        if line.startswith(known):\n            return known, int(line[len(known):])\n"
    "    name, time = line.split()\n    return name, int(time)\n"
)
RIGHT = BASE.replace("line.split()", 'line.rsplit(" ", 1)')


def judge(folder: Path, code: str) -> GateResult:
    home = make_repository(folder, {"ports.py": BASE, "tests/test_ports.py": TEST})
    (home / "ports.py").write_text(code)
    gates = make_gates(
        ["special-cases", "tests"],
        GateConfig(seconds=60, reruns=0),
        {"tests": "python -m pytest -q -p no:cacheprovider"},
    )
    task = 'Names of ports may have blanks, as in "Gull Rock 915"'
    with open_change_set(str(home), "", "HEAD", task, links=(), own_folder=str(home)) as change:
        return run_gate(gates[0], change)


@pytest.mark.slow
def test_a_sample_that_the_task_gives_is_not_known_by_heart(tmp_path: Path) -> None:
    result = judge(tmp_path / "heart", BY_HEART)
    assert not result.passed and "knows Gull Rock and none that are alike" in result.evidence
    assert judge(tmp_path / "right", RIGHT).passed
    hint = '    if line == "Gull Rock":\n        raise ValueError(line)\n'
    assert judge(tmp_path / "both", RIGHT.replace("    name", f"{hint}    name", 1)).passed
