"""A session without roles: each request belongs to the model whose turn it is."""

from __future__ import annotations

from tierwise.verify.tools.turns_session import TurnsSession
from tierwise.verify.wires.chat import CHAT
from tierwise.verify.wires.wire import Body, Route, Sent

TURNS = {"architect": "a plan", "editor": "a.txt\nan edit", "weak model": "a message"}


def _ask(session: TurnsSession, model: str, *texts: str) -> str:
    body: Body = {"model": model, "messages": [{"role": "user", "content": text} for text in texts]}
    return session.answer(Sent("/v1/chat/completions", body)).data.decode()


def test_a_reply_that_is_handed_on_tells_whose_turn_it_is() -> None:
    session = TurnsSession(CHAT, TURNS)
    assert session.measure_opening() == 0
    assert "a plan" in _ask(session, "top", "task")
    assert "an edit" in _ask(session, "middle", "task", "a plan")
    assert "an edit" in _ask(session, "other", "the file again", "a plan")
    assert "a message" in _ask(session, "small", "a plan", "a.txt\nan edit")
    routes = [session.find_route(name) for name in TURNS]
    assert routes == [Route("top", ""), Route("middle", ""), Route("small", "")]
    assert session.measure_opening() == len("top" + "user" + "task")


def test_a_turn_that_did_not_come_has_no_route() -> None:
    session = TurnsSession(CHAT, TURNS)
    _ask(session, "top", "task")
    assert session.find_route("editor") is None
