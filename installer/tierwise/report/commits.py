"""The user's own commits on the branches that calls were made on, as git tells them."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from tierwise.git.plumbing import read_git_line
from tierwise.report.landmarks import OwnCommit
from tierwise.transcripts.records import UsageRecord

_SHORT_NAME = 10  # characters of a commit's name
_FORMAT = "%at %H %s"


def read_commits(records: Iterable[UsageRecord]) -> dict[tuple[str, str], list[OwnCommit]]:
    """Return the commits by folder and branch, in order of time; none where git cannot tell."""
    first: dict[tuple[str, str], int] = {}
    for record in records:
        if record.project and record.timestamp:
            place = (record.project, record.branch)
            known = first.get(place, record.timestamp)
            first[place] = min(known, record.timestamp)
    return {place: _list_commits(*place, since) for place, since in first.items()}


def _list_commits(
    folder: str,
    branch: str,
    since: int,
) -> list[OwnCommit]:
    own: list[str] = []
    author = read_git_line(folder, "config", "user.email")
    if author:
        own = ["--fixed-strings", f"--author=<{author}>"]
    reference = f"refs/heads/{branch}"
    if not branch or not read_git_line(folder, "rev-parse", "--verify", "--quiet", reference):
        reference = (
            "--all"  # the commits of a branch that was merged and deleted are on another one
        )
    told = read_git_line(
        folder,
        "-c",
        "log.showSignature=false",
        "log",
        "--no-merges",
        f"--since={since // 1000}",
        f"--format={_FORMAT}",
        *own,
        reference,
        "--",
    )
    commits = [_parse_commit(line) for line in told.splitlines()]
    return sorted(commits, key=attrgetter("made", "name"))


def _parse_commit(line: str) -> OwnCommit:
    seconds, name, subject = line.split(" ", 2)
    return OwnCommit(
        int(seconds) * 1000,
        f"{name[:_SHORT_NAME]} {subject}",
    )
