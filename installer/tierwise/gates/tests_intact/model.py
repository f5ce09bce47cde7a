"""A test as the comparison sees it, whatever its language."""

from __future__ import annotations

from dataclasses import dataclass, field

# How much an assertion demands: an exact value, a bound or a part, that there is something, nothing.
EXACT, PARTIAL, PRESENCE, NOTHING = 3, 2, 1, 0
LONGEST_BODY = 4000  # characters of a test by which it is known again


@dataclass(frozen=True)
class Bound:
    """A number that an answer may not pass.  ``is_upper``: a higher one lets more through."""

    limit: float
    is_upper: bool
    is_tolerance: bool = False

    def admits_more_than(self, other: Bound) -> bool:
        """Tell whether it lets more through than another bound of the same value."""
        if self.is_upper:
            return self.limit > other.limit
        return self.limit < other.limit


@dataclass(frozen=True)
class TestCase:
    """One test function or block.

    ``demands``: one strength per assertion.  ``bounds``: what is bounded -> by which number.  ``fields``: what
    comparisons with whole records hold beyond one value each.  ``ways_out``: conditions under which it ends, or fails
    unseen, before all is asserted.  ``cases``: how often it is run with other values; ``open_cases``: that is known
    at run time only.  ``calls``: the names that it uses.  ``expects``: what is compared with a literal -> that
    literal, as written.
    """

    path: str
    name: str
    line: int
    demands: tuple[int, ...] = ()
    bounds: dict[str, Bound] = field(default_factory=dict)
    fields: int = 0
    ways_out: int = 0
    cases: int = 1
    open_cases: bool = False
    skipped: bool = False
    calls: frozenset[str] = frozenset()
    expects: dict[str, str] = field(default_factory=dict)
    body: str = ""

    @property
    def trivial(self) -> int:
        """How many assertions can never fail."""
        return self.demands.count(NOTHING)

    @property
    def weight(self) -> int:
        """All that the test demands, over all its cases."""
        return sum(self.demands) * self.cases

    @property
    def weight_at_most(self) -> int:
        """The same with every value of a compared record counted: what may stand for several assertions."""
        return (sum(self.demands) + EXACT * self.fields) * self.cases


@dataclass(frozen=True)
class Weakening:
    """One reason against a change: where, which rule, in words.

    ``names``: the test or key that it is about; ``subjects``: what that test is about.
    """

    path: str
    rule: str
    message: str
    line: int = 0
    names: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message}"
