"""``requires: "tierwise >= 1.2"``: which Tierwise a policy needs, read before anything else of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from packaging.requirements import (
    InvalidRequirement,
    Requirement,
)

from tierwise import __version__
from tierwise.policy.complaints import PolicyError
from tierwise.policy.source import Path, Source, SourcePlace

KEY = "requires"
_NAME = "tierwise"


def take_requirements(source: Source) -> Source:
    """Check the versions that a policy asks for; the policy without them, its capability rules left.

    Raises PolicyError where this Tierwise is another one, or the words are no requirement of Tierwise.
    """
    value = source.data.get(KEY)
    if isinstance(value, str):
        _require_version(value, source.places[(KEY,)])
        data = dict(source.data)
        del data[KEY]
        return replace(source, data=data)
    if not isinstance(value, list):
        return source
    for index, item in enumerate(value):
        if isinstance(item, str):
            _require_version(item, source.places[(KEY, index)])
    return _without_strings(source, value)


def _require_version(text: str, place: SourcePlace) -> None:
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        requirement = None
    if requirement is None or requirement.name.lower() != _NAME:
        message = (
            f'found "{text}"; expected a version of Tierwise, such as "tierwise >= {__version__}"'
        )
        raise PolicyError.at(place, message, key=KEY)
    if not requirement.specifier.contains(__version__, prereleases=True):
        message = f"this policy needs {text}, and this is {__version__}: upgrade Tierwise"
        raise PolicyError.at(place, message, key=KEY)


def _without_strings(
    source: Source,
    value: list[Any],
) -> Source:
    rules: list[Any] = []
    moved = {}  # the index of a rule among all items -> its index among the rules
    for index, item in enumerate(value):
        if not isinstance(item, str):
            moved[index] = len(rules)
            rules.append(item)
    if len(rules) == len(value):
        return source
    places: dict[Path, SourcePlace] = {}
    for path, place in source.places.items():
        is_of_rule = path[:1] == (KEY,) and len(path) > 1
        if not is_of_rule:
            places[path] = place
            continue
        _, place_in_list, *rest = path
        if place_in_list in moved:
            new_index = moved[int(place_in_list)]
            new_path = (KEY, new_index, *rest)
            places[new_path] = place
    data = {**source.data, KEY: rules}
    return replace(source, data=data, places=places)
