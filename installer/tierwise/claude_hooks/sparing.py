"""The policy while a subscription's limit is spared: other routes for what is not protected.

Two stages: from ``limits.conserve_from`` percent on the routes of a sparing preset; the cheapest tier
from ``limits.cheapest_from`` on, and earlier where the limit would be reached before its reset at
the present pace: below ``conserve_from`` only where it would be overshot by far.  Standard library only:
hooks import this.
"""

import time

from tierwise import ledger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from tierwise.claude_hooks.limits import LimitWindow
    from tierwise.domain.table_shape import CompiledChoice, Section, Table

    Choices = dict[str, CompiledChoice]

NEVER = 1.0
"""The complexity that no task is over."""

WHOLE = 100.0
"""Percent."""

SPARED, CHEAPEST = 1, 2
"""How far the policy bends: to the sparing preset, and to the cheapest tier."""

_EARLIEST = 20.0
"""Percent used below which a pace tells nothing yet."""

_SURER = 3.0
"""Percent beyond the limit that a pace has to lead to, for each percent that ``conserve_from`` is away."""


def spare_limits(
    root: "str | None",
    table: "Table",
) -> "tuple[Table, LimitWindow | None]":
    """Return the policy to go by, and the limit that it is bent for; None where it is not bent."""
    limits = table.get("limits") or {}
    if not root or not limits.get("conserve_from"):
        return table, None
    from tierwise.claude_hooks.limits import read_limits  # few policies spare a limit

    stage, window = choose_stage(
        read_limits(root).values(),
        limits,
        time.time(),
    )
    if not stage:
        return table, None
    bent = bend_table(table)
    if stage == CHEAPEST:
        bent = bend_to_cheapest(bent)
    return bent, window


def choose_stage(
    windows: "Iterable[LimitWindow]", limits: "Mapping[str, Any]", now: float
) -> "tuple[int, LimitWindow | None]":
    """Return how far the policy bends, 0 for not at all, and the limit that it bends for.

    The limit that bends it most counts, of equals the fullest.
    """
    chosen: tuple[int, LimitWindow | None] = (0, None)
    most = (0, 0.0)
    for window in windows:
        stage = _find_stage(window, limits, now)
        if stage and (stage, window.used) > most:
            most = (stage, window.used)
            chosen = (stage, window)
    return chosen


def _find_stage(
    window: "LimitWindow",
    limits: "Mapping[str, Any]",
    now: float,
) -> int:
    if not window.is_open(now):
        return 0
    missing = max(limits["conserve_from"] - window.used, 0)
    overshoot = window.project(now) - WHOLE
    is_too_fast = window.used >= _EARLIEST and overshoot >= _SURER * missing
    cheapest_from = limits.get("cheapest_from")
    if cheapest_from and (is_too_fast or window.used >= cheapest_from):
        return CHEAPEST
    if is_too_fast or not missing:
        return SPARED
    return 0


def bend_table(table: "Table") -> "Table":
    """Return the policy with the sparing routes where they are lower; protected kinds and floors stay."""
    sparing = table["limits"]
    ladder = table["ladder"]
    bent = table.copy()
    bent["routes"] = _lower_choices(table["routes"], sparing.get("routes", {}), table)
    bent["agents"] = _lower_choices(table["agents"], sparing.get("agents", {}), table)
    if sparing["default"] in ladder:
        defaults = (table["default"], sparing["default"])
        bent["default"] = min(defaults, key=ladder.index)
    bent["session"] = _bend_session(table["session"], bent)
    return bent


def _lower_choices(
    choices: "Choices",
    sparing: "Choices",
    table: "Table",
) -> "Choices":
    """Return a section's choices, with the sparing ones where they are lower."""
    lower = {}
    for name, own in choices.items():
        choice = sparing.get(name)
        is_free = not _is_protected(name, table)
        if choice and is_free and _is_lower(choice, own, table["ladder"]):
            lower[name] = choice
    return {**choices, **lower}


def bend_to_cheapest(table: "Table") -> "Table":
    """Return the policy with all unprotected work on the cheapest tier that Claude Code serves.

    Without such a tier it is the policy as it stands.
    """
    tier = _find_cheapest(table)
    if not tier:
        return table
    cheapest: CompiledChoice = {"tier": tier, "effort": table["tiers"][tier].get("effort")}
    never = {"promote_over": NEVER, "demote_under": NEVER}
    session = {"start": tier, "up": [], "spares_limit": True}
    ci = table.get("ci") or {}
    in_ci = ci.get("routes") or {}
    return {
        **table,
        "default": tier,
        "routes": _put_on(cheapest, table["routes"], table),
        "agents": _put_on(cheapest, table["agents"], table),
        "ci": {"routes": _put_on(cheapest, in_ci, table)},
        "complexity": {**table["complexity"], **never},
        "session": {**table["session"], **session},
    }


def _find_cheapest(table: "Table") -> str:
    """Return the cheapest tier that Claude Code serves; empty where it serves none."""
    for name in table["ladder"]:
        if table["tiers"][name].get("alias"):
            return str(name)
    return ""


def tell_once(
    root: "str | None",
    window: "LimitWindow | None",
    table: "Table",
) -> str:
    """Return what the person is told of a spared limit, and note that they were; empty the second time.

    For just before the words go out: a caller that has nobody to tell must not ask.
    """
    if root is None or window is None:
        return ""
    from tierwise.claude_hooks.limits import (
        SHOWN,
        is_same_reset,
        show_moment,
    )

    if is_same_reset(window.told, window.resets_at):
        return ""
    preset = table["limits"]["conserve"]
    _note_told(root, window, preset, ledger.size_of(table))
    until = show_moment(window.resets_at)
    full = window.forecast_full(time.time())
    pace = ""
    if full:
        pace = f", all of it at {show_moment(full)} at this pace"
    return (
        f"{window.used:.0f} % of the {SHOWN[window.kind]} is used{pace}; until {until} "
        f"unprotected work goes by the {preset} preset{_describe_last_stage(table)}"
    )


def _note_told(
    root: str,
    window: "LimitWindow",
    preset: str,
    size: int,
) -> None:
    from tierwise.claude_hooks.limits import (
        read_limits,
        save_limits,
    )

    windows = read_limits(root)
    windows[window.kind] = window
    window.told = window.resets_at
    row: dict[str, object] = {
        "row": "limits",
        "what": "conserve",
        "window": window.kind,
        "used": window.used,
        "resets_at": window.resets_at,
        "preset": preset,
    }
    try:
        save_limits(root, windows)
        ledger.append(root, row, size=size)
    except OSError:
        pass  # a read-only folder: it is said again


def _describe_last_stage(table: "Table") -> str:
    cheapest_from = table["limits"].get("cheapest_from")
    if not cheapest_from:
        return ""
    return (
        f", from {cheapest_from} % on, or where that is too fast for the reset, "
        "it runs on the cheapest tier"
    )


def _put_on(
    choice: "CompiledChoice",
    choices: "Choices",
    table: "Table",
) -> "Choices":
    """Return the entries of a section with those that are not protected on one choice."""
    assigned = dict(choices)
    for name, own in choices.items():
        if not _is_protected(name, table):
            assigned[name] = {**own, **choice}
    return assigned


def _is_protected(name: str, table: "Table") -> bool:
    """Return whether a kind of work is protected, or the one that an agent of this name is for."""
    from tierwise.classify.roles import ROLES

    protected = table["frontier_only"]["kinds"]
    return name in protected or ROLES.get(name) in protected


def _bend_session(session: "Section", bent: "Table") -> "Section":
    """Return the main conversation's section: fewer kinds raise it, more are light."""
    ladder = bent["ladder"]
    routes = bent["routes"]
    light = session["light_turns"]
    kinds = list(light["kinds"])
    for kind, choice in routes.items():
        if choice["tier"] == ladder[0] and kind not in kinds:
            kinds.append(kind)
    up = []
    for kind in session["up"]:
        if kind in routes and routes[kind]["tier"] == ladder[-1]:
            up.append(kind)
    return {
        **session,
        "prefer": "saving",
        "up": up,
        "start": _lower_start(session["start"], bent),
        "light_turns": {**light, "kinds": kinds},
    }


def _lower_start(
    start: "str | None",
    bent: "Table",
) -> "str | None":
    if start not in bent["ladder"]:
        return start
    starts = (start, bent["default"])
    return str(min(starts, key=bent["ladder"].index))


def _is_lower(
    choice: "CompiledChoice",
    own: "CompiledChoice",
    ladder: "list[str]",
) -> bool:
    """Return whether a sparing choice is a tier of this policy's, and below its own choice."""
    if choice["tier"] not in ladder:
        return False
    lower, higher = choice["tier"], own["tier"]
    return ladder.index(lower) < ladder.index(higher)
