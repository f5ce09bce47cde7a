"""Tasks from the repository's own history: a commit's message, the tree before it, its tests as the judge."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tierwise.gates.reading.paths import (
    is_subject,
    is_test,
)
from tierwise.git.plumbing import read_git
from tierwise.learning.experiment_plan import ExperimentTask

NEWEST = 2_000
"""Commits that are looked at."""

MOST_FILES = 20
"""Files beyond which a commit is no single task."""

_SHORTEST_TEXT = 20
_FORMAT = "%x1e%H%x00%P%x00%B%x00"
_FIELDS = 4
_TRAILER = re.compile(r"^[A-Z][A-Za-z-]*(?:-[A-Za-z]+)*: \S")
_HEADER = re.compile(r"^[a-z]+(?:\([^)]*\))?!?: +")
_NO_TASK = re.compile(
    r"^(?:revert|merge|fixup!|squash!|amend!|wip\b|bump\b|release\b)", re.IGNORECASE
)
_WRITTEN = ("A", "M")


def find_history_tasks(
    root: str,
    newest: int = NEWEST,
) -> Iterator[ExperimentTask]:
    """Yield the commits that changed both code and its tests, newest first.  Raises OutsideError without git.

    Whether the tests tell the tree before from the one after is for the caller to try.
    """
    data = read_git(
        root,
        "-c",
        "core.quotePath=false",
        "log",
        "--no-merges",
        "--name-status",
        "--no-renames",
        f"--max-count={newest}",
        f"--format={_FORMAT}",
        "HEAD",
    )
    text = data.decode("utf-8", "replace")
    for entry in text.split("\x1e"):
        fields = entry.split("\0")
        if len(fields) != _FIELDS:
            continue
        task = _read_commit(*fields)
        if task is not None:
            yield task


def write_task(message: str) -> str:
    """Return what a commit's message asks for: without its type, its trailers and its numbers of issues."""
    subject, _, body = message.strip().partition("\n")
    subject = _HEADER.sub("", subject)
    lines = [line for line in body.strip().splitlines() if not _TRAILER.match(line)]
    text = "\n".join(lines)
    return f"{subject}\n\n{text}".strip()


def _read_commit(
    name: str,
    parents: str,
    message: str,
    listing: str,
) -> ExperimentTask | None:
    paths = []
    tests = []
    for line in listing.strip().splitlines():
        status, _, path = line.partition("\t")
        paths.append(path)
        if status in _WRITTEN and is_test(path):
            tests.append(path)
    has_one_parent = len(parents.split()) == 1
    is_single_task = has_one_parent and len(paths) <= MOST_FILES
    if not is_single_task or _NO_TASK.match(message):
        return None
    text = write_task(message)
    is_telling = tests and any(map(is_subject, paths))
    if not is_telling or len(text) < _SHORTEST_TEXT:
        return None
    return ExperimentTask(
        text,
        base=parents,
        commit=name,
        tests=tuple(tests),
    )
