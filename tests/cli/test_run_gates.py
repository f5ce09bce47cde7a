"""`tierwise run` with the real client: what gates refuse, and gates that hang, cannot run or leave something."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.cascade import (
    MENDED,
    TASK,
    TEST,
    by_model,
    run,
    worktree_of,
    writing,
)
from tests.support.repository import git
from tests.support.stand_in import Loopback
from tests.support.trust import trust
from tests.support.turns import write

from tierwise.verify.stand_in import Request
from tierwise.verify.turns import ScriptedTurn, say, use

pytestmark = pytest.mark.client


def test_a_result_that_weakens_the_tests_is_refused(
    project: Path, home: Path, api: Loopback
) -> None:
    cheat = TEST.replace("self.assertEqual(add(2, 3), 5)", "self.assertTrue(True)")
    api.main = by_model(sonnet=writing(cheat, "test_app.py"), opus=writing(MENDED))

    ended = run(TASK, "--from", "mid", cwd=project, home=home, url=api.url)

    assert ended.record["attempts"][0]["why"] == "gate tests-intact failed"
    assert ended.record["tier"] == "frontier"
    assert git(project, "show", f"{ended.record['branch']}:test_app.py") == TEST


def test_a_wrong_product_with_its_tests_changed_to_fit_is_refused_by_the_old_tests(
    project: Path, home: Path, api: Loopback
) -> None:
    changed = {
        "app.py": "def add(a, b):\n    return a * b\n",
        "test_app.py": TEST.replace("5)", "6)"),
    }

    def write_both(request: Request) -> ScriptedTurn | None:
        if request.turn >= len(changed):
            return say("Done.")
        name, content = list(changed.items())[request.turn]
        return use(write(worktree_of(request) / name, content))

    api.main = by_model(sonnet=write_both, opus=writing(MENDED))

    ended = run(TASK, "--from", "mid", cwd=project, home=home, url=api.url)

    assert ended.record["attempts"][0]["why"] == "gate tests-as-they-were failed"
    assert ended.record["attempts"][0]["gates"][-1]["outcome"] == "tests-changed-to-pass"
    assert ended.record["tier"] == "frontier"


def test_the_judge_hears_what_a_gate_holds_against_a_result_before_it_is_refused(
    project: Path, home: Path, api: Loopback
) -> None:
    changed = {"app.py": MENDED, "test_app.py": TEST.replace("assertEqual", "assertTrue")}
    policy = (project / "tierwise.yaml").read_text()
    gates = "gates: {use: [tests-intact, tests, judge]}\n"
    (project / "tierwise.yaml").write_text(policy + gates)
    trust(project)
    asked: list[str] = []

    def answer(request: Request) -> ScriptedTurn | None:
        if "You review a change" in request.text:
            asked.append(request.text)
            return say('Fine. {"reason": "it was wanted", "score": 0.9}')
        if request.turn >= len(changed):
            return say("Done.")
        name, content = list(changed.items())[request.turn]
        return use(write(worktree_of(request) / name, content))

    api.main = answer

    ended = run(TASK, "--from", "mid", cwd=project, home=home, url=api.url)

    gates_of = {row["name"]: row for row in ended.record["attempts"][0]["gates"]}
    assert ended.record["tier"] == "mid", ended.progress
    assert gates_of["tests-intact"]["score"] == gates_of["judge"]["score"] == 0.9
    assert len(asked) == 1 and "test_adds" in asked[0] and "+    return a + b" in asked[0]


def test_a_gate_that_hangs_is_ended_and_is_no_pass(
    project: Path, home: Path, api: Loopback
) -> None:
    api.main = writing(MENDED)
    policy = (project / "tierwise.yaml").read_text()
    (project / "tierwise.yaml").write_text(policy + "gates: {seconds: 1}\n")

    ended = run(
        TASK, "--from", "frontier", "--gate", "sleep 600", cwd=project, home=home, url=api.url
    )

    gate = ended.record["attempts"][0]["gates"][-1]
    assert ended.code == 3
    assert (gate["passed"], gate["ran"], gate["timed_out"]) == (False, False, True)


def test_a_gate_that_cannot_run_ends_the_run_before_more_is_spent(
    project: Path, home: Path, api: Loopback
) -> None:
    api.main = writing(MENDED)

    ended = run(
        TASK, "--gate", "sh -c 'exit 127'", "--from", "light", cwd=project, home=home, url=api.url
    )

    assert (ended.code, ended.record["stop"], len(ended.record["attempts"])) == (
        3,
        "gate-cannot-run",
        1,
    )


def test_what_a_gates_command_leaves_behind_is_no_part_of_the_result(
    project: Path, home: Path, api: Loopback
) -> None:
    api.main = writing(MENDED)

    ended = run(
        TASK, "--gate", "sh -c 'echo x > coverage.txt'", cwd=project, home=home, url=api.url
    )

    assert git(project, "show", "--name-only", "--format=", ended.record["branch"]) == "app.py\n"
