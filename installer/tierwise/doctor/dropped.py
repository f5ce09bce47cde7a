"""Settings files that the client drops as a whole: one bad key, and no hook of theirs runs.

The client is asked where it is there and new enough: `claude doctor` reads the settings of a folder without
starting anything of theirs (measured on 2.1.329 and 2.1.332).  Without it the keys that are known are looked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from tierwise.doctor.client import QUIET, look_for_client
from tierwise.doctor.finding import (
    Diagnosis,
    fail,
    ok,
    warn,
)
from tierwise.doctor.known_settings import find_bad_keys
from tierwise.doctor.place import Place
from tierwise.domain import client_facts
from tierwise.domain.client_facts import at_least
from tierwise.processes import read_output

CHECK = "settings"
REMEDY = "Correct or remove that key."
LIMIT = 30  # seconds for `claude doctor`
_HEADING = "Invalid settings"
# Of what the client names, these words tell that it left out the entry alone and kept the file.
_ENTRY_ONLY = (
    "was skipped",
    "was ignored",
    "was removed",
    "is ignored",
    "entry ignored",
    "matcher ignored",
)


def check_dropped(place: Place) -> Iterator[Diagnosis]:
    """Check that no settings file has a key for which the client drops it."""
    client, version = look_for_client(place)
    findings = None
    if version and at_least(version, client_facts.DOCTOR_STARTS_NOTHING):
        findings = ask_client(client, place)
    if findings is None:
        findings = look_for_known_keys(place, version)
    yield from findings
    if not findings:
        yield ok(
            CHECK,
            "no settings file has a key for which the client drops it",
        )


def ask_client(
    client: str,
    place: Place,
) -> list[Diagnosis] | None:
    """Tell what the client itself says of the settings here; None where it does not answer."""
    said = read_output(
        [client, "doctor"],
        place.start,
        {**place.environ, **QUIET},
        LIMIT,
    )
    if not said.strip():
        return None
    findings = []
    for line in _list_invalid(said):
        if any(words in line for words in _ENTRY_ONLY):
            findings.append(warn(CHECK, f"the client says: {line}", REMEDY))
        else:
            findings.append(fail(CHECK, f"the client drops the file: {line}", REMEDY))
    return findings


def look_for_known_keys(
    place: Place,
    version: str,
) -> list[Diagnosis]:
    """Look up the keys for which a client drops a file; ``version``: of the client here, empty where that is unknown."""
    is_older = bool(version) and not at_least(version, client_facts.BAD_HOOK_COSTS_ITSELF)
    findings = []
    for one in place.settings:
        for key, found in find_bad_keys(one.value, is_older=is_older):
            what = f"{one.path}: {key} is {found}, so the client drops the whole file"
            findings.append(fail(CHECK, what, REMEDY))
    return findings


def _list_invalid(said: str) -> list[str]:
    _, _, after = said.partition(f"{_HEADING}\n")
    section = after.partition("\n\n")[0].splitlines()
    lines = [line for line in section if line.startswith("- ")]
    return [line.removeprefix("- ") for line in lines]
