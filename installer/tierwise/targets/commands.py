"""Slash commands: the shipped ones, and one for each tier that runs a single message on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tierwise import bundle
from tierwise.domain.coding_tools import CLAUDE
from tierwise.domain.kinds import SHIPPED_TIERS
from tierwise.policy.load import Loaded
from tierwise.policy.model import Policy, Tier
from tierwise.targets.splice import read_lines, splice
from tierwise.targets.target import Read, WantedFile, whole_file

FOLDER = ".claude/commands"


def command_targets(
    loaded: Loaded,
    read: Read,
) -> Iterator[WantedFile]:
    """Yield the shipped commands; for each tier of the policy's ladder, its own."""
    policy = loaded.policy
    tiers = _list_tiers(policy)
    contents = _write_shipped(tiers)
    for name, tier in tiers.items():
        lines = {"model": tier.model, "effort": tier.effort}
        contents[name] = splice(_read_tier_command(name), lines)
    for name, content in contents.items():
        if policy.commands.get(name, True):
            yield whole_file(
                f"{FOLDER}/{name}.md",
                content,
                read,
            )


def _write_shipped(tiers: Mapping[str, Tier]) -> dict[str, bytes]:
    """Return the shipped commands but those of the tiers, by name."""
    contents = {}
    for name in bundle.names("commands", ".md"):
        if name in SHIPPED_TIERS:
            continue
        content = bundle.read_bytes("commands", f"{name}.md")
        if tiers and _names_model(content):
            cheapest = next(iter(tiers.values()))
            content = splice(content, {"model": cheapest.model})
        contents[name] = content
    return contents


def _list_tiers(policy: Policy) -> dict[str, Tier]:
    """Return the tiers that Claude Code itself runs, the cheapest first."""
    tiers = policy.tiers.items()
    return {name: tier for name, tier in tiers if tier.provider == CLAUDE}


def _names_model(content: bytes) -> bool:
    """Return whether a command is a short one: those run on the cheapest tier, the others where they are called."""
    lines = read_lines(content, ["model"])
    return lines["model"] is not None


def _read_tier_command(name: str) -> bytes:
    """Return a tier's command; that of a tier which is not shipped is the middle one's under another name."""
    if name in SHIPPED_TIERS:
        return bundle.read_bytes("commands", f"{name}.md")
    text = bundle.read_text("commands", "mid.md")
    return text.replace("mid tier", f"{name} tier").encode()
