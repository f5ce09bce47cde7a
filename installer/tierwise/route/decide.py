"""Signals and the compiled policy -> one decision.  Standard library only: hooks import this."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tierwise.route.signals import Signals


class Decision:
    """Where a task goes and why.

    tier          a rung of the policy's ladder, or "automated"
    model         the tier's model as the policy writes it; None on the automated tier
    alias         what Claude Code's `Agent` call accepts (haiku, sonnet, opus, fable) or None
    effort        low … max; None on the automated tier
    kind          the kind of work; "unknown" where nothing says
    rule          where the deciding line stands: `tierwise.yaml:LINE` or `PRESET.yaml:LINE`
    reasons       every step that led here, one sentence each
    confidence    0 to 1
    alternatives  ((kind, tier), …): other readings of the task
    command       the shell command that does the work, on the automated tier only
    floor         the lowest tier that this task may have, or None; a caller's explicit model is held to it
    override      True when a `[tier: …]` annotation decided
    below_floor   True when that override passed below the floor (always recorded)
    complexity    0 to 1
    changes       what would change the answer, one sentence each
    """

    __slots__ = (
        "alias",
        "alternatives",
        "below_floor",
        "changes",
        "command",
        "complexity",
        "confidence",
        "effort",
        "floor",
        "kind",
        "model",
        "override",
        "reasons",
        "rule",
        "tier",
    )

    def __init__(self) -> None:
        self.tier = ""
        self.model: str | None = None
        self.alias: str | None = None
        self.effort: str | None = None
        self.kind = "unknown"
        self.rule = ""
        self.reasons: tuple[str, ...] = ()
        self.confidence = 0.0
        self.alternatives: tuple[tuple[str, str], ...] = ()
        self.command: str | None = None
        self.floor: str | None = None
        self.override = False
        self.below_floor = False
        self.complexity = 0.5
        self.changes: tuple[str, ...] = ()


def decide(signals: Signals, table: dict[str, Any]) -> Decision:
    """Decide for one task.  Pure and deterministic; ``table`` is the compiled policy (table.json)."""
    found = Decision()
    line = table["agents"].get(signals.agent or "") or {}
    found.tier = line.get("tier") or table["default"]
    found.rule = line.get("rule") or "default"
    tier = table["tiers"][found.tier]
    found.model, found.alias = tier["model"], tier.get("alias")
    found.effort = line.get("effort") or tier["effort"]
    found.reasons = ("the agent's line in the policy" if line else "no rule matches: the default",)
    found.confidence = 0.5
    return found
