"""`tierwise verify`: the tools that it takes, what it says of those that it cannot prove, and its table."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.api_calls import until
from tests.support.policies import synced
from tests.support.terminal import Terminal

from tierwise.cli.commands.verify import (
    _choose_client,
    _print_proof,
    _spinning,
    command,
)
from tierwise.domain.coding_tools import CLAUDE, list_targets
from tierwise.errors import STOPPED, TierwiseError
from tierwise.verify.client import Client
from tierwise.verify.proof import Proof
from tierwise.verify.tools.registry import TOOLS, UNPROVEN
from tierwise.verify.verdict import ProofLine


def test_every_target_is_proven_or_has_a_reason() -> None:
    assert sorted([CLAUDE, *TOOLS, *UNPROVEN]) == sorted(list_targets())


@pytest.mark.parametrize("target", UNPROVEN)
def test_a_tool_that_cannot_be_proven_is_said_with_the_reason(target: str) -> None:
    with pytest.raises(TierwiseError, match="cannot be proven here") as caught:
        command.main(["--target", target], standalone_mode=False)
    assert UNPROVEN[target] in str(caught.value)
    assert "docs/targets.md" in caught.value.remedy


@pytest.mark.skipif(os.name == "nt", reason="a script that starts by itself")
def test_a_client_of_this_folder_is_not_looked_for_on_path(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = tmp_path / "claude"
    client.write_text("#!/bin/sh\necho '2.1.197 (Claude Code)'\n")
    client.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    found = _choose_client(Path("claude"), None)
    assert (found.version, found.path) == ("2.1.197", client)


def test_verdicts_stand_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    line = ProofLine("role", "a", "-", "mid (b high)", "role file", "b high", "ok")
    longer = ProofLine("role", "longer", "-", "mid (b high)", "role file", "nothing of it", "ok")
    _print_proof(Proof("1", "client", "policy", {}, (line, longer)), None)
    rows = capsys.readouterr().out.splitlines()[2:5]
    assert [row.rindex(word) for row, word in zip(rows, ("verdict", "ok", "ok"), strict=True)] == [
        rows[0].rindex("verdict")
    ] * 3


def test_no_name_fakes_a_line_of_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    line = ProofLine(
        "role", "a\nverified", "-", "mid", "role file", "b\nverified", "ok", "c\nverified"
    )
    _print_proof(Proof("1", "client", "policy", {"env\nverified": "x\nverified"}, (line,)), None)
    assert "\nverified" not in capsys.readouterr().out


CLIENT = """#!/bin/sh
if [ "$1" = --version ]; then echo "{version}"; exit; fi
sleep 300 &
echo "$$ $!" >> "{pids}"
wait
"""
PIDS = "pids"
SECONDS = 30  # far less than a client takes
CLIENTS = 2  # at once


def write_client(folder: Path, version: str) -> Path:
    """A client that tells its version and otherwise never ends."""
    client = folder / "client"
    client.write_text(CLIENT.format(pids=folder / PIDS, version=version))
    client.chmod(0o755)
    return client


def test_a_client_that_is_named_from_its_folder_is_the_one_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    client = write_client(tmp_path, "2.1.329 (Claude Code)")
    assert _choose_client(Path("./client"), None) == Client("2.1.329", client)


def call_verify(target: str, client: Path) -> list[str]:
    command = [sys.executable, "-m", "tierwise", "verify"]
    return [*command, "--target", target, "--client", str(client)]


def _read_pids(path: Path) -> list[int]:
    if not path.exists():
        return []
    return [int(word) for word in path.read_text().split()]


def _is_running(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent does not."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize(
    ("target", "version", "number"),
    [
        ("aider", "aider 1.0", signal.SIGINT),
        ("aider", "aider 1.0", signal.SIGTERM),
        (CLAUDE, "2.1.329 (Claude Code)", signal.SIGTERM),
    ],
)
def test_a_stopped_proof_ends_its_clients_at_once_and_leaves_no_folder(
    target: str, version: str, number: signal.Signals, repository: Path, tmp_path: Path
) -> None:
    synced(repository, "targets: [aider]\n")
    pids, scratch = tmp_path / PIDS, tmp_path / "scratch"
    scratch.mkdir()
    client = write_client(tmp_path, version)
    proof = subprocess.Popen(
        call_verify(target, client),
        cwd=repository,
        env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: len(_read_pids(pids)) == 2 * CLIENTS, proof)
        proof.send_signal(number)
        assert proof.wait(SECONDS) == STOPPED
        assert not any(map(_is_running, _read_pids(pids)))
    finally:
        proof.kill()
        proof.wait()
    assert list(scratch.iterdir()) == []


HIDDEN, SHOWN_AGAIN = "\x1b[?25l", "\x1b[?25h"  # the cursor


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_on_a_terminal_a_person_sees_that_it_works(repository: Path, tmp_path: Path) -> None:
    synced(repository, "targets: [aider]\n")
    client = write_client(tmp_path, "aider 1.0")
    with Terminal(call_verify("aider", client), repository) as terminal:
        until(lambda: len(list_frames(terminal)) > 1, terminal.process)
        until(lambda: "spawning" in terminal.shown.decode(errors="replace"), terminal.process)
        terminal.process.terminate()
        assert terminal.process.wait(SECONDS) == STOPPED
    shown = terminal.shown.decode()
    assert HIDDEN in shown
    assert shown.rindex(SHOWN_AGAIN) > shown.rindex(HIDDEN)
    assert shown.rindex(SHOWN_AGAIN) > max(map(shown.rindex, list_frames(terminal)))


def list_frames(terminal: Terminal) -> set[str]:
    """The pictures of a spinner that were shown: patterns of dots."""
    return {
        letter
        for letter in terminal.shown.decode(errors="replace")
        if "\u2801" <= letter <= "\u28ff"
    }


def test_a_pipe_gets_no_spinner(capsys: pytest.CaptureFixture[str]) -> None:
    with _spinning() as report:
        report("spawning")
    assert capsys.readouterr() == ("", "")
