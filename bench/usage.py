"""Reading usage: our reader beside ccusage 20 (npm, its native binary) and ``grep -c usage``, in one run.

    python bench/usage.py [--shape NAME] [--root DIR] [--megabytes 200] [--ccusage PATH] [--keep DIR] [--runs 3]

Without ``--root`` writes transcripts of each shape under a temporary folder (deleted afterwards); with it reads
somebody's real history, which stays as it is.  Without ``--ccusage`` the peer is installed with npm into a temporary
folder.  Measures CPU, wall time and peak memory of each program as the kernel counts them for the finished child:
`tierwise report --json` as a person calls it, every finding and baseline included, beside `ccusage daily --offline`.
"warm" is a second report with nothing new, "warm, new" one after a call was added, "warm, other view" one that was not
asked for before.  Ratios are the median over pairs of runs that followed each other.  Targets: cold CPU and wall at most
0.8 of ccusage's on every shape, warm wall at most 0.1, peak at most 110 MiB.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_TEXT = r"the parser reads each line and keeps what it needs while tests cover \"usage\" and src/app.py:42\n"
_WORDS = _TEXT.split(" ")
_TAIL = '"userType":"external","entrypoint":"cli","cwd":"/home/me/project","version":"2.1.329","gitBranch":"main"}\n'


PEER = "ccusage@20.0.24"
PEER_BINARY = "@ccusage/ccusage-linux-x64@20.0.24"


class Shape(NamedTuple):
    """What the lines of a corpus are like."""

    texts: tuple[int, ...]
    """Characters of an answer's content, one of them."""
    results: tuple[int, ...]
    """Characters of a tool's result, which stands in its line twice."""
    blocks: tuple[int, ...]
    """Rows of one call."""
    attachments: tuple[int, ...]
    """Lines of other kinds after each call."""


SHAPES = {
    "mixed": Shape((200, 800, 3000, 9000), (200, 800, 3000, 9000), (1, 1, 2, 3), (1, 2, 3)),
    "short lines": Shape((30, 60), (30, 60), (2, 3, 4), (0, 0, 1)),
    "dense usage": Shape((3000, 4000, 5000), (1500, 2500), (1, 2, 2, 2), (0, 0, 1)),
    "tool outputs": Shape((200, 800), (20_000, 60_000), (1,), (2, 3, 4)),
}
"""``short lines``: 0.7 KB, usage in most.  ``dense usage``: 5 KB, usage in more than half."""


def _prose(rng: random.Random, size: int) -> str:
    words: list[str] = []
    length = 0
    while length < size:
        word = rng.choice(_WORDS)
        words.append(word)
        length += len(word) + 1
    return " ".join(words)


def write_transcripts(
    root: Path, megabytes: int, seed: int = 1, shape: Shape = SHAPES["mixed"]
) -> int:
    """Write about ``megabytes`` of transcripts in the client's form under ``root/projects``; return the bytes.

    The mix of the first shape is that of real sessions: 44 % of lines are neither user nor assistant, a call has one to
    three rows, tool results are the bulk, a third of the calls are subagents' in files of their own.
    """
    rng = random.Random(seed)
    pools = Pools(
        [_prose(rng, rng.choice(shape.texts)) for _ in range(200)],
        [_prose(rng, rng.choice(shape.results)) for _ in range(200)],
        shape,
    )
    written = 0
    number = 0
    while written < megabytes * 1_000_000:
        number += 1
        session = f"{rng.getrandbits(128):032x}"
        folder = root / "projects" / f"-work-project-{number % 12}"
        folder.mkdir(parents=True, exist_ok=True)
        written += _write(
            folder / f"{session}.jsonl", rng, pools, session, "", rng.randint(1_000_000, 4_000_000)
        )
        agents = folder / session / "subagents"
        for _ in range(rng.randint(0, 5)):
            agents.mkdir(parents=True, exist_ok=True)
            agent = f"a{rng.getrandbits(64):016x}"
            written += _write(
                agents / f"agent-{agent}.jsonl",
                rng,
                pools,
                session,
                agent,
                rng.randint(100_000, 700_000),
            )
            (agents / f"agent-{agent}.meta.json").write_text(
                json.dumps({"agentType": "Explore", "toolUseId": f"toolu_{agent}", "spawnDepth": 1})
            )
    return written


class Pools(NamedTuple):
    """Texts to choose from, and how many lines of each kind to write."""

    texts: list[str]
    results: list[str]
    shape: Shape


def _write(
    path: Path, rng: random.Random, pools: Pools, session: str, agent: str, size: int
) -> int:
    side = f'"isSidechain":true,"agentId":"{agent}",' if agent else '"isSidechain":false,'
    tail = f'"sessionId":"{session}",{_TAIL}'
    stamp = 1_790_000_000 + rng.randrange(5_000_000)
    total = 0
    with path.open("w", encoding="utf-8") as handle:
        while total < size:
            stamp += rng.randint(2, 40)
            when = time.strftime("%Y-%m-%dT%H:%M:%S.123Z", time.gmtime(stamp))
            total += handle.write("".join(_turn(rng, pools, side, tail, when)))
    return total


def _turn(rng: random.Random, pools: Pools, side: str, tail: str, when: str) -> list[str]:
    message = f"msg_{rng.getrandbits(96):024x}"
    usage = (
        f'{{"input_tokens":{rng.randint(1, 900)},"cache_creation_input_tokens":{(n := rng.randint(0, 9000))},'
        f'"cache_read_input_tokens":{rng.randint(0, 90000)},"output_tokens":{rng.randint(20, 3000)},'
        '"output_tokens_details":{"thinking_tokens":0},"server_tool_use":{"web_search_requests":0,"web_fetch_requests":0},'
        f'"service_tier":"standard","cache_creation":{{"ephemeral_1h_input_tokens":0,"ephemeral_5m_input_tokens":{n}}},'
        '"inference_geo":"","iterations":[],"speed":"standard","fallback_credit":null}'
    )
    model = rng.choice(("claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"))
    lines = [
        f'{{"parentUuid":"{rng.getrandbits(128):032x}",{side}"message":{{"id":"{message}","type":"message",'
        f'"role":"assistant","model":"{model}","content":[{{"type":"text","text":"{rng.choice(pools.texts)}"}}],'
        f'"stop_reason":"tool_use","usage":{usage},"stop_details":null}},"apiBlockIndex":{block},'
        f'"requestId":"req_{message}","type":"assistant","uuid":"{rng.getrandbits(128):032x}",'
        f'"timestamp":"{when}","effort":"medium",{tail}'
        for block in range(rng.choice(pools.shape.blocks))
    ]
    result = rng.choice(pools.results)
    lines.append(
        f'{{"parentUuid":"{rng.getrandbits(128):032x}",{side}"type":"user","message":{{"role":"user","content":'
        f'[{{"tool_use_id":"toolu_{message}","type":"tool_result","content":"{result}"}}]}},'
        f'"uuid":"{rng.getrandbits(128):032x}","timestamp":"{when}","toolUseResult":{{"stdout":"{result}"}},{tail}'
    )
    for _ in range(rng.choice(pools.shape.attachments)):
        words = rng.choice(pools.texts) if rng.random() < 0.3 else "short"
        lines.append(
            f'{{"parentUuid":"{rng.getrandbits(128):032x}",{side}"attachment":{{"type":"skill_listing","content":'
            f'"{words}"}},"type":"attachment","timestamp":"{when}",{tail}'
        )
    return lines


def measure(command: list[str], environment: dict[str, str]) -> dict[str, float]:
    """Wall seconds, CPU seconds and peak MiB of one run of ``command``, read with wait4."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as output:  # grep does less when it writes to /dev/null
        process = subprocess.Popen(command, env=environment, stdout=output)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return {
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_mib": usage.ru_maxrss / 1024,
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--megabytes", type=int, default=200)
    options.add_argument("--shape", choices=SHAPES, action="append", help="only this; repeatable")
    options.add_argument("--root", help="read this folder, which holds projects/, and write none")
    options.add_argument("--ccusage", help="the peer's program; installed if absent")
    options.add_argument("--keep", help="write the transcripts here, once, and leave them")
    options.add_argument("--runs", type=int, default=3)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="tierwise-bench-") as scratch:
        work = Path(scratch)
        peer = chosen.ccusage or shutil.which("ccusage") or install_peer(work / "peer")
        if chosen.root:
            print(chosen.root)
            compare_readers(Path(chosen.root), work, peer, chosen.runs, grow=False)
            return
        for name in chosen.shape or SHAPES:
            folder = Path(chosen.keep or scratch) / name.replace(" ", "-")
            if not (folder / "projects").exists():
                write_transcripts(folder, chosen.megabytes, shape=SHAPES[name])
            print(f"{name}: {describe_lines(folder)}")
            compare_readers(folder, work, peer, chosen.runs)
            if not chosen.keep:
                shutil.rmtree(folder)


def install_peer(folder: Path) -> str:
    """Install ccusage with npm into ``folder``; return its native program."""
    folder.mkdir()
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", PEER, PEER_BINARY]
    subprocess.run(command, cwd=folder, check=True)
    program = folder / "node_modules/@ccusage/ccusage-linux-x64/bin/ccusage"
    program.chmod(0o755)  # the package's own launcher does this
    return str(program)


def describe_lines(folder: Path) -> str:
    """Return a corpus in words: its size, the mean length of a line, and how many tell of usage."""
    lines = size = told = 0
    for path in folder.rglob("*.jsonl"):
        with path.open("rb") as handle:
            for line in handle:
                lines += 1
                size += len(line)
                told += b'"usage":{' in line
    return f"{size / 1e6:.0f} MB, {size / lines / 1000:.1f} KB a line, usage in {told / lines:.0%}"


@contextmanager
def _added_call(path: Path) -> Iterator[None]:
    """Add a call to a transcript, and take it away afterwards."""
    before = path.stat()
    pools = Pools(["more"], ["more"], SHAPES["mixed"])
    side, when = '"isSidechain":false,', "2026-11-01T00:00:00.000Z"
    with path.open("a", encoding="utf-8") as handle:
        handle.write(_turn(random.Random(), pools, side, _TAIL, when)[0])
    try:
        yield
    finally:
        os.truncate(path, before.st_size)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def compare_readers(folder: Path, work: Path, peer: str, runs: int, *, grow: bool = True) -> None:
    """Run every reader ``runs`` times in turn over ``folder``, and print what each took and its share of the peer's.

    With ``grow`` a call is added for one of them; somebody's real history is not written to.
    """
    home = work / "home"
    environment = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home), "NO_COLOR": "1"}
    environment["CLAUDE_CONFIG_DIR"] = str(folder)
    # An installed program has its bytecode, and keeps it.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    ours = [sys.executable, "-m", "tierwise", "report", "--json"]
    files = sorted(folder.rglob("*.jsonl"))
    rows: dict[str, list[dict[str, float]]] = {}

    def run_reader(name: str, command: list[str]) -> None:
        rows.setdefault(name, []).append(measure(command, environment))

    home.mkdir(exist_ok=True)
    measure([*ours, "--no-store"], environment)
    for _ in range(runs):
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        run_reader("grep -c usage", ["grep", "-c", "usage", *map(str, files)])
        run_reader("ccusage", [peer, "daily", "--offline", "--json"])
        run_reader("cold, no store", [*ours, "--no-store"])
        run_reader("cold", ours)
        run_reader("warm", ours)
        run_reader("warm, other view", [*ours, "--by", "day"])
        if grow:
            with _added_call(files[0]):
                run_reader("warm, new", ours)
    for name, results in rows.items():
        print(f"  {describe_runs(name, results, rows['ccusage'])}")


def describe_runs(name: str, rows: list[dict[str, float]], peer: list[dict[str, float]]) -> str:
    """Return a reader's medians, and the median of its ratios to the peer's run of the same round."""
    wall, cpu, peak = (
        statistics.median(row[key] for row in rows) for key in ("wall", "cpu", "peak_mib")
    )
    wall_ratio, cpu_ratio = (
        statistics.median(row[key] / other[key] for row, other in zip(rows, peer, strict=True))
        for key in ("wall", "cpu")
    )
    return (
        f"{name:16} wall {wall:6.2f} s  CPU {cpu:6.2f} s  peak {peak:4.0f} MiB  "
        f"wall x{wall_ratio:.2f}, CPU x{cpu_ratio:.2f} of ccusage"
    )


if __name__ == "__main__":
    main()
