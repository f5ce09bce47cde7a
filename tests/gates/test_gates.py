"""The gates one by one, on real trees."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.cascade import is_alive
from tests.support.repository import make_repository

from tierwise.errors import TierwiseError
from tierwise.gates import ChangeSet, Gate, GateConfig, GateResult, Verdict, run_gate
from tierwise.gates.ask_judge import read_score
from tierwise.gates.builtin.judge import agreement
from tierwise.gates.model import Ask, Command, read_config
from tierwise.gates.registry import make_gates

POLICY: dict[str, object] = {
    "permitted_paths": [],
    "protected_paths": ["tierwise.yaml", "secret/**"],
    "judge": {"threshold": 0.8},
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    files: dict[str, str | bytes] = {
        "app.py": "x = 1\n",
        "chart.yaml": "a: {{ b }}\n",
        "tierwise.yaml": "version: 1\n",
    }
    return make_repository(tmp_path / "repository", files)


def run_named(
    name: str, tree: ChangeSet, policy: Mapping[str, object] = POLICY, seconds: float = 20,
    commands: Mapping[str, Command] | None = None, ask: Ask | None = None,
) -> GateResult:  # fmt: skip
    """One gate by its name, as the registry makes it."""
    config = replace(read_config(policy, ask), seconds=seconds)
    return run_gate(make_gates([name], config, commands or {}, asked_by_name=True)[0], tree)


def check(
    name: str, home: Path, *, seconds: float = 20, answer: str | None = None, **policy: object
) -> GateResult:
    tree = ChangeSet(str(home), "HEAD", answer=answer)
    return run_named(name, tree, {**POLICY, **policy}, seconds)


def test_no_change_is_no_result(home: Path) -> None:
    assert not check("diff", home).passed
    (home / "new.txt").write_text("x\n")
    assert check("diff", home).passed


def test_an_empty_answer_is_no_result(home: Path) -> None:
    assert not check("diff", home, answer=" \n").passed
    assert check("diff", home, answer="yes").passed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("app.py", "def f(:\n", "app.py: line 1"),
        ("a.json", '{"a": 1,}', "a.json:"),
        ("a.yaml", "a: [1\n", "a.yaml:"),
        ("a.toml", "a = \n", "a.toml:"),
        ("run.sh", "if true; then\n", "run.sh:"),
        ("tool", "#!/usr/bin/env bash\nfor\n", "tool:"),
    ],
)
def test_a_file_that_no_longer_parses_fails(home: Path, name: str, text: str, words: str) -> None:
    (home / name).write_text(text)
    result = check("syntax", home)
    assert not result.passed and result.ran
    assert words in result.evidence


def test_a_template_that_never_parsed_is_not_held_against_the_attempt(home: Path) -> None:
    (home / "chart.yaml").write_text("a: {{ b }}\nc: {{ d }}\n")
    (home / "new.yaml").write_text("{% if x %}\na: b\n{% endif %}\n")
    (home / "tsconfig.json").write_text("// comments are allowed here\n{}\n")
    assert check("syntax", home).passed


def test_only_permitted_paths_may_be_touched(home: Path) -> None:
    (home / "docs").mkdir()
    (home / "docs/a.md").write_text("x\n")
    assert check("paths", home, permitted_paths=["docs/**"]).passed
    (home / "app.py").write_text("x = 2\n")
    assert (
        check("paths", home, permitted_paths=["docs/**"]).evidence
        == "app.py: not among the permitted paths"
    )


def test_where_the_policy_lies_below_the_top_its_globs_are_meant_from_there(home: Path) -> None:
    for name in ("one/.tierwise/table.json", "one/src/a.py", "src/b.py"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("x = 1\n")
    policy = {"permitted_paths": ["src/**", ".tierwise/**"], "protected_paths": [".tierwise/**"]}
    result = run_named("paths", ChangeSet(str(home), "HEAD", folder="one"), policy)
    assert result.evidence.splitlines() == [
        "one/.tierwise/table.json: protected by .tierwise/**",
        "src/b.py: not among the permitted paths",
    ]


def test_the_policy_itself_is_protected(home: Path) -> None:
    (home / "tierwise.yaml").unlink()
    assert check("paths", home).evidence == "tierwise.yaml: protected by tierwise.yaml"


def test_a_link_out_of_the_repository_is_refused(home: Path) -> None:
    (home / "out").symlink_to("/etc")
    assert "a symbolic link to /etc" in check("paths", home).evidence


@pytest.mark.parametrize(
    ("command", "passed", "ran"),
    [("exit 0", True, True), ("echo no; exit 3", False, True), ("no-such-program-x", False, False)],
)
def test_a_command_passes_by_its_exit_code(
    home: Path, command: str, passed: bool, ran: bool
) -> None:
    result = run_named("own", ChangeSet(str(home), "HEAD"), commands={"own": command})
    assert (result.passed, result.ran) == (passed, ran)


@pytest.mark.slow
def test_a_command_that_hangs_is_killed_with_what_it_started(home: Path, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    commands = {"own": f"sh -c 'echo $$ > {pid}; sleep 600' & wait"}
    result = run_named("own", ChangeSet(str(home), "HEAD"), seconds=3, commands=commands)
    assert (result.passed, result.ran, result.timed_out) == (False, False, True)
    for _ in range(100):
        if not is_alive(int(pid.read_text())):
            break
        time.sleep(0.05)
    else:
        raise AssertionError("the gate's child is still there")


def test_a_gate_of_ours_that_hangs_or_breaks_is_no_pass(home: Path) -> None:
    def hang(change: ChangeSet, config: GateConfig) -> Verdict:
        time.sleep(5)
        return Verdict(True)

    def broken(change: ChangeSet, config: GateConfig) -> Verdict:
        raise KeyError("x")

    tree = ChangeSet(str(home), "HEAD")
    assert run_gate(Gate("hang", hang, config=GateConfig(seconds=0.1)), tree).timed_out
    result = run_gate(Gate("broken", broken), tree)
    assert (result.passed, result.ran) == (False, False)


def test_a_judge_passes_from_its_threshold_on(home: Path) -> None:
    (home / "app.py").write_text("x = 2\n")
    asked: list[str] = []

    def ask(prompt: str) -> tuple[str, float]:
        asked.append(prompt)
        return '{"score": 0.8, "reason": "fine"}', 0.01

    policy = {"judge": {"threshold": 0.8, "rubric": "Is it right?"}}
    tree = ChangeSet(str(home), "HEAD", task="Set x to 2")
    result = run_named("judge", tree, policy, ask=ask)
    assert (result.passed, result.score, result.cost_usd) == (True, 0.8, 0.01)
    assert "Is it right?" in asked[0] and "Set x to 2" in asked[0] and "+x = 2" in asked[0]


def test_a_judge_without_a_score_or_a_model_is_no_pass(home: Path) -> None:
    tree = ChangeSet(str(home), "HEAD", answer="x")
    for ask in (None, lambda prompt: ("Looks good!", 0.01)):
        result = run_named("judge", tree, ask=ask)
        assert (result.passed, result.ran) == (False, False)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ('{"score": 1}', 1.0),
        ('so: {"score": 0.5, "reason": "a"}', 0.5),
        ('I first thought {"score": 0.2}; no: {"score": 0.9, "reason": "b"}', 0.9),
        ('{"reason": "it gives {} for {a}", "score": 0.3}', 0.3),
        ('{"score": 7}', None),
        ("8/10", None),
    ],
)
def test_a_score_is_a_number_from_0_to_1(text: str, score: float | None) -> None:
    assert read_score(text)[0] == score


def test_a_judges_agreement_with_people_is_sensitivity_and_specificity() -> None:
    def judged(run: str, passed: bool) -> dict[str, object]:
        return {
            "row": "attempt",
            "run": run,
            "gates": [{"name": "judge", "ran": True, "passed": passed}],
        }

    rows = [judged("a", False), judged("b", True), judged("c", True), judged("d", True)]
    rows += [{"row": "flag", "run": run, "flag": flag} for run, flag in
             (("a", "wrong"), ("b", "wrong"), ("c", "cheaper"), ("x", "wrong"), ("d", "needed-frontier"))]  # fmt: skip
    found = agreement(rows)
    assert (found.flagged, found.sensitivity, found.specificity) == (3, 0.5, 1.0)


def test_a_name_that_means_nothing_is_refused_with_the_nearest() -> None:
    with pytest.raises(TierwiseError) as error:
        make_gates(["tests-intcat"], GateConfig(), {})
    assert 'Did you mean "tests-intact"?' in error.value.remedy


def test_a_default_gate_without_a_command_is_left_out_but_not_one_that_was_asked_for(
    home: Path,
) -> None:
    assert make_gates(["lint"], GateConfig(), {}) == []
    result = run_named("lint", ChangeSet(str(home), "HEAD"))
    assert (result.passed, result.ran) == (False, False)


def test_an_answer_is_held_against_its_schema_with_places(home: Path) -> None:
    (home / "s.json").write_text(
        json.dumps({"type": "object", "properties": {"n": {"type": "integer"}}})
    )
    assert check("schema", home, answer='{"n": 1}', answer_schema="s.json").passed
    assert check("schema", home, answer='{"n": "1"}', answer_schema="s.json").evidence.startswith(
        "$.n: "
    )
    assert not check("schema", home, answer="n = 1", answer_schema="s.json").passed
    assert not check("schema", home, answer="{}", answer_schema="missing.json").ran


@pytest.mark.parametrize(
    ("entry", "passed", "words"),
    [
        ({"run": "test {files} = app.py", "files": ["*.py"]}, True, "passed"),
        ({"run": "cat {files} no-such-file", "files": ["*.py"]}, False, "no-such-file"),
        ({"run": "exit 1", "files": ["*.go"]}, True, "no changed file concerns it"),
        ({"run": "sleep 60", "timeout": 0.3}, False, "did not finish within its time limit"),
    ],
)
def test_a_command_of_the_checks_runs_on_the_changed_files_it_concerns(
    home: Path, entry: dict[str, object], passed: bool, words: str
) -> None:
    (home / "app.py").write_text("x = 2\n")
    result = run_named("lint", ChangeSet(str(home), "HEAD"), commands={"lint": entry})
    assert result.passed is passed
    assert words in result.evidence


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}/s", "file://{file}"])
def test_a_schema_fetches_nothing(address: str, home: Path, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("true")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        named = address.format(port=server.getsockname()[1], file=tmp_path / "other.json")
        (home / "s.json").write_text(json.dumps({"$ref": named}))
        found = check("schema", home, answer="1", answer_schema="s.json")
        assert not found.ran and named in found.evidence
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize("schema", ["5", '{"$ref": "#"}', "[" * 100_000, '"a"', '{"type": 1}'])
def test_a_schema_that_is_none_is_named(schema: str, home: Path) -> None:
    (home / "s.json").write_text(schema)
    assert not check("schema", home, answer="[]", answer_schema="s.json").ran


def test_a_schema_without_end_is_not_read(home: Path) -> None:
    (home / "s.json").symlink_to("/dev/zero")
    assert not check("schema", home, answer="[]", answer_schema="s.json").ran
