"""Whose calls a transcript tells of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.support.one_call import CALL, main_file, only_record
from tests.support.transcripts import (
    agent_result,
    meta,
    project,
    row,
    write,
)

from tierwise.transcripts.read import read_usage


def test_a_workflow_agent_belongs_to_its_session_and_the_journal_is_no_transcript(
    tmp_path: Path,
) -> None:
    folder = project(tmp_path) / "s1" / "subagents" / "workflows" / "wf_12345678-abc"
    path = write(folder / "agent-a1.jsonl", row(replace(CALL, agent_id="a1")))
    write(folder / "journal.jsonl", row(replace(CALL, id="msg_journal")))
    meta(path, "reviewer", "toolu_7")
    record = only_record(tmp_path)
    assert (record.session, record.agent, record.tool_use_id) == ("s1", "reviewer", "toolu_7")


def test_an_old_agent_file_is_no_session_and_is_named_by_the_tool_result(tmp_path: Path) -> None:
    write(main_file(tmp_path), row(CALL), agent_result("s1", "0123abcd", "Plan", "toolu_3"))
    write(
        project(tmp_path) / "agent-0123abcd.jsonl",
        row(replace(CALL, id="msg_2", agent_id="0123abcd")),
    )
    read = read_usage([tmp_path])
    assert read.coverage.sessions == 1
    assert {(record.agent, record.tool_use_id) for record in read.records} == {
        ("main", ""),
        ("Plan", "toolu_3"),
    }


def test_an_agent_s_own_attribution_wins_over_the_file_beside_it(tmp_path: Path) -> None:
    path = project(tmp_path) / "s1" / "subagents" / "agent-a1.jsonl"
    write(path, row(replace(CALL, agent="Explore", agent_id="a1")))
    meta(path, "Plan")
    assert only_record(tmp_path).agent == "Explore"
