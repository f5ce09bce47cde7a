"""A subscription's limits: what the client says of them, when they will be reached, and sparing them.

``.tierwise/local/limits.json`` holds, by window, how much was used when.  Numbers only; nothing is asked
of anybody.  Standard library only: hooks import this.
"""

import time

from tierwise import fastjson, ledger, local_state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tierwise.claude_hooks.event import Event

    Table = dict[str, Any]

NAME = "limits.json"
WINDOWS = {"five_hour": 5 * 3600, "seven_day": 7 * 86_400}
"""The windows that a person on a subscription has, by their length in seconds."""

SHOWN = {"five_hour": "five-hour limit", "seven_day": "weekly limit"}
SAMPLES_KEPT = 60
RECENT = {"five_hour": 3600.0, "seven_day": 86_400.0}
"""Seconds whose pace is taken for what comes."""

SHORTEST_PACE = 300
"""Seconds from which two readings tell a pace."""

WHOLE = 100.0


class Window:
    """One limit as it was last seen.

    used       percent
    resets_at  seconds since 1970
    samples    (seconds since 1970, percent) of this window, oldest first
    told       the reset for which the person was told that it is spared; 0 for never
    """

    __slots__ = ("kind", "resets_at", "samples", "told", "used")

    def __init__(self, kind: str, known: "dict[str, Any]") -> None:
        self.kind = kind
        self.used = _number(known.get("used"))
        self.resets_at = _number(known.get("resets_at"))
        self.told = _number(known.get("told"))
        told = known.get("samples")
        self.samples: list[list[float]] = told if isinstance(told, list) else []

    def note(self, used: float, resets_at: float, now: float) -> None:
        """Take a new reading; one of another window forgets those of the last."""
        if abs(resets_at - self.resets_at) > SHORTEST_PACE:
            self.samples = []
        self.used, self.resets_at = used, resets_at
        self.samples = [*self.samples, [now, used]][-SAMPLES_KEPT:]

    def is_open(self, now: float) -> bool:
        """Whether the reading still tells of the present window."""
        return now < self.resets_at

    def forecast_full(self, now: float) -> float:
        """Return when the limit is reached at the present pace; 0 where it is not before the reset."""
        pace = self._find_pace(now)
        if pace <= 0:
            return 0.0
        full = now + (WHOLE - self.used) / pace
        return full if full < self.resets_at else 0.0

    def _find_pace(self, now: float) -> float:
        """Return percent a second: of the recent past, else of the whole window."""
        recent = [
            sample for sample in self.samples if now - sample[0] <= RECENT.get(self.kind, 3600.0)
        ]
        if recent and now - recent[0][0] >= SHORTEST_PACE:
            return (self.used - recent[0][1]) / (now - recent[0][0])
        began = self.resets_at - WINDOWS.get(self.kind, 0)
        return self.used / max(now - began, SHORTEST_PACE)


def read_limits(root: str) -> "dict[str, Window]":
    """Return the windows that are known; none where nothing was recorded."""
    try:
        known = fastjson.loads(local_state.read(root, NAME) or b"{}")
    except ValueError:
        return {}
    if not isinstance(known, dict):
        return {}
    return {
        kind: Window(kind, entry)
        for kind, entry in known.items()
        if kind in WINDOWS and isinstance(entry, dict)
    }


def note_limits(root: str, told: "Mapping[str, tuple[float, float]]") -> None:
    """Record readings: by window the percent used and the reset in seconds since 1970.  Raises OSError."""
    windows = read_limits(root)
    now = time.time()
    changed = False
    for kind, (used, resets_at) in told.items():
        if kind not in WINDOWS or not resets_at:
            continue
        window = windows.setdefault(kind, Window(kind, {}))
        if (window.used, window.resets_at) != (used, resets_at):
            window.note(used, resets_at, now)
            changed = True
    if changed:
        _save(root, windows)


def note_measure(event: "Event") -> None:
    """Record what the plugin's module reports.  Raises OSError."""
    told = event.data.get("rate_limits")
    if event.root is None or not isinstance(told, list):
        return
    readings = {}
    for entry in told:
        if isinstance(entry, dict):
            used = _number(entry.get("percentUsed"))
            readings[str(entry.get("kind"))] = (used, read_moment(entry.get("resetsAt")))
    note_limits(event.root, readings)


def read_status(told: object) -> "dict[str, tuple[float, float]]":
    """Read ``rate_limits`` of the status line's input."""
    readings = {}
    for kind in WINDOWS:
        entry = told.get(kind) if isinstance(told, dict) else None
        if isinstance(entry, dict):
            used = _number(entry.get("used_percentage"))
            readings[kind] = (used, read_moment(entry.get("resets_at")))
    return readings


def read_moment(value: object) -> float:
    """Read seconds since 1970, or a date in ISO 8601, as seconds since 1970; 0 for neither."""
    if isinstance(value, str):
        from datetime import datetime

        try:
            return datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp()
        except ValueError:
            return 0.0
    return _number(value)


def find_spared(root: str, table: "Table") -> "Window | None":
    """Return the limit that is to be spared now; None where there is none."""
    conserve_from = (table.get("limits") or {}).get("conserve_from")
    if not conserve_from:
        return None
    now = time.time()
    for window in read_limits(root).values():
        if window.is_open(now) and window.used >= conserve_from:
            return window
    return None


def spare_limits(root: "str | None", table: "Table") -> "tuple[Table, str]":
    """Return the policy to go by, and what the person is told once; bent while a limit is spared."""
    window = find_spared(root, table) if root else None
    if window is None or root is None:
        return table, ""
    cheapest_from = table["limits"].get("cheapest_from")
    bent = bend_table(table)
    if cheapest_from and window.used >= cheapest_from:
        bent = bend_to_cheapest(bent)
    return bent, _tell_once(root, window, table)


def bend_table(table: "Table") -> "Table":
    """Return the policy with the sparing routes where they are lower; protected kinds and floors stay."""
    sparing = table["limits"]
    ladder = table["ladder"]
    protected = table["frontier_only"]["kinds"]
    bent = dict(table)
    for section in ("routes", "agents"):
        bent[section] = dict(table[section])
        for name, choice in sparing.get(section, {}).items():
            own = table[section].get(name)
            if name not in protected and _is_lower(choice, own, ladder):
                bent[section][name] = choice
    if sparing["default"] in ladder:
        bent["default"] = min(table["default"], sparing["default"], key=ladder.index)
    bent["session"] = _bend_session(table["session"], bent)
    return bent


def bend_to_cheapest(table: "Table") -> "Table":
    """Return the policy with every unprotected kind on the cheapest tier that Claude Code serves."""
    tiers = table["tiers"]
    cheapest = next(name for name in table["ladder"] if tiers[name].get("alias"))
    protected = table["frontier_only"]["kinds"]
    routes = {
        kind: choice if kind in protected else {**choice, "tier": cheapest}
        for kind, choice in table["routes"].items()
    }
    session = {**table["session"], "start": cheapest, "up": [], "spares_limit": True}
    return {**table, "default": cheapest, "routes": routes, "session": session}


def _bend_session(session: "Table", bent: "Table") -> "Table":
    """Return the main conversation's section: fewer kinds raise it, more are light."""
    ladder, routes = bent["ladder"], bent["routes"]
    light = session["light_turns"]
    cheapest = [kind for kind, choice in routes.items() if choice["tier"] == ladder[0]]
    kinds = [*light["kinds"], *(kind for kind in cheapest if kind not in light["kinds"])]
    return {
        **session,
        "up": [kind for kind in session["up"] if _is_on_top(routes.get(kind), ladder)],
        "start": _lower_start(session["start"], bent),
        "light_turns": {**light, "kinds": kinds},
    }


def _lower_start(start: "str | None", bent: "Table") -> "str | None":
    if start not in bent["ladder"]:
        return start
    return str(min(start, bent["default"], key=bent["ladder"].index))


def _is_lower(
    choice: "Mapping[str, Any]", own: "Mapping[str, Any] | None", ladder: "list[str]"
) -> bool:
    """Return whether a sparing choice is a tier of this policy's, and below its own choice."""
    if own is None or choice["tier"] not in ladder:
        return False
    return ladder.index(choice["tier"]) < ladder.index(own["tier"])


def _is_on_top(choice: "Mapping[str, Any] | None", ladder: "list[str]") -> bool:
    return choice is not None and choice["tier"] == ladder[-1]


def _tell_once(root: str, window: Window, table: "Table") -> str:
    if window.told == window.resets_at:
        return ""
    windows = read_limits(root)
    windows[window.kind].told = window.resets_at
    preset = table["limits"]["conserve"]
    row: dict[str, object] = {
        "row": "limits",
        "what": "conserve",
        "window": window.kind,
        "used": window.used,
        "resets_at": window.resets_at,
        "preset": preset,
    }
    try:
        _save(root, windows)
        ledger.append(root, row, size=ledger.size_of(table))
    except OSError:
        pass  # a read-only folder: it is said again
    until = show_moment(window.resets_at)
    return (
        f"{window.used:.0f} % of the {SHOWN[window.kind]} is used; until {until} "
        f"unprotected work goes by the {preset} preset{_tell_last_stage(table)}"
    )


def _tell_last_stage(table: "Table") -> str:
    cheapest_from = table["limits"].get("cheapest_from")
    if not cheapest_from:
        return ""
    return f", from {cheapest_from} % on it runs on the cheapest tier"


def show_moment(moment: float) -> str:
    """Return a moment in local time, with the day where it is not within a day."""
    form = "%H:%M" if moment - time.time() < WINDOWS["seven_day"] / 7 else "%a %H:%M"
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


def limits_json(root: str) -> "dict[str, dict[str, float]]":
    """Return the open windows as numbers: percent, and seconds since 1970 (``full_at`` 0: not before the reset)."""
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


def _save(root: str, windows: "dict[str, Window]") -> None:
    known = {
        kind: {
            "used": window.used,
            "resets_at": window.resets_at,
            "told": window.told,
            "samples": window.samples,
        }
        for kind, window in windows.items()
    }
    local_state.write(root, NAME, data=fastjson.dumps(known).encode())


def _number(value: object) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return 0.0
