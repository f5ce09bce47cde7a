"""A subscription's limits: what the client says of them, and when they will be reached.

``.tierwise/local/limits.json`` holds, by window, how much was used when.  Numbers only; nothing is asked
of anybody.  Standard library only: hooks import this.
"""

import os
import time

from tierwise import fastjson, local_state, repo
from tierwise.claude_hooks.modes import mode_of
from tierwise.domain import table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tierwise.claude_hooks.event import Event

NAME = "limits.json"
WINDOWS = {"five_hour": 5 * 3600, "seven_day": 7 * 86_400}
"""The windows that a person on a subscription has, by their length in seconds."""

SHOWN = {"five_hour": "five-hour limit", "seven_day": "weekly limit"}
SAMPLES_KEPT = 60
NUMBERS_A_SAMPLE = 2
RECENT = {"five_hour": 3600.0, "seven_day": 86_400.0}
"""Seconds whose pace is taken for what comes."""

CLOSE = {kind: 2 * seconds / SAMPLES_KEPT for kind, seconds in RECENT.items()}
"""Seconds in which two samples are enough."""

SHORTEST_PACE = 300
"""Seconds from which two readings tell a pace."""

WHOLE = 100.0

SAME_RESET = 300.0
"""Seconds by which two readings of one window's reset may differ: the client rounds it."""

ONE_DAY = 86_400.0
LATEST_RESET = ONE_DAY
"""Seconds beyond a window's length after which a reset is no reset."""


class LimitWindow:
    """One limit as it was last seen.

    used       percent
    resets_at  seconds since 1970
    samples    (seconds since 1970, percent) of this window, oldest first
    told       the reset for which the person was told that it is spared; 0 for never
    """

    __slots__ = ("kind", "resets_at", "samples", "told", "used")

    def __init__(
        self,
        kind: str,
        known: "Mapping[str, Any]",
    ) -> None:
        self.kind = kind
        self.used = _read_number(known.get("used"))
        self.resets_at = _read_number(known.get("resets_at"))
        self.told = _read_number(known.get("told"))
        self.samples = _read_samples(known.get("samples"))

    def note(
        self,
        used: float,
        resets_at: float,
        now: float,
    ) -> None:
        """Take a new reading; one of another window forgets those of the last.

        Readings close together are one sample, so that those that are kept reach as far back as the
        pace does.
        """
        if not is_same_reset(resets_at, self.resets_at):
            self.samples = []
        self.used = used
        self.resets_at = resets_at
        if self._is_crowded(now):
            self.samples.pop()
        self.samples.append([now, used])
        self.samples = self.samples[-SAMPLES_KEPT:]

    def _is_crowded(self, now: float) -> bool:
        """Return whether two samples are close to this moment."""
        close = [moment for moment, _ in self.samples if now - moment < CLOSE[self.kind]]
        return len(close) > 1

    @property
    def is_full(self) -> bool:
        """Whether the limit is reached."""
        return self.used >= WHOLE

    def is_open(self, now: float) -> bool:
        """Return whether the reading still tells of the present window."""
        return 0 < self.resets_at - now <= WINDOWS[self.kind] + LATEST_RESET

    def forecast_full(self, now: float) -> float:
        """Return when the limit will be reached at the present pace.

        0 where that is not before the reset, and where it is reached already.
        """
        pace = self._find_pace(now)
        if pace <= 0 or self.is_full:
            return 0.0
        full = now + (WHOLE - self.used) / pace
        if full >= self.resets_at:
            return 0.0
        return full

    def project(self, now: float) -> float:
        """Return the percent that will have been used at the reset at the present pace."""
        return self.used + self._find_pace(now) * (self.resets_at - now)

    def _find_pace(self, now: float) -> float:
        """Return percent a second: of the recent past, else of the whole window."""
        since = now - RECENT[self.kind]
        for moment, used in self.samples:
            if moment >= since and now - moment >= SHORTEST_PACE:
                return (self.used - used) / (now - moment)
        began = self.resets_at - WINDOWS[self.kind]
        return self.used / max(now - began, SHORTEST_PACE)


def is_same_reset(one: float, other: float) -> bool:
    """Return whether two moments are the reset of one window."""
    return abs(one - other) <= SAME_RESET


def read_limits(root: str) -> "dict[str, LimitWindow]":
    """Return the windows that are known; none where nothing was recorded."""
    known = fastjson.read_object(local_state.read(root, NAME))
    return {
        kind: LimitWindow(kind, entry)
        for kind, entry in known.items()
        if kind in WINDOWS and isinstance(entry, dict)
    }


def note_limits(
    root: str,
    told: "Mapping[str, tuple[float, float]]",
) -> "dict[str, LimitWindow]":
    """Record readings: by window the percent used and the reset in seconds since 1970.

    Returns the windows as they are known now.  A repository that Tierwise does not know, and a
    reading that cannot be, are left alone.  Raises OSError.
    """
    folder = os.path.join(root, repo.FOLDER)
    if not os.path.isdir(folder):
        return {}
    windows = read_limits(root)
    now = time.time()
    changed = False
    for kind, (used, resets_at) in told.items():
        if kind not in WINDOWS:
            continue
        known = windows.get(kind) or LimitWindow(kind, {})
        is_known = known.used == used and is_same_reset(known.resets_at, resets_at)
        reading = LimitWindow(
            kind,
            {"used": used, "resets_at": resets_at},
        )
        if reading.is_open(now) and not is_known:
            known.note(used, resets_at, now)
            windows[kind] = known
            changed = True
    if changed:
        save_limits(root, windows)
    return windows


def note_measure(event: "Event") -> None:
    """Record what the plugin's module reports.  Raises OSError."""
    told = event.data.get("rate_limits")
    if event.root is None or not isinstance(told, list):
        return
    policy = table.load(event.root) or table.load_default()
    if mode_of(event.environ, policy) == "off":
        return
    readings = {}
    for entry in told:
        if isinstance(entry, dict) and _is_percent(entry.get("percentUsed")):
            kind = str(entry.get("kind"))
            readings[kind] = (float(entry["percentUsed"]), read_moment(entry.get("resetsAt")))
    note_limits(event.root, readings)


def read_status(told: object) -> "dict[str, tuple[float, float]]":
    """Read ``rate_limits`` of the status line's input."""
    readings: dict[str, tuple[float, float]] = {}
    if not isinstance(told, dict):
        return readings
    for kind in WINDOWS:
        entry = told.get(kind)
        if isinstance(entry, dict) and _is_percent(entry.get("used_percentage")):
            used = float(entry["used_percentage"])
            readings[kind] = (used, read_moment(entry.get("resets_at")))
    return readings


def read_moment(value: object) -> float:
    """Read seconds since 1970, or a date in ISO 8601, as seconds since 1970; 0 for neither."""
    if isinstance(value, str):
        from datetime import datetime

        spelled = value.replace(
            "Z",
            "+00:00",
        )  # Python 3.10 reads no Z
        try:
            return datetime.fromisoformat(spelled).timestamp()
        except ValueError:
            return 0.0
    return _read_number(value)


def show_moment(moment: float) -> str:
    """Return a moment in local time, with the day where it is not within a day."""
    form = "%H:%M"
    if moment - time.time() >= ONE_DAY:
        form = "%a %H:%M"
    return time.strftime(form, time.localtime(moment))


def describe_limits(root: str) -> "list[str]":
    """Return a sentence for each open window: what is used, the reset, and when it is full at this pace."""
    now = time.time()
    lines = []
    for window in read_limits(root).values():
        if not window.is_open(now):
            continue
        words = f"{SHOWN[window.kind]}: {window.used:.0f} % used, resets {show_moment(window.resets_at)}"
        full = window.forecast_full(now)
        if full:
            words += f", reached at {show_moment(full)} at this pace"
        lines.append(words)
    return lines


def describe_wall(window: LimitWindow, now: float) -> str:
    """Return a few words on a limit that is reached, or will be before its reset; empty for neither."""
    name = SHOWN[window.kind]
    if window.is_full:
        return f"{name} reached, resets {show_moment(window.resets_at)}"
    full = window.forecast_full(now)
    if not full:
        return ""
    return f"{name} {window.used:.0f} %, reached at {show_moment(full)}"


def limits_json(root: str) -> "dict[str, dict[str, float]]":
    """Return the open windows as numbers: percent, and seconds since 1970.

    ``full_at``: when it will be reached at this pace; 0 for not before the reset, and for already.
    """
    now = time.time()
    return {
        kind: {
            "used": window.used,
            "resets_at": window.resets_at,
            "full_at": window.forecast_full(now),
        }
        for kind, window in read_limits(root).items()
        if window.is_open(now)
    }


def save_limits(
    root: str,
    windows: "dict[str, LimitWindow]",
) -> None:
    """Write what is known whole or not at all.  Raises OSError."""
    known = {
        kind: {
            "used": window.used,
            "resets_at": window.resets_at,
            "told": window.told,
            "samples": window.samples,
        }
        for kind, window in windows.items()
    }
    text = fastjson.dumps(known)
    local_state.write(root, NAME, data=text.encode())


def _read_samples(value: object) -> "list[list[float]]":
    """Return the pairs of numbers in a list; what a damaged file holds besides tells nothing."""
    samples = []
    if not isinstance(value, list):
        return []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != NUMBERS_A_SAMPLE:
            continue
        if all(_is_number(part) for part in pair):
            samples.append([float(part) for part in pair])
    return samples


def _read_number(value: object) -> float:
    """Return a finite number; 0 for anything else."""
    if isinstance(value, (int, float)) and _is_number(value):
        return float(value)
    return 0.0


def _is_percent(value: object) -> bool:
    return _is_number(value) and _read_number(value) >= 0


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return abs(float(value)) < float("inf")
    except OverflowError:  # an integer of many digits
        return False
