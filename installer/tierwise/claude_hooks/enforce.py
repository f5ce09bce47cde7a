"""One decision and the caller's own wishes -> what the spawn gets.  Pure; standard library only."""

from tierwise.domain.kinds import ALIASES, EFFORTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tierwise.domain.table_shape import Table
    from tierwise.routing.decision import Decision


class Placement:
    """What a spawn gets.

    tier      the tier it runs on, or "automated"
    model     what the API should see: an alias or a full id; None where the policy leaves it open
    alias     what may be written into the call: haiku, sonnet, opus, fable; None: nothing may
    effort    low … max, or None: the model's own default
    override  {"asked", "kept", "tier", "model"}: the caller's explicit model, the tier it replaced; None without
    denied    why the call is refused, empty where it is not
    capped    whether the fan-out guard changed it
    fallback  why the tier's own model was not to be had, empty where it was
    pinned    the owner's agent file that names the model and holds, empty where none does
    propensity  the probability with which this tier was taken; 1 where chance had no part
    explored  "down" or "up" where chance sent it to the neighbouring tier, empty where not
    other_tier  the tier that chance could have taken instead, empty without chance
    question  why the person is asked before it runs, empty where they are not
    """

    __slots__ = (
        "alias",
        "capped",
        "denied",
        "effort",
        "explored",
        "fallback",
        "model",
        "other_tier",
        "override",
        "pinned",
        "propensity",
        "question",
        "tier",
    )

    def __init__(
        self, tier: str, model: "str | None", alias: "str | None", effort: "str | None"
    ) -> None:
        self.tier = tier
        self.model = model
        self.alias = alias
        self.effort = effort
        self.override: dict[str, object] | None = None
        self.denied = ""
        self.question = ""
        self.fallback = ""
        self.capped = False
        self.pinned = ""
        self.propensity = 1.0
        self.explored = ""
        self.other_tier = ""


def place(
    call: "Mapping[str, Any]",
    decision: "Decision",
    table: "Table",
) -> Placement:
    """Hold a caller's explicit model between the policy's floor and ceiling; without one, the decision stands."""
    if decision.tier == "automated" or decision.tier not in table["tiers"]:
        automated = Placement(decision.tier, None, None, None)
        if decision.command:
            automated.denied = (
                f"This needs no model: run `{decision.command}` instead ({decision.rule}). "
                "If there is no such command, or it needs judgement, say what to judge and spawn again."
            )
        return automated
    assigned = on_tier(decision.tier, table, decision.effort)
    asked = asked_model(call)
    if asked is None or assigned.alias is None or asked == assigned.alias:
        return assigned
    return _hold_override(
        asked,
        call,
        assigned,
        decision,
        table,
    )


def keep_pin(
    call: "Mapping[str, Any]",
    pinned: str,
    source: str,
    decision: "Decision",
    table: "Table",
) -> Placement:
    """Keep the spawn as the owner's own agent file has it; written only where the call names another model."""
    alias = asked_model({"model": pinned})
    tiers = (tier for tier in table["ladder"] if table["tiers"][tier].get("alias") == alias)
    kept = Placement(
        next(tiers, decision.tier),
        pinned,
        None,
        None,
    )
    kept.pinned = source
    named = asked_model(call)
    if alias is not None and named not in (None, alias):
        kept.model = kept.alias = alias
        kept.override = {
            "asked": named,
            "kept": False,
            "tier": kept.tier,
            "model": alias,
        }
    return kept


def asked_model(call: "Mapping[str, Any]") -> "str | None":
    """Return the alias that the caller named, or the family of the full id; None for none, `inherit` and the unknown."""
    named = call.get("model")
    if not isinstance(named, str):
        return None
    from tierwise.domain.models import family_of  # few calls name a model

    family = family_of(named)
    return family if family in ALIASES else None


def one_tier_down(assigned: Placement, floor: "str | None", table: "Table") -> "Placement | None":
    """Return the next tier below with a model of Claude's; None at the bottom, below the floor, and for an owner's pin."""
    if assigned.pinned:
        return None
    ladder = table["ladder"]
    here = ladder.index(assigned.tier)
    lowest = 0
    if floor in ladder:
        lowest = ladder.index(floor)
    for tier in reversed(ladder[lowest:here]):
        below = on_tier(tier, table)
        if below.alias is not None:
            below.override = assigned.override
            below.capped = True
            return below
    return None


def tiers_up(
    assigned: Placement,
    count: int,
    table: "Table",
) -> Placement:
    """Return ``count`` tiers above: where a marked task goes (see escalations.py); the top at most."""
    ladder = table["ladder"]
    if not count or assigned.denied or assigned.tier not in ladder:
        return assigned
    place = ladder.index(assigned.tier) + count
    above = on_tier(ladder[min(place, len(ladder) - 1)], table)
    above.override = assigned.override
    return above


def written(
    call: "Mapping[str, Any]",
    assigned: Placement,
    pinned: str,
) -> "dict[str, str]":
    """Return the keys of the call to set; empty where the call already agrees or nothing may be written.

    ``pinned`` is the model in the agent's own file.  Where it is the very id that the tier names, the call keeps
    no model: an alias could mean another version.
    """
    if assigned.alias is None:
        return {}
    keys = {}
    has_pin = assigned.model and assigned.model not in ALIASES and pinned == assigned.model
    if call.get("model") or not has_pin:
        keys["model"] = assigned.alias
    if assigned.effort in EFFORTS:
        keys["effort"] = str(assigned.effort)
    if all(call.get(key) == value for key, value in keys.items()):
        return {}
    return keys


def on_tier(
    tier: str,
    table: "Table",
    effort: "str | None" = None,
) -> Placement:
    """Return a tier as Claude Code can serve it: one that it cannot (a local model) counts as the next one up."""
    entry = table["tiers"][tier]
    if entry.get("alias") is None:
        ladder = table["ladder"]
        for higher in ladder[ladder.index(tier) + 1 :]:
            if table["tiers"][higher].get("alias") is not None:
                return on_tier(higher, table)
    return Placement(
        tier,
        model=entry.get("model"),
        alias=entry.get("alias"),
        effort=effort or entry.get("effort"),
    )


def _hold_override(
    asked: str,
    call: "Mapping[str, Any]",
    assigned: Placement,
    decision: "Decision",
    table: "Table",
) -> Placement:
    lowest = decision.floor or table["ladder"][0]
    options = table.get("hooks") or {}
    highest = options.get("ceiling") or table["ladder"][-1]
    floor = on_tier(lowest, table)
    ceiling = on_tier(highest, table)
    if _rank_alias(assigned.alias) >= _rank_alias(ceiling.alias):
        ceiling = assigned  # the policy itself may go above what a caller may
    if _rank_alias(asked) < _rank_alias(floor.alias):
        final = floor
    elif _rank_alias(asked) > _rank_alias(ceiling.alias):
        final = ceiling
    else:
        final = _find_nearest(asked, table)
        effort = call.get("effort")
        if effort in EFFORTS:
            final.effort = effort
    final.override = {
        "asked": asked,
        "kept": final.alias == asked,
        "tier": assigned.tier,
        "model": assigned.alias,
    }
    return final


def _find_nearest(
    asked: str,
    table: "Table",
) -> Placement:
    """Find the tier of the asked model, or the highest one below it for a model that is on no tier."""
    best = on_tier(table["ladder"][0], table)
    for name in table["ladder"]:
        alias = table["tiers"][name].get("alias")
        if alias == asked:
            return on_tier(name, table)
        if 0 <= _rank_alias(alias) <= _rank_alias(asked):
            best = on_tier(name, table)
    best.model = best.alias = asked
    return best


def _rank_alias(alias: "str | None") -> int:
    return ALIASES.index(alias) if alias in ALIASES else -1
