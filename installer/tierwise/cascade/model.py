"""The cascade's data: rungs, orders, answers, attempts, results.  Stop reasons are words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

# Why an attempt's engine stopped.
AnswerStop = Literal[
    "done",
    "budget",
    "truncated",
    "too-long",
    "timeout",
    "killed",
    "unavailable",
    "cancelled",
    "interrupted",
    "refused",
]
# Why a run stopped.
RunStop = Literal[
    "accepted",
    "top-tier-failed",
    "budget-spent",
    "gate-cannot-run",
    "unavailable",
    "interrupted",
]


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: a tier with what it runs on.  ``window``: context size in tokens, if known."""

    tier: str
    model: str
    effort: str | None = None
    provider: str = "claude"
    base_url: str | None = None
    window: int | None = None


@dataclass(frozen=True)
class Order:
    """What an engine gets.  ``stable`` is the part of the prompt that all attempts share (it may be cached)."""

    prompt: str
    stable: str
    rung: Rung
    folder: str
    max_usd: float
    seconds: float
    session: str
    edits: bool = True
    cancel: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Answer:
    """What an engine gives back.

    ``cost_usd`` in US dollars; ``cost_source`` is ``client`` (the client's own sum), ``priced`` (tokens times the
    price table), ``lower-bound`` (the client died before it told) or ``unpriced`` (no price known; counted as 0).
    """

    text: str
    stop: AnswerStop
    cost_usd: float
    cost_source: str
    detail: str = ""
    tokens: dict[str, int] = field(default_factory=dict)
    model: str = ""
    session: str = ""


Say = Callable[[str], None]
Engine = Callable[[Order, Say], Answer]


class GateAnswer(Protocol):
    """What the cascade needs of a gate's result (see checks.gates.model.GateResult)."""

    @property
    def name(self) -> str: ...
    @property
    def passed(self) -> bool: ...
    @property
    def evidence(self) -> str: ...
    @property
    def seconds(self) -> float: ...
    @property
    def cost_usd(self) -> float: ...
    @property
    def ran(self) -> bool: ...
    @property
    def timed_out(self) -> bool: ...
    def as_json(self) -> dict[str, object]: ...


@dataclass(frozen=True)
class Attempt:
    """One attempt, finished.  ``circular``: the files came back to a state that had already failed."""

    number: int
    rung: Rung
    answer: Answer
    gates: tuple[GateAnswer, ...]
    accepted: bool
    seconds: float
    circular: bool = False
    example: bool = False
    raced: bool = False

    @property
    def cost_usd(self) -> float:
        """The engine's and the gates' cost together."""
        return self.answer.cost_usd + sum(gate.cost_usd for gate in self.gates)

    @property
    def failed_gates(self) -> list[str]:
        """Names of the gates that did not pass."""
        return [gate.name for gate in self.gates if not gate.passed]

    def why(self) -> str:
        """In a few words, why it was not accepted; empty where it was."""
        if self.accepted:
            return ""
        if self.answer.stop != "done":
            return (
                f"{self.answer.stop}: {self.answer.detail}"
                if self.answer.detail
                else self.answer.stop
            )
        if self.circular:
            return "went in circles: the files are as they were after an earlier failure"
        return (
            f"gate {', '.join(self.failed_gates)} failed" if self.failed_gates else "not accepted"
        )

    def as_json(self) -> dict[str, Any]:
        """The shape in ``run --json``, in the run's record and in the ledger."""
        return {
            "attempt": self.number,
            "tier": self.rung.tier,
            "model": self.answer.model or self.rung.model,
            "effort": self.rung.effort,
            "provider": self.rung.provider,
            "accepted": self.accepted,
            "stop": self.answer.stop,
            "detail": self.answer.detail,
            "why": self.why(),
            "gates": [gate.as_json() for gate in self.gates],
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
class Result:
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
    def cost_usd(self) -> float:
        """What the whole run cost."""
        return sum(attempt.cost_usd for attempt in self.attempts)

    @property
    def tier(self) -> str | None:
        """The tier of the last attempt: of the accepted one, where there is one."""
        chosen = [attempt for attempt in self.attempts if attempt.accepted] or self.attempts
        # In a race both may have passed; the local one comes first and is taken.
        return (chosen[0] if self.accepted else chosen[-1]).rung.tier if chosen else None


def rungs_between(ladder: Sequence[str], start: str, top: str) -> list[str]:
    """The ladder from ``start`` to ``top``.  Raises ValueError where ``top`` is below ``start``."""
    first, last = ladder.index(start), ladder.index(top)
    if last < first:
        raise ValueError(f"{top} is below {start}")
    return list(ladder[first : last + 1])
