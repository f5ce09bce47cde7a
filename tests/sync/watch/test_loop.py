"""What the watcher does, and does not do, while people work."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.policies import snapshot, synced, write_policy
from tests.support.watching import AGENT, HIGH, LOW, Watching

from tierwise.sync.apply import apply_plan
from tierwise.sync.change import Plan
from tierwise.sync.repository import uninstall
from tierwise.sync.state import PATH as STATE
from tierwise.sync.state import read_state
from tierwise.sync.watch import loop
from tierwise.sync.watch.loop import TYPING_SECONDS, Watcher

pytestmark = pytest.mark.slow

STATUS = (sys.executable, "-m", "tierwise", "status")


def settled(watcher: Watching) -> None:
    """Give a watcher that would do something wrong the time to do it: two of its sweeps."""
    time.sleep(4.5)
    assert watcher.process.poll() is None


def test_it_says_what_is_live_and_what_waits_for_the_next_session(repository: Path) -> None:
    synced(repository)
    with Watching(repository) as watcher:
        write_policy(repository, LOW)
        event = watcher.wait_for("synced")
    assert event["live"] is True
    assert AGENT in event["next_session"]
    assert AGENT in event["files"]


def test_a_broken_policy_changes_nothing_is_said_once_and_the_next_good_save_clears_it(
    repository: Path,
) -> None:
    synced(repository)
    before = snapshot(repository / ".claude")
    with Watching(repository) as watcher:
        for end in ("mode: [", "mode: [", "mode: [ "):
            write_policy(repository, end)
            time.sleep(0.1)
        assert watcher.wait_for("broken")["message"].startswith("tierwise.yaml:3:1: not YAML")
        assert snapshot(repository / ".claude") == before
        write_policy(repository, LOW)
        watcher.wait_for("fixed")
        watcher.until_followed()
        assert len({event["message"] for event in watcher.named("broken")}) == len(
            watcher.named("broken")
        )


def test_a_policy_that_an_editor_has_just_emptied_is_waited_for(repository: Path) -> None:
    synced(repository, LOW)
    agent = (repository / AGENT).read_bytes()
    with Watching(repository) as watcher:
        emptied = time.monotonic()
        (repository / "tierwise.yaml").write_bytes(b"")
        time.sleep(0.4)
        found = (repository / AGENT).read_bytes()
        write_policy(repository, HIGH)
        is_late = time.monotonic() - emptied > 0.9 * TYPING_SECONDS  # on a busy machine
        watcher.wait_for("synced")
        assert is_late or (found, len(watcher.named("synced"))) == (agent, 1)


def test_a_hand_edit_and_a_deletion_are_reported_and_left(repository: Path) -> None:
    synced(repository)
    with Watching(repository) as watcher:
        (repository / AGENT).write_bytes(b"---\nname: explorer\n---\nmine\n")
        assert watcher.wait_for("drift")["files"] == [{"path": AGENT, "status": "edited"}]
        (repository / "ROUTING.md").unlink()
        assert {"path": "ROUTING.md", "status": "missing"} in watcher.wait_for("drift", 2)["files"]
        write_policy(repository, LOW)
        watcher.until_followed()
    assert (repository / AGENT).read_bytes().endswith(b"mine\n")
    assert not (repository / "ROUTING.md").exists()


def test_repair_puts_them_back_when_asked_but_never_takes_a_file_of_the_user_s(
    repository: Path,
) -> None:
    foreign = repository / ".claude/commands/plan.md"
    foreign.parent.mkdir(parents=True)
    foreign.write_bytes(b"my plan\n")
    synced(repository)
    agent = (repository / AGENT).read_bytes()
    with Watching(repository, "--repair") as watcher:
        (repository / AGENT).write_bytes(b"mine\n")
        watcher.until(lambda: (repository / AGENT).read_bytes() == agent, "repaired edit")
        (repository / AGENT).unlink()
        watcher.until((repository / AGENT).exists, "repaired deletion")
    assert foreign.read_bytes() == b"my plan\n"


def test_its_own_writes_are_no_news(repository: Path) -> None:
    synced(repository)
    with Watching(repository) as watcher:
        write_policy(repository, LOW)
        watcher.wait_for("synced")
        settled(watcher)
        assert [event["event"] for event in watcher.events] == ["watching", "synced"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(repository: Path, number: signal.Signals) -> None:
    synced(repository)
    with Watching(repository) as watcher:
        watcher.process.send_signal(number)
        assert watcher.process.wait(30) == 0
    assert watcher.events[-1]["event"] == "stopped"


def watcher_view(root: Path) -> dict[str, object]:
    """What ``tierwise status`` says of the watcher."""
    done = subprocess.run([*STATUS, "--json"], cwd=root, capture_output=True, check=True)
    return dict(json.loads(done.stdout)["watcher"])


def test_status_shows_the_watcher_and_what_it_last_did(repository: Path) -> None:
    synced(repository)
    none = {"running": False, "pid": None, "started": None, "last_run": None, "last_event": None}
    assert watcher_view(repository) == none
    with Watching(repository) as watcher:
        view = watcher_view(repository)
        assert (view["pid"], view["last_event"]) == (watcher.process.pid, "in sync")
        write_policy(repository, LOW)
        watcher.wait_for("synced")
        assert str(watcher_view(repository)["last_event"]).startswith("synced ")
        write_policy(repository, "mode: [")
        watcher.wait_for("broken")
        done = subprocess.run(STATUS, cwd=repository, capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert re.search(r"watcher: runs .* broken: tierwise.yaml:3:1", done.stdout)
        write_policy(repository, LOW)
        watcher.wait_for("fixed")
        assert watcher_view(repository)["last_event"] == "fixed"
        (repository / AGENT).unlink()
        watcher.wait_for("drift")
        assert watcher_view(repository)["last_event"] == "drift: 1 file left"
        watcher.process.kill()
    after = watcher_view(repository)
    assert (after["running"], after["pid"], after["last_event"]) == (
        False,
        None,
        "drift: 1 file left",
    )


def test_a_thousand_mixed_edits_end_in_sync_and_memory_does_not_grow(repository: Path) -> None:
    """A short day; bench/watch_day.py runs 20,000 edits."""
    script = Path(__file__).parents[3] / "bench" / "watch_day.py"
    done = subprocess.run(
        [sys.executable, script, "--edits", "1000", "--seed", "7"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_uninstall_during_a_look_is_seen_by_the_next(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the files away first, and the record of them last."""
    events: list[str] = []
    synced(repository)
    watcher = Watcher(str(repository), lambda event, **_: events.append(event))
    watcher.look()

    def forget_meanwhile(root: str, plan: Plan) -> None:
        apply_plan(root, plan)
        (repository / STATE).unlink()

    monkeypatch.setattr(loop, "apply_plan", forget_meanwhile)
    for path in read_state(str(repository)):
        (repository / path).unlink()
    watcher.look()
    monkeypatch.undo()
    watcher.look()
    assert events == ["drift", "gone"]


def test_an_uninstall_while_it_runs_is_not_undone_until_the_policy_is_saved_again(
    repository: Path,
) -> None:
    synced(repository)
    with Watching(repository) as watcher:
        uninstall(str(repository))
        watcher.wait_for("gone")
        settled(watcher)
        assert (repository / "tierwise.yaml").exists()
        assert not (repository / ".claude/agents").exists()
        write_policy(repository, LOW)
        watcher.until_followed()
