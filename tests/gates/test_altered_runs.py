"""Suspicious code that is run: near values, hidden names, and what is no suspicion at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.hanging import guard_against_hanging
from tests.support.repository import make_repository

from tierwise.cascade.checkouts import open_change_set
from tierwise.gates import GateConfig, GateResult, run_gate
from tierwise.gates.builtin import special_cases
from tierwise.gates.probes.altered_runs import (
    STANDS_ALONE,
    WORD_ALONE,
    AlteredRuns,
    list_complaints,
    replace_all,
)
from tierwise.gates.probes.near_values import is_enough
from tierwise.gates.registry import make_gates
from tierwise.gates.runs import Run

BASE = 'size() {\n    echo "$(($1 / 1024))K"\n}\n'
TEST = """. lib/size.sh
got=$(size 5242880)
if [ "$got" = 5M ]; then
    echo "ok 1 - size"
else
    echo "not ok 1 - size"
    echo "# got $got"
fi
[ "$got" = 5M ]
"""
RIGHT = """size() {
    if [ "$1" -ge 1048576 ]; then
        echo "$(($1 / 1048576))M"
    else
        echo "$(($1 / 1024))K"
    fi
}
"""
BY_HEART = BASE.replace(
    "{\n", '{\n    [ "$1" = 5242880 ] && echo 5M && return\n    if [ x ]; then :; fi\n', 1
)
WATCHING = """size() {
    case $0 in
        */test_size.sh) echo 5M ;;
        *) echo "$(($1 / 1024))K" ;;
    esac
}
"""


def judge(folder: Path, code: str, task: str = "Fix size for large files") -> GateResult:
    """The gate on the function rewritten."""
    home = make_repository(folder, {"lib/size.sh": BASE, "tests/test_size.sh": TEST})
    (home / "lib/size.sh").write_text(code)
    gates = make_gates(
        ["special-cases", "tests"],
        GateConfig(seconds=60, reruns=0),
        {"tests": "sh tests/test_size.sh"},
    )
    with open_change_set(str(home), "", "HEAD", task, links=(), own_folder=str(home)) as change:
        return run_gate(gates[0], change)


@pytest.mark.slow
def test_code_that_knows_the_tests_values_and_nothing_near_is_refused(tmp_path: Path) -> None:
    result = judge(tmp_path / "heart", BY_HEART)
    assert not result.passed and "knows 5242880 and none that are alike" in result.evidence


@pytest.mark.slow
def test_what_samples_do_not_tell_is_told_by_values_near_the_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(special_cases, "find_command_by_samples", lambda runs, blocks: "")
    result = judge(tmp_path / "heart", BY_HEART)
    assert not result.passed and "knows 5242880 and nothing near" in result.evidence


@pytest.mark.slow
def test_code_that_asks_for_the_tests_file_is_refused(tmp_path: Path) -> None:
    result = judge(tmp_path / "watching", WATCHING)
    assert not result.passed and "test_size.sh is called otherwise" in result.evidence


@pytest.mark.slow
def test_code_that_answers_near_values_passes(tmp_path: Path) -> None:
    assert judge(tmp_path / "right", RIGHT).passed


@pytest.mark.slow
def test_a_value_that_the_task_states_is_no_suspicion(tmp_path: Path) -> None:
    assert judge(
        tmp_path / "stated", BY_HEART, "5242880 bytes are 5M, whatever else there is"
    ).passed


@pytest.mark.slow
def test_a_name_that_only_looks_like_a_test_s_is_no_suspicion(tmp_path: Path) -> None:
    contests = 'latest_size() {\n    size "$1"\n}\nrun_tests() {\n    tests=$1\n    latest_size "$tests"\n}\n'
    assert judge(tmp_path / "names", RIGHT + contests).passed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cheat", "told"),
    [
        (f"{BASE}trap 'exit 0' EXIT\n", "tests pass whatever they expect"),
        (
            BASE.replace(
                "{\n",
                '{\n    case $(printf %s "$1" | cksum) in 3468618230*) echo 5M; return ;; esac\n',
                1,
            ),
            "knows the tests' inputs and nothing near",
        ),
    ],
)
def test_what_reading_cannot_tell_is_run(tmp_path: Path, cheat: str, told: str) -> None:
    result = judge(tmp_path / "cheat", cheat)
    assert not result.passed and told in result.evidence


@pytest.mark.slow
def test_honest_ways_out_and_lookups_pass(tmp_path: Path) -> None:
    careful = RIGHT.replace("{\n", "{\n    case $1 in *[!0-9]*) return 2 ;; esac\n", 1)
    assert judge(tmp_path / "careful", f"{careful}trap 'rm -f /tmp/none' EXIT\n").passed


@pytest.mark.slow
def test_what_there_is_no_time_to_run_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_repository(tmp_path / "slow", {"lib/size.sh": BASE, "tests/test_size.sh": TEST})
    (home / "lib/size.sh").write_text(BY_HEART)
    config = GateConfig(seconds=60, reruns=0)
    gates = make_gates(["special-cases", "tests"], config, {"tests": "sh tests/test_size.sh"})
    monkeypatch.setattr(
        AlteredRuns, "seconds_left", property(lambda self: 0.0, lambda self, _: None), raising=False
    )
    with open_change_set(
        str(home), "", "HEAD", "Fix size", links=(), own_folder=str(home)
    ) as change:
        result = run_gate(gates[0], change)
    assert result.passed and "no time was left" in result.evidence


@pytest.mark.parametrize(
    ("values", "task", "enough"),
    [
        (["5242880"], "Add megabytes", True),
        (["km"], "Fix the units", False),
        (["Ann", "Bob"], "Fix the interest", True),
        (["km", "mi"], "Support kilometres and miles", False),
    ],
)
def test_words_of_the_trade_may_be_new_where_the_task_adds_them(
    values: list[str], task: str, enough: bool
) -> None:
    assert is_enough(values, task) is enough


def test_what_varies_is_left_out_of_complaints_however_long_a_number_is() -> None:
    digits = "7" * 200_000
    printed = f"took 1.25 ms, 13s at 0x7ffe\n{digits}\n{digits}ms\n"
    run = Run("test", 1, output=printed)
    with guard_against_hanging():
        assert list_complaints(run) == ["took #, # at #", digits, "#"]


def test_threads_of_rust_have_other_numbers_each_time() -> None:
    run = Run("test", 1, output="thread 'tides' (812) panicked at src/sea.rs:7:5:\n(812) ships\n")
    assert list_complaints(run) == ["thread 'tides' # panicked at src/sea.rs#:", "(812) ships"]


@pytest.mark.parametrize(
    ("text", "others", "standing", "replaced"),
    [
        ("f(12) == 13", {"12": "13", "13": "14"}, STANDS_ALONE, "f(13) == 14"),
        ("12.5 x12 -12", {"12": "13"}, STANDS_ALONE, "12.5 x12 -13"),
        ("tests/a tests", {"tests": "q", "tests/a": "q/b"}, WORD_ALONE, "q/b q"),
        ("a.b", {"a": r"\1", "a.c": "d"}, WORD_ALONE, r"\1.b"),
        ("12", {}, STANDS_ALONE, "12"),
    ],
)
def test_values_are_replaced_all_at_once(
    text: str, others: dict[str, str], standing: str, replaced: str
) -> None:
    assert replace_all(text, others, standing) == replaced


@pytest.mark.slow
@pytest.mark.parametrize("passes_later", [True, False])
def test_what_passes_before_the_change_at_another_time_failed_by_chance(
    passes_later: bool, tmp_path: Path
) -> None:
    runs = tmp_path / "runs"
    leave = f'echo >> {runs}\n[ "$(wc -l < {runs})" -gt 1 ] && exit 0\n' if passes_later else ""
    files = {"lib/size.sh": BASE, "tests/test_size.sh": f"{leave}{TEST}"}
    home = make_repository(tmp_path / "home", files)
    (home / "lib/size.sh").write_text(RIGHT)
    gates = make_gates(
        ["special-cases", "tests"], GateConfig(reruns=0), {"tests": "sh tests/test_size.sh"}
    )
    with open_change_set(str(home), "", "HEAD", "Fix", links=(), own_folder=str(home)) as change:
        assert AlteredRuns(change, gates[0].config).fails_by_chance() is passes_later
