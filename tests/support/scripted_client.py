"""A client that does what it is told: an attempt runs shell commands in its folder and says what Claude Code would.

It stands in where the real client's own behaviour is not the point, and costs milliseconds.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

# Haiku is the tier `light` of the default policy, Sonnet `mid`, Opus `frontier`.
PROGRAM = """#!{python}
import json, os, subprocess, sys, time
arguments = sys.argv[1:]
model = arguments[arguments.index("--model") + 1]
name = "question" if "--tools" in arguments else model
prompt = sys.stdin.read()
folder = {folder!r}
with open(os.path.join(folder, "calls.jsonl"), "a") as calls:
    calls.write(json.dumps({{"name": name, "arguments": arguments, "prompt": prompt, "pid": os.getpid()}}) + "\\n")
with open(os.path.join(folder, "calls.jsonl")) as calls:
    number = sum(json.loads(line)["name"] == name for line in calls) - 1
steps = {steps!r}.get(name) or [{{}}]
step = steps[min(number, len(steps) - 1)]
def tell(event):
    print(json.dumps(event), flush=True)
usage = {{"input_tokens": 10, "output_tokens": 5}}
for number, call in enumerate(step.get("calls", [])):
    block = {{"type": "tool_use", "id": str(number), **call}}
    tell({{"type": "assistant", "message": {{"id": f"m{{number}}", "model": model, "usage": usage, "content": [block]}}}})
if step.get("shell"):
    subprocess.run(step["shell"], shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
time.sleep(step.get("seconds", 0))
last = {{"id": "last", "model": model, "usage": usage, "stop_reason": "end_turn", **step.get("message", {{}})}}
tell({{"type": "assistant", "message": last, **step.get("event", {{}})}})
tell({{
    "type": "result", "subtype": "success", "is_error": False, "result": step.get("last", "Done."),
    "total_cost_usd": step.get("usd", 0.01), "usage": usage, **step.get("result", {{}}),
}})
"""


@dataclass(frozen=True)
class Step:
    """What one attempt does.

    ``shell``: commands in the attempt's folder; ``calls``: tool calls that it tells of, ``{"name", "input"}``;
    ``message``, ``event``, ``result``: keys of its last message, of that message's line, and of its result line.
    """

    shell: str = ""
    last: str = "Done."
    usd: float = 0.01
    seconds: float = 0.0
    calls: tuple[dict[str, Any], ...] = ()
    message: dict[str, Any] = field(default_factory=dict)
    event: dict[str, Any] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """One call of the client; ``name`` is the model's, or ``question`` where it has no tools."""

    name: str
    arguments: list[str]
    prompt: str
    pid: int

    def option(self, name: str) -> str:
        """The value of an option."""
        return self.arguments[self.arguments.index(name) + 1]


class ScriptedClient:
    """The program, with its steps by model; the last step of a model is repeated."""

    def __init__(self, folder: Path, **steps: Step | list[Step]) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.path = folder / "client"
        listed = {
            name: [asdict(step) for step in (given if isinstance(given, list) else [given])]
            for name, given in steps.items()
        }
        told = PROGRAM.format(python=sys.executable, folder=str(folder), steps=listed)
        self.path.write_text(told)
        self.path.chmod(0o755)

    @property
    def calls(self) -> list[Call]:
        """The calls so far."""
        path = self.folder / "calls.jsonl"
        if not path.exists():
            return []
        return [Call(**json.loads(line)) for line in path.read_text().splitlines()]


def writing_file(name: str, content: str) -> str:
    """A shell command that writes a file."""
    return f"mkdir -p $(dirname {name}); cat > {name} <<'END'\n{content}END\n"
