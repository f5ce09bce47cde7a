"""A test as the comparison sees it, whatever its language."""

from __future__ import annotations

from dataclasses import dataclass, field

# How much an assertion demands: an exact value, a bound or a part, that there is something, nothing.
EXACT, PARTIAL, PRESENCE, NOTHING = 3, 2, 1, 0


@dataclass(frozen=True)
class TestCase:
    """One test function or block.

    ``demands``: one strength per assertion.  ``cases``: how often it is run with other values.  ``calls``: the
    names that it uses.  ``bounds``: what is bounded -> (direction, number); direction +1 means that a higher
    number lets more through.  ``subjects``: the assertions' left sides, for judging renames.
    """

    path: str
    name: str
    line: int
    demands: tuple[int, ...] = ()
    cases: int = 1
    skipped: bool = False
    calls: frozenset[str] = frozenset()
    bounds: dict[str, tuple[int, float]] = field(default_factory=dict)
    trivial: int = 0
    body: str = ""

    @property
    def weight(self) -> int:
        """All that the test demands, over all its cases."""
        return sum(self.demands) * self.cases


@dataclass(frozen=True)
class Finding:
    """One reason against a change: where, which rule, in words."""

    path: str
    rule: str
    message: str
    line: int = 0

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message}"
