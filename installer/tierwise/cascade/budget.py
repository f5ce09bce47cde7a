"""A hard limit on what a run may spend."""

from __future__ import annotations

# Below this no attempt can do anything: a single small request costs about this much on the cheapest tier.
LEAST_USD = 0.0005


class AttemptBudget:
    """US dollars that may still be spent; safe to ask before each attempt, told after each."""

    def __init__(self, total_usd: float) -> None:
        self.total_usd = total_usd
        self.spent_usd = 0.0

    @property
    def left_usd(self) -> float:
        """What is left, never below zero."""
        return max(0.0, self.total_usd - self.spent_usd)

    @property
    def is_spent(self) -> bool:
        """Whether another attempt would be pointless."""
        return self.left_usd < LEAST_USD

    def spend(self, usd: float) -> None:
        """Count what an attempt or a gate has cost."""
        self.spent_usd += usd
