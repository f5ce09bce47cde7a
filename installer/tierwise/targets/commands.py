"""Slash commands: the shipped ones, and one a rung that runs a single message on that tier."""

from __future__ import annotations

from collections.abc import Iterator

from tierwise import bundle
from tierwise.domain.kinds import RUNGS
from tierwise.policy.load import Loaded
from tierwise.targets.splice import read_lines, splice
from tierwise.targets.target import Read, WantedFile, whole_file

FOLDER = ".claude/commands"


def command_targets(loaded: Loaded, read: Read) -> Iterator[WantedFile]:
    """The shipped commands; for each rung of the policy's ladder, its own."""
    for name in bundle.names("commands", ".md"):
        if name not in RUNGS and loaded.policy.commands.get(name, True):
            content = _on_the_bottom_rung(bundle.read_bytes("commands", f"{name}.md"), loaded)
            yield whole_file(f"{FOLDER}/{name}.md", content, read)
    for rung, tier in loaded.policy.tiers.items():
        if tier.provider != "claude" or not loaded.policy.commands.get(rung, True):
            continue
        source = rung if rung in RUNGS else "mid"
        text = bundle.read_text("commands", f"{source}.md")
        if rung not in RUNGS:
            text = text.replace("mid tier", f"{rung} tier")
        content = splice(text.encode(), {"model": tier.model, "effort": tier.effort})
        yield whole_file(f"{FOLDER}/{rung}.md", content, read)


def _on_the_bottom_rung(content: bytes, loaded: Loaded) -> bytes:
    """A short command, which is one that names a model, names the ladder's cheapest; the others name none."""
    models = [tier.model for tier in loaded.policy.tiers.values() if tier.provider == "claude"]
    names_one = read_lines(content, ["model"])["model"] is not None
    return splice(content, {"model": models[0]}) if models and names_one else content
