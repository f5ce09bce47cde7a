"""Gates that run a command: exit code 0 passes."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from typing import Any

from tierwise.checks.commands import FILES, split_invocations
from tierwise.gates.model import Gate, Tree, Verdict
from tierwise.globs import any_matches
from tierwise.processes import end_group

# A shell command, or an entry of `checks.commands`: {run, files, exclude, timeout}.
Command = str | Mapping[str, Any]

# What a shell says of a command that it cannot find or may not run (POSIX, XCU 2.8.2).
_NOT_RUN = (126, 127)
_TAIL_BYTES = 6000


def command_gate(name: str, command: Command) -> Gate:
    """A gate that runs ``command`` by the shell in the tree's folder; its output's tail is the evidence."""

    def check(tree: Tree, seconds: float) -> Verdict:
        folder = os.path.join(tree.root, tree.folder)
        if isinstance(command, str):
            return run_command(command, folder, seconds, answer=tree.answer)
        return _run_entry(command, tree, folder, seconds)

    return Gate(name, check, self_timed=True)


def _run_entry(entry: Mapping[str, Any], tree: Tree, folder: str, seconds: float) -> Verdict:
    """As the git hook runs it: on the changed files that it concerns, within its own time limit."""
    present = [
        change.path for change in tree.changes if change.after is not None and not change.is_link
    ]
    wanted, unwanted = entry.get("files") or [], entry.get("exclude") or []
    files = [
        path
        for path in present
        if (not wanted or any_matches(path, wanted)) and not any_matches(path, unwanted)
    ]
    if not files and (wanted or FILES in entry["run"]):
        return Verdict(True, "no changed file concerns it")
    below = [os.path.relpath(path, tree.folder) if tree.folder else path for path in files]
    limit = min(seconds, float(entry.get("timeout") or seconds))
    verdict = Verdict(True)
    for call in split_invocations(entry["run"], below):
        verdict = run_command(entry["run"], folder, limit, call)
        if not verdict.passed:
            break
    return verdict


def run_command(
    command: str,
    folder: str,
    seconds: float,
    call: list[str] | None = None,
    answer: str | None = None,
) -> Verdict:
    """Run a shell command (or ``call``, its words); past its time its whole process group is killed."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    env.update(CI="1", NO_COLOR="1", PYTHONDONTWRITEBYTECODE="1")
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                call or command, shell=call is None, cwd=folder, env=env, stdout=output, stderr=subprocess.STDOUT,
                stdin=subprocess.PIPE if answer is not None else subprocess.DEVNULL,
                start_new_session=os.name != "nt",
            )  # fmt: skip
        except OSError as error:
            return Verdict(False, f"could not start `{command}`: {error.strerror}", ran=False)
        finished = True
        try:
            process.communicate(answer.encode() if answer is not None else None, timeout=seconds)
        except subprocess.TimeoutExpired:
            finished = False
        finally:
            # What the command left running in the background would hold files of the worktree.
            end_group(process)
        tail = _tail(output)
    if not finished:
        text = f"`{command}` did not finish within {seconds:g} s\n{tail}".strip()
        return Verdict(False, text, ran=False, timed_out=True)
    if process.returncode == 0:
        return Verdict(True, f"`{command}` passed")
    if process.returncode in _NOT_RUN:
        return Verdict(False, f"`{command}` cannot run here\n{tail}".strip(), ran=False)
    return Verdict(False, f"`{command}` ended with exit code {process.returncode}\n{tail}".strip())


def can_run(command: str) -> bool:
    """Whether this is meant as a command: several words, or one that is a program here.  Else a mistyped name."""
    words = command.split()
    return len(words) > 1 or (len(words) == 1 and shutil.which(words[0]) is not None)


def _tail(output: object) -> str:
    size = output.seek(0, os.SEEK_END)  # type: ignore[attr-defined]
    output.seek(max(0, size - _TAIL_BYTES))  # type: ignore[attr-defined]
    text: str = output.read().decode("utf-8", "replace").strip()  # type: ignore[attr-defined]
    return f"… {text}" if size > _TAIL_BYTES else text
