"""The policy's rules for the main conversation.  Standard library only: a hook reads them."""

from tierwise.domain import models
from tierwise.errors import TierwiseError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from tierwise.domain.table_shape import Table


QUALITY = "quality"


class Rules:
    """The policy's ``session:`` section, ready for use.

    ``ladder``: names of the tiers, cheapest first; ``models``: the model of each; ``prices``: the
    policy's own; ``spares_limit``: every turn begins on ``start``, and size raises none.
    ``prefers_quality``: conversations begin on the top tier.
    """

    __slots__ = (
        "ladder",
        "light_kinds",
        "light_under",
        "models",
        "prefers_quality",
        "prices",
        "spares_limit",
        "start",
        "up",
    )

    def __init__(
        self,
        ladder: "Sequence[str]",
        models: "Mapping[str, str]",
        start: str,
        up: "Sequence[str]",
        light_kinds: "Sequence[str]",
        light_under: int,
    ) -> None:
        self.ladder = tuple(ladder)
        self.models = models
        self.start = start
        self.up = frozenset(up)
        self.light_kinds = frozenset(light_kinds)
        self.light_under = light_under
        self.prices: Mapping[str, Any] = {}
        self.spares_limit = False
        self.prefers_quality = False

    @property
    def first_tier(self) -> str:
        """The tier that a conversation begins on."""
        if self.prefers_quality and not self.spares_limit:
            return self.ladder[-1]
        return self.start

    def find_height(self, model: str) -> int:
        """Return the place on the ladder of the tier with a model of this family; the top's where none has."""
        family = models.family_of(model)
        for height, tier in enumerate(self.ladder):
            if models.family_of(self.models[tier]) == family:
                return height
        return len(self.ladder) - 1

    def begin_on(self, tier: str) -> "Rules":
        """Return the same rules with another start."""
        from copy import copy

        rules = copy(self)
        rules.start = tier
        return rules

    def prefer_quality(self, preference: bool) -> "Rules":
        """Return the same rules with this preference."""
        rules = self.begin_on(self.start)
        rules.prefers_quality = preference
        return rules


def list_claude_tiers(table: "Table") -> "list[str]":
    """Return the tiers that Claude Code serves, cheapest first; the main conversation has no others."""
    return [name for name in table["ladder"] if table["tiers"][name].get("provider") == "claude"]


def read_rules(table: "Table") -> Rules:
    """Read the rules of a compiled policy.  Raises TierwiseError where no tier is Claude's."""
    ladder = list_claude_tiers(table)
    if not ladder:
        raise TierwiseError(
            "no tier of the policy is served by Claude Code, so the main conversation has none",
            place="tierwise.yaml",
            remedy="Give one of `tiers:` a Claude model.",
        )
    session = table["session"]
    light = session["light_turns"]
    start = session["start"] or table["default"]
    if start not in ladder:
        start = ladder[-1]
    tiers = table["tiers"]
    rules = Rules(
        ladder,
        {name: tiers[name]["model"] for name in ladder},
        start,
        session["up"],
        light["kinds"],
        light["under_tokens"],
    )
    rules.prices = table.get("prices") or {}
    rules.spares_limit = session.get("spares_limit") is True
    rules.prefers_quality = session.get("prefer") == QUALITY
    return rules
