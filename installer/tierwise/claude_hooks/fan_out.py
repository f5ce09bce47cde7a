"""The fan-out guard: beyond so many top-tier spawns in one turn, a tier down or refused."""

from tierwise.claude_hooks import enforce

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tierwise.claude_hooks.enforce import Placement
    from tierwise.claude_hooks.requested import Asked
    from tierwise.ledger import Log


def guarded(log: "Log", asked: "Asked", placed: "Placement") -> "Placement":
    """Where a spawn runs, given what the ledger has of the same turn.  The ledger is locked: counts are exact."""
    table = asked.table
    guard = (table.get("hooks") or {}).get("fan_out") or {}
    top = table["ladder"][-1]
    if not guard.get("limit") or placed.tier != top or placed.denied:
        return placed
    earlier = log.recent(row="decision", turn=asked.event.turn, tier=top)
    if sum(1 for row in earlier if not row.get("denied")) < guard["limit"]:
        return placed
    if guard.get("then") == "deny":
        placed.denied = (
            f"{guard['limit']} agents have run on {top} in this turn, the policy's limit (hooks.fan_out). "
            "Do this with what they found, or wait for the next turn."
        )
        return placed
    return enforce.one_tier_down(placed, asked.decision.floor, table) or placed
