"""The cascade's data: tiers, orders, answers, attempts, results.  Stop reasons are words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypedDict

from tierwise.gates.model import GateRecord, GateResult

# Why an attempt's engine stopped.
AnswerStop = Literal[
    "done",
    "budget",
    "truncated",
    "too-long",
    "timeout",
    "stalled",
    "malformed",
    "refused",
    "killed",
    "unavailable",
    "cancelled",
    "interrupted",
]
# Why a run stopped.
RunStop = Literal[
    "accepted",
    "top-tier-failed",
    "budget-spent",
    "unknown-cost",
    "gate-cannot-run",
    "ask-a-person",
    "unverified",
    "unavailable",
    "failed",
    "interrupted",
]
# Ends after which the files may hold work that is right: it is gated like finished work.
GATED_STOPS: tuple[AnswerStop, ...] = (
    "done",
    "budget",
    "timeout",
    "stalled",
    "truncated",
    "killed",
)
# Sources of a cost that is not what was spent.
UNKNOWN_COSTS = ("lower-bound", "unpriced")
# Ends that say nothing of the tier: the attempt may be made once more.
OUTAGE_STOPS: tuple[AnswerStop, ...] = ("unavailable", "killed")
# Ends after which another attempt on this tier would end the same.
LEAVING_STOPS: tuple[AnswerStop, ...] = (
    "too-long",
    "truncated",
    "refused",
    "budget",
    "stalled",
)


@dataclass(frozen=True)
class TierSpec:
    """A tier with what it runs on.  ``window``: context size in tokens, if known."""

    tier: str
    model: str
    effort: str | None = None
    provider: str = "claude"
    base_url: str | None = None
    window: int | None = None

    @property
    def endpoint(self) -> tuple[str, str | None]:
        """What is asked for an answer; a tier with another one may work where this one is down."""
        return (self.provider, self.base_url)

    def describe_model(self) -> str:
        """Return ``haiku at medium``."""
        if not self.effort:
            return self.model
        return f"{self.model} at {self.effort}"


@dataclass(frozen=True)
class StallLimits:
    """When an attempt is taken to run in circles.

    ``repeats``: the same call, or the same failing command, that often without an edit between;
    ``minutes`` without a new edit; ``budget_share``: the share of the attempt's money spent since the last new edit.
    """

    repeats: int = 3
    minutes: float = 10.0
    budget_share: float = 0.5


@dataclass(frozen=True)
class Order:
    """What an engine gets.  ``stable`` is the part of the prompt that all attempts share (it may be cached).

    ``variables``: of the environment, with which the attempt's own commands find the project in ``folder``;
    ``git``: the environment of our git commands there.
    """

    prompt: str
    stable: str
    spec: TierSpec
    folder: str
    max_usd: float
    seconds: float
    session: str
    edits: bool = True
    stall: StallLimits | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    git: Mapping[str, str] = field(default_factory=dict)
    cancel: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Answer:
    """What an engine gives back.

    ``cost_usd`` in US dollars; ``cost_source`` is ``client`` (the client's own sum), ``priced`` (tokens times the
    price table), ``lower-bound`` (the client died before it told) or ``unpriced`` (no price known; counted as 0).
    ``for_all``: every tier at the same endpoint would meet this end too (no login, an endpoint that is down).
    """

    text: str
    stop: AnswerStop
    cost_usd: float
    cost_source: str
    detail: str = ""
    tokens: dict[str, int] = field(default_factory=dict)
    model: str = ""
    session: str = ""
    for_all: bool = False

    @classmethod
    def empty(
        cls,
        stop: AnswerStop,
        detail: str = "",
        *,
        cost_usd: float = 0.0,
        is_exact: bool = True,
        session: str = "",
        for_all: bool = False,
    ) -> Answer:
        """Return an answer without text.

        Its cost is a lower bound where it is not ``is_exact``.
        """
        source = "priced" if is_exact else "lower-bound"
        return cls(
            "",
            stop,
            cost_usd,
            source,
            detail,
            session=session,
            for_all=for_all,
        )


Say = Callable[[str], None]
Engine = Callable[[Order, Say], Answer]


class AttemptRow(TypedDict):
    """An attempt in ``run --json``, in the run's record and in the ledger."""

    attempt: int
    tier: str
    model: str
    effort: str | None
    provider: str
    accepted: bool
    stop: str
    detail: str
    why: str
    gates: list[GateRecord]
    cost_usd: float
    cost_source: str
    tokens: dict[str, int]
    seconds: float
    session: str
    circular: bool
    example: bool
    raced: bool


@dataclass(frozen=True)
class Attempt:
    """One attempt, finished.  ``circular``: the files came back to a state that had already failed.

    ``fault``: what went wrong in our own book-keeping (git, the disk) after the engine had been paid.
    """

    number: int
    spec: TierSpec
    answer: Answer
    gates: tuple[GateResult, ...]
    accepted: bool
    seconds: float
    circular: bool = False
    example: bool = False
    raced: bool = False
    fault: str = ""

    @property
    def cost_usd(self) -> float:
        """The engine's and the gates' cost together, in US dollars."""
        gates_usd = sum(gate.cost_usd for gate in self.gates)
        return self.answer.cost_usd + gates_usd

    @property
    def refusing_gates(self) -> list[GateResult]:
        """The gates that did not pass."""
        return [gate for gate in self.gates if not gate.passed]

    def explain(self) -> str:
        """Say in a few words why it was not accepted; empty where it was."""
        if self.accepted:
            return ""
        if self.fault:
            return self.fault
        if self.answer.stop != "done":
            told = (self.answer.stop, self.answer.detail)
            return ": ".join(part for part in told if part)
        if self.circular:
            return "went in circles: the files are as they were after an earlier failure"
        if self.refusing_gates:
            names = ", ".join(gate.name for gate in self.refusing_gates)
            return f"gate {names} failed"
        return "not accepted"

    def as_row(self) -> AttemptRow:
        """Show it as a record does."""
        return {
            "attempt": self.number,
            "tier": self.spec.tier,
            "model": self.answer.model or self.spec.model,
            "effort": self.spec.effort,
            "provider": self.spec.provider,
            "accepted": self.accepted,
            "stop": self.answer.stop,
            "detail": self.answer.detail,
            "why": self.explain(),
            "gates": [gate.as_row() for gate in self.gates],
            "cost_usd": round(self.cost_usd, 10),
            "cost_source": self.answer.cost_source,
            "tokens": self.answer.tokens,
            "seconds": round(self.seconds, 3),
            "session": self.answer.session,
            "circular": self.circular,
            "example": self.example,
            "raced": self.raced,
        }


@dataclass(frozen=True)
class RunResult:
    """How a run ended.  ``tree`` is the accepted state of the files, ``text`` the accepted answer."""

    stop: RunStop
    attempts: tuple[Attempt, ...]
    tree: str | None = None
    text: str | None = None
    detail: str = ""

    @property
    def accepted(self) -> bool:
        """Whether a result passed every gate."""
        return self.stop == "accepted"

    @property
    def tier(self) -> str | None:
        """The tier of the accepted attempt, else of the last one."""
        accepted = [attempt for attempt in self.attempts if attempt.accepted]
        if self.accepted and accepted:
            first = accepted[0]  # in a race both may have passed; the local one comes first
            return first.spec.tier
        if self.attempts:
            return self.attempts[-1].spec.tier
        return None
