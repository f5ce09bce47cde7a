"""Whether the main conversation is routed, and the client's mode at its last prompt.

Apart from the turns themselves: every prompt waits for this.  Standard library only: hooks import this.
"""

from tierwise.claude_hooks.conversation import load_memory
from tierwise.claude_hooks.modes import mode_of
from tierwise.session.choice import list_claude_tiers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tierwise.claude_hooks.event import Event

    Table = dict[str, Any]

PLAN_MODE = "plan"


def find_routing(event: "Event", policy: "Table") -> str:
    """Return off, shadow or on: the policy's `session.routing`, no further than the mode allows."""
    routing = str((policy.get("session") or {}).get("routing") or "off")
    mode = mode_of(event.environ, policy)
    if mode == "off" or not list_claude_tiers(policy):
        return "off"
    if mode != "enforce" and routing == "on":
        return "shadow"
    return routing


def note_permission_mode(event: "Event", policy: "Table") -> None:
    """Remember the client's mode: a turn's start does not tell it.  Raises OSError."""
    mode = event.text("permission_mode")
    if event.root is None or not event.session_id or find_routing(event, policy) == "off":
        return
    memory = load_memory(event.root, event.session_id)
    if memory.permission_mode != mode:
        memory.permission_mode = mode
        memory.save(event.root)
