"""Settings files that the client drops as a whole: one bad key, and no hook of theirs runs.

The client is asked where it is there and new enough: `claude doctor` reads the settings of a folder without
starting anything of theirs (measured on 2.1.329 and 2.1.332).  Without it the shapes that are known are looked for.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping

from tierwise.doctor.client import QUIET, find_client, version_of
from tierwise.doctor.finding import Finding, fail, ok, warn
from tierwise.doctor.place import Place, Settings
from tierwise.domain import client_facts
from tierwise.domain.client_facts import at_least

CHECK = "settings"
REMEDY = "Correct or remove that key."
LIMIT = 30  # seconds for `claude doctor`
_HEADING = "Invalid settings"
# Of what the client names, these words tell that it left out the entry alone and kept the file.
_ENTRY_ONLY = ("was skipped", "was ignored")
# Dotted key -> the types that the client takes there; whatever else stands there makes it drop the file.
KNOWN_TYPES: dict[str, tuple[type, ...]] = {
    "statusLine": (dict,),
    "hooks": (dict,),
    "env": (dict,),
    "permissions": (dict,),
    "sandbox": (dict,),
    "enabledPlugins": (dict,),
    "cleanupPeriodDays": (int, float),
    "sandbox.network.httpProxyPort": (int, float),
    "sandbox.network.socksProxyPort": (int, float),
    "model": (str,),
    "disableAllHooks": (bool,),
}


def check_dropped(place: Place) -> Iterator[Finding]:
    """No settings file has a key for which the client drops it."""
    told = list(ask_client(place))
    findings = told or [
        fail(CHECK, f"{path}: {key} is {found}, so the client drops the whole file", REMEDY)
        for one in place.settings
        for path, key, found in _bad_keys(one)
    ]
    yield from findings
    if not findings:
        yield ok(CHECK, "no settings file has a key for which the client drops it")


def ask_client(place: Place) -> Iterator[Finding]:
    """What the client itself says of the settings here; nothing where it is missing or too old to be asked."""
    path = find_client(place.environ, place.root)
    if path is None:
        return
    version = version_of(path, place.environ)
    if not version or not at_least(version, client_facts.DOCTOR_STARTS_NOTHING):
        return
    for line in _invalid_lines(path, place):
        if any(words in line for words in _ENTRY_ONLY):
            yield warn(CHECK, f"the client says: {line}", REMEDY)
        else:
            yield fail(CHECK, f"the client drops the file: {line}", REMEDY)


def _invalid_lines(client: str, place: Place) -> list[str]:
    try:
        done = subprocess.run(
            [client, "doctor"],
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=LIMIT,
            cwd=place.start,
            env={**place.environ, **QUIET},
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    _, found, after = done.stdout.partition(f"{_HEADING}\n")
    section = after.split("\n\n")[0] if found else ""
    return [line.removeprefix("- ") for line in section.splitlines() if line.startswith("- ")]


def _bad_keys(settings: Settings) -> Iterator[tuple[str, str, str]]:
    for dotted, types in KNOWN_TYPES.items():
        value, is_there = _value_at(settings.value, dotted.split("."))
        is_bool = isinstance(value, bool) and bool not in types
        if is_there and (is_bool or not isinstance(value, types)):
            yield settings.path, dotted, json.dumps(value)[:60]
    days = settings.value.get("cleanupPeriodDays")
    if isinstance(days, (int, float)) and days <= 0:
        yield settings.path, "cleanupPeriodDays", str(days)


def _value_at(value: object, path: list[str]) -> tuple[object, bool]:
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            return None, False
        value = value[key]
    return value, True
