"""Ask the real peers again for their verdicts on tests/commits/data/commit_verdicts.jsonl and write them there.

    python bench/commit_peers/record.py --commitlint-20 DIR --commitlint-21 DIR --python PYTHON

DIR: a folder after `npm install @commitlint/cli@20.5.3 @commitlint/config-conventional@20.5.3` (21.2.4 for the
other); PYTHON: an interpreter after `pip install commitizen==4.19.3 conventional-pre-commit==4.4.0`.
What changed is printed, and so is every disagreement that has no explanation yet.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "tests" / "commits" / "data" / "commit_verdicts.jsonl"


def ask(command: list[str], messages: str) -> list[Any]:
    """One JSON answer a message."""
    done = subprocess.run(
        command, input=messages, capture_output=True, text=True, check=True, timeout=300
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("--commitlint-20", "--commitlint-21", "--python"):
        parser.add_argument(name, required=True)
    chosen = parser.parse_args()
    rows = [json.loads(line) for line in DATA.read_text().splitlines()]
    messages = "".join(json.dumps({"message": row["message"]}) + "\n" for row in rows)
    node = ["node", str(HERE / "commitlint.mjs")]
    old = ask([*node, chosen.commitlint_20], messages)
    new = ask([*node, chosen.commitlint_21], messages)
    others = ask([chosen.python, str(HERE / "python_peers.py")], messages)
    for row, first, second, other in zip(rows, old, new, others, strict=True):
        peers = {"commitlint-20": first, "commitlint-21": second, **other}
        if row.get("peers", peers) != peers:
            print("changed:", repr(row["message"]), row["peers"], peers)
        row["peers"] = peers
        for peer in ("commitlint-21", "commitizen", "conventional-pre-commit"):
            verdict = peers[peer]["valid"] if isinstance(peers[peer], dict) else peers[peer]
            if verdict != row["spec"] and peer not in row.get("why", {}):
                print("unexplained:", peer, verdict, repr(row["message"]), peers[peer])
    DATA.write_text("".join(json.dumps(row) + "\n" for row in rows))


if __name__ == "__main__":
    main()
