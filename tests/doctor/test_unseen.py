"""Spawns that happened here and that the hook never saw."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from tests.support.counting import count_calls
from tests.support.hook import ask, spawn_event

from tierwise.doctor import unseen
from tierwise.doctor.place import Place, look


def transcript_of(root: Path, home: Path, folder: Path, call: str) -> Path:
    """A session that started in ``folder`` with one subagent."""
    place = home / ".claude" / "projects" / unseen.project_name(str(folder))
    session = place / f"{call}.jsonl"
    agent = place / call / "subagents" / "agent-a.jsonl"
    agent.parent.mkdir(parents=True)
    session.write_text(
        json.dumps({"type": "user", "cwd": str(folder)}, separators=(",", ":")) + "\n"
    )
    agent.write_text("{}\n")
    (agent.parent / "agent-a.meta.json").write_text(
        json.dumps({"agentType": "Explore", "toolUseId": call})
    )
    return agent


def test_spawns_that_the_hook_never_saw_are_counted(
    root: Path, env: dict[str, str], home: Path
) -> None:
    hour_ago = time.time() - 3600
    os.utime(root / ".tierwise" / "hook", (hour_ago, hour_ago))
    ask(spawn_event(root, 1))
    transcript_of(root, home, root, "toolu_0001")
    assert [one.level for one in unseen.check_unseen(look(str(root), env))] == ["ok"]
    transcript_of(root, home, root / "packages" / "web", "toolu_0002")
    transcript_of(root, home, Path(f"{root}-other"), "toolu_0003")
    old = transcript_of(root, home, root, "toolu_0004")
    day_ago = time.time() - 86400
    os.utime(old, (day_ago, day_ago))  # before the repository was wired
    (found,) = unseen.check_unseen(look(str(root), env))
    assert found.level == "warn" and found.what.startswith("1 spawns"), found
    assert "packages-web" in found.what


def test_what_other_projects_have_costs_nothing(
    root: Path, env: dict[str, str], home: Path
) -> None:
    place = look(str(root), env)
    transcript_of(root, home, root, "toolu_0001")
    transcript_of(root, home, Path("/elsewhere"), "toolu_0002")
    other = home / ".claude" / "projects" / unseen.project_name("/elsewhere")
    few = count_search(place)
    for number in range(50):
        (other / f"{number}.jsonl").touch()
    assert count_search(place) == few


def count_search(place: Place) -> int:
    """What looking for sessions calls once everything is loaded and no pattern is new."""

    def search() -> list[str]:
        return list(unseen.find_sessions(place, 0))

    search()
    return count_calls(search)
