"""The commit message under which a run's result arrives: a conventional one, for a project may refuse others."""

from __future__ import annotations

import re

_TYPES = {
    "feature": "feat", "api-endpoint": "feat", "ui": "feat", "database-query": "feat",
    "bug-fix": "fix", "debugging": "fix", "remediation": "fix", "security": "fix", "concurrency": "fix",
    "docs": "docs", "docstring": "docs", "changelog": "docs",
    "tests": "test", "e2e-tests": "test",
    "refactor": "refactor", "multi-file-refactor": "refactor",
    "performance": "perf", "formatting": "style", "dependency-update": "build",
}  # fmt: skip
_TYPED = re.compile(r"[a-z]+(\([^()\n]+\))?!?: \S")
_LENGTH = 72


def result_message(
    task: str,
    kind: str,
    run: str,
    tier: str | None,
) -> str:
    """Return ``fix: correct add()`` with the run and the tier as trailers.  A task that has a type of its own keeps it."""
    first_line = task.strip().splitlines()[0]
    subject = " ".join(first_line.split())
    if not _TYPED.match(subject):
        if re.match(r"[A-Z][a-z]", subject):
            subject = subject[0].lower() + subject[1:]
        subject = f"{_TYPES.get(kind, 'chore')}: {subject}"
    if len(subject) > _LENGTH:
        cut = subject[: _LENGTH + 1].rfind(" ")  # at a word, unless that leaves the type alone
        if cut <= _LENGTH // 2:
            cut = _LENGTH
        subject = subject[:cut]
    return f"{subject.rstrip(' .')}\n\nTierwise-Run: {run}\nTierwise-Tier: {tier}\n"
