"""A policy laid over its preset.

The rules: mappings merge key by key; everything else (text, numbers, lists) is replaced; a new tier of
``tiers:`` goes on top, unless the policy names every tier of the preset, in which case its own order holds.
"""

from __future__ import annotations

from typing import Any

from tierwise.policy.source import Path, Place, Source

# A name for a model choice and a full definition of it are one value: they replace, they do not merge.
_WHOLE = ("routes", "agents", "requires", "prices")
_ENTRY_DEPTH = 2  # keys from the root: a section, and one entry of it


def merge_documents(base: Source, over: Source) -> Source:
    """``over`` laid over ``base``; every value keeps the place where it was written."""
    places = dict(base.places)
    data = _merge_values(base.data, over.data, (), places, over.places)
    assert isinstance(data, dict)
    tiers, own = data.get("tiers"), over.data.get("tiers")
    if isinstance(tiers, dict) and isinstance(own, dict) and set(own) == set(tiers):
        data["tiers"] = {name: tiers[name] for name in own}
    return Source(over.name, data, places)


def _merge_values(
    base: Any, over: Any, path: Path, places: dict[Path, Place], own: dict[Path, Place]
) -> Any:
    if path in own:
        places[path] = own[path]
    whole = len(path) == _ENTRY_DEPTH and path[0] in _WHOLE
    if isinstance(base, dict) and isinstance(over, dict) and not whole:
        result = dict(base)
        for key, value in over.items():
            result[key] = _merge_values(base.get(key), value, (*path, key), places, own)
        return result
    _replace_places(path, places, own)
    return over


def _replace_places(path: Path, places: dict[Path, Place], own: dict[Path, Place]) -> None:
    """Forget where the values below ``path`` were written, and note where the new ones are."""
    depth = len(path)
    replaced = [old for old in places if len(old) > depth and old[:depth] == path]
    for old in replaced:
        del places[old]
    for new, place in own.items():
        if new[:depth] == path:
            places[new] = place
