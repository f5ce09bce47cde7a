"""A share of unprotected spawns goes to the neighbouring tier, by a stable hash of the task.

The probability with which a tier was taken is recorded beside it: that makes estimates of other
policies honest.  ``.tierwise/local/explore.json`` holds the counts that the budget is kept by, and the
kinds of work whose answer is known (``tierwise learn`` notes them): those are explored no more.
"""

from tierwise import fastjson, ledger, local_state
from tierwise.claude_hooks import enforce
from tierwise.domain.kinds import FOUND_LATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tierwise.claude_hooks.enforce import Placement
    from tierwise.claude_hooks.requested import Asked

STATE = "explore.json"
_DIGITS = 8
_DAY = len("2026-11-21")


def explore(
    root: str,
    asked: "Asked",
    assigned: "Placement",
) -> "Placement":
    """Return where a spawn runs once chance has had its say.  The caller holds the ledger's lock."""
    options = asked.table["explore"]
    other = _find_other_tier(asked, assigned, options)
    if other is None:
        return assigned
    state = read_state(root)
    if _is_spent(state, asked, options):
        return assigned
    share = options["share"]
    if draw_number(asked.task) >= share:
        assigned.propensity = 1 - share
        assigned.other_tier = other.tier
        return assigned
    other.propensity = share
    other.explored = options["direction"]
    other.other_tier = assigned.tier
    _count_explored(root, state, asked)
    return other


def read_state(root: str) -> "dict[str, Any]":
    """Read the counts and the settled kinds; empty where there are none."""
    return fastjson.read_object(local_state.read(root, STATE))


def note_settled(
    root: str,
    policy: str,
    kinds: "list[str]",
) -> None:
    """Explore these kinds no more under this version of the policy.  Raises OSError."""
    with ledger.Log(root):  # a hook that counts holds the same lock
        state = read_state(root)
        state["settled"] = {policy: sorted(kinds)}
        local_state.write(
            root,
            STATE,
            data=fastjson.dumps(state).encode(),
        )


def _find_other_tier(
    asked: "Asked", assigned: "Placement", options: "Mapping[str, Any]"
) -> "Placement | None":
    """Return the neighbouring tier; None where this spawn is no matter for chance."""
    if asked.mode != "enforce" or not asked.task or not _is_free(asked, assigned):
        return None
    kind = asked.decision.kind
    explored = options["kinds"] or (kind,)
    if kind not in explored or _is_protected(kind, asked):
        return None
    if options["direction"] == "up":
        other = enforce.tiers_up(assigned, 1, asked.table)
        if other.tier == assigned.tier:
            return None
        return other
    below = enforce.one_tier_down(
        assigned,
        asked.decision.floor,
        asked.table,
    )
    if below is not None:
        below.capped = False
    return below


def _is_free(asked: "Asked", assigned: "Placement") -> bool:
    """Tell whether nobody but the policy had a say, and somebody is there to catch a weak result."""
    decision, signals = asked.decision, asked.signals
    if assigned.tier not in asked.table["ladder"]:
        return False
    obstacles = (
        assigned.capped,
        assigned.question,
        assigned.denied,
        assigned.pinned,
        assigned.override,
        assigned.fallback,
        decision.override,
        asked.marked,
        asked.list_named(),
        signals.ci,
        signals.production,
        signals.background,
    )
    return not any(obstacles)


def _is_protected(kind: str, asked: "Asked") -> bool:
    if asked.decision.floor == asked.table["ladder"][-1]:
        return True
    only = asked.table.get("frontier_only") or {}
    protected = only.get("kinds") or ()
    return kind in protected or kind in FOUND_LATE


def _is_spent(
    state: "Mapping[str, Any]",
    asked: "Asked",
    options: "Mapping[str, Any]",
) -> bool:
    kind = asked.decision.kind
    settled = state.get("settled") or {}
    if kind in settled.get(_find_version(asked), ()):
        return True
    of_kind = _list_counted(state, asked).get(kind, 0)
    today = _count_today(state, _find_day())
    return bool(of_kind >= options["per_kind"] or today >= options["per_day"])


def _list_counted(
    state: "Mapping[str, Any]",
    asked: "Asked",
) -> "dict[str, int]":
    """Kind -> how many were explored under this version of the policy."""
    if state.get("policy") != _find_version(asked):
        return {}
    return state.get("kinds") or {}


def _count_today(state: "Mapping[str, Any]", day: str) -> int:
    """Tell how many were explored on this day, which is today."""
    if state.get("day") != day:
        return 0
    today: int = state.get("today", 0)
    return today


def _find_day() -> str:
    return ledger.now()[:_DAY]


def _count_explored(
    root: str,
    state: "Mapping[str, Any]",
    asked: "Asked",
) -> None:
    """Count one explored spawn.  Raises OSError: what cannot be counted must not be explored."""
    kind, day = asked.decision.kind, _find_day()
    kinds = _list_counted(state, asked)
    kinds[kind] = kinds.get(kind, 0) + 1
    changed = {
        "day": day,
        "today": _count_today(state, day) + 1,
        "policy": _find_version(asked),
        "kinds": kinds,
    }
    data = fastjson.dumps({**state, **changed}).encode()
    local_state.write(root, STATE, data=data)


def _find_version(asked: "Asked") -> str:
    return str(asked.table.get("policy") or "")


def draw_number(task: str) -> float:
    """Return a number between 0 and 1 that is the task's own: the same task has the same fate."""
    return int(task[-_DIGITS:], 16) / float(16**_DIGITS)
