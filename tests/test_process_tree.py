"""Everything that a client started is gone afterwards, also what left its group."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.cascade import is_alive

from tierwise.cascade.engines.claude import claude_engine
from tierwise.cascade.model import Order, TierSpec

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

# A client that starts a command which leaves its session and its parent, tells of two requests, and goes on.
CLIENT = """#!/bin/sh
cat > /dev/null
setsid sh -c 'echo $$ > {pid}; sleep 600' > /dev/null 2>&1 &
say() {{ echo '{{"type": "assistant", "message": {{"id": "'$1'", "model": "m", "usage": {{"output_tokens": 10}}}}}}'; }}
trap 'say two; exit 143' TERM
say one
while :; do sleep 0.1; done
"""


def test_what_left_the_group_is_ended_and_what_was_billed_meanwhile_is_counted(
    tmp_path: Path,
) -> None:
    pid = tmp_path / "pid"
    client = tmp_path / "client"
    client.write_text(CLIENT.format(pid=pid))
    client.chmod(0o755)
    engine = claude_engine(str(client), lambda model, usage: 0.5)
    order = Order("task", "", TierSpec("light", "haiku"), str(tmp_path), 1.0, 1.0, "session-1")

    answer = engine(order, lambda line: None)

    assert (answer.stop, answer.cost_usd, answer.cost_source) == ("timeout", 1.0, "lower-bound")
    assert not is_alive(int(pid.read_text()))


def test_a_client_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    client = tmp_path / "client"
    client.write_text("#!/bin/sh\ntrap '' TERM\necho $$ > pid\nwhile :; do sleep 0.1; done\n")
    client.chmod(0o755)
    engine = claude_engine(str(client), lambda model, usage: 0.0)
    order = Order("task", "", TierSpec("light", "haiku"), str(tmp_path), 1.0, 0.5, "session-2")

    engine(order, lambda line: None)

    assert not is_alive(int((tmp_path / "pid").read_text()))
    assert subprocess.run(["true"]).returncode == 0  # adopting orphans takes no child of ours away
