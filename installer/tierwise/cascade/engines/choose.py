"""Which engine does the work of a tier, and how the judge asks its own."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from tierwise.cascade.context import RepoContext, make_spec
from tierwise.cascade.engines.claude import claude_engine, find_client
from tierwise.cascade.engines.pricing import Price
from tierwise.cascade.model import Engine, Order, TierSpec
from tierwise.errors import OutsideError, TierwiseError
from tierwise.gates.model import Ask

_JUDGE_SECONDS = 120


def choose_engine(context: RepoContext, asked: str | None, *, is_answer: bool) -> str:
    """The engine's name.  ``asked``: what the command line says, None for the policy's.  Raises TierwiseError."""
    wanted = asked or context.table["escalation"]["engine"]
    command = context.table["escalation"]["claude"]["command"]
    client = find_client(command)
    if wanted == "auto":
        if client is None and is_answer:
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
    context: RepoContext, wanted: str, price: Price, *, batch: bool
) -> Callable[[TierSpec], Engine]:
    """Tier -> engine."""
    options = context.table["escalation"]

    def make(spec: TierSpec) -> Engine:
        if spec.provider == "openai":
            from tierwise.cascade.engines.endpoint_key import find_endpoint_key
            from tierwise.cascade.engines.openai import openai_engine

            return openai_engine(price, key=find_endpoint_key(context.table, spec.tier))
        if wanted == "openai":
            raise TierwiseError(
                f"the tier {spec.tier} is no OpenAI-compatible endpoint",
                place="--engine openai",
                remedy="Give it `provider: openai` and a base_url, or bound the climb with --from and --to.",
            )
        if wanted == "api" and batch:
            from tierwise.cascade.engines.batch import batch_engine

            return batch_engine(price, context.root, poll=options["batch_poll_seconds"])
        if wanted == "api":
            from tierwise.cascade.engines.api import api_engine

            return api_engine(price)
        return claude_engine(
            find_client(options["claude"]["command"]) or "claude",
            price,
            permission_mode=options["claude"]["permission_mode"],
            allowed_tools=options["claude"]["allowed_tools"],
        )

    return make


def make_ask(context: RepoContext, wanted: str, price: Price) -> Ask:
    """How the judge asks its tier."""
    judge = context.table["gates"]["judge"]
    return _make_question(context, wanted, price, judge, "gates.judge.tier")


def make_author(context: RepoContext, wanted: str, price: Price) -> Ask | None:
    """How the second author of tests is asked; None where the policy wants none."""
    options = context.table["gates"].get("second_test")
    if not options:
        return None
    return _make_question(context, wanted, price, options, "gates.second_test.tier")


def make_planner(context: RepoContext, wanted: str, price: Price, max_usd: float) -> Ask:
    """How the top tier is asked for a plan and its test."""
    options = {"tier": context.table["ladder"][-1], "max_usd": max_usd}
    return _make_question(context, wanted, price, options, "ladder")


def _make_question(
    context: RepoContext, wanted: str, price: Price, options: Mapping[str, Any], place: str
) -> Ask:
    """One question to a tier: no tools, no files.  ``options``: the tier and its limit in US dollars."""

    def ask(prompt: str) -> tuple[str, float]:
        tier = options["tier"]
        if tier not in context.table["tiers"]:
            raise TierwiseError(f"the tier {tier} is not in the policy", place=place)
        spec = make_spec(context.table, tier)
        engine = _engine_without_tools(context, wanted, price, spec)
        with tempfile.TemporaryDirectory(prefix="tierwise-judge-") as folder:
            order = Order(
                prompt=prompt,
                stable="",
                spec=spec,
                folder=folder,
                max_usd=options["max_usd"],
                seconds=_JUDGE_SECONDS,
                session=str(uuid.uuid4()),
                edits=False,
            )
            answer = engine(order, lambda line: None)
        if answer.stop != "done":
            raise OutsideError(f"{spec.tier} did not answer: {answer.stop} {answer.detail}")
        return answer.text, answer.cost_usd

    return ask


def _engine_without_tools(
    context: RepoContext, wanted: str, price: Price, spec: TierSpec
) -> Engine:
    if wanted == "claude" and spec.provider == "claude":
        client = find_client(context.table["escalation"]["claude"]["command"]) or "claude"
        return claude_engine(client, price, permission_mode="dontAsk", tools="")
    return make_engines(context, wanted, price, batch=False)(spec)
