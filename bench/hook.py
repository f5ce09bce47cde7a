"""Whole-process latency of the hook beside a bare interpreter.

The goals are median ratios: 2.8 for a spawn with a prompt of 100 to 250 words, 4 for a workflow of 20 KB.

python bench/hook.py [ROUNDS [SCRIPT …]]      SCRIPT: a workflow script of somebody else's, measured as well
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from ratio import bare, measure

from tierwise import bundle

SHORT = {
    "description": "Fix the login",
    "prompt": "Fix the login bug in src/login.py",
    "subagent_type": "Explore",
}
PROMPTS = Path(__file__).with_name("hook_prompts.txt")
SCRIPT_SIZE = 20_000  # bytes of the workflow's script


def event(root: str, tool: str, call: dict[str, str]) -> bytes:
    """A call as the client sends it.  Without an id, so that every round is a call of its own."""
    names = {"session_id": "bench", "prompt_id": "turn", "cwd": root, "transcript_path": ""}
    return json.dumps(
        {**names, "hook_event_name": "PreToolUse", "tool_name": tool, "tool_input": call}
    ).encode()


def read_prompts() -> list[str]:
    """Prompts as people write them, 100 to 250 words each."""
    return [text.strip() for text in PROMPTS.read_text(encoding="utf-8").split("---\n")]


def make_script(prompts: list[str]) -> str:
    """A workflow of about ``SCRIPT_SIZE`` bytes whose agents have such prompts."""
    lines = ["export const meta = {name: 'bench', description: 'x'}", "const found = []"]
    while sum(map(len, lines)) < SCRIPT_SIZE:
        prompt = prompts[len(lines) % len(prompts)].replace("'", "\\'")
        lines.append(f"found.push(await agent('{prompt}', {{label: 'part:{len(lines)}'}}))")
    return "\n".join([*lines, "return found"])


def peak_memory() -> float:
    """The largest resident size of the processes that were started, in MiB (kilobytes on Linux, bytes on macOS)."""
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as root:
        subprocess.run(["git", "init", "-q", root], check=True)
        # The real interpreter behind a virtual environment's link, as `tierwise install` writes it down.
        python = [os.path.realpath(sys.executable), "-S", "-E"]
        prompts = read_prompts()
        hook = [*python, bundle.path("hooks", "run.py"), "PreToolUse"]
        commands = {
            "python -S -E -c pass": bare("-S", "-E"),
            "python -S -E -c 'import json'": [*python, "-c", "import json"],
            "spawn hook, 8 words": hook,
            **{
                f"spawn hook {number}, {len(prompt.split())} words": hook
                for number, prompt in enumerate(prompts, 1)
            },
            "workflow hook, 20 KB": hook,
        }
        scripts = {f"workflow hook, {Path(path).name}": Path(path) for path in sys.argv[2:]}
        commands |= dict.fromkeys(scripts, hook)
        calls = [SHORT, *({"description": "Work", "prompt": prompt} for prompt in prompts)]
        inputs = [event(root, "Agent", call) for call in calls]
        inputs.append(event(root, "Workflow", {"script": make_script(prompts)}))
        inputs += [
            event(root, "Workflow", {"script": path.read_text(encoding="utf-8")})
            for path in scripts.values()
        ]
        floor = "python -S -E -c pass"
        measure(
            commands,
            floor=floor,
            rounds=int(sys.argv[1]) if sys.argv[1:] else 100,
            cwd=root,
            stdin=dict(zip(list(commands)[2:], inputs, strict=True)),
        )
        print(f"largest process: {peak_memory():.1f} MiB")
