"""Slash commands: the shipped ones, and one for each tier that runs a single message on it."""

from __future__ import annotations

from collections.abc import Iterator

from tierwise import bundle
from tierwise.domain.coding_tools import CLAUDE
from tierwise.domain.kinds import SHIPPED_TIERS
from tierwise.policy.load import Loaded
from tierwise.policy.model import Policy, Tier
from tierwise.targets.splice import read_lines, splice
from tierwise.targets.target import Read, WantedFile, whole_file

FOLDER = ".claude/commands"


def command_targets(loaded: Loaded, read: Read) -> Iterator[WantedFile]:
    """The shipped commands; for each tier of the policy's ladder, its own."""
    policy = loaded.policy
    tiers = _list_tiers(policy)
    for name in bundle.names("commands", ".md"):
        if name in SHIPPED_TIERS or not _is_wanted(policy, name):
            continue
        content = bundle.read_bytes("commands", f"{name}.md")
        if tiers and _names_model(content):
            cheapest = next(iter(tiers.values()))
            content = splice(content, {"model": cheapest.model})
        yield whole_file(f"{FOLDER}/{name}.md", content, read)
    for name, tier in tiers.items():
        if _is_wanted(policy, name):
            lines = {"model": tier.model, "effort": tier.effort}
            content = splice(_read_tier_command(name), lines)
            yield whole_file(f"{FOLDER}/{name}.md", content, read)


def _list_tiers(policy: Policy) -> dict[str, Tier]:
    """The tiers that Claude Code itself runs, the cheapest first."""
    return {name: tier for name, tier in policy.tiers.items() if tier.provider == CLAUDE}


def _is_wanted(policy: Policy, name: str) -> bool:
    return policy.commands.get(name, True)


def _names_model(content: bytes) -> bool:
    """Whether a command is a short one: those run on the cheapest tier, the others where they are called."""
    return read_lines(content, ["model"])["model"] is not None


def _read_tier_command(name: str) -> bytes:
    """A tier's command; that of a tier which is not shipped is the middle one's under another name."""
    if name in SHIPPED_TIERS:
        return bundle.read_bytes("commands", f"{name}.md")
    text = bundle.read_text("commands", "mid.md")
    return text.replace("mid tier", f"{name} tier").encode()
