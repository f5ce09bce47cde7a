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


def end(
    root: Path,
    number: int = 1,
    *,
    tools: Any = (),
    model: str = "claude-sonnet-5-5",
    **more: Any,
) -> None:
    """A turn's end, after one call that read a context of 50,000 tokens from the cache."""
    step = {
        "model": model,
        "effort": "medium",
        "input_tokens": 10,
        "output_tokens": 100,
        "cache_read_input_tokens": 50_000,
        "cache_creation_input_tokens": 1_000,
    }
    fields = {"turn_id": f"turn-{number}", "steps": [step], "tools": list(tools), **more}
    assert ask(event("TurnComplete", root, **fields)) == {}


def edits(count: int) -> list[dict[str, Any]]:
    """Edits of this many code files."""
    return [{"name": "Edit", "target": f"/src/m{number}.py"} for number in range(count)]


def failures(count: int) -> list[dict[str, Any]]:
    """The same failure of a command, so many times."""
    failed = {"name": "Bash", "target": "make", "failed": True, "error": "Exit code 2"}
    return [failed] * count
