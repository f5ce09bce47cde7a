"""What ``tierwise run`` passes to the cascade: gates, prices and engines as plain functions."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tierwise import repo
from tierwise.cascade.engines.claude import Price, claude_engine, find_client
from tierwise.cascade.model import Engine, GateAnswer, Order, Rung
from tierwise.cascade.worktree import Place
from tierwise.domain import models
from tierwise.errors import OutsideError, TierwiseError
from tierwise.gates import Gate, Tree, run_gates
from tierwise.gates.commands import Command
from tierwise.gates.judge import Ask
from tierwise.gates.registry import make_gates
from tierwise.git import snapshot
from tierwise.trust.guard import guard_table

# Work whose whole result is one answer: no file is edited, and an API call is enough.
ANSWER_KINDS = (
    "commit-message",
    "summary",
    "classification",
    "naming",
    "handoff",
    "changelog",
    "docstring",
)
# Of these, what is no text of a file either: Claude Code, too, gives it as its last words.
TEXT_KINDS = ("commit-message", "summary", "classification", "naming", "handoff")
# Gates that look at the shape of a result; `--gate` adds to them, it does not take them away.
SHAPE_GATES = ("diff", "paths", "syntax", "tests-intact", "commit-message")
# Gate -> the name of the same work under `automated:`.
_COMMON_NAMES = {
    "test": "tests",
    "unit-tests": "tests",
    "type": "types",
    "typecheck": "types",
    "linter": "lint",
}
_AUTOMATED = {"lint": "lint", "types": "types", "tests": "unit-tests"}

# The gates as the cascade calls them: (place, answer, told) -> results.
Check = Callable[[Place | None, str | None, Callable[[GateAnswer], None]], Sequence[GateAnswer]]


@dataclass(frozen=True)
class House:
    """The repository a run works in: policy root, git's top folder, the way from one to the other, the table."""

    root: str
    home: str
    folder: str
    table: dict[str, Any]


def open_house(start: str = ".") -> House:
    """The repository around ``start`` with its compiled policy (the ``balanced`` preset where it has none)."""
    from tierwise.policy.compile import compile_table
    from tierwise.policy.load import load_policy, load_preset

    root = repo.require_root(start)
    try:
        home = os.path.realpath(snapshot.git_text(root, "rev-parse", "--show-toplevel"))
    except OutsideError:
        raise TierwiseError(
            "a run needs a git repository: attempts work in a worktree of it",
            place=root,
            remedy="Run `git init` and make a first commit.",
        ) from None
    has_policy = os.path.exists(os.path.join(root, repo.POLICY))
    table = compile_table(load_policy(root) if has_policy else load_preset())
    table = guard_table(root, table)
    folder = os.path.relpath(os.path.realpath(root), home)
    return House(root, home, "" if folder == "." else folder, table)


def make_rung(table: Mapping[str, Any], tier: str, effort: str | None = None) -> Rung:
    """A tier of the table as a rung; ``effort``: a route's own."""
    entry = table["tiers"][tier]
    facts = models.entry(entry["model"]) or {}
    return Rung(
        tier=tier,
        model=entry["model"],
        effort=effort or entry.get("effort"),
        provider=entry.get("provider") or "claude",
        base_url=entry.get("base_url"),
        window=facts.get("context_window"),
    )


def make_price(table: Mapping[str, Any]) -> Price:
    """Prices as a function of (model, usage as the API gives it): US dollars, or None where none is known."""
    from tierwise.pricing.prices import load_prices, price
    from tierwise.transcripts.records import UsageRecord

    prices = load_prices(table.get("prices"))

    def price_of(model: str, usage: Mapping[str, Any]) -> float | None:
        split = usage.get("cache_creation") or {}
        long_writes = int(split.get("ephemeral_1h_input_tokens") or 0)
        writes = int(usage.get("cache_creation_input_tokens") or 0)
        record = UsageRecord(
            message_id="", session="", model=models.full_id(model), timestamp=0,
            input_tokens=int(usage.get("input_tokens") or 0), output_tokens=int(usage.get("output_tokens") or 0),
            cache_write_5m_tokens=max(0, writes - long_writes), cache_write_1h_tokens=long_writes,
            cache_read_tokens=int(usage.get("cache_read_input_tokens") or 0),
        )  # fmt: skip
        cost = price(record, prices).cost
        return None if cost is None else float(cost)

    return price_of


def project_commands(table: Mapping[str, Any]) -> dict[str, Command]:
    """Gate name -> the project's own command, from ``automated:`` and ``checks.commands``; the latter wins."""
    automated = table.get("automated") or {}
    commands: dict[str, Command] = {
        gate: automated[name]["command"]
        for gate, name in _AUTOMATED.items()
        if automated.get(name, {}).get("command")
    }
    for name, entry in ((table.get("checks") or {}).get("commands") or {}).items():
        commands[_COMMON_NAMES.get(name, name)] = entry
    return commands


def choose_gates(
    house: House, asked: Sequence[str], kind: str, edits: bool, ask: Ask | None
) -> list[Gate]:
    """The gates of a run: those of the policy, or the shape gates and those asked for.

    ``edits``: the result is changed files; without them only the gates that can look at an answer.
    """
    policy = {**house.table["gates"], "commit": house.table["checks"].get("commit")}
    commands = project_commands(house.table)
    configured = [*policy["use"], "commit-message"] if kind == "commit-message" else policy["use"]
    if asked:
        shape = [name for name in configured if name in SHAPE_GATES]
        first = make_gates(shape, policy, commands)
        gates = [
            *first,
            *make_gates(
                [n for n in asked if n not in shape], policy, commands, ask=ask, asked_by_name=True
            ),
        ]
    else:
        gates = make_gates(configured, policy, commands, ask=ask)
    return gates if edits else _for_answers(gates, asked)


def _for_answers(gates: Sequence[Gate], asked: Sequence[str]) -> list[Gate]:
    """An answer has no tree: only what can look at an answer, and what was asked for."""
    looks = {
        "diff",
        "schema",
        "commit-message",
        "judge",
        *(name for name in asked if name not in SHAPE_GATES),
    }
    return [gate for gate in gates if gate.name in looks]


def make_checker(house: House, gates: Sequence[Gate], task: str, asked: Sequence[str]) -> Check:
    """The gates of a run, as the cascade calls them; ``asked``: those of the command line."""
    seconds = house.table["gates"]["seconds"]
    for_answers = _for_answers(gates, asked)

    def check(
        place: Place | None, answer: str | None, told: Callable[[GateAnswer], None]
    ) -> Sequence[GateAnswer]:
        tree = Tree(
            root=place.root if place else house.home,
            base=place.base if place else "HEAD",
            task=task,
            answer=answer,
            exclude=place.exclude if place else (),
            folder=house.folder,
        )
        results = []
        for result in run_gates(gates if answer is None else for_answers, tree, seconds):
            results.append(result)
            told(result)
        return results

    return check


def choose_engine(house: House, asked: str | None, is_answer: bool) -> str:
    """``claude`` or ``api`` for tiers of the provider claude.  Raises TierwiseError where the choice cannot work."""
    wanted = asked or house.table["escalation"]["engine"]
    command = house.table["escalation"]["claude"]["command"]
    client = find_client(command)
    if wanted == "auto":
        if client is not None:
            return "claude"
        if is_answer:
            return "api"
        wanted = "claude"
    if wanted == "claude" and client is None:
        raise TierwiseError(
            f"Claude Code was not found ({command})",
            place="tierwise run",
            remedy="Install it, set escalation.claude.command, or use --engine api for work that is one answer.",
        )
    return str(wanted)


def make_engines(
    house: House, wanted: str, price: Price, *, batch: bool
) -> Callable[[Rung], Engine]:
    """Rung -> engine."""
    options = house.table["escalation"]

    def of(rung: Rung) -> Engine:
        if rung.provider == "openai":
            from tierwise.cascade.engines.openai import openai_engine
            from tierwise.cli.endpoint_key import find_endpoint_key

            return openai_engine(price, key=find_endpoint_key(house.table, rung.tier))
        if wanted == "openai":
            raise TierwiseError(
                f"the tier {rung.tier} is no OpenAI-compatible endpoint",
                place="--engine openai",
                remedy="Give it `provider: openai` and a base_url, or bound the climb with --from and --to.",
            )
        if wanted == "api":
            if batch:
                from tierwise.cascade.engines.batch import batch_engine

                return batch_engine(price, house.root, poll=options["batch_poll_seconds"])
            from tierwise.cascade.engines.api import api_engine

            return api_engine(price)
        client = find_client(options["claude"]["command"]) or "claude"
        return claude_engine(
            client,
            price,
            permission_mode=options["claude"]["permission_mode"],
            allowed_tools=options["claude"]["allowed_tools"],
        )

    return of


def make_ask(house: House, wanted: str, price: Price) -> Ask:
    """How the judge asks its tier: one question, no tools, no files."""
    judge = house.table["gates"]["judge"]

    def ask(prompt: str) -> tuple[str, float]:
        import tempfile
        import uuid

        tier = judge["tier"]
        if tier not in house.table["tiers"]:
            raise TierwiseError(
                f"the judge's tier {tier} is not in the policy", place="gates.judge.tier"
            )
        rung = make_rung(house.table, tier)
        engine = make_engines(house, wanted, price, batch=False)(rung)
        if wanted == "claude" and rung.provider == "claude":
            client = find_client(house.table["escalation"]["claude"]["command"]) or "claude"
            engine = claude_engine(client, price, permission_mode="dontAsk", tools="")
        with tempfile.TemporaryDirectory(prefix="tierwise-judge-") as folder:
            order = Order(
                prompt, "", rung, folder, judge["max_usd"], 120, str(uuid.uuid4()), edits=False
            )
            answer = engine(order, lambda line: None)
        if answer.stop != "done":
            raise OutsideError(f"the judge did not answer: {answer.stop} {answer.detail}")
        return answer.text, answer.cost_usd

    return ask


def redact(text: str) -> str:
    """Secrets replaced, for what is kept as an example: what the check ``secrets`` finds, and named passwords."""
    from tierwise.secrets.scan import list_candidates

    data = text.encode("utf-8", "replace")
    for start, length, _ in reversed(list_candidates(data)):
        data = data[:start] + b"[redacted]" + data[start + length :]
    named = r"(?i)\b(password|passwd|secret|token|api[_-]?key)(\s*[:=]\s*)([\"']?)[^\s\"']{6,}\3"
    return re.sub(named, r"\1\2[redacted]", data.decode("utf-8", "replace"))
