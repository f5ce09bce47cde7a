"""Whether the turns of the main conversation are routed, and by what."""

from __future__ import annotations

from collections.abc import Iterator

from tierwise.doctor.finding import Diagnosis, ok, warn
from tierwise.doctor.place import Place
from tierwise.domain import table

CHECK = "session"
REMEDY = "Run `claude plugin install tierwise@tierwise`: settings cannot hold a module."


def check_session(place: Place) -> Iterator[Diagnosis]:
    """Say what acts on turns: the plugin's module, or only the hook on spawns."""
    policy = table.load(place.root) or {}
    session = policy.get("session") or {}
    routing = session.get("routing", "off")
    if routing == "off":
        return
    ours = place.own_plugin
    if ours is None:
        what = (
            f"session.routing is {routing}, but only the hook on spawns is here: no turn is routed"
        )
        yield warn(CHECK, what, REMEDY)
    elif not ours.modules:
        what = f"session.routing is {routing}, but the plugin in {ours.folder} has no module"
        yield warn(CHECK, what, "Update the plugin.")
    else:
        yield ok(
            CHECK,
            f"routing is {routing}: the plugin's module acts on turns",
        )
