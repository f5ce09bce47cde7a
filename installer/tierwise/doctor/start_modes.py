"""Ways to start the client in which no hook runs: then nothing is routed (measured on 2.1.197, 2.1.329 and 2.1.332).

Safe mode and bare mode are switched on by the environment, the user's settings or an administrator's; a restricted
session by the environment alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from tierwise.doctor.effective import (
    ENVIRONMENT,
    find_starting_variable,
    is_switched_on,
)
from tierwise.doctor.finding import Diagnosis, fail
from tierwise.doctor.place import Place
from tierwise.domain.client_facts import RESTRICTED, SAFE_MODE, SIMPLE

CHECK = "hooks"
_MODES = {
    SAFE_MODE: "safe mode",
    SIMPLE: "bare mode",
    RESTRICTED: "a restricted session (since 2.1.329)",
}


def check_start_modes(place: Place) -> Iterator[Diagnosis]:
    """Check that no variable starts the client in a mode without hooks."""
    for name, where in find_start_modes(place).items():
        yield fail(
            CHECK,
            f"{name} is on in {where}: in {_MODES[name]} no hook runs and nothing is routed",
            f"Take {name} out.",
        )


def find_start_modes(place: Place) -> dict[str, str]:
    """Find the variables that switch hooks off as the client starts, and where each is set."""
    found = {}
    for name in _MODES:
        value, where = find_starting_variable(place, name)
        if name == RESTRICTED:
            value, where = place.environ.get(name, ""), ENVIRONMENT
        if is_switched_on(value):
            found[name] = where
    return found
