"""Whole-process times of commands, interleaved with a floor, as ratios of medians.

Milliseconds belong to one machine; the ratio to a bare interpreter in the same run travels.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

Command = Sequence[str]


def measure(
    commands: Mapping[str, Command],
    *,
    floor: str,
    rounds: int = 40,
    cwd: str | os.PathLike[str] | None = None,
    stdin: bytes | Mapping[str, bytes] = b"",
) -> dict[str, list[float]]:
    """Seconds of each command in each round; the commands take turns.  Prints a table of medians and ratios.

    ``stdin`` is what every command reads, or what each one by its name.
    """
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(rounds + 2):
        for name, command in commands.items():
            text = stdin if isinstance(stdin, bytes) else stdin.get(name, b"")
            begin = time.perf_counter()
            subprocess.run(
                command,
                cwd=cwd,
                input=text,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
            if turn >= 2:  # the first two warm the disk cache and the byte code
                times[name].append(time.perf_counter() - begin)
    base = statistics.median(times[floor])
    print(f"{rounds} rounds, {sys.version.split()[0]}; ratio to {floor}")
    for name, seconds in times.items():
        middle = statistics.median(seconds)
        print(
            f"{name:<32}{middle * 1000:>9.1f} ms median{min(seconds) * 1000:>9.1f} min{middle / base:>8.2f} x"
        )
    return times


def bare(*flags: str) -> list[str]:
    """A bare interpreter of the same build, past any launcher shim."""
    return [str(Path(sys.executable)), *flags, "-c", "pass"]
