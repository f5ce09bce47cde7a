"""`tierwise gate`: the cascade's gates on the working tree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.cascade import MENDED, make_project
from tests.support.cascade import tierwise_in_project as tierwise
from tests.support.json_api import Call, JsonApi
from tests.support.repository import make_repository


@pytest.mark.slow
def test_the_gates_judge_the_working_tree_for_people_too(project: Path) -> None:
    assert tierwise(project, "gate").returncode == 0  # nothing changed
    (project / "app.py").write_text("def add(a, b):\n    return a +\n")
    done = tierwise(project, "gate", "syntax", "tests", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert {gate["name"]: gate["passed"] for gate in found["gates"]} == {
        "syntax": False,
        "tests": False,
    }
    (project / "app.py").write_text(MENDED)
    done = tierwise(project, "gate")
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.slow
def test_a_named_gate_that_could_try_nothing_says_so(tmp_path: Path) -> None:
    plain = make_repository(
        tmp_path / "plain", {"a.txt": "begun\n", "tierwise.yaml": "version: 1\n"}
    )
    (plain / "a.txt").write_text("ended\n")
    done = tierwise(plain, "gate", "tests-as-they-were")
    assert (done.returncode, done.stdout) == (0, "")
    assert (
        "tests-as-they-were: not tried: no command that runs tests is among the gates"
        in done.stderr
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tests", "diff", "exit 1"])
def test_a_gate_that_is_named_is_run_where_nothing_differs_too(project: Path, name: str) -> None:
    done = tierwise(project, "gate", name, "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["passed"], found["changed"]) == (1, False, False)
    assert [(gate["name"], gate["passed"]) for gate in found["gates"]] == [(name, False)]


@pytest.fixture
def judged(tmp_path: Path) -> Iterator[tuple[Path, JsonApi]]:
    """A project whose test was weakened, and a model that judges its changes by what they are for."""

    def answer(call: Call) -> dict[str, Any]:
        said = json.dumps(call.body)
        score = 0.9 if "negative sums" in said else 0.2
        told = f'Looked at it. {{"reason": "so it is", "score": {score}}}'
        return {
            "choices": [{"message": {"content": told}}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 50},
        }

    with JsonApi(answer) as server:
        more = (
            f"tiers:\n  local: {{model: q, provider: openai, base_url: {server.url}}}\n"
            "gates: {use: [tests-intact, judge], judge: {tier: local}}\n"
        )
        project = make_project(tmp_path / "project", "no-such-client", more)
        test = project / "test_app.py"
        test.write_text(test.read_text().replace("assertEqual(add(2, 3), 5)", "assertTrue(True)"))
        yield project, server


@pytest.mark.slow
def test_the_judge_is_asked_on_demand_alone(judged: tuple[Path, JsonApi]) -> None:
    project, server = judged
    done = tierwise(project, "gate", "--json")
    assert [gate["name"] for gate in json.loads(done.stdout)["gates"]] == ["tests-intact"]
    assert server.calls == []
    for arguments in (("--judge",), ("judge",)):
        done = tierwise(project, "gate", *arguments, "--json", "--task", "Take negative sums")
        last = json.loads(done.stdout)["gates"][-1]
        assert (done.returncode, last["name"], last["score"]) == (0, "judge", 0.9)


@pytest.mark.slow
def test_what_the_judge_holds_against_a_change_is_shown(judged: tuple[Path, JsonApi]) -> None:
    project, _ = judged
    done = tierwise(project, "gate", "--judge", "--task", "Mend add()")
    assert done.returncode == 1
    assert "judge, score 0.2, needs 0.8: so it is" in done.stdout
    assert "test_adds" in done.stdout
