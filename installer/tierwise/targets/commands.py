"""Slash commands: the shipped ones, and one for each tier that runs a single message on it."""

from __future__ import annotations

from collections.abc import Iterator

from tierwise import bundle
from tierwise.domain.kinds import SHIPPED_TIERS
from tierwise.policy.load import Loaded
from tierwise.targets.splice import read_lines, splice
from tierwise.targets.target import Read, WantedFile, whole_file

FOLDER = ".claude/commands"


def command_targets(loaded: Loaded, read: Read) -> Iterator[WantedFile]:
    """The shipped commands; for each tier of the policy's ladder, its own."""
    for name in bundle.names("commands", ".md"):
        if name not in SHIPPED_TIERS and loaded.policy.commands.get(name, True):
            shipped = bundle.read_bytes("commands", f"{name}.md")
            content = _put_on_cheapest_tier(shipped, loaded)
            yield whole_file(f"{FOLDER}/{name}.md", content, read)
    for name, tier in loaded.policy.tiers.items():
        if tier.provider != "claude" or not loaded.policy.commands.get(name, True):
            continue
        if name in SHIPPED_TIERS:
            text = bundle.read_text("commands", f"{name}.md")
        else:
            text = bundle.read_text("commands", "mid.md").replace("mid tier", f"{name} tier")
        content = splice(text.encode(), {"model": tier.model, "effort": tier.effort})
        yield whole_file(f"{FOLDER}/{name}.md", content, read)


def _put_on_cheapest_tier(content: bytes, loaded: Loaded) -> bytes:
    """A short command, which is one that names a model, names the ladder's cheapest; the others name none."""
    models = [tier.model for tier in loaded.policy.tiers.values() if tier.provider == "claude"]
    names_one = read_lines(content, ["model"])["model"] is not None
    if not models or not names_one:
        return content
    return splice(content, {"model": models[0]})
