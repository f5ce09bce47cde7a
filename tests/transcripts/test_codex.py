"""Codex's session records: each call once, with the figures of the lines written here."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from tests.support.rollouts import (
    FORK,
    LATE_TURN,
    ROOT,
    SECOND_FORK,
    Line,
    begin_turn,
    make_count,
    make_meta,
    make_row,
    make_subagent,
    make_tokens,
    note_item,
    note_spawn,
    write_rollout,
)

from tierwise.transcripts.codex import find_codex_home, read_codex_usage
from tierwise.transcripts.records import CodexCoverage, Usage

FIRST = make_tokens(1000, 600, 50, 20)
SECOND = make_tokens(1500, 1000, 70)
BOTH = make_tokens(2500, 1600, 120, 20)
THIRD = make_tokens(2000, 1200, 30)
ALL = make_tokens(4500, 2800, 150, 20)
HISTORY = [begin_turn(), make_count(FIRST, FIRST), make_count(BOTH, SECOND)]
"""Two calls of the thread ROOT: prompts 1,000 and 1,500, outputs 50 and 70."""


def list_prompts(usage: Usage) -> list[int]:
    return [record.prompt_tokens for record in usage.records]


def count_codex(usage: Usage) -> tuple[int, int, int]:
    codex = usage.coverage.codex
    assert isinstance(codex, CodexCoverage)
    return codex.files, codex.calls, codex.copies


def test_a_call_is_told_with_its_tokens_model_and_place(tmp_path: Path) -> None:
    write_rollout(tmp_path, ROOT, [make_meta(ROOT), *HISTORY])
    first, second = read_codex_usage(tmp_path).records
    assert (first.input_tokens, first.cache_read_tokens, first.output_tokens) == (400, 600, 50)
    assert (first.thinking_tokens, second.input_tokens, second.tokens) == (20, 500, 1570)
    assert (first.model, first.effort, first.agent, first.is_main) == (
        "gpt-6-luna",
        "low",
        "main",
        True,
    )
    assert (first.session, first.project, first.branch) == (ROOT, "/repo", "main")
    assert first.when().isoformat() == "2026-11-20T09:00:02+00:00"


def test_a_count_told_again_is_no_call(tmp_path: Path) -> None:
    empty = {"type": "event_msg", "payload": {"type": "token_count", "info": None}}
    again = make_count(BOTH, SECOND)
    write_rollout(tmp_path, ROOT, [make_meta(ROOT), *HISTORY, again, empty, again])
    assert list_prompts(read_codex_usage(tmp_path)) == [1000, 1500]


def test_a_resumed_thread_goes_on(tmp_path: Path) -> None:
    later = [begin_turn(LATE_TURN, "gpt-6.2-sol", "high"), make_count(ALL, THIRD)]
    write_rollout(tmp_path, ROOT, [make_meta(ROOT), *HISTORY, make_meta(ROOT), *later])
    usage = read_codex_usage(tmp_path)
    assert list_prompts(usage) == [1000, 1500, 2000]
    assert (usage.records[2].model, usage.records[2].effort) == ("gpt-6.2-sol", "high")


def test_a_total_that_begins_anew_hides_no_call(tmp_path: Path) -> None:
    lines = [make_meta(ROOT), *HISTORY, make_count(FIRST, FIRST)]
    write_rollout(tmp_path, ROOT, lines)
    assert list_prompts(read_codex_usage(tmp_path)) == [1000, 1500, 1000]


def test_a_fork_counts_what_it_did_itself(tmp_path: Path) -> None:
    fork = make_meta(FORK, forked_from_id=ROOT)
    own = [begin_turn(LATE_TURN), make_count(ALL, THIRD)]
    write_rollout(tmp_path, ROOT, [make_meta(ROOT), *HISTORY])
    write_rollout(tmp_path, FORK, [fork, make_meta(ROOT), *HISTORY, *own], second=30)
    usage = read_codex_usage(tmp_path)
    assert list_prompts(usage) == [1000, 1500, 2000]
    assert [record.session for record in usage.records] == [ROOT, ROOT, FORK]
    assert (count_codex(usage), usage.coverage.duplicate_rows) == ((2, 3, 2), 2)
    assert not any(record.forked for record in usage.records)


def test_a_fork_of_an_old_version_is_told_apart_by_its_counts(tmp_path: Path) -> None:
    history = [begin_turn("1"), *HISTORY[1:]]
    fork = make_meta(FORK, forked_from_id=ROOT)
    write_rollout(tmp_path, ROOT, [make_meta(ROOT), *history])
    write_rollout(tmp_path, FORK, [fork, *history, make_count(ALL, THIRD)], second=30)
    usage = read_codex_usage(tmp_path)
    assert (list_prompts(usage), count_codex(usage)) == ([1000, 1500, 2000], (2, 3, 2))


def test_forks_of_a_thread_that_is_gone_tell_its_calls_once(tmp_path: Path) -> None:
    for second, thread in ((10, FORK), (30, SECOND_FORK)):
        lines = [make_meta(thread, forked_from_id=ROOT), make_meta(ROOT), *HISTORY]
        write_rollout(tmp_path, thread, lines, second)
    usage = read_codex_usage(tmp_path)
    assert (list_prompts(usage), count_codex(usage)) == ([1000, 1500], (2, 2, 2))
    assert all(record.forked for record in usage.records)


def test_a_fork_of_a_fork_and_ten_subagents_copy_nothing_into_the_sum(tmp_path: Path) -> None:
    write_rollout(tmp_path, ROOT, [make_meta(ROOT), *HISTORY])
    parent = ROOT
    for number in range(10):
        thread = f"019fa2{number:02}-0000-7000-8000-000000000002"
        agent = make_subagent(thread, parent, "explorer", forked_from_id=parent)
        own = [begin_turn(LATE_TURN), make_count(make_tokens(9000 + number, 0, 9), THIRD)]
        write_rollout(tmp_path, thread, [agent, make_meta(parent), *HISTORY, *own], 5 + number)
        parent = thread
    usage = read_codex_usage(tmp_path)
    assert sorted(list_prompts(usage)) == [1000, 1500] + 10 * [2000]
    assert count_codex(usage) == (11, 12, 20)


def test_subagents_without_a_history_may_have_equal_counts(tmp_path: Path) -> None:
    write_rollout(tmp_path, ROOT, [make_meta(ROOT), begin_turn(), make_count(FIRST, FIRST)])
    for thread, role in ((FORK, "explorer"), (SECOND_FORK, None)):
        agent = make_subagent(thread, ROOT, role, session_id=ROOT)
        write_rollout(tmp_path, thread, [agent, begin_turn(), make_count(FIRST, FIRST)], 10)
    usage = read_codex_usage(tmp_path)
    assert list_prompts(usage) == [1000, 1000, 1000]
    found = [(record.agent, record.agent_id, record.session) for record in usage.records]
    assert found == [("main", "", ROOT), ("explorer", FORK, ROOT), ("unknown", SECOND_FORK, ROOT)]


def test_a_call_told_by_both_rows_of_newer_versions_counts_once(tmp_path: Path) -> None:
    lines = [make_row(ROOT, FIRST, FIRST), make_count(FIRST, FIRST)]
    lines += [make_row(ROOT, BOTH, SECOND), make_row(ROOT, ALL, THIRD)]
    lines += [make_count(BOTH, SECOND), make_count(ALL, THIRD)]
    write_rollout(tmp_path, ROOT, [make_meta(ROOT), begin_turn(), *lines])
    assert list_prompts(read_codex_usage(tmp_path)) == [1000, 1500, 2000]


def test_a_call_that_no_row_told_counts_though_it_has_the_tokens_of_one(tmp_path: Path) -> None:
    """Such as where an older version goes on with a thread."""
    twice = make_tokens(2000, 1200, 100, 40)
    lines = [make_row(ROOT, FIRST, FIRST), make_count(FIRST, FIRST), make_count(twice, FIRST)]
    write_rollout(tmp_path, ROOT, [make_meta(ROOT), begin_turn(), *lines])
    assert list_prompts(read_codex_usage(tmp_path)) == [1000, 1000]


def test_a_count_told_again_between_a_row_and_its_count_is_no_call(tmp_path: Path) -> None:
    twice = make_tokens(2000, 1200, 100, 40)
    told = [make_row(ROOT, FIRST, FIRST), make_count(FIRST, FIRST)]
    again = [make_row(ROOT, twice, FIRST), make_count(FIRST, FIRST), make_count(twice, FIRST)]
    write_rollout(tmp_path, ROOT, [make_meta(ROOT), begin_turn(), *told, *again])
    assert list_prompts(read_codex_usage(tmp_path)) == [1000, 1000]


def test_the_ordinal_says_where_a_subagents_own_history_begins(tmp_path: Path) -> None:
    agent = make_subagent(FORK, ROOT, None, forked_from_id=ROOT, subagent_history_start_ordinal=3)
    own = {**make_count(FIRST, FIRST), "ordinal": 3}
    copy = {**make_count(BOTH, SECOND), "ordinal": 2}
    write_rollout(tmp_path, ROOT, [make_meta(ROOT), *HISTORY])
    write_rollout(tmp_path, FORK, [agent, begin_turn("1"), copy, own], second=30)
    assert list_prompts(read_codex_usage(tmp_path)) == [1000, 1500, 1000]


DAMAGED = (
    '{"type":"token_count"',
    "\x00\x00",
    '{"token_count": }',
    "[1]",
    '{"type": "session_meta", "payload": {"id": "x", "source": ' + "[" * 5000 + "]" * 5000 + "}}",
    json.dumps(make_count(BOTH, make_tokens(-5, 0, 1))),
)


@pytest.mark.parametrize("text", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_line_is_passed_over(tmp_path: Path, text: str) -> None:
    path = write_rollout(tmp_path, ROOT, [make_meta(ROOT), *HISTORY])
    whole = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*whole[:3], text, *whole[3:], whole[3][:40]]), encoding="utf-8")
    usage = read_codex_usage(tmp_path)
    assert list_prompts(usage) == [1000, 1500]
    assert (usage.coverage.lines, usage.coverage.damaged_lines) == (5, 1)


def test_a_file_without_a_first_line_or_in_a_circle_ends(tmp_path: Path) -> None:
    circle = [
        make_meta(FORK, forked_from_id=SECOND_FORK),
        make_meta(SECOND_FORK, forked_from_id=FORK),
    ]
    lines: list[Line] = [*circle, *HISTORY]
    write_rollout(tmp_path, FORK, lines)
    write_rollout(tmp_path, ROOT, HISTORY)
    assert list_prompts(read_codex_usage(tmp_path)) == [1000, 1500]


def test_a_thread_without_a_name_tells_nothing(tmp_path: Path) -> None:
    write_rollout(tmp_path, ROOT, [make_meta(ROOT), *HISTORY])
    write_rollout(tmp_path, FORK, [make_meta("", forked_from_id=ROOT), *HISTORY])
    assert list_prompts(read_codex_usage(tmp_path)) == [1000, 1500]


def test_a_window_takes_the_calls_in_it(tmp_path: Path) -> None:
    write_rollout(tmp_path, ROOT, [make_meta(ROOT), *HISTORY])
    moment = datetime(2026, 11, 20, 9, 0, 3, tzinfo=timezone.utc)
    assert list_prompts(read_codex_usage(tmp_path, since=moment)) == [1500]
    assert list_prompts(read_codex_usage(tmp_path, until=moment)) == [1000]


def test_an_archived_thread_counts_once(tmp_path: Path) -> None:
    path = write_rollout(tmp_path, ROOT, [make_meta(ROOT), *HISTORY])
    archive = tmp_path / "archived_sessions"
    archive.mkdir()
    (archive / path.name).write_bytes(path.read_bytes())
    assert list_prompts(read_codex_usage(tmp_path)) == [1000, 1500]


def test_the_folder_is_the_one_codex_uses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert find_codex_home({}) == tmp_path / ".codex"
    assert find_codex_home({"CODEX_HOME": "/else"}) == Path("/else")
    assert read_codex_usage(tmp_path / "nothing").records == []


@pytest.mark.parametrize("kind", ["V1", "V2"])
def test_an_agents_calls_name_the_call_that_spawned_it(tmp_path: Path, kind: str) -> None:
    count = make_count(FIRST, FIRST)
    ended = {"type": "SubAgentActivity", "id": "end", "kind": "completed", "agent_thread_id": FORK}
    waited = {"type": "CollabAgentToolCall", "id": "wait", "receiver_thread_ids": [FORK]}
    later = [note_item(ended), note_item({"tool": "wait", **waited})]
    main = [make_meta(ROOT), begin_turn(), note_spawn(kind, "call_1", FORK), *later, count]
    write_rollout(tmp_path, ROOT, main)
    agent = make_subagent(FORK, ROOT, "explorer", session_id=ROOT)
    write_rollout(tmp_path, FORK, [agent, begin_turn(LATE_TURN), count], 10)
    calls = {(r.session, r.agent, r.tool_use_id) for r in read_codex_usage(tmp_path).records}
    assert calls == {(ROOT, "main", ""), (ROOT, "explorer", "call_1")}
