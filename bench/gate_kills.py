"""What `tierwise gate` leaves behind when it is killed at random moments, and what the gate costs beside the tests.

    python bench/gate_kills.py [KILLS] [FILES]

Kills the command with SIGKILL at KILLS random moments, runs it once to its end, and lists what is left in the
temporary folder, in the repository and among the processes (Linux).
Then, on a repository of FILES files, the time of `tests-as-they-were` without
the commands that it runs; and what running the base and the old tests side by side gains with a suite of some seconds.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.repository import git, make_repository

from tierwise.cascade.checkouts import open_change_set
from tierwise.gates import GateConfig, run_gate, runs
from tierwise.gates.registry import make_gates

_ENDLESS = "sleep 86413"
_GATES = (
    "special-cases",
    f"({_ENDLESS} &) ; sleep 1; test -f tests/test_app.py",
    "tests-as-they-were",
)
_CHANGED = {"app.py": "x = 2\n", "tests/test_app.py": "assert True\n"}
_A_FOLDER = 100  # files
# Works for about a second and a half, and waits for as long.
_SLOW_SUITE = 'python -c "import time; sum(range(10**8)); time.sleep(1.5)"'


def main() -> None:
    """Measure."""
    kills = int(sys.argv[1]) if sys.argv[1:] else 100
    files = int(sys.argv[2]) if sys.argv[2:] else 10_000
    with tempfile.TemporaryDirectory() as scratch:
        measure_leftovers(Path(scratch), kills)
        measure_overhead(Path(scratch), files)
        measure_side_by_side(Path(scratch))


def measure_leftovers(scratch: Path, kills: int) -> None:
    """Kill the command again and again, then let it end, and look."""
    project = make_project(scratch / "small", 20)
    temporary = scratch / "tmp"
    temporary.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary), "TIERWISE_TRUST": "1", "CI": "1"}
    call = [sys.executable, "-m", "tierwise", "gate", *_GATES]
    before = git(project, "status", "--porcelain"), git(project, "for-each-ref")
    start = time.monotonic()
    subprocess.run(call, cwd=project, env=environment, check=False, capture_output=True)
    usual = time.monotonic() - start
    most = 0
    most_endless = 0
    for _ in range(kills):
        process = subprocess.Popen(
            call, cwd=project, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(random.uniform(0, usual))
        process.kill()
        process.wait()
        most = max(most, len(list(temporary.iterdir())))
        most_endless = max(most_endless, count_endless())
    ended = subprocess.run(call, cwd=project, env=environment, check=False, capture_output=True)
    left = sorted(path.name for path in temporary.iterdir())
    after = git(project, "status", "--porcelain"), git(project, "for-each-ref")
    print(f"{kills} kills within {usual:.1f} s each; at most {most} folders at once")
    print(f"at most {most_endless} processes left after a kill, {count_endless()} at the end")
    print(f"after one run to its end (exit {ended.returncode}): {len(left)} left {left[:5]}")
    print(f"the repository is {'as it was' if after == before else 'changed'}")


def count_endless() -> int:
    """How many of the commands that never end are running."""
    found = 0
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = entry.read_bytes().split(b"\0")
            found += words[:-1] == _ENDLESS.encode().split()
    return found


def measure_overhead(scratch: Path, files: int) -> None:
    """Time the gate by itself, a second time, so that the first checkout is there."""
    project = make_project(scratch / "large", files)
    config = GateConfig(seconds=600, reruns=0)
    gates = make_gates(("true it", "tests-as-they-were"), config, {"true it": "true"})
    with open_change_set(str(project), "", "HEAD", "", links=(), own_folder=str(project)) as change:
        run_gate(gates[0], change)
        first = run_gate(gates[-1], change)
        (project / "app.py").write_text("x = 3\n")
        used = time.process_time(), os.times()
        again = run_gate(gates[-1], change)
        now = time.process_time(), os.times()
    children = sum(now[1][2:4]) - sum(used[1][2:4])
    print(
        f"{files} files: {first.seconds:.2f} s with the first checkouts, then {again.seconds:.2f} s"
    )
    print(f"of these {now[0] - used[0] + children:.2f} s of processor time")


def measure_side_by_side(scratch: Path) -> None:
    """Time the gate with one processor and with two, on a suite that works for some time and waits for some."""
    for processors in (1, 2):
        project = make_project(scratch / f"slow{processors}", 20)
        (project / "app.py").write_text("x = 3\n")
        gates = make_gates(
            ("slow", "tests-as-they-were"), GateConfig(reruns=0), {"slow": _SLOW_SUITE}
        )
        with (
            mock.patch.object(runs, "count_processors", return_value=processors),
            open_change_set(
                str(project), "", "HEAD", "", links=(), own_folder=str(project)
            ) as change,
        ):
            run_gate(gates[0], change)
            used = os.times()
            result = run_gate(gates[-1], change)
            now = os.times()
        processor = sum(now[:4]) - sum(used[:4])
        print(
            f"{processors} processors: {result.seconds:.2f} s, {processor:.2f} s of processor time"
        )


def make_project(folder: Path, files: int) -> Path:
    """A repository with a source, a test and others, and a change to both."""
    others = {f"data/{n // _A_FOLDER}/{n}.txt": f"{n}\n" for n in range(files)}
    tests = {
        "app.py": "x = 1\n",
        "tests/test_app.py": "assert 1 == 1\n",
        ".gitignore": ".tierwise/\n",
    }
    home = make_repository(folder, {**others, **tests})
    for path, text in _CHANGED.items():
        (home / path).write_text(text)
    return home


if __name__ == "__main__":
    main()
