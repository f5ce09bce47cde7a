"""Gates inside a session: sent back twice, then a tier up; circles noticed; what cannot be checked is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.cascade import BROKEN, MENDED, TASK, make_project
from tests.support.trust import trust

from tierwise import ledger, own_process
from tierwise.cascade.context import load_context
from tierwise.cascade.workspace import open_workspace
from tierwise.claude_hooks import in_session
from tierwise.claude_hooks.escalations import all_marks, clear, mark_up
from tierwise.claude_hooks.in_session import (
    marked_up,
    on_edit,
    on_subagent_start,
    on_subagent_stop,
    take_notes,
)
from tierwise.gates.model import ASK_A_PERSON

WRONG = "def add(a, b):\n    return a * b\n"
WRONG_AGAIN = "def add(a, b):\n    return b - a\n"


class Session:
    """An implementer at work in a project whose policy gates it by its tests."""

    def __init__(
        self, folder: Path, gates: str = "{implementer: [syntax, tests]}", more: str = ""
    ) -> None:
        self.root = make_project(folder, "claude", f"gates: {{in_session: {gates}{more}}}\n")
        self.table = load_context(str(self.root)).table
        self.agent_id = "a1"
        transcript = folder.parent / "agent-a1.jsonl"
        asked = {"type": "user", "message": {"role": "user", "content": TASK}}
        transcript.write_text(json.dumps(asked) + "\n")
        transcript.with_suffix(".meta.json").write_text(json.dumps({"toolUseId": "toolu_1"}))
        self.payload = {
            "session_id": "s1", "agent_id": "a1", "agent_type": "implementer", "agent_transcript_path": str(transcript),
        }  # fmt: skip

    def spawn(self, tier: str = "mid", task: str = "f" * 32) -> None:
        ledger.append(
            str(self.root),
            {"row": "decision", "tool_use_id": "toolu_1", "tier": tier, "task": task},
        )
        on_subagent_start(self.payload, self.table, str(self.root))

    def write(self, content: str, name: str = "app.py") -> dict[str, Any] | None:
        path = self.root / name
        before = path.read_text() if path.exists() else None
        path.write_text(content)
        payload = {
            **self.payload, "tool_name": "Write", "tool_input": {"file_path": str(path)},
            "tool_response": {"originalFile": before},
        }  # fmt: skip
        return on_edit(payload, self.table, str(self.root))

    def stop(self) -> dict[str, Any] | None:
        return on_subagent_stop(self.payload, self.table, str(self.root))

    def rows(self, kind: str) -> list[dict[str, Any]]:
        return [dict(row) for row in ledger.read(str(self.root)) if row["row"] == kind]


@pytest.fixture
def session(tmp_path: Path) -> Session:
    made = Session(tmp_path / "project")
    made.spawn()
    return made


@pytest.mark.slow
def test_work_that_passes_stops(session: Session) -> None:
    session.write(MENDED)
    assert session.stop() is None
    assert session.rows("gate")[0]["failed"] == []


@pytest.mark.slow
def test_work_that_fails_goes_back_with_the_evidence(session: Session) -> None:
    session.write(WRONG)
    answer = session.stop()
    assert answer is not None and answer["decision"] == "block"
    assert "[tests]" in answer["reason"] and "AssertionError: 6 != 5" in answer["reason"]


@pytest.mark.slow
def test_a_test_that_was_red_before_and_is_not_the_task_does_not_send_an_agent_back(
    session: Session,
) -> None:
    transcript = Path(session.payload["agent_transcript_path"])
    asked = {"type": "user", "message": {"role": "user", "content": "Add a constant to zed.py"}}
    transcript.write_text(json.dumps(asked) + "\n")
    session.write("Z = 1\n", "zed.py")
    assert session.stop() is None
    assert session.rows("gate")[0]["failed"] == []


@pytest.mark.slow
def test_the_third_failure_marks_the_task_and_tells_the_main_session_in_one_line(
    session: Session,
) -> None:
    contents = [WRONG, WRONG_AGAIN, "def add(a, b):\n    return 0\n"]
    answers = []
    for content in contents:
        session.write(content)
        answers.append(session.stop() or {})

    assert [answer.get("decision") for answer in answers] == ["block", "block", None]
    assert marked_up(str(session.root), "f" * 32) == 1
    assert len(answers[2]["systemMessage"].splitlines()) == 1
    assert take_notes(str(session.root), "s1") == answers[2]["systemMessage"]
    assert take_notes(str(session.root), "s1") == ""
    assert "goes to frontier" in answers[2]["systemMessage"]
    assert session.rows("escalation")[0]["to"] == "frontier"


@pytest.mark.slow
def test_a_file_that_comes_back_to_an_earlier_content_counts_as_a_failure(session: Session) -> None:
    session.write(WRONG)
    assert (session.stop() or {})["decision"] == "block"
    told = session.write(BROKEN)
    assert (
        told is not None
        and "app.py is back to an earlier content"
        in told["hookSpecificOutput"]["additionalContext"]
    )
    session.write(WRONG_AGAIN)
    assert "decision" not in (session.stop() or {})
    assert marked_up(str(session.root), "f" * 32) == 1


def test_an_edit_that_changes_nothing_is_no_circle(session: Session) -> None:
    assert session.write(WRONG) is None
    assert session.write(WRONG) is None
    assert session.write(MENDED) is None


def test_an_agent_on_the_top_tier_is_not_gated(tmp_path: Path) -> None:
    session = Session(tmp_path / "project")
    session.spawn(tier="frontier")
    session.write(WRONG)
    assert session.stop() is None
    assert session.rows("gate") == []


def test_an_agent_that_the_policy_does_not_name_is_not_gated(session: Session) -> None:
    session.payload["agent_type"] = "explorer"
    session.write(WRONG)
    assert session.stop() is None


@pytest.mark.slow
def test_an_agent_that_changed_nothing_stops_without_a_process_of_the_gates(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_process, "isolated_call", lambda *_: ["false"])
    assert session.stop() is None
    (row,) = session.rows("gate")
    assert (row["changed"], row["fault"]) == (False, "")
    session.write(WRONG)
    session.stop()
    assert session.rows("gate")[1]["fault"]


@pytest.mark.slow
def test_only_what_changed_since_the_agent_began_is_judged(tmp_path: Path) -> None:
    session = Session(tmp_path / "project", "{implementer: [tests-intact]}")
    (session.root / "test_app.py").unlink()  # the user's own doing, before the spawn
    session.spawn()
    session.write(MENDED)
    assert session.stop() is None


@pytest.mark.slow
def test_in_the_worktree_of_an_attempt_an_agent_that_changed_nothing_stops_too(
    tmp_path: Path,
) -> None:
    session = Session(tmp_path / "project", "{implementer: [paths, 'false']}")
    with open_workspace(str(session.root), "", "r1") as place:
        session.root = Path(place.root)
        trust(session.root)  # as a run lends it to its attempts
        session.spawn()
        assert session.stop() is None
        assert session.rows("gate")[0]["changed"] is False


def test_a_question_for_a_person_is_said_and_not_held_against_the_agent(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = {"name": "tests-as-they-were", "passed": False, "ran": True, "outcome": ASK_A_PERSON}
    outcome = {"gates": [asking], "changed": True}
    monkeypatch.setattr(in_session, "_run_gates", lambda *_: outcome)
    answer = session.stop() or {}
    assert "decision" not in answer
    assert "changed what tests expect" in answer["systemMessage"]
    assert session.rows("gate")[0]["asks"] == ["tests-as-they-were"]


@pytest.mark.slow
@pytest.mark.parametrize("gate", ["sleep 60", "sh -c 'exit 127'"])
def test_what_cannot_be_checked_is_said_and_not_held_against_the_agent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gate: str
) -> None:
    monkeypatch.setattr(in_session, "STARTING", 60)  # a busy machine takes its time
    session = Session(
        tmp_path / "project", f'{{implementer: ["{gate}"]}}', ", in_session_seconds: 1"
    )
    session.spawn()
    session.write(WRONG)
    answer = session.stop() or {}
    assert "decision" not in answer
    assert "was not fully checked" in answer["systemMessage"]
    assert session.rows("gate")[0]["not_run"] == [gate]


@pytest.mark.slow
def test_a_policy_that_cannot_be_read_by_the_gates_is_said(session: Session) -> None:
    (session.root / "tierwise.yaml").write_text("version: [\n")
    session.write(WRONG)
    answer = session.stop() or {}
    assert "decision" not in answer
    assert "was not checked" in answer["systemMessage"]


def test_marks_add_up_and_are_taken_back(tmp_path: Path) -> None:
    root = str(tmp_path)
    assert marked_up(root, "a") == 0
    assert (mark_up(root, "a", "x"), mark_up(root, "a", "y"), mark_up(root, "b", "z")) == (1, 2, 1)
    assert marked_up(root, "a") == 2
    assert clear(root, "a") and not clear(root, "a")
    assert list(all_marks(root)) == ["b"]


def test_a_torn_line_of_marks_is_passed_over(tmp_path: Path) -> None:
    mark_up(str(tmp_path), "a", "x")
    with (tmp_path / ".tierwise/local/marks.jsonl").open("a") as file:
        file.write('{"fingerprint": "b", "up')
    assert marked_up(str(tmp_path), "a") == 1
