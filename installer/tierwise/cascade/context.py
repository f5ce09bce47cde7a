"""The repository that a run works in, with its compiled policy; prices and redaction for it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tierwise import repo
from tierwise.cascade.engines.pricing import Price
from tierwise.cascade.model import TierSpec
from tierwise.domain import models
from tierwise.domain.table_shape import Table
from tierwise.errors import OutsideError, TierwiseError
from tierwise.gates.model import Command
from tierwise.git import snapshot
from tierwise.trust.guard import guard_table

# Gate -> the name of the same work under `automated:`.
_COMMON_NAMES = {
    "test": "tests",
    "unit-tests": "tests",
    "type": "types",
    "typecheck": "types",
    "linter": "lint",
}
_AUTOMATED = {
    "lint": "lint",
    "types": "types",
    "tests": "unit-tests",
}
_MILLISECONDS = 1000
_NO_REPOSITORY = "not a git repository"
_NAMED_SECRET = re.compile(
    r"(?i)\b(password|passwd|secret|token|api[_-]?key)(\s*[:=]\s*)([\"']?)[^\s\"']{6,}\3"
)


@dataclass(frozen=True)
class RepoContext:
    """The repository of a run.

    ``root``: where the policy lies; ``home``: git's top folder; ``folder``: the way from home to root; ``table``: the
    compiled policy, without the powers that are not trusted.
    """

    root: str
    home: str
    folder: str
    table: Table


def load_context(start: str = ".") -> RepoContext:
    """Return the repository around ``start`` with its compiled policy (the ``balanced`` preset where it has none)."""
    from tierwise.policy.compile import compile_table
    from tierwise.policy.load import load_policy, load_preset

    root = repo.require_root(start)
    home = _find_top_folder(root)
    if repo.has_policy(root):
        policy = load_policy(root)
    else:
        policy = load_preset()
    table = guard_table(root, compile_table(policy))
    folder = os.path.relpath(os.path.realpath(root), home)
    if folder == os.curdir:
        folder = ""
    return RepoContext(root, home, folder, table)


def _find_top_folder(root: str) -> str:
    """Return git's top folder around ``root``.  Raises what git says itself, but where there is no repository at all."""
    words = {"LC_ALL": "C"}
    try:
        top = snapshot.git_text(
            root,
            "rev-parse",
            "--show-toplevel",
            env=words,
        )
    except OutsideError as error:
        if _NO_REPOSITORY not in error.message:
            raise
        raise TierwiseError(
            "a run needs a git repository: attempts work on a copy of it",
            place=root,
            remedy="Run `git init` and make a first commit.",
        ) from None
    return os.path.realpath(top)


def make_spec(
    table: Table,
    tier: str,
    effort: str | None = None,
) -> TierSpec:
    """Make a tier of the table with what it runs on; ``effort``: a route's own."""
    entry = table["tiers"][tier]
    facts = models.find_entry(entry["model"]) or {}
    return TierSpec(
        tier=tier,
        model=entry["model"],
        effort=effort or entry.get("effort"),
        provider=entry.get("provider") or "claude",
        base_url=entry.get("base_url"),
        window=facts.get("context_window"),
    )


def make_price(table: Table) -> Price:
    """Return prices as a function of (model, usage as the API gives it), at the time of the call."""
    from tierwise.pricing.prices import load_prices, price
    from tierwise.transcripts.records import UsageRecord

    prices = load_prices(table.get("prices"))

    def price_usage(
        model: str,
        usage: Mapping[str, Any],
    ) -> float | None:
        split = usage.get("cache_creation") or {}
        long_writes = int(split.get("ephemeral_1h_input_tokens") or 0)
        writes = int(usage.get("cache_creation_input_tokens") or 0)
        record = UsageRecord(
            message_id="",
            session="",
            model=models.full_id(model),
            timestamp=int(time.time() * _MILLISECONDS),
            input_tokens=int(usage.get("input_tokens") or 0),
            output_tokens=int(usage.get("output_tokens") or 0),
            cache_write_5m_tokens=max(0, writes - long_writes),
            cache_write_1h_tokens=long_writes,
            cache_read_tokens=int(usage.get("cache_read_input_tokens") or 0),
        )
        cost = price(record, prices).cost
        if cost is None:
            return None
        return float(cost)

    return price_usage


def project_commands(table: Table) -> dict[str, Command]:
    """Return gate name -> the project's own command.

    The last of ``automated:``, ``checks.commands`` and ``gates.commands`` wins.
    """
    automated = table.get("automated") or {}
    commands: dict[str, Command] = {
        gate: automated[name]["command"]
        for gate, name in _AUTOMATED.items()
        if automated.get(name, {}).get("command")
    }
    checks, gates = table.get("checks") or {}, table.get("gates") or {}
    for name, entry in (checks.get("commands") or {}).items():
        commands[_COMMON_NAMES.get(name, name)] = entry
    commands.update(gates.get("commands") or {})
    return commands


def redact(text: str) -> str:
    """Replace secrets, for what is kept as an example: what the check ``secrets`` finds, and named passwords."""
    from tierwise.secrets.scan import list_candidates

    data = text.encode("utf-8", "replace")
    for start, length, _ in reversed(list_candidates(data)):
        data = data[:start] + b"[redacted]" + data[start + length :]
    return _NAMED_SECRET.sub(
        r"\1\2[redacted]",
        data.decode("utf-8", "replace"),
    )
