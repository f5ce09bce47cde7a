"""The commit-msg hook, whole process, beside a bare interpreter and whatever peers are installed; and its growth.

    python bench/commit_msg.py [--rounds N] [--peer "NAME=COMMAND"] …

In a peer's command ``{file}`` is the message file.  For example, after installing them somewhere:

    --peer "conventional-pre-commit=/venv/bin/conventional-pre-commit {file}"
    --peer "commitizen=/venv/bin/cz check --commit-msg-file {file}"
    --peer "commitlint=node /there/node_modules/.bin/commitlint --cwd /there --edit {file}"

Wanted: at most 1.6 times `python -S -E -c pass`, and a quarter of every Python and Node peer; a message of 1 MB, and a
line of 100,000 characters, within twice the time of a short one plus 50 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from ratio import bare, measure

import tierwise

HOOK = [
    sys.executable,
    "-I",
    "-S",
    str(Path(tierwise.__file__).with_name("hook_main.py")),
    "commit-msg",
]
SHORT = b"feat(api): add a thing\n\nBecause it was missing.\n\nRefs: #12\n"
LONG = {
    "1 MB of prose": b"feat: x\n\n" + (b"word " * 14 + b"word\n") * 13_300,
    "1 MB of single letters and blank lines": b"feat: x\n\n" + b"a\n\n\n" * 250_000,
    "1 MB of blank lines": b"feat: x\n\nb\n" + b"\n" * 1_000_000,
    "1 MB of trailers": b"feat: x\n\nb\n\n" + b"Refs: #1\n" * 110_000,
    "1 MB of two letters that are not ASCII": b"feat: x\n\n" + "é ü\n".encode() * 160_000,
    "1 MB in one line": b"feat: x\n\n" + b"x" * 1_000_000 + b"\n",
    "a line of 100,000": b"feat: x\n\n" + b"-" * 50_000 + b":" + b" " * 49_999 + b"x\n",
    "a first line of 100,000": b"feat: " + b"(" * 100_000 + b"\n",
}
EDITED = b"feat(api): add a thing\n\nBecause.\n\n# Please enter the commit message for your changes. Lines starting\n"


def write(folder: Path, name: str, message: bytes) -> str:
    """A message file; its path."""
    (folder / name).write_bytes(message)
    return str(folder / name)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND")
    chosen = parser.parse_args()
    floor = "python -S -E -c pass"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(["git", "init", "-q", name], check=True)
        git_folder = folder / ".git"
        (folder / ".tierwise").mkdir()
        table = {"schema": 1, "checks": {"commit": {"preset": "spec"}}}
        (folder / ".tierwise" / "table.json").write_text(json.dumps(table))
        short = write(folder, "short", SHORT)
        commands = {
            floor: bare("-S", "-E"),
            "hook": [*HOOK, short],
            "hook, git's configuration asked": [*HOOK, write(folder, "edited", EDITED)],
            "hook, refused": [*HOOK, write(git_folder, "COMMIT_EDITMSG", b"Add a thing\n")],
        }
        for peer in chosen.peer:
            label, _, command = peer.partition("=")
            commands[label] = [part.replace("{file}", short) for part in shlex.split(command)]
        times = measure(commands, floor=floor, rounds=chosen.rounds, cwd=name)
        for label, seconds in times.items():
            if label not in (floor, "hook") and not label.startswith("hook"):
                print(
                    f"{label}: {statistics.median(seconds) / statistics.median(times['hook']):.1f} times the hook"
                )
        os.environ["GIT_EDITOR"] = ":"
        grown = {label: [*HOOK, write(folder, label, message)] for label, message in LONG.items()}
        times = measure(
            {"short": [*HOOK, short], **grown},
            floor="short",
            rounds=max(chosen.rounds // 4, 5),
            cwd=name,
        )
        limit = 2 * statistics.median(times["short"]) + 0.05
        for label in grown:
            print(
                f"{label}: {'within' if statistics.median(times[label]) <= limit else 'OVER'} the limit"
            )


if __name__ == "__main__":
    main()
