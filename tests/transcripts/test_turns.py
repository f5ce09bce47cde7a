"""A transcript's lines put together into the turns of a person."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tierwise.transcripts.hindsight import count_listed_steps
from tierwise.transcripts.turns import ANSWER_KEPT, RecordedTurn, collect_turns, read_turns

SESSION = "0b1f"


def said(text: object, **more: object) -> bytes:
    line = {"type": "user", "sessionId": SESSION, "timestamp": "2026-11-02T10:00:00.000Z"}
    return json.dumps({**line, "message": {"role": "user", "content": text}, **more}).encode()


def answered(*blocks: dict[str, object], id: str = "msg_1", **more: object) -> bytes:
    message = {"id": id, "model": "claude-opus-5-5", "content": list(blocks)}
    line = {"type": "assistant", "sessionId": SESSION, "timestamp": "2026-11-02T10:00:09.000Z"}
    return json.dumps({**line, "message": message, **more}).encode()


def text(value: str) -> dict[str, object]:
    return {"type": "text", "text": value}


def use(name: str, id: str = "t1", **values: object) -> dict[str, object]:
    return {"type": "tool_use", "id": id, "name": name, "input": values}


def result(id: str, *, is_error: bool = False) -> bytes:
    return said([{"type": "tool_result", "tool_use_id": id, "is_error": is_error, "content": "x"}])


def only(turns: list[RecordedTurn]) -> RecordedTurn:
    (turn,) = turns
    return turn


def test_results_of_tools_belong_to_the_turn_that_called_them() -> None:
    lines = [
        said("fix the parser"),
        answered(use("Edit", file_path="a.py"), id="m1"),
        result("t1"),
        answered(text("Done."), id="m2"),
    ]
    turn = only(collect_turns(lines))
    assert (turn.text, turn.answer, turn.call_ids) == ("fix the parser", "Done.", ["m1", "m2"])
    assert [(tool.name, tool.target, tool.failed) for tool in turn.tools] == [
        ("Edit", "a.py", False)
    ]


def test_the_next_turn_knows_the_end_of_the_answer_before_it() -> None:
    lines = [said("options?"), answered(text("x" * 5000 + "1 or 2?")), said("2")]
    turn = collect_turns(lines)[1]
    assert turn.text == "2"
    assert turn.answer_before.endswith("1 or 2?")
    assert len(turn.answer_before) == ANSWER_KEPT


def test_an_interruption_marks_the_turn_and_begins_none() -> None:
    lines = [
        said("go on"),
        answered(use("Bash", command="make")),
        said("[Request interrupted by user]"),
    ]
    assert only(collect_turns(lines)).is_interrupted


def test_a_failed_tool_is_known_with_what_it_said() -> None:
    lines = [said("run it"), answered(use("Bash", command="make")), result("t1", is_error=True)]
    tool = only(collect_turns(lines)).tools[0]
    assert (tool.failed, tool.error) == (True, "x")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ([{"type": "text", "text": "no"}, {"type": "text", "text": "rule"}], "no\nrule"),
        ("x" * 300, "x" * 200),
        (None, ""),
        (5, ""),
        ([5], ""),
    ],
)
def test_an_error_is_read_in_each_of_its_shapes(content: object, error: str) -> None:
    told = {"type": "tool_result", "tool_use_id": "t1", "is_error": True, "content": content}
    lines = [said("run it"), answered(use("Bash", command="make")), said([told])]
    assert only(collect_turns(lines)).tools[0].error == error


def test_a_slash_command_is_a_turn_by_its_name() -> None:
    markup = "<command-name>/review</command-name><command-args>the parser</command-args>"
    assert only(collect_turns([said(markup)])).text == "/review the parser"


def test_lines_that_nobody_typed_begin_no_turn() -> None:
    lines = [
        said("first"),
        said("summary", isCompactSummary=True),
        said("caveat", isMeta=True),
        said("<task-notification>done</task-notification>"),
        said("from a subagent", isSidechain=True),
        answered(text("inner"), isSidechain=True),
        b'{"type": "user", broken',
        b'{"type": "attachment", "message": null}',
    ]
    turn = only(collect_turns(lines))
    assert (turn.text, turn.answer) == ("first", "")


def test_plan_mode_holds_until_it_is_left() -> None:
    lines = [
        said("plan it", permissionMode="plan"),
        said("go", permissionMode="default"),
        said("on"),
    ]
    assert [turn.is_planning for turn in collect_turns(lines)] == [True, False, False]


def test_a_file_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_bytes(said("one") + b"\n" + answered(text("a")) + b"\n" + said("two") + b"\n")
    assert [turn.text for turn in read_turns(path)] == ["one", "two"]


def test_a_list_of_steps_is_counted() -> None:
    lists = use("TodoWrite", todos=[{"content": "one"}, {"content": "two"}])
    turn = only(collect_turns([said("Do it"), answered(lists, use("TaskCreate", subject="three"))]))
    assert [tool.items for tool in turn.tools] == [2, 0]
    assert count_listed_steps(turn.tools) == 2
    assert count_listed_steps(turn.tools[1:] * 3) == 3
