"""How long the client keeps transcripts, and whether their costs were read in time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from tierwise.doctor.finding import Diagnosis, ok, warn
from tierwise.doctor.place import Place, config_folder
from tierwise.transcripts.roots import default_store

DEFAULT_DAYS = 30
"""Days after which the client deletes a transcript, unless ``cleanupPeriodDays`` says otherwise."""

_SECONDS_A_DAY = 86_400


def check_retention(place: Place) -> Iterator[Diagnosis]:
    """Warn where transcripts may be deleted before a report has read what they cost."""
    if not (config_folder(place.environ) / "projects").is_dir():
        yield ok("retention", "there are no transcripts yet")
        return
    days = find_days(place)
    kept = f"Claude Code deletes transcripts after {days} days"
    read_days_ago = _days_since_read(place)
    if read_days_ago is None or read_days_ago >= days:
        yield warn(
            "retention",
            f"{kept}, and no report has read them in that time: their costs will be unknown",
            "Run `tierwise report` once a week (its store keeps the figures), or raise cleanupPeriodDays.",
        )
        return
    yield ok(
        "retention",
        f"{kept}; a report read them {read_days_ago} days ago",
    )


def find_days(place: Place) -> int:
    """Return the days that the weightiest settings file states, else the client's own."""
    for settings in place.settings:
        days = settings.value.get("cleanupPeriodDays")
        if isinstance(days, int) and not isinstance(days, bool) and days > 0:
            return days
    return DEFAULT_DAYS


def _days_since_read(place: Place) -> int | None:
    """Return how long ago the store was written; None where there is none."""
    store = default_store(place.environ)
    times = []
    for path in (str(store), f"{store}-wal"):
        try:
            times.append(os.stat(path).st_mtime)
        except OSError:
            continue
    if not times:
        return None
    age = time.time() - max(times)
    return max(int(age // _SECONDS_A_DAY), 0)
