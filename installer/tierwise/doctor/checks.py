"""The list of checks, in the order of the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tierwise.doctor.client import check_client
from tierwise.doctor.finding import Finding
from tierwise.doctor.overrides import check_modules, check_overrides, check_workflows
from tierwise.doctor.place import Place
from tierwise.doctor.policy import check_log, check_mode, check_policy
from tierwise.doctor.retention import check_retention
from tierwise.doctor.selftest import check_hook
from tierwise.doctor.wiring import (
    check_foreign_agents,
    check_permissions,
    check_settings,
    check_wiring,
)

Check = Callable[[Place], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    check_client,
    check_policy,
    check_mode,
    check_settings,
    check_wiring,
    check_permissions,
    check_foreign_agents,
    check_overrides,
    check_modules,
    check_workflows,
    check_hook,
    check_log,
    check_retention,
)


def run_checks(place: Place) -> list[Finding]:
    """All findings.  A check that stumbles is a finding too: the others still run."""
    found: list[Finding] = []
    for check in CHECKS:
        try:
            found += check(place)
        except Exception as error:
            name = check.__name__.removeprefix("check_")
            found.append(
                Finding(name, "fail", f"this check itself failed: {error!r}", "Report it as a bug.")
            )
    return found
