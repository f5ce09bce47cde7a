"""What counts of all the places that may name a setting or a variable (measured on 2.1.197 and 2.1.332).

A variable is the weightiest settings file's, and only then the environment's; of caps on efforts the lowest one holds;
lists of allowed models are joined, but those of an administrator leave no other a say; of overrides of one model the
weightiest file's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tierwise.doctor.place import Place, config_folder
from tierwise.doctor.settings_file import SettingsFile
from tierwise.domain.client_facts import ROUTING_SETTINGS, ROUTING_VARIABLES
from tierwise.domain.kinds import EFFORTS
from tierwise.loose import as_mapping, value_at

ENVIRONMENT = "the environment"
_YES = ("1", "true", "yes", "on")


def find_variable(place: Place, name: str) -> tuple[str, str]:
    """Find a variable's value and where it stands; both empty where nothing names it."""
    for one in place.settings:
        value = value_at(one.value, "env", name)
        if value is not None:
            return str(value), one.path
    value = place.environ.get(name, "")
    if value:
        return value, ENVIRONMENT
    return "", ""


def find_starting_variable(place: Place, name: str) -> tuple[str, str]:
    """Find a variable that the client reads as it starts: what a repository's settings say of it comes too late."""
    own = str(config_folder(place.environ) / "settings.json")
    early = [one for one in place.settings if one.is_managed or one.path == own]
    return find_variable(replace(place, settings=tuple(early)), name)


def is_switched_on(value: str) -> bool:
    """Tell whether the client takes a variable's value for a yes."""
    return value.strip().lower() in _YES


def find_effort_cap(place: Place) -> tuple[str, str]:
    """Find the lowest `maxEffortLevel`, and the file that says it; both empty where none names an effort."""
    named = [(one.value.get("maxEffortLevel"), one.path) for one in place.settings]
    caps = [(str(cap), path) for cap, path in named if cap in EFFORTS]
    return min(caps, key=lambda cap: EFFORTS.index(cap[0]), default=("", ""))


def find_available(place: Place) -> tuple[list[str] | None, str]:
    """Find the models of `availableModels`, and the files that list them; None where no file does."""
    listing = [one for one in place.settings if _lists_models(one, "availableModels")]
    managed = [one for one in listing if one.is_managed]
    listing = managed or listing
    if not listing:
        return None, ""
    return _join_models(listing, "availableModels")


def find_denied(place: Place) -> tuple[list[str], str]:
    """Find the models of `deniedModels`, which only an administrator may set, and the files that list them."""
    managed = [one for one in place.settings if one.is_managed]
    denying = [one for one in managed if _lists_models(one, "deniedModels")]
    return _join_models(denying, "deniedModels")


def matches_exactly(place: Place) -> bool:
    """Tell whether an id in `availableModels` allows no later version of its model; only an administrator may say so."""
    said, _ = place.weightiest("availableModelsMatch", only_managed=True)
    return said == "exact"


def find_model_overrides(place: Place) -> dict[str, tuple[str, str]]:
    """Model id -> the model that `modelOverrides` puts in its place, and the file that says it."""
    found: dict[str, tuple[str, str]] = {}
    for one in place.settings:
        for model, instead in as_mapping(one.value.get("modelOverrides")).items():
            found.setdefault(model, (str(instead), one.path))
    return found


def collect_settings(place: Place) -> dict[str, object]:
    """Collect the settings on which it depends what a spawn gets, in one object that says the same as all files together."""
    names, _ = find_available(place)
    cap, _ = find_effort_cap(place)
    overrides = {}
    for model, (served, _) in find_model_overrides(place).items():
        overrides[model] = served
    settings = {
        **{key: place.weightiest(key)[0] for key in ROUTING_SETTINGS},
        "availableModels": names,
        "maxEffortLevel": cap or None,
        "modelOverrides": overrides or None,
        "env": _collect_variables(place) or None,
    }
    return {key: value for key, value in settings.items() if value is not None}


def _collect_variables(place: Place) -> dict[str, str]:
    """Collect the variables of the settings files, those of the environment aside."""
    found = {name: find_variable(place, name) for name in ROUTING_VARIABLES}
    variables = {}
    for name, (value, where) in found.items():
        if where and where != ENVIRONMENT:
            variables[name] = value
    return variables


def _lists_models(settings: SettingsFile, key: str) -> bool:
    return isinstance(settings.value.get(key), list)


def _join_models(
    listing: Iterable[SettingsFile],
    key: str,
) -> tuple[list[str], str]:
    """Join the models that files list under a key, each once, and the files' paths."""
    names: list[str] = []
    paths = []
    for one in listing:
        names += map(str, one.value[key])
        paths.append(one.path)
    return list(dict.fromkeys(names)), " and ".join(paths)
