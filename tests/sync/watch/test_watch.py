"""What the watcher does, and does not do, while people work."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.policies import snapshot, status, synced, write_policy
from tests.support.repository import git, make_repository
from tests.support.watching import Watching, follows

from tierwise.sync.repository import plan_sync, uninstall
from tierwise.sync.watch.only_one import watcher_pid
from tierwise.sync.watch.service import service_text

AGENT = ".claude/agents/explorer.md"
LOW, HIGH = ("tiers: {light: {effort: low}}\n", "tiers: {light: {effort: high}}\n")


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


def test_a_broken_policy_changes_nothing_is_said_once_and_the_next_good_save_clears_it(repository: Path) -> None:
    synced(repository)
    before = snapshot(repository / ".claude")
    with Watching(repository) as watcher:
        for end in ("mode: [", "mode: [", "mode: [ "):
            write_policy(repository, end)
            time.sleep(0.1)
        assert watcher.wait_for("broken")["message"].startswith("tierwise.yaml:3:1: not YAML")
        assert snapshot(repository / ".claude") == before
        write_policy(repository, LOW)
        watcher.wait_for("mended")
        watcher.until_followed()
        assert len({event["message"] for event in watcher.named("broken")}) == len(watcher.named("broken"))


def test_a_policy_that_an_editor_has_just_emptied_is_waited_for(repository: Path) -> None:
    synced(repository, LOW)
    agent = (repository / AGENT).read_bytes()
    with Watching(repository) as watcher:
        (repository / "tierwise.yaml").write_bytes(b"")
        time.sleep(0.4)
        assert (repository / AGENT).read_bytes() == agent
        write_policy(repository, HIGH)
        watcher.wait_for("synced")
        assert len(watcher.named("synced")) == 1


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


def test_repair_puts_them_back_when_asked_but_never_takes_a_file_of_the_user_s(repository: Path) -> None:
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


def test_folders_that_are_removed_and_made_again_are_watched_again(repository: Path, tmp_path: Path) -> None:
    synced(repository)
    with Watching(repository) as watcher:
        for effort in (LOW, HIGH, LOW):
            shutil.move(repository, tmp_path / "away")
            time.sleep(0.05)
            shutil.move(tmp_path / "away", repository)
            write_policy(repository, effort)
            watcher.until_followed()
        shutil.rmtree(repository / ".claude")
        watcher.wait_for("drift")
        synced(repository, LOW)
        (repository / AGENT).write_bytes(b"mine\n")
        watcher.until(lambda: watcher.events[-1].get("files") == [{"path": AGENT, "status": "edited"}], "drift again")


def test_a_policy_that_goes_and_comes_back(repository: Path) -> None:
    synced(repository)
    agent = (repository / AGENT).read_bytes()
    with Watching(repository) as watcher:
        (repository / "tierwise.yaml").unlink()
        watcher.wait_for("gone")
        assert (repository / AGENT).read_bytes() == agent
        write_policy(repository, LOW)
        watcher.until_followed()


def test_an_output_replaced_by_a_link_out_of_the_repository_is_not_written_through(
    repository: Path, tmp_path: Path
) -> None:
    synced(repository)
    outside = tmp_path / "outside.md"
    outside.write_bytes(b"theirs\n")
    with Watching(repository) as watcher:
        (repository / AGENT).unlink()
        (repository / AGENT).symlink_to(outside)
        watcher.wait_for("drift")
        write_policy(repository, LOW)
        watcher.until_followed()
    assert outside.read_bytes() == b"theirs\n"


def test_an_output_replaced_by_a_folder_is_left(repository: Path) -> None:
    synced(repository)
    with Watching(repository) as watcher:
        (repository / AGENT).unlink()
        (repository / AGENT).mkdir()
        watcher.wait_for("drift")
        write_policy(repository, LOW)
        watcher.until_followed()
    assert (repository / AGENT).is_dir()


def test_a_disk_that_refuses_is_said_once_and_tried_again(repository: Path) -> None:
    """A file where the staging folder belongs stands for a full disk: nothing can be staged, as root too."""
    synced(repository)
    staged = repository / ".tierwise/local/staged"
    before = (repository / AGENT).read_bytes()
    with Watching(repository) as watcher:
        staged.write_bytes(b"in the way")
        write_policy(repository, LOW)
        watcher.wait_for("failed")
        time.sleep(1.5)
        assert len(watcher.named("failed")) == 1
        assert (repository / AGENT).read_bytes() == before
        staged.unlink()
        watcher.until_followed()
    assert status(plan_sync(str(repository))) == {}


@pytest.mark.skipif(sys.platform != "linux", reason="needs a small file system of its own")
def test_a_full_disk_is_said_once_changes_nothing_and_is_got_over(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", small], capture_output=True, check=False)
    if mount.returncode:
        pytest.skip("mounting a small file system needs root")
    try:
        root = make_repository(small / "repository")
        synced(root)
        before = snapshot(root / ".claude")
        with Watching(root) as watcher:
            (small / "next.yaml").write_text(f"version: 1\n{LOW}")
            fill(small / "filler")
            (small / "next.yaml").replace(root / "tierwise.yaml")
            assert "No space left on device" in watcher.wait_for("failed")["message"]
            assert snapshot(root / ".claude") == before
            (small / "filler").unlink()
            watcher.until_followed()
            assert len(watcher.named("failed")) == 1
        assert status(plan_sync(str(root))) == {}
    finally:
        subprocess.run(["umount", "-l", small], check=True)


def fill(path: Path) -> None:
    """Write until nothing more fits, down to the last page."""
    with path.open("wb", buffering=0) as handle:
        try:
            while True:
                handle.write(b"x" * 4096)
        except OSError:
            pass


def test_an_output_folder_that_cannot_be_written_is_said_and_got_over(repository: Path) -> None:
    """For root no mode is an obstacle; the immutable mark is, where the file system has it."""
    synced(repository)
    folder = repository / ".claude/agents"
    if os.geteuid() == 0:
        marked = subprocess.run(["chattr", "+i", folder], capture_output=True, check=False).returncode == 0
        if not marked:
            pytest.skip("runs as root, and this file system has no immutable mark")
    else:
        folder.chmod(0o555)
    before = (repository / AGENT).read_bytes()
    with Watching(repository) as watcher:
        try:
            write_policy(repository, LOW)
            watcher.wait_for("failed")
            assert (repository / AGENT).read_bytes() == before
        finally:
            if os.geteuid() == 0:
                subprocess.run(["chattr", "-i", folder], check=True)
            else:
                folder.chmod(0o755)
        watcher.until_followed()
    assert status(plan_sync(str(repository))) == {}


def test_of_watchers_that_start_at_once_one_stays(repository: Path) -> None:
    synced(repository)
    call = [sys.executable, "-m", "tierwise", "watch", "--json"]
    started = [
        subprocess.Popen(call, cwd=repository, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(4)
    ]
    end = time.monotonic() + 60
    while sum(process.poll() is None for process in started) > 1:
        assert time.monotonic() < end, "two go on"
        time.sleep(0.02)
    staying = [process for process in started if process.poll() is None]
    assert len(staying) == 1
    assert {process.returncode for process in started if process not in staying} == {2}
    write_policy(repository, LOW)
    while not follows(repository):
        assert time.monotonic() < end, "the one that stays does not work"
        time.sleep(0.02)
    staying[0].terminate()
    for process in started:
        process.communicate(timeout=60)
    assert staying[0].returncode == 0


def test_folders_that_a_branch_switch_removes_and_makes_again_are_watched_again(repository: Path) -> None:
    git(repository, "branch", "bare")
    synced(repository, LOW)
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "chore: policy")
    with Watching(repository) as watcher:
        for effort in (HIGH, LOW, HIGH):
            git(repository, "switch", "-q", "bare")
            watcher.until(lambda: not (repository / ".claude/agents").exists(), "folder that is gone")
            git(repository, "switch", "-q", "main")
            write_policy(repository, effort)
            watcher.until_followed()
            git(repository, "commit", "-qam", "chore: edit", "--allow-empty")
        (repository / AGENT).write_bytes(b"mine\n")
        watcher.until(lambda: {"path": AGENT, "status": "edited"} in watcher.events[-1].get("files", []), "drift")


def test_there_is_one_watcher_a_repository(repository: Path) -> None:
    synced(repository)
    with Watching(repository) as first:
        call = [sys.executable, "-m", "tierwise", "watch"]
        second = subprocess.run(call, cwd=repository, capture_output=True, text=True, timeout=60, check=False)
        assert second.returncode == 2
        assert f"a watcher runs here already (process {first.process.pid})" in second.stderr


def test_a_lock_whose_folder_was_removed_is_taken_anew(repository: Path) -> None:
    synced(repository)
    with Watching(repository) as first:
        shutil.rmtree(repository / ".tierwise/local")
        first.until(lambda: watcher_pid(str(repository)) == first.process.pid, "lock")
        call = [sys.executable, "-m", "tierwise", "watch", "--once"]
        second = subprocess.run(call, cwd=repository, capture_output=True, text=True, timeout=60, check=False)
        assert second.returncode == 2
        assert f"process {first.process.pid}" in second.stderr


def test_a_watcher_whose_lock_was_removed_gives_way_to_one_that_came_meanwhile(repository: Path) -> None:
    synced(repository)
    with Watching(repository) as first:
        first.process.send_signal(signal.SIGSTOP)
        shutil.rmtree(repository / ".tierwise/local")
        with Watching(repository) as second:
            first.process.send_signal(signal.SIGCONT)
            assert first.process.wait(30) == 2
            assert watcher_pid(str(repository)) == second.process.pid


def test_a_killed_watcher_leaves_no_stale_lock_and_nothing_half_done(repository: Path) -> None:
    synced(repository)
    for number in range(6):
        with Watching(repository) as watcher:
            write_policy(repository, (LOW, HIGH)[number % 2])
            time.sleep(0.004 * number)
            watcher.process.send_signal(signal.SIGKILL)
            watcher.process.wait()
        assert set(status(plan_sync(str(repository))).values()) <= {"stale"}
    with Watching(repository) as watcher:
        watcher.until_followed()
    assert plan_sync(str(repository)).drift == ()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(repository: Path, number: signal.Signals) -> None:
    synced(repository)
    with Watching(repository) as watcher:
        watcher.process.send_signal(number)
        assert watcher.process.wait(30) == 0
    assert watcher.events[-1]["event"] == "stopped"


def test_once_syncs_and_ends(repository: Path) -> None:
    synced(repository)
    write_policy(repository, LOW)
    call = [sys.executable, "-m", "tierwise", "watch", "--once", "--json"]
    done = subprocess.run(call, cwd=repository, capture_output=True, text=True, check=True)
    assert [json.loads(line)["event"] for line in done.stdout.splitlines()] == ["synced"]
    assert plan_sync(str(repository)).drift == ()


def test_without_file_events_it_polls_and_says_why(repository: Path) -> None:
    synced(repository)
    with Watching(repository, "--poll") as watcher:
        assert watcher.named("polling")[0]["reason"] == "asked for"
        write_policy(repository, LOW)
        watcher.until_followed()


@pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
def test_used_up_watchers_are_named_with_the_setting_and_it_polls(repository: Path) -> None:
    synced(repository)
    script = (
        "import runpy, sys; from watchdog.observers.api import BaseObserver\n"
        "def schedule(*_, **__): raise OSError(28, 'inotify watch limit reached')\n"
        "BaseObserver.schedule = schedule; sys.argv = ['tierwise', 'watch', '--json']\n"
        "runpy.run_module('tierwise', run_name='__main__')"
    )
    with Watching(repository, python=[sys.executable, "-c", script]) as watcher:
        assert "fs.inotify.max_user_watches" in watcher.wait_for("polling")["reason"]
        write_policy(repository, LOW)
        watcher.until_followed()


def test_status_shows_the_watcher_and_what_it_last_did(repository: Path) -> None:
    synced(repository)
    call = [sys.executable, "-m", "tierwise", "status", "--json"]
    with Watching(repository) as watcher:
        write_policy(repository, LOW)
        watcher.wait_for("synced")
        view = json.loads(subprocess.run(call, cwd=repository, capture_output=True, check=True).stdout)["watcher"]
        assert view["pid"] == watcher.process.pid
        assert view["last_event"].startswith("synced ")
    after = json.loads(subprocess.run(call, cwd=repository, capture_output=True, check=True).stdout)["watcher"]
    assert after["pid"] is None


def test_the_service_text_names_this_repository_and_interpreter(repository: Path) -> None:
    call = [sys.executable, "-m", "tierwise", "watch", "--print-service"]
    done = subprocess.run(call, cwd=repository, capture_output=True, text=True, check=True)
    assert os.path.realpath(repository) in done.stdout
    assert sys.executable in done.stdout


def test_a_unit_s_name_is_one_that_the_system_takes_whatever_the_folder_is_called() -> None:
    first = service_text("/home/me/Größe & 日本 's $x", "systemd").splitlines()[0]
    assert re.search(r"user/tierwise-watch-Gr-e-s-x-[0-9a-f]{8}\.service, then", first)
    assert "user/tierwise-watch-repository-" in service_text("/日本", "systemd")


def test_once_with_a_broken_policy_exits_2(repository: Path) -> None:
    synced(repository)
    write_policy(repository, "mode: [")
    call = [sys.executable, "-m", "tierwise", "watch", "--once"]
    done = subprocess.run(call, cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "the last good files stay" in done.stderr


def test_a_thousand_mixed_edits_end_in_sync_and_memory_does_not_grow(repository: Path) -> None:
    """A short day; bench/watch_day.py runs 20,000 edits."""
    script = Path(__file__).parents[3] / "bench" / "watch_day.py"
    done = subprocess.run(
        [sys.executable, script, "--edits", "1000", "--seed", "7"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_uninstall_while_it_runs_is_not_undone_until_the_policy_is_saved_again(repository: Path) -> None:
    synced(repository)
    with Watching(repository) as watcher:
        uninstall(str(repository))
        watcher.wait_for("gone")
        settled(watcher)
        assert (repository / "tierwise.yaml").exists()
        assert not (repository / ".claude/agents").exists()
        write_policy(repository, LOW)
        watcher.until_followed()
