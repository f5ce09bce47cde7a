"""Whether a team writes Conventional Commits already: a check of messages is offered elsewhere, not imposed."""

from __future__ import annotations

from dataclasses import dataclass

from tierwise.commits.parse import Header, read_header
from tierwise.domain.change import decode_path
from tierwise.git.plumbing import run_git

_LOOKED_AT = 100  # commits
_FEW = 10  # from so many on a history says something
# From this share on it is a habit: below, the check would refuse what the team takes every week.
_HABIT = 0.95


@dataclass(frozen=True)
class Habit:
    """How many of the last messages are conventional; merges do not count."""

    conventional: int
    total: int

    @property
    def is_other(self) -> bool:
        """Whether the history shows that the team also writes its messages in another way."""
        return self.total >= _FEW and self.conventional < _HABIT * self.total


def measure_habit(root: str) -> Habit:
    """Return the habit of the last commits; none where there is no history."""
    done = run_git(
        root,
        "log",
        f"-{_LOOKED_AT}",
        "--no-merges",
        "--no-show-signature",
        "--format=%s",
        "HEAD",
        "--",
    )
    if done.returncode != 0:
        return Habit(0, 0)
    subjects = decode_path(done.stdout).splitlines()
    headers = [read_header(subject) for subject in subjects]
    conventional = [header for header in headers if isinstance(header, Header)]
    return Habit(len(conventional), len(headers))
