"""What a policy's words become on the wire: measured, see docs/claude-code.md."""

from __future__ import annotations

_NOW = {
    "haiku": "claude-haiku-5-5",
    "sonnet": "claude-sonnet-5-5",
    "opus": "claude-opus-5-5",
    "fable": "claude-fable-5-2",
}
# What each measured client makes of an alias.
ALIASES = {
    "2.1.332": _NOW,
    "2.1.329": _NOW,
    "2.1.197": {
        "haiku": "claude-haiku-4-5-20251001",
        "sonnet": "claude-sonnet-5",
        "opus": "claude-opus-4-8",
        "fable": "claude-fable-5",
    },
}

# Clients send no effort for these.
_WITHOUT_EFFORT = ("claude-haiku-4-5", "claude-sonnet-4-5")


def on_wire(version: str, model: str, effort: str) -> tuple[str, str | None]:
    """The ``(model, effort)`` that a request of this client carries for a tier of this model and effort."""
    name = ALIASES[version].get(model, model)
    return name, None if name.startswith(_WITHOUT_EFFORT) else effort
