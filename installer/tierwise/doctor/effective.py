"""What counts of all the places that may name a setting or a variable (measured on 2.1.197 and 2.1.332).

A variable is the weightiest settings file's, and only then the environment's; of caps on efforts the lowest one holds;
lists of allowed models are joined, but those of an administrator leave no other a say; of overrides of one model the
weightiest file's.
"""

from __future__ import annotations

from collections.abc import Iterable

from tierwise.doctor.place import Place, Settings
from tierwise.domain.kinds import EFFORTS
from tierwise.loose import as_mapping, value_at

ENVIRONMENT = "the environment"


def find_variable(place: Place, name: str) -> tuple[str, str]:
    """A variable's value and where it stands; both empty where nothing names it."""
    for one in place.settings:
        value = value_at(one.value, "env", name)
        if value is not None:
            return str(value), one.path
    value = place.environ.get(name, "")
    if value:
        return value, ENVIRONMENT
    return "", ""


def find_effort_cap(place: Place) -> tuple[str, str]:
    """The lowest `maxEffortLevel`, and the file that says it; both empty where none names an effort."""
    named = [(one.value.get("maxEffortLevel"), one.path) for one in place.settings]
    caps = [(str(cap), path) for cap, path in named if cap in EFFORTS]
    return min(caps, key=lambda cap: EFFORTS.index(cap[0]), default=("", ""))


def find_available(place: Place) -> tuple[list[str] | None, str]:
    """The models of `availableModels`, and the files that list them; None where no file does."""
    listing = [one for one in place.settings if isinstance(_read_models(one), list)]
    managed = [one for one in listing if one.is_managed]
    listing = managed or listing
    if not listing:
        return None, ""
    names = [str(name) for one in listing for name in _read_models(one)]
    return list(dict.fromkeys(names)), " and ".join(_list_paths(listing))


def find_model_overrides(place: Place) -> dict[str, tuple[str, str]]:
    """Model id -> the model that `modelOverrides` puts in its place, and the file that says it."""
    found: dict[str, tuple[str, str]] = {}
    for one in place.settings:
        for model, instead in as_mapping(one.value.get("modelOverrides")).items():
            found.setdefault(model, (str(instead), one.path))
    return found


def _read_models(settings: Settings) -> list[object]:
    models: list[object] = settings.value.get("availableModels", ())
    return models


def _list_paths(settings: Iterable[Settings]) -> list[str]:
    return [one.path for one in settings]
