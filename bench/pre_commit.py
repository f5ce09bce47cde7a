"""The pre-commit hook with its built-in checks on ten staged files, beside the bare interpreter and git.

    python bench/pre_commit.py [ROUNDS]

Ten files of about a hundred lines in every language that is checked.  Target: at most ten times the bare
interpreter, whole process.  Exit code 1 when it is missed.  `prek` (a Rust binary) runs its own built-in checks
beside it where it is on PATH.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from ratio import bare, measure

TARGET = 10.0
PREK = """repos:
  - repo: builtin
    hooks: [{id: trailing-whitespace}, {id: end-of-file-fixer}, {id: check-json}, {id: check-toml}, {id: check-yaml},
            {id: check-merge-conflict}, {id: check-added-large-files}, {id: check-symlinks}, {id: check-case-conflict},
            {id: detect-private-key}]
"""
JSON = (
    "{\n"
    + ",\n".join(f'  "key{number}": [{number}, "text", null]' for number in range(100))
    + "\n}\n"
)
FILES = {
    "app.py": "def f(x):\n    return {'a': [x, 1], 'b': (2, 3)}\n\n" * 33,
    "tests.py": "class T:\n    def test(self):\n        assert 1 + 1 == 2\n\n" * 25,
    "data.json": JSON,
    "tsconfig.json": JSON,
    "ci.yaml": "- name: step\n  run: |\n    echo one\n    echo two\n" * 25,
    "stack.yml": "- image: a\n  ports: [1, 2]\n  tag: !Ref x\n" * 33,
    "tool.toml": '[[entry]]\nname = "a"\nvalues = [1, 2, 3]\n\n' * 25,
    "run.sh": 'if [ -n "$1" ]; then\n  echo "$1"\nfi\n' * 33,
    "README.md": "# Title\n\nSome *text* with a [link](README.md).\n\n" * 25,
    "style.css": "a { color: red; }\n" * 100,
}


def main() -> int:
    program = str(
        Path(__file__).resolve().parent.parent / "installer" / "tierwise" / "hook_main.py"
    )
    with tempfile.TemporaryDirectory(prefix="tierwise-bench-") as folder:
        git = ["git", "-C", folder, "-c", "user.name=bench", "-c", "user.email=bench@example.org"]
        subprocess.run(["git", "init", "-q", folder], check=True)
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "feat: start"], check=True)
        for name, text in FILES.items():
            Path(folder, name).write_text(text)
        subprocess.run([*git, "add", "-A"], check=True)
        floor, hook = "python -S -E -c pass", "tierwise-hook pre-commit"
        commands = {
            floor: bare("-S", "-E"),
            "git diff --cached --raw": ["git", "diff", "--cached", "--raw"],
            hook: [sys.executable, "-I", "-S", program, "pre-commit"],
        }
        if shutil.which("prek"):
            Path(folder, ".pre-commit-config.yaml").write_text(
                PREK
            )  # not staged: the same ten files for both
            commands["prek run, ten built-ins"] = ["prek", "run"]
        times = measure(
            commands, floor=floor, rounds=int(sys.argv[1]) if sys.argv[1:] else 30, cwd=folder
        )
    ratio = statistics.median(times[hook]) / statistics.median(times[floor])
    print(f"target {TARGET:g} x, measured {ratio:.2f} x")
    return 0 if ratio <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
