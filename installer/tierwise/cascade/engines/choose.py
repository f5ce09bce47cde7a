"""Which engine does the work of a tier, and how the judge asks its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tierwise.cascade.context import RepoContext, make_spec
from tierwise.cascade.engines.claude import (
    claude_engine,
    find_client,
)
from tierwise.cascade.engines.pricing import Price
from tierwise.cascade.model import (
    Answer,
    Engine,
    Order,
    TierSpec,
)
from tierwise.cascade.questions import Questions
from tierwise.errors import TierwiseError
from tierwise.gates.model import Ask, UnansweredError

_JUDGE_SECONDS = 120


def choose_engine(
    context: RepoContext,
    asked: str | None,
    *,
    is_answer: bool,
) -> str:
    """Return the engine's name.  ``asked``: what the command line says, None for the policy's.  Raises TierwiseError."""
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
            place="run",
            remedy="Install it, set escalation.claude.command, or use --engine api for work that is one answer.",
        )
    return str(wanted)


def make_engines(
    context: RepoContext,
    wanted: str,
    price: Price,
    *,
    batch: bool,
) -> Callable[[TierSpec], Engine]:
    """Return tier -> engine."""
    options = context.table["escalation"]

    def make(spec: TierSpec) -> Engine:
        if spec.provider == "openai":
            from tierwise.cascade.engines.endpoint_key import find_endpoint_key
            from tierwise.cascade.engines.openai import openai_engine

            key = find_endpoint_key(context.table, spec.tier)
            return openai_engine(price, key=key)
        if wanted == "openai":
            raise TierwiseError(
                f"the tier {spec.tier} is no OpenAI-compatible endpoint",
                place="--engine openai",
                remedy="Give it `provider: openai` and a base_url, or bound the climb with --from and --to.",
            )
        if wanted == "api" and batch:
            from tierwise.cascade.engines.batch import batch_engine

            return batch_engine(
                price,
                context.root,
                poll=options["batch_poll_seconds"],
            )
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


@dataclass(frozen=True)
class Asker:
    """How tiers are asked one thing at a time: no tools, no files.

    ``wanted``: the engine's name; ``seconds``: how long one answer may take.
    """

    context: RepoContext
    wanted: str
    price: Price
    questions: Questions = field(default_factory=Questions)
    seconds: float = _JUDGE_SECONDS

    def make_judge(self) -> Ask:
        """Return how the judge asks its tier."""
        judge = self.context.table["gates"]["judge"]
        return self._make_question(judge, "gates.judge.tier")

    def make_author(self) -> Ask | None:
        """Return how the second author of tests is asked; None where the policy wants none."""
        options = self.context.table["gates"].get("second_test")
        if not options:
            return None
        return self._make_question(
            options,
            "gates.second_test.tier",
        )

    def make_planner(self, max_usd: float) -> Ask:
        """Return how the top tier is asked for a plan and its test."""
        top = self.context.table["ladder"][-1]
        options = {"tier": top, "max_usd": max_usd}
        return self._make_question(options, "ladder")

    def make_reader(self, max_usd: float) -> Ask:
        """Return how a small model is asked what an unclear task is about."""
        options = {"tier": self.context.table["routing"]["ask"]["tier"], "max_usd": max_usd}
        return self._make_question(options, "routing.ask.tier")

    def _make_question(
        self,
        options: Mapping[str, Any],
        place: str,
    ) -> Ask:
        """Return how a tier is asked.

        ``options``: the tier and its limit in US dollars; ``place``: where the policy names the tier.
        """

        def ask(prompt: str) -> tuple[str, float]:
            tier = options["tier"]
            if tier not in self.context.table["tiers"]:
                raise TierwiseError(
                    f"the tier {tier} is not in the policy",
                    place=place,
                )
            answer = self._ask_tier(
                tier,
                prompt,
                options["max_usd"],
            )
            if answer.stop == "interrupted":
                raise KeyboardInterrupt
            if answer.stop != "done":
                told = f"{tier} did not answer: {answer.stop} {answer.detail}".strip()
                raise UnansweredError(told, answer.cost_usd)
            return answer.text, answer.cost_usd

        return ask

    def _ask_tier(
        self,
        tier: str,
        prompt: str,
        max_usd: float,
    ) -> Answer:
        spec = make_spec(self.context.table, tier)
        engine = _engine_without_tools(
            self.context,
            self.wanted,
            self.price,
            spec,
        )
        order = Order(
            prompt=prompt,
            stable="",
            spec=spec,
            folder="",
            max_usd=max_usd,
            seconds=self.seconds,
            session=str(uuid.uuid4()),
            edits=False,
        )
        return self.questions.ask(engine, order)


def _engine_without_tools(
    context: RepoContext,
    wanted: str,
    price: Price,
    spec: TierSpec,
) -> Engine:
    if wanted == "claude" and spec.provider == "claude":
        options = context.table["escalation"]["claude"]
        client = find_client(options["command"]) or "claude"
        return claude_engine(
            client,
            price,
            permission_mode="dontAsk",
            tools="",
        )
    return make_engines(context, wanted, price, batch=False)(spec)
