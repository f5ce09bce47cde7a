"""Prices as they are stated: models.json, the policy's and the client's own, to rates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from decimal import Decimal
from operator import itemgetter
from typing import Any

from tierwise.domain import models
from tierwise.errors import TierwiseError
from tierwise.pricing.rates import (
    CLASSES,
    Dated,
    Era,
    Rates,
)

_LARGEST_MULTIPLIER = 10  # a contract that raises prices more is a slip of the decimal point
_SEARCH = Decimal("0.01")
"""US dollars for a web search, where nobody states another price."""


def read_model(entry: Mapping[str, Any]) -> Dated:
    """Return the list prices of a model of models.json: those of the past, the present ones, fast mode's."""
    price = entry["price"]
    above = entry.get("price_above")
    eras: list[Era] = []
    for past in sorted(entry.get("price_before", ()), key=itemgetter("before")):
        day = datetime.fromisoformat(past["before"]).replace(tzinfo=timezone.utc)
        until = int(day.timestamp() * 1000)
        eras.append((until, _list_rates({**price, **past}, above)))
    eras.append((None, _list_rates(price, above)))
    fast = entry.get("price_fast")
    if not fast:
        return Dated(tuple(eras))
    return Dated(
        tuple(eras),
        _list_rates({**price, **fast}, None),
    )


def _list_rates(
    row: Mapping[str, Any],
    above: Mapping[str, Any] | None,
) -> Rates:
    tokens = _list_amounts(row, CLASSES)
    search = _read_amount(row["web_search"], "web_search")
    if not above:
        return Rates(tokens, search)
    limit = above["above_prompt_tokens"]
    return Rates(
        tokens,
        search,
        limit,
        long=_list_amounts(above, CLASSES),
    )


def read_client_rates(model: str, row: Mapping[str, Any]) -> Rates:
    """Return a row of ``modelPricing.overrides``: one price for cache writes, no bands, no fast mode, no geography."""
    place = f"modelPricing.overrides.{model}"
    names = (
        "input",
        "output",
        "cacheWrite",
        "cacheWrite",
        "cacheRead",
    )
    missing = ["an object of prices"]
    if isinstance(row, Mapping):
        missing = sorted(set(names) - set(row))
    if missing:
        raise TierwiseError(
            f"{missing[0]} is missing",
            place=place,
            remedy="State input, output, cacheRead and cacheWrite.",
        )
    return Rates(
        _list_amounts(row, names, f"{place}."),
        _SEARCH,
        geo=False,
    )


def read_policy_rates(
    model: str,
    row: Mapping[str, Any],
    table: Mapping[str, Dated],
) -> Rates:
    """Return the policy's prices of a model; a class that they leave out keeps its list price."""
    known = models.known_id(model)
    listed = Rates((None,) * len(CLASSES), _SEARCH)
    if known:
        _, listed = table[known].standard[-1]
    stated = {name: value for name, value in row.items() if value is not None}
    own = read_amounts(stated, f"prices.{model}.")
    listed_tokens = zip(CLASSES, listed.tokens, strict=True)
    tokens = tuple(own.get(name, old) for name, old in listed_tokens)
    return Rates(
        tokens,
        own.get("web_search", listed.web_search),
        geo=False,
    )


def discount_model(dated: Dated, factor: Decimal) -> Dated:
    """Return a model's prices multiplied by the contract's factor."""
    standard = tuple((until, rates.multiply_by(factor)) for until, rates in dated.standard)
    if dated.fast is None:
        return Dated(standard)
    return Dated(standard, dated.fast.multiply_by(factor))


def read_multiplier(pricing: Mapping[str, Any]) -> Decimal:
    """Return the contract's factor of a client's settings, 1 where none is stated.  Raises TierwiseError."""
    factor = _read_amount(
        pricing.get("multiplier", 1),
        "modelPricing.multiplier",
    )
    if not 0 < factor <= _LARGEST_MULTIPLIER:
        raise TierwiseError(
            f"a multiplier of {factor} is not greater than 0 and at most {_LARGEST_MULTIPLIER}",
            place="modelPricing.multiplier",
            remedy="Write your contract's factor, for example 0.85.",
        )
    return factor


def _list_amounts(
    row: Mapping[str, Any],
    names: Iterable[str],
    place: str = "",
) -> tuple[Decimal, ...]:
    return tuple(_read_amount(row[name], place + name) for name in names)


def read_amounts(
    row: Mapping[str, Any],
    place: str,
) -> dict[str, Decimal]:
    """Return the amounts of a row, each named by ``place`` in what is raised.  Raises TierwiseError."""
    return {name: _read_amount(value, place + name) for name, value in row.items()}


def _read_amount(value: object, place: str) -> Decimal:
    """Return a number of the JSON or YAML text as it was written: 0.1 is a tenth, not the float nearest to it."""
    if isinstance(value, (int, float, Decimal, str)) and not isinstance(value, bool):
        try:
            amount = Decimal(str(value))
        except ArithmeticError:
            amount = Decimal("NaN")
        if amount.is_finite() and amount >= 0:
            return amount
    raise TierwiseError(
        f"{value!r} is not a price",
        place=place,
        remedy="Write US dollars per million tokens, 0 or more.",
    )
