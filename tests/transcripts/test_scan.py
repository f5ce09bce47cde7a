"""One small fixture for each quirk of transcripts, its answer reckoned by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tests.support.one_call import CALL, COST, cost_of, main_file, only_record
from tests.support.transcripts import (
    agent_result,
    cost_state,
    encode,
    progress,
    project,
    row,
    stamp,
    usage,
    write,
)

from tierwise.transcripts.merge import milliseconds
from tierwise.transcripts.read import read_usage


def test_a_call_of_three_blocks_is_one_call(tmp_path: Path) -> None:
    write(main_file(tmp_path), *(row(CALL, block=block) for block in range(3)))
    read = read_usage([tmp_path])
    assert cost_of(read) == COST
    assert (read.coverage.usage_rows, read.coverage.duplicate_rows) == (3, 2)


def test_rows_without_a_request_id_are_one_call(tmp_path: Path) -> None:
    write(main_file(tmp_path), *(row(CALL, block=block, requestId=None) for block in range(2)))
    assert cost_of(read_usage([tmp_path])) == COST


def test_rows_without_a_message_id_are_told_apart_by_uuid(tmp_path: Path) -> None:
    nameless = replace(CALL, id="")
    write(
        main_file(tmp_path),
        row(nameless, uuid="a"),
        row(nameless, uuid="a"),
        row(nameless, uuid="b"),
    )
    assert [record.message_id for record in read_usage([tmp_path]).records] == ["uuid:a", "uuid:b"]


def test_a_side_question_s_replay_is_not_a_call(tmp_path: Path) -> None:
    write(main_file(tmp_path), row(CALL))
    side = project(tmp_path) / "s1" / "subagents" / "agent-a1.jsonl"
    write(side, row(CALL, isSidechain=True, agentId="a1", requestId="req_other"))
    record = only_record(tmp_path)
    assert record.is_main
    assert record.agent == "main"


def test_a_parent_s_progress_copy_belongs_to_the_agent(tmp_path: Path) -> None:
    call = replace(CALL, agent="Explore", agent_id="a1")
    write(main_file(tmp_path), progress(call))
    write(project(tmp_path) / "s1" / "subagents" / "agent-a1.jsonl", row(call))
    record = only_record(tmp_path)
    assert (record.agent, record.is_main, record.output_tokens) == ("Explore", False, 200)


def test_a_progress_copy_alone_is_still_a_call_that_was_paid(tmp_path: Path) -> None:
    write(main_file(tmp_path), progress(replace(CALL, agent="Explore", agent_id="a1")))
    read = read_usage([tmp_path])
    assert cost_of(read) == COST
    assert read.records[0].agent == "unknown"


def test_null_fields_in_a_tool_s_input_do_no_harm(tmp_path: Path) -> None:
    line = row(CALL)
    line["message"]["content"] = [
        {"type": "tool_use", "input": {"id": None, "model": None, "usage": None}}
    ]
    write(main_file(tmp_path), line)
    assert cost_of(read_usage([tmp_path])) == COST


def test_null_counts_are_zero(tmp_path: Path) -> None:
    told = usage(CALL) | {
        "cache_creation": None,
        "server_tool_use": None,
        "iterations": None,
        "speed": None,
    }
    write(main_file(tmp_path), row(CALL, told=told | {"cache_read_input_tokens": None}))
    assert cost_of(read_usage([tmp_path])) == COST


def test_json_with_spaces_and_keys_in_another_order_is_read(tmp_path: Path) -> None:
    line = dict(reversed(row(CALL).items()))
    write(
        main_file(tmp_path), encode(line, spaced=True), encode(cost_state("s1", 0.5), spaced=True)
    )
    read = read_usage([tmp_path])
    assert cost_of(read) == COST
    assert read.cost_states["s1"].cost_usd == 0.5


def test_damage_is_counted_and_costs_no_other_line(tmp_path: Path) -> None:
    torn = encode(row(replace(CALL, id="msg_torn")))[:300] + b"\n"
    write(main_file(tmp_path), torn, b"not json\n", b"\xff\xfe\n", row(CALL), b'{"type":"user"')
    read = read_usage([tmp_path])
    assert cost_of(read) == COST
    assert (read.coverage.lines, read.coverage.damaged_lines) == (5, 4)


def test_a_line_right_behind_a_torn_one_is_read(tmp_path: Path) -> None:
    torn = encode(row(replace(CALL, id="msg_torn")))[:300]
    write(main_file(tmp_path), torn + encode(row(CALL)))
    read = read_usage([tmp_path])
    assert cost_of(read) == COST
    assert read.coverage.damaged_lines == 1


def test_every_whole_line_is_found_in_lines_that_ran_together(tmp_path: Path) -> None:
    one, two, three = (
        encode(row(replace(CALL, id=f"msg_{number}"))).rstrip() for number in range(3)
    )
    whole_and_torn = one + two[:200]
    reordered = encode(dict(reversed(json.loads(three).items()))).rstrip()
    write(main_file(tmp_path), whole_and_torn + b"\n", b"\0\0\0" + two + reordered + b"\n")
    read = read_usage([tmp_path])
    assert {record.message_id for record in read.records} == {"msg_0", "msg_1", "msg_2"}
    assert (read.coverage.lines, read.coverage.damaged_lines) == (2, 2)


def test_what_a_later_row_alone_says_of_a_call_is_kept(tmp_path: Path) -> None:
    first = row(CALL, cwd=None, effort=None, gitBranch=None, timestamp=stamp(CALL.at + 60))
    write(main_file(tmp_path), first, row(CALL, block=1))
    record = only_record(tmp_path)
    assert (record.project, record.effort, record.branch) == ("/home/me/project", "medium", "main")
    assert record.timestamp == CALL.at * 1000


def test_a_field_of_an_unknown_shape_costs_that_field_not_the_call(tmp_path: Path) -> None:
    write(main_file(tmp_path), row(CALL, effort={"level": "high"}, version=3, data=["x"]))
    read = read_usage([tmp_path])
    assert cost_of(read) == COST
    assert read.coverage.damaged_lines == 0


def test_a_byte_that_is_no_utf_8_costs_a_character_not_the_line(tmp_path: Path) -> None:
    write(main_file(tmp_path), encode(row(CALL, cwd="/caf@")).replace(b"@", b"\xe9"))
    read = read_usage([tmp_path])
    assert cost_of(read) == COST
    assert read.records[0].project == "/caf\N{REPLACEMENT CHARACTER}"


def test_half_an_emoji_costs_the_character_not_the_line(tmp_path: Path) -> None:
    cut = encode(row(CALL, cwd="/caf@")).replace(b"@", rb"\ud83d").replace(b"Edit", rb"\udc4d Edit")
    result = encode(agent_result("s1", "a1", "Explore", "toolu_1")).replace(
        b"Explore", rb"Explore\ud83d"
    )
    agent = row(replace(CALL, id="msg_2", agent_id="a1"))
    write(main_file(tmp_path), cut, result)
    write(project(tmp_path) / "agent-a1.jsonl", agent)
    read = read_usage([tmp_path], store=tmp_path / "store.sqlite3")
    assert cost_of(read) == 2 * COST
    assert read.coverage.damaged_lines == 0
    assert {record.project for record in read.records} == {"/caf?", "/home/me/project"}
    assert {record.agent for record in read.records} == {"main", "Explore?"}


def test_a_line_nested_without_end_is_damage_and_stops_nothing(tmp_path: Path) -> None:
    deep = encode(row(replace(CALL, id="msg_deep"))).replace(
        b'"Edit"', b"[" * 90_000 + b"]" * 90_000
    )
    write(main_file(tmp_path), deep, b"[" * 500 + b"\n", b'{"a":' * 90 + b"\n", row(CALL))
    read = read_usage([tmp_path])
    assert cost_of(read) == COST
    assert read.coverage.damaged_lines == 3


def test_counts_that_a_writer_made_floats_are_counts(tmp_path: Path) -> None:
    told = usage(CALL) | {"input_tokens": 1000.0}
    write(main_file(tmp_path), row(CALL, told=told))
    assert cost_of(read_usage([tmp_path])) == COST


def test_a_time_is_read_in_every_spelling_and_never_rounded_up(tmp_path: Path) -> None:
    spellings = (
        "00:00:00Z",
        "00:00:00.5Z",
        "05:30:00.9999999+0530",
        "00:00:00.000z",
        "17:00:00-07",
        "00:00:00",
    )
    days = [f"2026-10-{6 if text.startswith('17') else 7:02}T{text}" for text in spellings]
    assert [milliseconds(text) - 1_791_331_200_000 for text in days] == [0, 500, 999, 0, 0, 0]
    assert (
        milliseconds("2026-10-06T23:59:59.9999Z") == 1_791_331_199_999
    )  # of the day before, with its prices
    assert [milliseconds(text) for text in ("", "soon", "1790000000000", None)] == [0, 0, 0, 0]


def test_a_synthetic_row_is_no_call(tmp_path: Path) -> None:
    write(main_file(tmp_path), row(replace(CALL, model="<synthetic>")))
    assert read_usage([tmp_path]).records == []


def test_the_decoy_usage_of_an_agent_s_result_is_no_call(tmp_path: Path) -> None:
    write(main_file(tmp_path), agent_result("s1", "a1", "Explore", "toolu_1"))
    assert read_usage([tmp_path]).records == []


def test_the_largest_bill_of_a_session_is_its_last(tmp_path: Path) -> None:
    write(main_file(tmp_path), cost_state("s1", 0.5), cost_state("s1", 2.5))
    write(main_file(tmp_path, "s1-resumed"), cost_state("s1", 1.0))
    assert read_usage([tmp_path]).cost_states["s1"].cost_usd == 2.5


def test_the_bill_of_a_session_of_many_models_is_a_long_line_and_read(tmp_path: Path) -> None:
    bill = cost_state("s1", 2.5)
    bill["modelUsage"] = {
        f"claude-opus-4-{number}": bill["modelUsage"]["claude-opus-5-5"] for number in range(40)
    }
    write(main_file(tmp_path), bill)
    assert len(encode(bill)) > 1024
    assert read_usage([tmp_path]).cost_states["s1"].cost_usd == 2.5


def test_a_branch_with_the_name_of_a_bill_hides_no_call(tmp_path: Path) -> None:
    line = {"gitBranch": "cost-state", **row(CALL), "more": "x" * 3000}
    line["gitBranch"] = "cost-state"
    write(main_file(tmp_path), line)
    read = read_usage([tmp_path])
    assert (cost_of(read), read.cost_states) == (COST, {})


def test_lines_longer_than_what_is_read_at_once_are_read_whole(tmp_path: Path) -> None:
    texts = ("x" * 200_000, "{" * 70_000, "{" * 3_000)
    lines = [row(replace(CALL, id=f"msg_{number}")) for number in range(len(texts))]
    for line, text in zip(lines, texts, strict=True):
        line["message"]["content"] = [{"type": "text", "text": text}]
    result = {"type": "user", "message": {"content": texts[0]}}
    write(main_file(tmp_path), result, lines[0], b"no brace\n", *lines[1:], b"no brace")
    read = read_usage([tmp_path])
    assert cost_of(read) == 3 * COST
    assert (read.coverage.lines, read.coverage.damaged_lines) == (6, 2)
