"""Signals and the compiled policy -> one decision.  Standard library only: hooks import this.

docs/routing.md tells the order; each step is told in ``reasons``.
"""

from __future__ import annotations

from tierwise.classify.roles import NO_ROLE, REASONING, ROLES, TEXT_KINDS
from tierwise.domain.kinds import FOUND_LATE
from tierwise.routing.decision import Decision, find_rule
from tierwise.routing.floors import find_floors
from tierwise.routing.reading import Reading, rank_of, read_kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierwise.classify.signals import Signals
    from tierwise.domain.table_shape import Table
    from tierwise.routing.decision import Line
    from tierwise.routing.floors import Floor

_BY_FLOOR = 0.9
# These go to efficient models where one file is touched and little is open.
_EFFICIENT = frozenset(("docs", "config", "tests"))


class _Draft:
    """A decision in the making."""

    def __init__(
        self,
        signals: Signals,
        table: Table,
        reading: Reading,
    ) -> None:
        self.signals = signals
        self.table = table
        self.reading = reading
        self.kind = reading.kind
        self.ladder: list[str] = table["ladder"]
        self.tier: str = table["default"]
        self.rule: str = table.get("default_rule") or "default"
        self.by_kind = False  # the kind's route set the tier, not a line that names the agent
        self.choice: Line = {}  # the line that set the tier, for its effort
        self.reasons: list[str] = []

    def take(self, choice: Line, reason: str) -> None:
        self.choice = choice
        self.move(choice["tier"], find_rule(choice), reason)

    def move(
        self,
        tier: str,
        rule: str,
        reason: str,
    ) -> None:
        self.tier = tier
        self.rule = rule
        self.reasons.append(reason)

    def rank(self, tier: str | None = None) -> int:
        return self.ladder.index(tier or self.tier)

    @property
    def top(self) -> int:
        return len(self.ladder) - 1

    @property
    def is_lowest_of_several(self) -> bool:
        return self.rank() == 0 < self.top


def decide(
    signals: Signals, table: Table, *, refusing: bool = False, answered: str = ""
) -> Decision:
    """Decide for one task.  Pure and deterministic; ``table`` is the compiled policy (table.json).

    ``refusing``: who asks will refuse the task where a command does it; then only a command that the policy names
    counts, as nobody knows whether another one is there.  ``answered``: the kind that a model named for the task.
    """
    wanted = _wanted_tier(signals.override or signals.tags.get("tier"), table)
    command = signals.command
    if command and wanted is None and table["mode"] != "manual":
        from tierwise.routing.automated import decide_automated  # few tasks need no model

        found = decide_automated(command, signals.named, table, refusing=refusing)
        if found is not None:
            return found
    reading = read_kind(signals, table)
    if answered:
        reading.take_answer(answered)
    draft = _Draft(signals, table, reading)
    if command:
        draft.reasons.append(
            f"only {command} is asked for, but the policy names no command under automated:"
        )
    _set_base(draft)
    if table["mode"] == "hybrid":
        _adjust_draft(draft)
    found = Decision()
    found.base = draft.tier
    found.floor = _lift_to_floor(draft)
    _apply_override(draft, wanted, found)
    return _finish_decision(draft, found)


def _set_base(draft: _Draft) -> None:
    """The tier by the policy's mode, before anything moves it."""
    mode = draft.table["mode"]
    line = _agent_line(draft.signals.agent, draft.table)
    named = _find_named(draft, line)
    if named is not None:
        draft.take(*named)
    elif mode == "manual":
        draft.reasons.append("manual mode and no line for the agent: the default")
    elif mode == "complexity":
        _by_complexity(draft)
    else:
        _take_route(draft, line)


def _find_named(draft: _Draft, line: Line | None) -> tuple[Line, str] | None:
    """What the policy says of CI or of the agent, and the reason; None where the kind of work decides."""
    table = draft.table
    kind = draft.kind
    agent = draft.signals.agent
    in_ci = (table.get("ci") or {}).get("routes", {})
    if draft.signals.ci and kind in in_ci:
        return in_ci[kind], f"{kind} in CI, where no person is in the loop"
    is_manual = table["mode"] == "manual"
    own = _own_route(agent, line, table)
    if own is not None and not is_manual:
        return own, f"the policy's own route for what {agent} is for"
    if line is not None and (is_manual or agent != NO_ROLE):
        return line, f"the policy's line for the agent {agent}"
    return None


def _take_route(draft: _Draft, line: Line | None) -> None:
    """The kind's route, unless the line of an agent without a role beats it."""
    kind = draft.kind
    route = draft.table["routes"].get(kind)
    if line is not None and (route is None or _outranks_route(line, route, draft)):
        draft.take(line, f"the policy's line for the agent {draft.signals.agent}")
        return
    draft.reasons.append(draft.reading.reason)
    if route is None:
        draft.reasons.append(f"no route for it: the default, {draft.tier}")
        return
    draft.take(route, f"{kind} goes to {route['tier']}")
    draft.by_kind = True


def _agent_line(agent: str | None, table: Table) -> Line | None:
    """The agent's line by its full name, else by its name without the plugin's prefix."""
    if not agent:
        return None
    lines: Mapping[str, Line] = table["agents"]
    return lines.get(agent) or lines.get(_strip_plugin(agent))


def _strip_plugin(agent: str) -> str:
    return agent.rpartition(":")[2]


def _own_route(agent: str | None, line: Line | None, table: Table) -> Line | None:
    """The user's own route for the kind of work that an agent is for; it beats a preset's line for the agent."""
    role = ROLES.get(_strip_plugin(agent or ""), "")
    route: Line | None = table["routes"].get(role)
    if not _is_own(route) or _is_own(line):
        return None
    return route


def _outranks_route(line: Line, route: Line, draft: _Draft) -> bool:
    """Whether the line of an agent without a role beats the kind's route.

    What the repository's own tierwise.yaml says beats a preset; where it says both, the higher tier.
    """
    if _is_own(line) and _is_own(route):
        return draft.rank(line["tier"]) > draft.rank(route["tier"])
    return _is_own(line)


def _is_own(line: Line | None) -> bool:
    return line is not None and find_rule(line).startswith("tierwise.yaml")


def _by_complexity(draft: _Draft) -> None:
    """Seed: above 0.8 the top tier, above 0.4 the middle, else the lowest."""
    limits = draft.table["complexity"]
    ladder = draft.ladder
    complexity = draft.signals.complexity
    over = "over"
    limit = limits["demote_under"]
    tier = ladder[len(ladder) // 2]
    if complexity > limits["promote_over"]:
        limit = limits["promote_over"]
        tier = ladder[-1]
    elif complexity <= limit:
        over = "not over"
        tier = ladder[0]
    draft.move(
        tier,
        _find_complexity_rule(draft),
        f"complexity {complexity:g} is {over} {limit:g}",
    )


def _find_complexity_rule(draft: _Draft) -> str:
    return draft.table["complexity"].get("rule") or "complexity"


def _adjust_draft(draft: _Draft) -> None:
    """The hybrid: complexity as the exception to the rules, and the cost of an error."""
    exception = _find_exception(draft)
    if exception is not None:
        draft.move(*exception)
    if _is_tagged_efficient(draft) and draft.rank() > 0 and not draft.signals.production:
        reason = f"the author calls it {draft.kind} in a single file, with low ambiguity"
        draft.move(draft.ladder[0], draft.rule, reason)


def _find_exception(draft: _Draft) -> Floor | None:
    """The first exception that holds: another tier, the rule, and the reason."""
    ladder = draft.ladder
    if _lifts_line(draft):
        reason = f"{draft.kind} asks for more than looking something up: one tier up"
        return ladder[1], draft.rule, reason
    by_complexity = _find_complexity_rule(draft)
    if _may_promote(draft):
        return ladder[-1], by_complexity, _tell_complexity(draft.signals, "unusually high")
    if _may_demote(draft):
        return ladder[-2], by_complexity, _tell_complexity(draft.signals, "very low")
    if _risks_production(draft):
        return ladder[1], draft.rule, "a mistake in production is expensive: one tier up"
    return None


def _tell_complexity(signals: Signals, how: str) -> str:
    told = ", ".join(name for name, _ in signals.features)
    return f"complexity {signals.complexity:g} is {how} ({told})"


def _lifts_line(draft: _Draft) -> bool:
    """Whether an agent for lookups, on the lowest tier, is asked for a kind of the top one, or why something fails."""
    if draft.by_kind or not draft.is_lowest_of_several:
        return False
    kind = draft.kind
    belongs_on_top = kind in REASONING and rank_of(kind, draft.table) == draft.top
    seeks_cause = kind == "bug-fix" and draft.signals.act == "explain"
    return (belongs_on_top or seeks_cause) and bool(draft.signals.kinds)


def _may_promote(draft: _Draft) -> bool:
    signals = draft.signals
    if signals.reading or draft.rank() == draft.top:
        return False
    limit: float = draft.table["complexity"]["promote_over"]
    return signals.complexity > limit


def _may_demote(draft: _Draft) -> bool:
    signals = draft.signals
    on_top = draft.rank() == draft.top > 0
    if not on_top or signals.complexity >= draft.table["complexity"]["demote_under"]:
        return False
    # In the background or in CI nobody is there to catch a weak result.
    watched = not signals.background and not signals.ci
    return (
        draft.by_kind
        and watched
        and not _is_kept_on_top(draft)
        and not signals.production
        and signals.tested is not False
    )


def _is_kept_on_top(draft: _Draft) -> bool:
    kept = (draft.table.get("frontier_only") or {}).get("kinds", {})
    return draft.kind in FOUND_LATE or draft.kind in kept


def _risks_production(draft: _Draft) -> bool:
    """Whether more than a text in production changes on the lowest tier."""
    if not draft.is_lowest_of_several or draft.kind in TEXT_KINDS:
        return False
    return draft.signals.production


def _is_tagged_efficient(draft: _Draft) -> bool:
    tags = draft.signals.tags
    return (
        "domain" in tags
        and draft.kind in _EFFICIENT
        and tags.get("scope") == "single-file"
        and tags.get("ambiguity") == "low"
    )


def _wanted_tier(name: str | None, table: Table) -> str | None:
    """The tier that a `[tier: …]` means: by its name, or by its model's alias."""
    if not name:
        return None
    for tier in table["ladder"]:
        entry = table["tiers"][tier]
        if name in (tier.lower(), entry.get("alias"), entry["model"]):
            return str(tier)
    return None


def _lift_to_floor(draft: _Draft) -> str | None:
    """Go up to the highest floor, and return it; None where none holds."""
    floors = find_floors(draft.signals, draft.reading.counting, draft.table)
    highest = max(floors, key=lambda floor: draft.rank(floor[0]), default=None)
    if highest is None:
        return None
    tier, rule, reason = highest
    if draft.rank(tier) > draft.rank():
        draft.move(tier, rule, reason)
    else:
        draft.reasons.append(reason)
    return tier


def _apply_override(draft: _Draft, wanted: str | None, found: Decision) -> None:
    signals = draft.signals
    asked = signals.override or signals.tags.get("tier")
    if wanted is None:
        if asked:
            draft.reasons.append(
                f"[tier: {asked[:30]}] names no tier of this policy and is left out"
            )
        return
    rule = f"[tier: {wanted}] in the task"
    if signals.override:
        found.override = True
        below = ""
        if found.floor is not None and draft.rank(wanted) < draft.rank(found.floor):
            found.below_floor = True
            below = f", below the floor {found.floor}"
        draft.move(
            wanted,
            rule,
            f"override: the task's head says [tier: {wanted}]{below}",
        )
    elif draft.rank(wanted) > draft.rank():
        found.override = True
        draft.move(wanted, rule, f"override: the task says [tier: {wanted}]")
    else:
        draft.reasons.append(
            f"[tier: {wanted}] is not at the head of the task, so it cannot lower the tier"
        )


def _finish_decision(draft: _Draft, found: Decision) -> Decision:
    table = draft.table
    tier = table["tiers"][draft.tier]
    found.tier = draft.tier
    found.rule = draft.rule
    found.kind = draft.kind
    found.model = tier["model"]
    found.alias = tier.get("alias")
    if draft.choice.get("tier") == draft.tier:
        found.effort = draft.choice.get("effort")
    found.effort = found.effort or tier.get("effort")
    found.reasons = tuple(draft.reasons)
    found.complexity = draft.signals.complexity
    found.confidence = _find_confidence(draft, found)
    return found


def _find_confidence(draft: _Draft, found: Decision) -> float:
    """How likely the tier is fair: certain by an override, nearly so where a path or a requirement lifted it."""
    if found.override:
        return 1.0
    only = draft.table.get("frontier_only") or {}
    by_kind = draft.rule in only.get("kinds", {}).values()
    if found.is_by_floor and not by_kind:
        return max(_BY_FLOOR, draft.reading.confidence)
    return draft.reading.confidence
