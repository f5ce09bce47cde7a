"""A policy laid over its preset.

The rules: mappings merge key by key; everything else (text, numbers, lists) is replaced; a new tier of
``tiers:`` goes on top, unless the policy names every tier of the preset, in which case its own order holds.
"""

from __future__ import annotations

from typing import Any

from tierwise.policy.source import Path, Source, SourcePlace

Places = dict[Path, SourcePlace]
# A name for a model choice and a full definition of it are one value: they replace, they do not merge.
_WHOLE = ("routes", "agents", "requires", "prices")
_ENTRY_DEPTH = 2  # keys from the root: a section, and one entry of it


def merge_documents(base: Source, over: Source) -> Source:
    """Lay ``over`` over ``base``; every value keeps the place where it was written."""
    places = dict(base.places)
    data = _merge_values(
        base.data,
        over.data,
        (),
        places,
        over.places,
    )
    assert isinstance(data, dict)
    own = over.data.get("tiers")
    if isinstance(own, dict):
        _order_tiers(data, list(own))
    return Source(over.name, data, places)


def _order_tiers(
    data: dict[str, Any],
    names: list[str],
) -> None:
    """Put the tiers into the order of ``names`` where these are all of them."""
    tiers = data.get("tiers")
    if isinstance(tiers, dict) and set(tiers) == set(names):
        data["tiers"] = {name: tiers[name] for name in names}


def _merge_values(
    base: Any,
    over: Any,
    path: Path,
    places: Places,
    own: Places,
) -> Any:
    if path in own:
        places[path] = own[path]
    are_mappings = isinstance(base, dict) and isinstance(over, dict)
    if not are_mappings or _is_whole(path):
        _replace_places(path, places, own)
        return over
    result = dict(base)
    for key, value in over.items():
        here = (*path, key)
        before = base.get(key)
        result[key] = _merge_values(
            before,
            value,
            here,
            places,
            own,
        )
    return result


def _is_whole(path: Path) -> bool:
    return len(path) == _ENTRY_DEPTH and path[0] in _WHOLE


def _replace_places(
    path: Path,
    places: Places,
    own: Places,
) -> None:
    """Forget where the values below ``path`` were written, and note where the new ones are."""
    depth = len(path)
    below = [old for old in places if old[:depth] == path]
    for old in below:
        if old != path:
            del places[old]
    for new, place in own.items():
        if new[:depth] == path:
            places[new] = place
