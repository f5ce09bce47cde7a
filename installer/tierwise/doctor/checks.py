"""The list of checks, in the order of the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tierwise.doctor.agents import (
    check_agent_files,
    check_agent_lines,
)
from tierwise.doctor.client import check_client
from tierwise.doctor.commands import check_commands
from tierwise.doctor.dropped import check_dropped
from tierwise.doctor.finding import Diagnosis
from tierwise.doctor.other_tools import check_other_tools
from tierwise.doctor.overrides import (
    check_modules,
    check_overrides,
    check_workflows,
)
from tierwise.doctor.place import Place
from tierwise.doctor.policy import (
    check_log,
    check_mode,
    check_policy,
)
from tierwise.doctor.rerouted import check_rerouted
from tierwise.doctor.retention import check_retention
from tierwise.doctor.selftest import check_hook
from tierwise.doctor.session import check_session
from tierwise.doctor.start_modes import check_start_modes
from tierwise.doctor.unseen import check_unseen
from tierwise.doctor.wiring import (
    check_foreign_agents,
    check_permissions,
    check_settings,
    check_subfolders,
    check_submodules,
    check_wiring,
)

Check = Callable[[Place], Iterator[Diagnosis]]

CHECKS: tuple[Check, ...] = (
    check_client,
    check_policy,
    check_mode,
    check_settings,
    check_start_modes,
    check_dropped,
    check_wiring,
    check_subfolders,
    check_submodules,
    check_permissions,
    check_foreign_agents,
    check_overrides,
    check_modules,
    check_session,
    check_workflows,
    check_agent_files,
    check_agent_lines,
    check_other_tools,
    check_commands,
    check_hook,
    check_unseen,
    check_rerouted,
    check_log,
    check_retention,
)

# What tells whether spawns are routed at all: without starting anything, and with the client's own opinion.
ROUTED: tuple[Check, ...] = (check_settings, check_start_modes, check_wiring)
WIRING: tuple[Check, ...] = (*ROUTED, check_dropped)


def run_checks(
    place: Place,
    checks: tuple[Check, ...] = (),
) -> list[Diagnosis]:
    """List the findings of ``checks``, of all where none are given.

    A check that stumbles is a finding too: the others still run.
    """
    found: list[Diagnosis] = []
    for check in checks or CHECKS:
        try:
            found += check(place)
        except Exception as error:
            name = check.__name__.removeprefix("check_")
            found.append(
                Diagnosis(
                    name,
                    "fail",
                    f"this check itself failed: {error!r}",
                    "Report it as a bug.",
                )
            )
    return found
