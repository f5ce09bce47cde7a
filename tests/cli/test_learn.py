"""``tierwise outcomes`` and ``tierwise learn`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.repository import git

from tierwise import ledger
from tierwise.cli import run
from tierwise.errors import USAGE

POLICY = "version: 1\nextends: balanced\nroutes:\n  docs: mid  # as the team wants it\n"


@pytest.fixture
def root(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (repository / "tierwise.yaml").write_text(POLICY)
    monkeypatch.chdir(repository)
    client = repository / "client"
    (client / "projects").mkdir(parents=True)
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(client))
    return repository


def record(
    root: Path, tier: str, tasks: int, *, failed: int = 0, kind: str = "docs", **more: str
) -> None:
    """Write decisions with a passed gate each; the first ``failed`` of them were flagged wrong."""
    for number in range(tasks):
        call = f"{kind}-{tier}-{number}-{more}"
        names = {"tool_use_id": call, "session_id": "s", "task": call, **more}
        ledger.append(str(root), {"row": "decision", "tier": tier, "kind": kind, **names})
        ledger.append(str(root), {"row": "gate", "changed": True, "failed": [], **names})
        if number < failed:
            ledger.append(str(root), {"row": "flag", "flag": "wrong", **names})


def call(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert run([*arguments]) == 0
    return capsys.readouterr().out


def test_without_decisions_it_says_so(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "No decision is recorded yet" in call("outcomes", capsys=capsys)
    assert "No recommendation." in call("learn", capsys=capsys)


def test_outcomes_are_counted_by_kind_and_tier(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(root, "mid", 4, failed=1)
    (group,) = json.loads(call("outcomes", "--json", capsys=capsys))["groups"]
    counts = (group["successes"], group["failures"], group["unknown"])
    assert (group["kind"], group["tier"], counts) == ("docs", "mid", (3, 1, 0))
    assert "docs" in call("outcomes", "--by", "kind", capsys=capsys)


def test_turns_stand_apart_from_spawns(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(root, "mid", 2)
    turn = {"row": "turn", "routing": "on", "tier": "mid", "kind": "docs", "session_id": "s"}
    answered = {"kind": "docs", "tier": "mid", "local_kind": "unknown", "local_tier": "light"}
    ledger.append(str(root), {**turn, "turn": "p1", "answered": answered, "cost_usd": 0.5})
    ledger.append(str(root), {"row": "reaction", "turn": "p1", "reaction": "thanks"})
    found = json.loads(call("outcomes", "--json", "--by", "asked", capsys=capsys))
    assert [(one["asked"], one["successes"]) for one in found["groups"]] == [("not asked", 2)]
    assert [(one["asked"], one["successes"]) for one in found["turns"]] == [("differs", 1)]
    printed = call("outcomes", "--by", "agent", capsys=capsys)
    assert printed.index("unknown") < printed.index("Turns of the main conversation:")
    assert "main" in printed.split("conversation:")[1]
    learned = call("learn", capsys=capsys)
    assert "turns on mid: 1 judged" in learned
    assert "2 judged tasks" in learned or "docs: mid" in learned
    kept = json.loads(call("learn", "--json", capsys=capsys))
    assert [(one["kind"], one["tier"], one["successes"]) for one in kept["turns"]] == [
        ("docs", "mid", 1)
    ]
    assert "p1" not in call("outcomes", "--csv", capsys=capsys)


def test_a_certified_step_down_is_a_diff_and_apply_writes_it(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(root, "light", 59)
    record(root, "mid", 10)
    out = call("learn", capsys=capsys)
    assert "docs: mid -> light" in out
    assert "+  docs: light  # as the team wants it" in out
    assert (root / "tierwise.yaml").read_text() == POLICY
    call("learn", "--apply", capsys=capsys)
    assert (root / "tierwise.yaml").read_text() == POLICY.replace("docs: mid", "docs: light")


def test_equal_rates_of_failure_propose_nothing(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(root, "light", 20, failed=5)
    record(root, "mid", 20, failed=5)
    answer = json.loads(call("learn", "--json", capsys=capsys))
    assert [row["direction"] for row in answer["recommendations"]] == ["none"]
    assert answer["diff"] == ""


def test_protected_kinds_stay_on_top(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(root, "mid", 80, kind="security")
    record(root, "frontier", 10, kind="security")
    answer = json.loads(call("learn", "--json", capsys=capsys))
    assert [row["direction"] for row in answer["recommendations"]] == ["none"]


def test_a_line_that_must_be_written_by_hand_is_a_recommendation(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "tierwise.yaml").write_text("version: 1\nroutes: {docs: mid}\n")
    record(root, "light", 59)
    out = call("learn", capsys=capsys)
    assert "docs: mid -> light" in out
    assert "write it by hand" in out
    assert "No recommendation." not in out


@pytest.mark.slow
def test_a_branch_has_the_lines_and_the_evidence_and_nothing_else_moves(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(root, "add", "tierwise.yaml")
    git(root, "commit", "-qm", "chore: policy")
    before = (git(root, "rev-parse", "HEAD"), git(root, "status", "--porcelain"))
    record(root, "light", 59)
    out = call("learn", "--pr", "lower-docs", capsys=capsys)
    assert "Committed to lower-docs" in out
    message = git(root, "log", "-1", "--format=%B", "lower-docs")
    assert message.startswith("chore(policy): docs from mid to light\n\n")
    assert "59 judged tasks on light, 0 failed" in " ".join(message.split())
    assert git(root, "diff", "--name-only", "HEAD", "lower-docs").split() == ["tierwise.yaml"]
    assert "docs: light  # as the team" in git(root, "show", "lower-docs:tierwise.yaml")
    assert (git(root, "rev-parse", "HEAD"), git(root, "status", "--porcelain")) == before
    assert run(["learn", "--pr", "lower-docs"]) == USAGE
    assert "exists" in capsys.readouterr().err


def test_a_branch_is_not_made_of_changes_that_are_not_committed(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(root, "add", "tierwise.yaml")
    git(root, "commit", "-qm", "chore: policy")
    (root / "tierwise.yaml").write_text(POLICY + "# mine\n")
    record(root, "light", 59)
    assert run(["learn", "--pr", "b"]) == USAGE
    assert "not committed" in capsys.readouterr().err
    assert run(["learn", "--pr", "b", "--apply"]) == USAGE


def test_a_review_that_is_due_says_what_the_ledger_speaks_for(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "tierwise.yaml").write_text(POLICY + "review: 2020-01-01\n")
    record(root, "light", 59)
    run(["check"])
    said = capsys.readouterr().err
    assert "was to be reviewed by 2020-01-01" in said
    assert "docs: mid -> light" in said


def test_rates_are_pulled_towards_the_tier_s_own(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(root, "mid", 2, failed=2, kind="tests")
    record(root, "mid", 60)
    answers = json.loads(call("learn", "--json", capsys=capsys))["recommendations"]
    rates = {answer["name"]: answer["rates"]["mid"]["mean"] for answer in answers}
    assert rates["docs"] > 0.95
    assert 0 < rates["tests"] < 0.9


def test_the_report_says_how_the_decisions_ended(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(root, "mid", 10, failed=2)
    efficiency = json.loads(call("report", "--json", capsys=capsys))["baselines"]["outcomes"]
    assert (efficiency["judged"], efficiency["successes"]) == (10, 8)
    assert efficiency["regret_usd"] is None


def test_an_agent_with_a_line_of_its_own_gets_that_line_changed(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "tierwise.yaml").write_text(POLICY + "agents:\n  my-writer: mid\n")
    record(root, "light", 59, agent="my-writer")
    out = call("learn", capsys=capsys)
    assert "agent my-writer: mid -> light" in out
    assert "+  my-writer: light" in out


def test_a_scope_that_was_never_tried_keeps_the_kind_where_it_is(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(root, "light", 80, scope="single-file")
    record(root, "mid", 20, scope="single-file")
    record(root, "mid", 20, scope="cross-service")
    out = call("learn", capsys=capsys)
    assert "none of them was of scope cross-service, which is 50% of this work on mid" in out
    assert "No recommendation." in out


def test_a_part_of_the_work_that_fails_is_said(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(root, "light", 60, scope="single-file")
    record(root, "light", 12, failed=8, scope="multi-file")
    out = call("learn", capsys=capsys)
    assert "scope multi-file on light:" in out


def test_an_escalation_by_a_person_is_a_failure(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(root, "mid", 1)
    assert run(["escalate", "last"]) == 0
    capsys.readouterr()
    (group,) = json.loads(call("outcomes", "--json", capsys=capsys))["groups"]
    assert (group["successes"], group["failures"]) == (0, 1)
