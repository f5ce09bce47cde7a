"""A warm process and its calls end with the process that asked, however that ends."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support import warm_server
from tests.support.warm_server import outlasts_call

PATIENCE = 60  # seconds; only a hang is ever so slow

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere calls are started")


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The two ends that a test and its warm process have."""
    asking, answering = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with asking, answering:
        yield asking, answering


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="this Python cannot watch a process")
def test_a_call_that_nobody_waits_for_is_told(ends: tuple[socket.socket, socket.socket]) -> None:
    asking, answering = ends
    with subprocess.Popen(["sleep", "60"]) as call:
        asking.close()
        assert not outlasts_call(answering, call.pid)
        call.kill()


def test_a_call_s_own_end_is_waited_for(ends: tuple[socket.socket, socket.socket]) -> None:
    _, answering = ends
    with subprocess.Popen(["true"]) as call:
        assert outlasts_call(answering, call.pid)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="this Python cannot watch a process")
def test_a_warm_process_ends_whose_asker_went_while_it_began(
    ends: tuple[socket.socket, socket.socket], repository: Path
) -> None:
    asking, answering = ends
    endless = {"arguments": ["watch"], "folder": str(repository), "environment": dict(os.environ)}
    call = [sys.executable, warm_server.__file__, str(answering.fileno())]
    with subprocess.Popen(call, pass_fds=[answering.fileno()], stderr=subprocess.PIPE) as server:
        answering.close()
        with open(os.devnull, "r+b") as nothing:
            socket.send_fds(asking, [json.dumps(endless).encode()], [nothing.fileno()] * 3)
        asking.close()
        _, complained = server.communicate(timeout=PATIENCE)
    assert (server.returncode, complained) == (0, b"")
