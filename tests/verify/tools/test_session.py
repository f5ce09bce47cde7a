"""A session: all calls at once to the main session's first request, a word to everything else."""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tierwise.verify.tools import session as module
from tierwise.verify.tools.session import (
    PROMPT,
    SpawnSession,
    Stage,
    run_session,
    serve_answers,
    write_task,
)
from tierwise.verify.turns import ToolCall
from tierwise.verify.wires.chat import CHAT
from tierwise.verify.wires.wire import Body, Reply, Route, Sent

TOOLS = [{"type": "function", "function": {"name": "task"}}]


def _make_session(*roles: str) -> SpawnSession:
    return SpawnSession(CHAT, {role: ToolCall("task", {"role": role}) for role in roles})


def _write_body(text: str, model: str = "main", tools: list[Body] = TOOLS) -> Body:
    message = {"role": "user", "content": text}
    return {"model": model, "messages": [message], "tools": tools}


def _ask(session: SpawnSession, text: str, model: str = "main", tools: list[Body] = TOOLS) -> Reply:
    return session.answer(Sent("/chat/completions", _write_body(text, model, tools)))


def test_the_first_request_with_tools_gets_every_call() -> None:
    session = _make_session("planner", "build-planner")
    assert b"tool_calls" not in _ask(session, f"A title for {PROMPT}", tools=[]).data
    assert _ask(session, PROMPT).data.count(b'"name": "task"') == 2
    _ask(session, write_task("build-planner"), "one")
    _ask(session, write_task("planner"), "two")
    _ask(session, f"A title for {write_task('planner')}", "titles", tools=[])
    assert b"done" in _ask(session, f"{PROMPT} {write_task('planner')}").data
    assert session.find_route("planner") == Route("two", "")
    assert session.find_route("build-planner") == Route("one", "")
    assert session.find_route("nobody") is None


def test_the_main_session_waits_for_an_agent_that_asks_late_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_WAIT_SECONDS", 0.2)
    session = _make_session("planner")
    _ask(session, PROMPT)
    before = time.monotonic()
    _ask(session, PROMPT)
    assert time.monotonic() - before >= 0.2


def test_the_main_session_waits_until_the_client_has_recorded_what_is_read() -> None:
    looks = iter([False, False, True])
    session = SpawnSession(CHAT, {}, is_recorded=lambda: next(looks))
    _ask(session, PROMPT)
    _ask(session, PROMPT)
    assert list(looks) == []


def test_without_roles_the_opening_is_measured_and_hears_a_word() -> None:
    session = _make_session()
    assert session.measure_opening() == 0
    assert b"done" in _ask(session, PROMPT).data
    assert (
        session.measure_opening() == len(f"main user {PROMPT} function task".replace(" ", "")) + 3
    )


def test_a_client_sees_a_home_a_path_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "1")
    heard: list[Sent] = []

    def answer(sent: Sent) -> Reply:
        heard.append(sent)
        return Reply("text/plain", b"")

    script = (
        "import json, os, sys, urllib.request as r\n"
        "r.urlopen(r.Request(sys.argv[1], json.dumps(dict(os.environ)).encode())).read()"
    )
    stage = Stage(tmp_path, tmp_path / "home", "/usr/bin")
    with serve_answers(answer) as port:
        address = f"http://127.0.0.1:{port}/v1?model"
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(address)
        run_session([sys.executable, "-c", script, address], stage, {"KEY": "2"})
    (sent,) = heard
    assert sent.path == "/v1?model"
    assert {"SECRET"} & set(sent.body) == set()
    assert sent.body["HOME"] == str(stage.home)
    assert (sent.body["PATH"], sent.body["KEY"]) == ("/usr/bin", "2")


@pytest.mark.parametrize("body", [b"", b"no JSON", b"\xff", b"[1]"])
def test_a_body_that_is_no_object_is_refused(
    body: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    session = _make_session("planner")
    with (
        serve_answers(session.answer) as port,
        pytest.raises(urllib.error.HTTPError, match="400"),
    ):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/telemetry", body)
    assert session.requests == []
    assert capsys.readouterr().err == ""


def test_an_empty_object_is_answered_like_any_other() -> None:
    heard: list[Sent] = []

    def answer(sent: Sent) -> Reply:
        heard.append(sent)
        return Reply("text/plain", b"heard")

    with serve_answers(answer) as port:
        reply = urllib.request.urlopen(f"http://127.0.0.1:{port}/start", b"{}").read()
    assert (reply, heard) == (b"heard", [Sent("/start", {})])


def test_a_client_that_hangs_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LIMIT", 0.5)
    late = tmp_path / "late"
    stage = Stage(tmp_path, tmp_path, "/usr/bin:/bin")
    run_session(["/bin/sh", "-c", f"(sleep 2; touch {late}) & sleep 60"], stage, {})
    time.sleep(2)
    assert not late.exists()


def test_a_home_file_is_written_with_its_folders(tmp_path: Path) -> None:
    Stage(tmp_path, tmp_path / "home", "").write_home_file("a/b.json", json.dumps({"a": 1}))
    assert (tmp_path / "home" / "a" / "b.json").read_text() == '{"a": 1}'
