"""`tierwise check` and a no-op `tierwise sync` on a synced repository, beside `python -c pass`.

python bench/check.py [ROUNDS]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile

from ratio import bare, measure

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as root:
        tierwise = [sys.executable, "-m", "tierwise"]
        subprocess.run(["git", "init", "-q", root], check=True)
        subprocess.run([*tierwise, "install"], cwd=root, check=True, stdout=subprocess.DEVNULL)
        commands = {
            "python -c pass": bare(),
            "tierwise --help": [*tierwise, "--help"],
            "tierwise check": [*tierwise, "check"],
            "tierwise sync (no-op)": [*tierwise, "sync"],
        }
        measure(
            commands,
            floor="python -c pass",
            rounds=int(sys.argv[1]) if sys.argv[1:] else 30,
            cwd=root,
        )
