"""Which sessions may still run, from the ledger that the real hook writes."""

from __future__ import annotations

from pathlib import Path

from tests.support.hook import ask, event
from tests.support.policies import synced

from tierwise import ledger
from tierwise.sync.watch.sessions import open_sessions


def begins(root: Path, session: str) -> None:
    started = event("SessionStart", root, session_id=session, source="startup")
    ask(started, {"AI_AGENT": "claude-code_2-1-197_agent"})


def ends(root: Path, session: str) -> None:
    ask(event("SessionEnd", root, session_id=session, reason="exit"))


def test_a_session_that_has_ended_is_not_named(repository: Path) -> None:
    synced(repository)
    for name in ("first-session", "second-session", "third-session"):
        begins(repository, name)
    ends(repository, "second-session")
    assert open_sessions(ledger.read(str(repository))) == ["first-se", "third-se"]


def test_only_the_last_ten_are_named(repository: Path) -> None:
    synced(repository)
    for number in range(12):
        begins(repository, f"session{number:02d}")
    assert open_sessions(ledger.read(str(repository))) == [
        f"session{number:02d}"[:8] for number in range(2, 12)
    ]


def test_a_client_that_reads_edited_agents_at_once_has_no_old_ones() -> None:
    rows = [
        {"row": "session", "what": "start", "session_id": client, "client": client}
        for client in ("2.1.197", "2.1.329", "2.1.332", "")
    ]
    rows[-1]["session_id"] = "unknown"
    assert open_sessions(rows) == ["2.1.197", "unknown"]
