"""A small history: one commit whose tests tell it from the tree before, one whose tests do not."""

from __future__ import annotations

from pathlib import Path

from tests.support.repository import git

_TEST = """# What add() gives.
import unittest

from app import add


class AddTest(unittest.TestCase):
    def test_adds(self):
        self.assertEqual(add({numbers}), {total})
"""


def make_history(root: Path) -> dict[str, str]:
    """Commit into the repository at ``root``; return the commits by a short name."""
    (root / ".gitignore").write_text("__pycache__/\n.tierwise/local/\n")
    (root / "app.py").write_text("def add(a, b):\n    return a - b\n")
    begin = _commit(root, "feat: begin with a function add")
    (root / "app.py").write_text("def add(a, b):\n    return a + b\n")
    (root / "test_app.py").write_text(_TEST.format(numbers="2, 3", total=5))
    fix = _commit(root, "fix(app): let add() add its numbers\n\nSigned-off-by: A <a@example.org>")
    (root / "app.py").write_text("def add(one, other):\n    return one + other\n")
    (root / "test_app.py").write_text(_TEST.format(numbers="4, 4", total=8))
    rename = _commit(root, "refactor: call the numbers one and other")
    (root / "notes.md").write_text("Notes\n")
    _commit(root, "docs: write down what there is to say")
    return {"begin": begin, "fix": fix, "rename": rename}


def _commit(root: Path, message: str) -> str:
    git(root, "add", "-A")
    git(root, "commit", "--allow-empty", "-qm", message)
    return str(git(root, "rev-parse", "HEAD")).strip()
