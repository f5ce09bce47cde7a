"""Turns of the main conversation, as the plugin's module tells the hook of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.hook import ask, compiled, event

SAID = "Add a button to the page"
OPUS = "claude-opus-5-5"


def set_routing(root: Path, routing: str, more: str = "") -> None:
    """Compile a policy with this `session.routing`."""
    compiled(root, f"extends: balanced\nsession:\n  routing: {routing}\n{more}")


def begin(root: Path, prompt: str = SAID, number: int = 1, **more: Any) -> dict[str, Any]:
    """A turn's start; what the module is told."""
    fields = {"turn_id": f"turn-{number}", "prompt": prompt, "model": OPUS, **more}
    return ask(event("TurnStart", root, **fields))


def look(root: Path, tools: list[dict[str, Any]], number: int = 1) -> dict[str, Any]:
    """A look within a turn, after some tools; what the module is told."""
    return ask(event("TurnStep", root, turn_id=f"turn-{number}", tools=tools))
