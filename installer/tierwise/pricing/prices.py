"""What a call cost: the dated price table, the user's own prices, and the client's arithmetic.

List prices come from ``models.json``, which says where each was read.  The rules are those of the Claude Code
2.1.329 client, and a test holds the two together with the real client: the whole prompt chooses the long-prompt
band, pass by pass where the passes add up; a US call costs 1.1 times its tokens, not its searches; fast mode has
prices of its own.  Money is :class:`~decimal.Decimal`; an unknown model has no price rather than a price of 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from tierwise.digests import hash_sha256
from tierwise.domain import models
from tierwise.pricing.rates import (
    TOKENS,
    UNIT,
    Dated,
    Era,
    Rates,
    Tariff,
    TokenCounts,
    add_amounts,
    charge_in_band,
    count_units,
    make_tariff,
    read_tokens,
)
from tierwise.pricing.stated import (
    discount_model,
    read_amounts,
    read_client_rates,
    read_model,
    read_multiplier,
    read_policy_rates,
)
from tierwise.transcripts.records import Priced, UsageRecord

_COUNTS = attrgetter(*TOKENS, "web_searches")
_Kind = tuple[str, bool, str]
"""Model, fast mode, geography."""
_DatedTariff = tuple[int | None, Tariff]
"""A tariff and until when it holds, in milliseconds; None for the present one."""


class PricedCalls(NamedTuple):
    """Calls on one model, in one mode and geography, in order of time, and the sum of their tokens."""

    records: Sequence[UsageRecord]
    tokens: TokenCounts
    web_searches: int
    longest_prompt: int


class Prices(msgspec.Struct, frozen=True):
    """Everything a price is looked up in.  Make one with :func:`load_prices`."""

    version: str
    """Names the table and the overrides that priced a report: the list's date and a hash of all of it."""
    table: Mapping[str, Dated]
    own: Mapping[str, Rates] = msgspec.field(default_factory=dict)
    """The user's prices by model id; they win over the table."""
    geo: Mapping[str, Decimal] = msgspec.field(default_factory=dict)
    _tariffs: dict[_Kind, list[_DatedTariff]] = msgspec.field(default_factory=dict)
    _eras: dict[tuple[str, bool], tuple[Era, ...]] = msgspec.field(default_factory=dict)

    def rates(
        self,
        model: str,
        timestamp: int | None = None,
        fast: bool = False,
    ) -> Rates | None:
        """Return what ``model`` cost at ``timestamp`` (milliseconds; None for now); None for a model without a price."""
        key = (model, fast)
        if key not in self._eras:  # what a name means takes longer than the rest
            self._eras[key] = self._find_eras(model, fast)
        for until, rates in self._eras[key]:
            if until is None:
                return rates
            if timestamp is not None and timestamp < until:
                return rates
        return None

    def has_gaps(
        self,
        model: str,
        fast: bool,
    ) -> bool:
        """Return whether some class of tokens has a price there and another has none."""
        tariffs = [tariff for _, tariff in self._find_tariffs(model, fast, "")]
        return any(tariff.gaps for tariff in tariffs)

    def _find_eras(
        self,
        model: str,
        fast: bool,
    ) -> tuple[Era, ...]:
        name = models.canonical_name(model)
        if name in self.own:
            return ((None, self.own[name]),)
        dated = self.table.get(name)
        if dated is None:
            return ()
        if fast and dated.fast:
            return ((None, dated.fast),)
        return dated.standard

    def lowest_band(
        self,
        model: str,
        fast: bool,
    ) -> int | None:
        """Return the prompt size above which some price of the model is another one; None where none is."""
        above = [tariff.above for _, tariff in self._find_tariffs(model, fast, "")]
        bands = [band for band in above if band is not None]
        return min(bands, default=None)

    def _find_tariffs(
        self,
        model: str,
        fast: bool,
        geo: str,
    ) -> list[_DatedTariff]:
        key = (model, fast, geo)
        tariffs = self._tariffs.get(key)
        if tariffs is None:
            eras = self._find_eras(model, fast)
            factor = self.geo.get(geo, Decimal(1))
            tariffs = [(until, make_tariff(rates, factor)) for until, rates in eras]
            self._tariffs[key] = tariffs
        return tariffs

    def _find_tariff(
        self,
        model: str,
        timestamp: int,
        fast: bool,
        geo: str,
    ) -> Tariff | None:
        for until, tariff in self._find_tariffs(model, fast, geo):
            if until is None or timestamp < until:
                return tariff
        return None


def load_prices(
    policy_overrides: Mapping[str, Mapping[str, Any]] | None = None,
    client_settings: Mapping[str, Any] | None = None,
) -> Prices:
    """Return the table with the user's own prices on top.

    ``policy_overrides`` is the policy's ``prices`` section (class -> US dollars per million tokens; a class left
    out keeps its list price).  ``client_settings`` is a Claude Code settings object; its ``modelPricing`` has
    ``overrides`` (``{model: {input, output, cacheRead, cacheWrite}}``) and ``multiplier``, which that client
    applies to every price, its own list included.  The policy wins over the client, and is not multiplied.
    Raises TierwiseError for a price that is not a number of 0 or more.
    """
    facts = models.load_facts()
    table = {model: read_model(entry) for model, entry in facts["models"].items()}
    pricing = (client_settings or {}).get("modelPricing") or {}
    factor = read_multiplier(pricing)
    own = {}
    for model, row in (pricing.get("overrides") or {}).items():
        rates = read_client_rates(model, row)
        own[models.canonical_name(model)] = rates.multiply_by(factor)
    for model, row in (policy_overrides or {}).items():
        own[models.canonical_name(model)] = read_policy_rates(
            model,
            row,
            table,
        )
    if factor != 1:
        table = {model: discount_model(dated, factor) for model, dated in table.items()}
    geo = read_amounts(facts["geo_multiplier"], "geo ")
    in_force = (sorted(table.items()), sorted(own.items()), geo)
    digest = hash_sha256(repr(in_force).encode())
    return Prices(
        f"{models.as_of()}-{digest[:12]}",
        table,
        own,
        geo,
    )


def price(
    record: UsageRecord,
    prices: Prices,
    model: str | None = None,
) -> Priced:
    """Return what ``record`` cost, or would have cost on ``model`` with the same tokens.

    Tokens are the recorded ones: another model's tokenizer may count the same text otherwise.
    """
    tariff = prices._find_tariff(
        model or record.model,
        record.timestamp,
        record.fast,
        record.geo,
    )
    if tariff is None:
        return Priced(None, record.tokens)
    cost = UNIT * count_units(record, tariff)
    if not tariff.gaps:
        return Priced(cost)
    unpriced = _count_gaps(read_tokens(record), tariff)
    if unpriced and unpriced == record.tokens:
        return Priced(None, unpriced)
    return Priced(cost, unpriced)


def price_tokens(
    record: UsageRecord, prices: Prices, model: str, tokens: TokenCounts
) -> Decimal | None:
    """Return what ``record`` would have cost on ``model`` with other tokens, in one pass."""
    tariff = prices._find_tariff(
        model,
        record.timestamp,
        record.fast,
        record.geo,
    )
    if tariff is None:
        return None
    if tariff.gaps and sum(tokens) == _count_gaps(tokens, tariff):
        return None
    units = charge_in_band(tokens, tariff) + tariff.web_search * record.web_searches
    return UNIT * units


def _count_gaps(tokens: TokenCounts, tariff: Tariff) -> int:
    """Return how many tokens are of a class without a price."""
    return sum(tokens[index] for index in tariff.gaps)


def sum_up(records: Sequence[UsageRecord]) -> PricedCalls:
    """Return the sum of calls that are on one model, in one mode and geography, and in order of time."""
    fresh, output, short, long, read, searches = zip(
        *map(_COUNTS, records),
        strict=True,
    )
    tokens = (
        sum(fresh),
        sum(output),
        sum(short),
        sum(long),
        sum(read),
    )
    prompts = map(
        sum,
        zip(fresh, short, long, read, strict=True),
    )
    return PricedCalls(records, tokens, sum(searches), max(prompts))


def price_all(
    calls: PricedCalls,
    prices: Prices,
    model: str | None = None,
) -> Priced:
    """Return what ``calls`` cost together, to the last digit the sum of :func:`price`; ``model`` as there."""
    first, last = calls.records[0], calls.records[-1]
    name = model or first.model
    tariff = prices._find_tariff(
        name,
        first.timestamp,
        first.fast,
        first.geo,
    )
    if tariff is not prices._find_tariff(name, last.timestamp, last.fast, last.geo):
        return _price_each(calls, prices, model)
    if tariff is None:
        return Priced(None, sum(calls.tokens))
    if tariff.gaps:
        return _price_each(calls, prices, model)
    if tariff.above is not None and calls.longest_prompt > tariff.above:  # each chooses its band
        units = sum(count_units(record, tariff) for record in calls.records)
    else:
        units = add_amounts(tariff.tokens, calls.tokens) + tariff.web_search * calls.web_searches
    return Priced(UNIT * units)


def _price_each(
    calls: PricedCalls,
    prices: Prices,
    model: str | None,
) -> Priced:
    cost = None
    unpriced = 0
    for record in calls.records:
        priced = price(record, prices, model)
        unpriced += priced.unpriced_tokens
        if priced.cost is not None:
            cost = (cost or 0) + priced.cost
    return Priced(cost, unpriced)
