"""Reading in two processes gives what reading in one gives, whatever happens to the second."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.transcript_world import write_world

from tierwise.transcripts import share
from tierwise.transcripts.read import read_usage
from tierwise.transcripts.roots import find_transcripts
from tierwise.transcripts.share import read_each

# A process of its own: a fork wants no other threads, and the runner of these tests has some.
_READER = """
import os, signal, sys
from tierwise.transcripts import share
from tierwise.transcripts.read import read_usage
share.WORTH = 0
parent, alone, left = os.getpid(), share.read_on, int(sys.argv[2])
def read_on(*arguments):
    global left
    if os.getpid() != parent:
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
    return alone(*arguments)
share.read_on = read_on
told = []
usage = read_usage([sys.argv[1]], progress=lambda done, total: told.append((done, total)))
assert told[-1][0] <= told[-1][1]
print(sorted(usage.records, key=lambda record: record.message_id))
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("killed_at", [0, 1, 4])
def test_a_second_process_changes_nothing_even_if_it_is_killed(
    tmp_path: Path, killed_at: int
) -> None:
    write_world(tmp_path, 7)
    call = [sys.executable, "-c", _READER, str(tmp_path), str(killed_at)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    alone = sorted(read_usage([tmp_path]).records, key=lambda record: record.message_id)
    assert done.stdout == f"{alone}\n"


_ITEMS = """
import msgspec
from tierwise.transcripts.share import share_work
called = []
done = list(share_work(range(5000), int, int, msgspec.msgpack.decode, lambda: called.append(1)))
assert sorted(done) == [(number, number) for number in range(5000)]
assert called == [1]
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_every_item_is_done_once_and_what_else_is_to_be_done_once() -> None:
    subprocess.run([sys.executable, "-c", _ITEMS], check=True, timeout=60)


_SMALL_PIPES = """
import fcntl, os
make = os.pipe
def make_small():
    ends = make()
    fcntl.fcntl(ends[1], fcntl.F_SETPIPE_SZ, 4096)
    return ends
os.pipe = make_small
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a pipe be made smaller")
def test_many_items_do_not_wait_for_a_pipe_of_one_page() -> None:
    """Linux gives a user with many pipes open no larger ones."""
    subprocess.run([sys.executable, "-c", _SMALL_PIPES + _ITEMS], check=True, timeout=60)


_STOPPED = """
import os, signal, time
from tierwise.transcripts.share import share_work
def wait(number):
    time.sleep(0.01)
    return number
before = len(os.listdir("/proc/self/fd"))
results = share_work(range(1000), wait, wait, lambda data: None)
next(results)
results.close()
assert len(os.listdir("/proc/self/fd")) == before
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("alone")
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
assert len(list(share_work(range(10), int, int, lambda data: None))) == 10
"""


@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
def test_nothing_is_left_where_the_reader_stops_or_does_not_wait_for_processes() -> None:
    call = [sys.executable, "-c", _STOPPED]
    done = subprocess.run(call, check=True, timeout=60, capture_output=True, text=True)
    assert done.stdout == "alone\n"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file"
)
def test_a_file_that_cannot_be_read_is_counted_and_the_others_are_read(tmp_path: Path) -> None:
    write_world(tmp_path, 7)
    next((tmp_path / "projects").rglob("session-7-0.jsonl")).chmod(0)
    usage = read_usage([tmp_path])
    assert usage.coverage.unreadable_files == 1
    assert usage.records


def test_one_large_history_starts_no_second_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_world(tmp_path, 7)
    [large, *others] = sorted(find_transcripts([str(tmp_path)]), key=lambda file: -file.size)
    for file in others:
        Path(file.path).unlink()

    def refuse_start(*arguments: object) -> None:
        raise AssertionError("a second process")

    monkeypatch.setattr(share, "is_worth_sharing", lambda size: True)
    monkeypatch.setattr(share, "share_work", refuse_start)
    assert [file for file, _ in read_each([(large, None)], large.size)] == [large]
