"""The overhead of `tierwise run` around a client that answers at once, and of the in-session gate.

    python bench/cascade.py [ROUNDS]

The client is a shell script that writes one file and prints the result line.  Beside it, in the same run: a bare
interpreter, and the git commands that any worktree costs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from ratio import bare, measure

_RESULT = {
    "type": "result",
    "subtype": "success",
    "is_error": False,
    "result": "done",
    "total_cost_usd": 0.0,
}
_CLIENT = f"#!/bin/sh\ncat > /dev/null\necho 'x = 2' > app.py\necho '{json.dumps(_RESULT)}'\n"
_POLICY = """version: 1
escalation: {{claude: {{command: {client}}}}}
gates: {{use: [{gates}], in_session: {{implementer: [syntax]}}}}
"""


def make_project(folder: Path, gates: str) -> Path:
    """A repository with one file and a client that answers at once."""
    folder.mkdir()
    client = folder.parent / "client"
    client.write_text(_CLIENT)
    client.chmod(0o755)
    (folder / "app.py").write_text("x = 1\n")
    (folder / ".gitignore").write_text(".tierwise/local/\n")
    (folder / "tierwise.yaml").write_text(_POLICY.format(client=client, gates=gates))
    git = ["git", "-C", str(folder), "-c", "user.name=B", "-c", "user.email=b@example.invalid"]
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "feat: begin"], check=True)
    return folder


def main() -> None:
    """Measure."""
    rounds = int(sys.argv[1]) if sys.argv[1:] else 15
    tierwise = [sys.executable, "-m", "tierwise"]
    with tempfile.TemporaryDirectory() as scratch:
        off = make_project(Path(scratch) / "off", "")
        on = make_project(Path(scratch) / "on", "diff, paths, syntax, tests-intact")
        (on / "app.py").write_text("x = 3\n")
        subprocess.run([*tierwise, "install"], cwd=on, check=True, stdout=subprocess.DEVNULL)
        worktree = f"git -C {off} worktree add -q --detach {scratch}/w && git -C {off} worktree remove {scratch}/w"
        hook = (
            "from tierwise import table; from tierwise.claude_hooks.in_session import on_subagent_stop as stop; "
            "stop({'agent_type': 'implementer', 'session_id': 's', 'agent_id': 'a'}, table.load('.'), '.')"
        )
        off_hook = hook.replace("'implementer'", "'explorer'")
        commands = {
            "python -c pass": bare(),
            "git worktree add + remove": ["sh", "-c", worktree],
            "tierwise --version": [*tierwise, "--version"],
            "run, gates off": ["sh", "-c", f"cd {off} && {' '.join(tierwise)} run x --from light"],
            "run, shape gates": ["sh", "-c", f"cd {on} && {' '.join(tierwise)} run x --from light"],
            "in-session gate, agent not gated": [sys.executable, "-S", "-c", off_hook],
            "in-session gate, syntax": [sys.executable, "-S", "-c", hook],
        }
        os.environ.setdefault("PYTHONPATH", str(Path(__file__).parents[1] / "installer"))
        measure(commands, floor="python -c pass", rounds=rounds, cwd=on)


if __name__ == "__main__":
    main()
