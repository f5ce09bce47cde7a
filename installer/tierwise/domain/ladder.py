"""Which tier of the policy's ladder a model stands on.  No imports that cost a hook time."""

from tierwise.domain import models

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierwise.domain.table_shape import Table

OFF_LADDER = "off-ladder"
"""The tier of calls on a model that no tier of the policy names."""

AUTOMATED = "automated"
"""The tier of work that a command does."""

_CODEX = "codex"


class Ladder:
    """The policy's tiers, cheapest first: their names, full model ids and efforts (empty: left to the model).

    ``in_codex``: model and effort by tier, of the tiers that Codex has a model of its own for.
    """

    def __init__(
        self,
        names: "tuple[str, ...]",
        models: "tuple[str, ...]",
        efforts: "tuple[str, ...]",
        in_codex: "Mapping[str, tuple[str, str]] | None" = None,
    ) -> None:
        self.names = names
        self.models = models
        self.efforts = efforts
        self.in_codex = in_codex or {}
        self._known: dict[tuple[str, str, str], tuple[str, int | None]] = {}

    @property
    def top(self) -> str:
        """The most expensive tier."""
        return self.names[-1]

    def model_of(
        self,
        tier: str,
        beside: str = "",
    ) -> str:
        """Return the full model id of a tier: the one in Codex where ``beside`` is a model of Codex's ladder."""
        is_codex = any(model == beside for model, _ in self.in_codex.values())
        if is_codex and tier in self.in_codex:
            model, _ = self.in_codex[tier]
            return model
        return self.models[self.names.index(tier)]

    def rank(self, tier: str) -> "int | None":
        """Return 0 for the cheapest tier; -1 for work without a model; None for a name that is no tier."""
        if tier == AUTOMATED:
            return -1
        if tier not in self.names:
            return None
        return self.names.index(tier)

    def tier_of(
        self,
        model: str,
        effort: str,
        decided: str = "",
    ) -> str:
        """Return the tier that an actual model means, or :data:`OFF_LADDER`.

        A tier means every version of its model's family.  Where several tiers share a family, the one that was
        decided is meant, else the exact model, else the tier with that effort, else the first.
        """
        tier, _ = self._find_rank(model, effort, decided)
        return tier

    def height(
        self,
        model: str,
        effort: str,
        decided: str = "",
    ) -> "int | None":
        """Return the tier's rank; off the ladder that of the first tier at least as expensive, or one above the top.

        None for a model without a list price.
        """
        _, height = self._find_rank(model, effort, decided)
        return height

    def _find_rank(
        self,
        model: str,
        effort: str,
        decided: str,
    ) -> "tuple[str, int | None]":
        key = model, effort, decided
        place = self._known.get(key)
        if place is None:
            tier = _tier_of(self, model, effort, decided)
            height = self.rank(tier)
            if tier == OFF_LADDER:
                height = _height_by_price(self, model)
            place = tier, height
            self._known[key] = place
        return place


def ladder_of(table: "Table") -> Ladder:
    """Return the ladder of a compiled policy."""
    names = tuple(table["ladder"])
    tiers = [table["tiers"][name] for name in names]
    full_ids = [models.full_id(tier["model"]) for tier in tiers]
    efforts = [tier.get("effort") or "" for tier in tiers]
    return Ladder(
        names,
        tuple(full_ids),
        tuple(efforts),
        _read_codex(table),
    )


def _read_codex(table: "Table") -> "dict[str, tuple[str, str]]":
    """Model and effort in Codex by tier; a tier whose work runs on a higher one there has none of its own."""
    targets = table.get("targets") or {}
    served = targets.get(_CODEX) or {}
    found = {}
    for tier, entry in served.items():
        if tier == entry.get("tier"):
            found[tier] = (entry["model"], entry.get("effort") or "")
    return found


def _tier_of(
    ladder: Ladder,
    model: str,
    effort: str,
    decided: str,
) -> str:
    family = _find_family(model)
    full_ids = dict(zip(ladder.names, ladder.models, strict=True))
    same = [tier for tier, full_id in full_ids.items() if _find_family(full_id) == family]
    if not same:
        return _find_codex_tier(ladder, model, effort, decided)
    if decided in same:
        return decided
    known = models.known_id(model)
    exact = [tier for tier in same if full_ids[tier] == known] or same
    efforts = dict(zip(ladder.names, ladder.efforts, strict=True))
    for tier in exact:
        if efforts[tier] == effort:
            return tier
    return exact[0]


def _find_codex_tier(
    ladder: Ladder,
    model: str,
    effort: str,
    decided: str,
) -> str:
    """Return the tier of a model of Codex's: the decided one, else the one with that effort, else the first."""
    efforts = {}
    for tier, (named, own) in ladder.in_codex.items():
        if named == model:
            efforts[tier] = own
    if decided in efforts:
        return decided
    for tier, own in efforts.items():
        if own == effort:
            return tier
    return next(iter(efforts), OFF_LADDER)


def _find_family(model: str) -> str:
    return models.family_of(model) or model.lower()


def _height_by_price(
    ladder: Ladder,
    model: str,
) -> "int | None":
    price = _output_price(model)
    if price is None:
        return None
    for rank, name in enumerate(ladder.models):
        tier_price = _output_price(name)
        if tier_price is not None and tier_price >= price:
            return rank
    return len(ladder.models)


def _output_price(model: str) -> "float | None":
    entry = models.find_entry(model)
    if not entry:
        return None
    return float(entry["price"]["output"])
