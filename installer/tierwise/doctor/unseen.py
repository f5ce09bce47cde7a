"""Transcripts against the ledger: spawns that happened here and that the hook never saw.

Whatever keeps a hook from being called (settings that the client drops, a session in a folder where nothing is
wired, a way past the hook that nobody thought of) shows here.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator

from tierwise import repo
from tierwise.doctor.finding import Diagnosis, ok, warn
from tierwise.doctor.place import Place, config_folder
from tierwise.files import open_regular
from tierwise.transcripts.served import agents_of, read_meta

CHECK = "unseen"
WEEK = 7 * 24 * 3600  # seconds
SHOWN = 3  # folders that are named


def check_unseen(place: Place) -> Iterator[Diagnosis]:
    """Check that every spawn of the last week has its row in the ledger."""
    since = max(time.time() - WEEK, _wired_since(place.root))
    unseen = find_unseen(place, since)
    if not unseen:
        yield ok(
            CHECK,
            "the hook has seen every spawn of the last week that a transcript tells of",
        )
        return
    folders = sorted({_folder_of(transcript) for transcript in unseen})[:SHOWN]
    yield warn(
        CHECK,
        f"{len(unseen)} spawns in the last week that the hook never saw, in {', '.join(folders)}",
        "Run `tierwise doctor` in the folder where those sessions start; `tierwise sync` wires subfolders.",
    )


def find_unseen(place: Place, since: float) -> list[str]:
    """Transcripts of agents that ran here after ``since`` (seconds) and of which the ledger has no decision."""
    calls = set()
    sessions = set()
    for row in place.ledger_rows:
        calls.add(row.get("tool_use_id"))
        if row.get("row") == "decision":
            sessions.add(row.get("session_id"))
    found = []
    for session in find_sessions(place, since):
        name = os.path.basename(session).removesuffix(".jsonl")
        for transcript in agents_of(session):
            if os.stat(transcript).st_mtime < since:
                continue
            call = read_meta(transcript).get("toolUseId")
            is_known = name in sessions
            if call:
                is_known = call in calls
            if not is_known:
                found.append(transcript)
    return found


def find_sessions(place: Place, since: float) -> Iterator[str]:
    """Yield the main transcripts, changed after ``since``, of sessions that started in the repository or below it."""
    prefix = project_name(os.path.realpath(place.root))
    projects = config_folder(place.environ) / "projects"
    for folder in sorted(projects.glob("*")):
        name = project_name(folder.name)
        if name != prefix and not name.startswith(f"{prefix}-"):
            continue
        for path in sorted(folder.glob("*.jsonl")):
            if path.stat().st_mtime >= since and _started_below(str(path), place.root):
                yield str(path)


def project_name(folder: str) -> str:
    """Return the name of the client's folder for sessions that start in ``folder``."""
    return re.sub("[^A-Za-z0-9]", "-", folder)


def _started_below(transcript: str, root: str) -> bool:
    """Tell whether the session's first line with a folder names one of the repository: `/a/b-c` looks like `/a/b/c`."""
    top = os.path.realpath(root)
    with open_regular(transcript) as handle:
        for raw in handle:
            _, found, after = raw.partition(b'"cwd":"')
            if found:
                named, _, _ = after.partition(b'"')
                folder = os.path.realpath(named.decode("utf-8", "replace"))
                return folder == top or folder.startswith(top + os.sep)
    return False


def _wired_since(root: str) -> float:
    """Tell when the repository was wired here: before that nothing could be seen."""
    try:
        launcher = os.path.join(root, repo.FOLDER, "hook")
        return os.stat(launcher).st_mtime
    except OSError:
        return time.time()


def _folder_of(transcript: str) -> str:
    session, _, _ = transcript.partition(f"{os.sep}subagents")
    folder = os.path.dirname(session)
    return os.path.basename(folder)
