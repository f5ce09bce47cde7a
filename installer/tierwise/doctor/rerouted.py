"""What served an agent against what its call named: the client's own routing, should it ever be switched on."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tierwise.doctor.finding import Diagnosis, ok, warn
from tierwise.doctor.overrides import check_modules, check_overrides
from tierwise.doctor.place import Place
from tierwise.doctor.unseen import WEEK
from tierwise.doctor.wiring import describe_other_hooks
from tierwise.domain.ledger_rows import read_text
from tierwise.routing.audit import join_rows
from tierwise.routing.audit_rerouted import (
    Rerouted,
    list_rerouted,
)

CHECK = "rerouted"


def check_rerouted(place: Place) -> Iterator[Diagnosis]:
    """Check that every agent of the last week ran on the model that its call names."""
    a_week_ago = time.gmtime(time.time() - WEEK)
    since = time.strftime("%Y-%m-%dT%H:%M:%S", a_week_ago)
    rows = [row for row in place.ledger_rows if read_text(row, "time") >= since]
    found = list_rerouted(join_rows(rows))
    if not found:
        yield ok(
            CHECK,
            "every agent of the last week ran on the model that its call names",
        )
        return
    yield warn(
        CHECK,
        f"{_describe_first(found)}: {_guess_reason(place)}",
        "`tierwise audit` names the spawns, `tierwise verify` shows what reaches the API now.",
    )


def _describe_first(found: list[Rerouted]) -> str:
    total = sum(one["spawns"] for one in found)
    first = found[0]
    return (
        f"{total} agents in the last week ran on another model than their call names, such as "
        f"{first['agent']} on {first['served']} where the call says {first['named']}"
    )


def _guess_reason(place: Place) -> str:
    if any(finding.level == "fail" for finding in check_overrides(place)):
        return "a variable or setting that this report names beats the call"
    others = [*check_modules(place), *describe_other_hooks(place)]
    if others:
        return f"another writer may have changed the call: {others[0].what}"
    return (
        "nothing that this report looks at says so; Claude Code's own routing of agents may be on"
    )
