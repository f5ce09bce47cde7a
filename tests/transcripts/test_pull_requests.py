"""The lines by which the client links a session to a pull request."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from tests.support.transcripts import Call, project, row, stamp, write

from tierwise.transcripts.read import read_usage
from tierwise.transcripts.records import PullRequest

AT = 1_790_000_000
CALL = Call("msg_1", "s1", at=AT, output=10)


def link(number: object, at: int, session: str = "s1") -> dict[str, object]:
    return {
        "type": "pr-link",
        "sessionId": session,
        "prNumber": number,
        "prUrl": f"https://github.com/acme/shop/pull/{number}",
        "prRepository": "acme/shop",
        "timestamp": stamp(at),
    }


def test_each_link_is_kept_once_with_its_first_time(tmp_path: Path) -> None:
    path = project(tmp_path) / "s1.jsonl"
    lines = [link(7, AT + 30), link(6, AT + 10), link(7, AT + 20), link(5, AT, session="other")]
    write(path, row(CALL), *lines)
    expected = [
        PullRequest("s1", "acme/shop#6", 1000 * (AT + 10)),
        PullRequest("s1", "acme/shop#7", 1000 * (AT + 20)),
    ]
    read = read_usage([tmp_path])
    assert read.pull_requests == {"s1": expected}
    assert read.coverage.damaged_lines == 0
    store = tmp_path / "usage.sqlite3"
    for _ in range(2):
        assert read_usage([tmp_path], store=store).pull_requests == {"s1": expected}


def test_a_window_with_a_subagent_s_calls_only_knows_the_session_s_links(tmp_path: Path) -> None:
    folder = project(tmp_path)
    write(folder / "s1.jsonl", row(CALL), link(6, AT + 10))
    agent = Call("msg_2", "s1", at=AT + 5000, agent="Explore", agent_id="a1", output=10)
    write(folder / "s1" / "subagents" / "agent-a1.jsonl", row(agent))
    store = tmp_path / "usage.sqlite3"
    since = datetime.fromtimestamp(AT + 4000, timezone.utc)
    for _ in range(2):
        read = read_usage([tmp_path], since, store=store)
        assert [record.message_id for record in read.records] == ["msg_2"]
        assert [found.name for found in read.pull_requests["s1"]] == ["acme/shop#6"]


def test_a_link_of_an_unknown_shape_costs_the_link(tmp_path: Path) -> None:
    write(project(tmp_path) / "s1.jsonl", row(CALL), link(None, AT), link("six", AT))
    read = read_usage([tmp_path])
    assert read.pull_requests == {}
    assert (len(read.records), read.coverage.damaged_lines) == (1, 1)
