"""Reading usage: our reader beside ccusage 20 (npm, its native binary) and ``grep -c usage``, in one run.

    python bench/usage.py [--megabytes 1000] [--ccusage PATH] [--keep DIR] [--runs 1]

Writes transcripts of the given size under a temporary folder (deleted afterwards), then measures CPU, wall time and
peak memory of each program as the kernel counts them for the finished child: `tierwise report --json` as a person
calls it, every finding and baseline included, beside `ccusage daily`.  "warm" is a second report with nothing new,
"warm, new" one after a call was added, "warm, other view" one that was not asked for before.  Targets for 1 GB: cold
CPU at most 0.7 of ccusage's, cold wall at most 1.0, warm wall at most 0.12, peak at most 110 MiB.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_TEXT = r"the parser reads each line and keeps what it needs while tests cover \"usage\" and src/app.py:42\n"
_WORDS = _TEXT.split(" ")
_TAIL = '"userType":"external","entrypoint":"cli","cwd":"/home/me/project","version":"2.1.329","gitBranch":"main"}\n'


def _prose(rng: random.Random, size: int) -> str:
    words: list[str] = []
    length = 0
    while length < size:
        word = rng.choice(_WORDS)
        words.append(word)
        length += len(word) + 1
    return " ".join(words)


def write_transcripts(root: Path, megabytes: int, seed: int = 1) -> int:
    """Write about ``megabytes`` of transcripts in the client's form under ``root/projects``; return the bytes.

    The mix is that of real sessions: 44 % of lines are neither user nor assistant, a call has one to three rows,
    tool results are the bulk, a third of the calls are subagents' in files of their own.
    """
    rng = random.Random(seed)
    pool = [_prose(rng, rng.choice((200, 800, 3000, 9000))) for _ in range(400)]
    written = 0
    number = 0
    while written < megabytes * 1_000_000:
        number += 1
        session = f"{rng.getrandbits(128):032x}"
        folder = root / "projects" / f"-work-project-{number % 12}"
        folder.mkdir(parents=True, exist_ok=True)
        written += _write(
            folder / f"{session}.jsonl", rng, pool, session, "", rng.randint(1_000_000, 4_000_000)
        )
        agents = folder / session / "subagents"
        for _ in range(rng.randint(0, 5)):
            agents.mkdir(parents=True, exist_ok=True)
            agent = f"a{rng.getrandbits(64):016x}"
            written += _write(
                agents / f"agent-{agent}.jsonl",
                rng,
                pool,
                session,
                agent,
                rng.randint(100_000, 700_000),
            )
            (agents / f"agent-{agent}.meta.json").write_text(
                json.dumps({"agentType": "Explore", "toolUseId": f"toolu_{agent}", "spawnDepth": 1})
            )
    return written


def _write(
    path: Path, rng: random.Random, pool: list[str], session: str, agent: str, size: int
) -> int:
    side = f'"isSidechain":true,"agentId":"{agent}",' if agent else '"isSidechain":false,'
    tail = f'"sessionId":"{session}",{_TAIL}'
    stamp = 1_790_000_000 + rng.randrange(5_000_000)
    total = 0
    with path.open("w", encoding="utf-8") as handle:
        while total < size:
            stamp += rng.randint(2, 40)
            when = time.strftime("%Y-%m-%dT%H:%M:%S.123Z", time.gmtime(stamp))
            total += handle.write("".join(_turn(rng, pool, side, tail, when)))
    return total


def _turn(rng: random.Random, pool: list[str], side: str, tail: str, when: str) -> list[str]:
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
        f'"role":"assistant","model":"{model}","content":[{{"type":"text","text":"{rng.choice(pool)}"}}],'
        f'"stop_reason":"tool_use","usage":{usage},"stop_details":null}},"apiBlockIndex":{block},'
        f'"requestId":"req_{message}","type":"assistant","uuid":"{rng.getrandbits(128):032x}",'
        f'"timestamp":"{when}","effort":"medium",{tail}'
        for block in range(rng.choice((1, 1, 2, 3)))
    ]
    result = rng.choice(pool)
    lines.append(
        f'{{"parentUuid":"{rng.getrandbits(128):032x}",{side}"type":"user","message":{{"role":"user","content":'
        f'[{{"tool_use_id":"toolu_{message}","type":"tool_result","content":"{result}"}}]}},'
        f'"uuid":"{rng.getrandbits(128):032x}","timestamp":"{when}","toolUseResult":{{"stdout":"{result}"}},{tail}'
    )
    for _ in range(rng.choice((1, 2, 3))):
        lines.append(
            f'{{"parentUuid":"{rng.getrandbits(128):032x}",{side}"attachment":{{"type":"skill_listing","content":'
            f'"{rng.choice(pool) if rng.random() < 0.3 else "short"}"}},"type":"attachment","timestamp":"{when}",{tail}'
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
    options.add_argument("--megabytes", type=int, default=1000)
    options.add_argument("--ccusage", default=shutil.which("ccusage"))
    options.add_argument("--keep", help="write the transcripts here, once, and leave them")
    options.add_argument("--runs", type=int, default=1)
    chosen = options.parse_args()
    folder = Path(chosen.keep or tempfile.mkdtemp(prefix="tierwise-bench-"))
    try:
        if not (folder / "projects").exists():
            write_transcripts(folder, chosen.megabytes)
        _compare(folder, chosen.ccusage, chosen.runs)
    finally:
        if not chosen.keep:
            shutil.rmtree(folder)


def _compare(folder: Path, ccusage: str | None, runs: int) -> None:
    home = folder / "home"
    environment = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home), "NO_COLOR": "1"}
    environment["CLAUDE_CONFIG_DIR"] = str(folder)
    ours = [sys.executable, "-m", "tierwise", "report", "--json"]
    files = [str(path) for path in folder.rglob("*.jsonl")]
    rows: dict[str, list[dict[str, float]]] = {}
    for _ in range(runs):
        rows.setdefault("grep -c usage", []).append(_grep(files, environment))
        rows.setdefault("cold, no store", []).append(measure([*ours, "--no-store"], environment))
        shutil.rmtree(home, ignore_errors=True)
        rows.setdefault("cold", []).append(measure(ours, environment))
        rows.setdefault("warm", []).append(measure(ours, environment))
        rows.setdefault("warm, other view", []).append(measure([*ours, "--by", "day"], environment))
        with open(files[0], "a", encoding="utf-8") as handle:
            handle.write(
                _turn(
                    random.Random(),
                    ["more"],
                    '"isSidechain":false,',
                    _TAIL,
                    "2026-11-01T00:00:00.000Z",
                )[0]
            )
        rows.setdefault("warm, new", []).append(measure(ours, environment))
        if ccusage:
            rows.setdefault("ccusage", []).append(
                measure([ccusage, "daily", "--offline", "--json"], environment)
            )
    best = {name: min(results, key=lambda row: row["cpu"]) for name, results in rows.items()}
    peer = best.get("ccusage")
    for name, row in best.items():
        ratio = (
            f"  wall x{row['wall'] / peer['wall']:.2f}, CPU x{row['cpu'] / peer['cpu']:.2f} of ccusage"
            if peer
            else ""
        )
        print(
            f"{name:16} wall {row['wall']:6.2f} s  CPU {row['cpu']:6.2f} s  peak {row['peak_mib']:6.0f} MiB{ratio}"
        )


def _grep(files: list[str], environment: dict[str, str]) -> dict[str, float]:
    return measure(["grep", "-c", "usage", *files], {**environment, "LC_ALL": "C"})


if __name__ == "__main__":
    main()
