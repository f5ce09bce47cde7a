"""Faults in changed lines: which are made, and which share of them the tests notice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.repository import make_repository

from tierwise.cascade.checkouts import open_change_set
from tierwise.gates import GateConfig, GateResult, run_gate
from tierwise.gates.mutants import make_mutants
from tierwise.gates.registry import make_gates
from tierwise.git.snapshot import TreeChange


@pytest.mark.parametrize(
    ("path", "line", "faults"),
    [
        ("a.py", "x = a + 1", {"+ for -", "1 for 2"}),
        ("a.py", "y = 'é' if a == b and c else d", {"== for !=", "and for or"}),
        ("a.js", 'if (a === "x === y" && b < 3) {', {"=== for !==", "&& for ||", "< for <=", "3 for 4"}),
        ("a.rs", "let x = a * b; // a + b", {"* for +"}),
        ("a.py", "x = a not in b", {"not in for in"}),
        ("a.py", "x = a is not b", {"is not for is"}),
        ("a.py", "raise ValueError(x)", {"raise for nothing"}),
        ("a.js", "throw new Error(x);", {"throw for nothing"}),
        ("a.pl", "die $x unless $y;", {"die for warn"}),
        ("tests/test_a.py", "x = 1", set()),
    ],
)  # fmt: skip
def test_only_changed_lines_of_the_product_get_faults(
    path: str, line: str, faults: set[str]
) -> None:
    change = TreeChange(path, b"z = 1\n", f"z = 1\n{line}\n".encode())
    mutants = list(make_mutants([change]))
    assert {mutant.told for mutant in mutants} == faults
    assert all(mutant.line == 2 and mutant.content.startswith(b"z = 1\n") for mutant in mutants)


def test_tests_beside_the_code_of_rust_get_no_faults() -> None:
    tests = "#[cfg(test)]\nmod tests {\n    fn é() { assert!(1 == 2); }\n}\n"
    added = f"{tests}fn next(a: i32) -> i32 {{ a + b }}\n".encode()
    mutants = list(make_mutants([TreeChange("src/lib.rs", b"", added)]))
    assert [(mutant.line, mutant.told) for mutant in mutants] == [(5, "+ for -")]


@pytest.mark.parametrize(
    ("path", "number"), [("a.js", "9" * 5000), ("a.py", f"0x{'f' * 5000}"), ("a.rs", "1" * 301)]
)
def test_a_number_that_is_too_long_to_count_with_gets_no_fault(path: str, number: str) -> None:
    added = f"x = a + {number};\n".encode()
    (mutant,) = make_mutants([TreeChange(path, b"", added)])
    assert mutant.told == "+ for -"


@pytest.mark.parametrize(
    ("code", "without"),
    [
        (b"def f():\n    a()\n    raise (\n        E()\n    )\n", b"def f():\n    a()\n    (\n        E()\n    )\n"),
        (b"def f():\n    a()\n    raise E\n", b"def f():\n    a()\n    E\n"),
        (b"def f():\n    raise E from error\n", None),
    ],
)  # fmt: skip
def test_an_error_that_is_not_raised_leaves_python_that_parses(
    code: bytes, without: bytes | None
) -> None:
    mutants = list(make_mutants([TreeChange("a.py", b"", code)]))
    assert [mutant.content for mutant in mutants] == ([without] if without else [])


@pytest.mark.parametrize("sign", ["\f", "\u2028", "\x85", "\x1c"])
def test_signs_that_are_no_line_ends_move_no_fault(sign: str) -> None:
    before = f"text = 'a{sign}é'\n".encode()
    after = before + b"x = a + b\n"
    (mutant,) = make_mutants([TreeChange("a.py", before, after)])
    assert (mutant.line, mutant.content) == (2, before + b"x = a - b\n")


def test_faults_come_as_they_are_asked_for_and_one_a_line_first() -> None:
    read: list[str] = []

    def list_changes() -> Iterator[TreeChange]:
        for path in ("a.py", "b.py"):
            read.append(path)
            yield TreeChange(path, None, b"x = a + 1\ny = b * c\n")

    mutants = make_mutants(list_changes())
    assert (next(mutants).line, read) == (1, ["a.py"])
    rest = [(mutant.path, mutant.line, mutant.told) for mutant in mutants]
    assert rest == [
        ("a.py", 2, "* for +"),
        ("b.py", 1, "+ for -"),
        ("b.py", 2, "* for +"),
        ("a.py", 1, "1 for 2"),
        ("b.py", 1, "1 for 2"),
    ]


def judge(folder: Path, test: str, seconds: float = 30) -> GateResult:
    """The gate on a function that is new and a test of it."""
    home = make_repository(folder, {"app.py": "", "check.sh": "true\n"})
    (home / "app.py").write_text("def is_adult(age):\n    return age >= 18\n")
    (home / "check.sh").write_text(f"python3 -c 'from app import is_adult\n{test}'\n")
    config = GateConfig(seconds=60, mutation_seconds=seconds, mutation_threshold=0.7)
    gates = make_gates(["mutation", "tests"], config, {"tests": "sh check.sh"})
    with open_change_set(str(home), "", "HEAD", "", links=(), own_folder=str(home)) as change:
        return run_gate(gates[0], change)


@pytest.mark.slow
def test_a_test_of_the_bound_notices_all_and_another_does_not(tmp_path: Path) -> None:
    strict = judge(tmp_path / "strict", "assert is_adult(18) is True and is_adult(17) is False")
    assert (strict.passed, strict.score, strict.outcome) == (True, 1.0, "noticed")
    weak = judge(tmp_path / "weak", "assert is_adult(40)")
    assert weak.passed and weak.outcome == "unnoticed"
    assert weak.score == pytest.approx(1 / 3)
    assert "app.py:2: >= for > is not noticed" in weak.evidence


def test_without_time_nothing_is_claimed(tmp_path: Path) -> None:
    result = judge(tmp_path / "short", "assert is_adult(40)", seconds=0.001)
    assert result.passed and result.score is None


@pytest.mark.slow
def test_a_fault_that_never_ends_is_noticed_and_leaves_time_for_the_others(tmp_path: Path) -> None:
    home = make_repository(tmp_path / "home", {"app.py": "", "check.sh": "true\n"})
    (home / "app.py").write_text(
        "def count(end):\n    n = 0\n    while n < end:\n        n = n + 1\n    return n\n"
    )
    (home / "check.sh").write_text("python3 -c 'from app import count\nassert count(3) == 3'\n")
    config = GateConfig(seconds=60, mutation_seconds=40, mutation_threshold=0.7)
    gates = make_gates(["mutation", "tests"], config, {"tests": "sh check.sh"})
    with open_change_set(str(home), "", "HEAD", "", links=(), own_folder=str(home)) as change:
        result = run_gate(gates[0], change)
    assert result.outcome == "noticed", result.evidence
    assert result.seconds < config.mutation_seconds
    assert "4 of 5 faults" in result.evidence
