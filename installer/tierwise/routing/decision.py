"""The answer to "which tier, and why".  Standard library only: hooks import this."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    # A line of it: a tier with its effort, or a command, and where the policy says so.
    Line = Mapping[str, Any]

AUTOMATED = "automated"


class Decision:
    """Where a task goes and why.

    tier          a tier of the policy's ladder, or "automated"
    model         the tier's model as the policy writes it; None on the automated tier
    alias         what Claude Code's `Agent` call accepts (haiku, sonnet, opus, fable) or None
    effort        low … max; None on the automated tier
    kind          the kind of work; "unknown" where nothing says
    rule          where the deciding line stands: `tierwise.yaml:LINE` or `PRESET.yaml:LINE`
    reasons       every step that led here, one sentence each
    confidence    0 to 1
    command       the shell command that does the work, on the automated tier only
    floor         the lowest tier that this task may have, or None; a caller's explicit model is held to it
    override      True when a `[tier: …]` annotation decided
    below_floor   True when that override passed below the floor (always recorded)
    complexity    0 to 1
    base          the tier before floors and annotations; empty on the automated tier
    answered      what a model that was asked made of it beside the local reading, as the ledger keeps it, or None

    ``as_json`` is the contract of ``tierwise route --json``.
    """

    def __init__(self) -> None:
        self.tier = ""
        self.model: str | None = None
        self.alias: str | None = None
        self.effort: str | None = None
        self.kind = "unknown"
        self.rule = ""
        self.reasons: tuple[str, ...] = ()
        self.confidence = 0.0
        self.command: str | None = None
        self.floor: str | None = None
        self.override = False
        self.below_floor = False
        self.complexity = 0.5
        self.base = ""
        self.answered: dict[str, str] | None = None

    @property
    def is_by_floor(self) -> bool:
        """Whether a floor has lifted it to its tier."""
        return self.floor == self.tier != self.base

    def note_answer(self, local: Decision) -> None:
        """Note that a model was asked, and what the local reading had been."""
        self.answered = {
            "kind": self.kind,
            "tier": self.tier,
            "local_kind": local.kind,
            "local_tier": local.tier,
        }

    def as_json(self) -> dict[str, object]:
        """tier, model, effort, kind, rule, reasons, confidence; and command on the automated tier only."""
        found: dict[str, object] = {
            "tier": self.tier,
            "model": self.model,
            "effort": self.effort,
            "kind": self.kind,
            "rule": self.rule,
            "reasons": list(self.reasons),
            "confidence": self.confidence,
        }
        if self.command is not None:
            found["command"] = self.command
        return found


def find_rule(line: Line) -> str:
    """Where the policy says so; empty where it does not tell."""
    return str(line.get("rule") or "")
