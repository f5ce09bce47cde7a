"""Reading tasks from JSON lines."""

from __future__ import annotations

import pytest

from tierwise.errors import TierwiseError
from tierwise.routing.batch import read_tasks


def test_each_line_is_a_task_and_further_keys_are_left_alone() -> None:
    lines = [
        b'\xef\xbb\xbf{"task": "a"}\n',
        b"\n",
        b'{"task": "b", "agent": "Plan", "paths": ["x"], "label": 3}\r\n',
    ]
    assert list(read_tasks(lines, "f")) == [
        {"task": "a", "agent": None, "paths": []},
        {"task": "b", "agent": "Plan", "paths": ["x"]},
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"3",
        b"{}",
        b'{"task": 3}',
        b'{"task": " "}',
        b'{"task": "a", "agent": 1}',
        b'{"task": "a", "paths": "x"}',
        b"\xff",
        b"[" * 9999,
    ],
)
def test_a_broken_line_is_an_error_with_its_place_and_stops_no_other(line: bytes) -> None:
    first, broken, last = read_tasks([b'{"task": "a"}', line, b'{"task": "b"}'], "backlog.jsonl")
    assert isinstance(broken, TierwiseError)
    assert broken.place == "backlog.jsonl:2"
    assert broken.remedy
    assert (first, last) == (
        {"task": "a", "agent": None, "paths": []},
        {"task": "b", "agent": None, "paths": []},
    )
