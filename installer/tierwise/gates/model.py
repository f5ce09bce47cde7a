"""What a gate is, and running one within its time limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property

from tierwise.errors import TierwiseError
from tierwise.git import snapshot


@dataclass(frozen=True)
class Tree:
    """What a gate looks at: a working tree, the commit (or tree) it started from, and an answer, if there is one.

    ``root`` is the top folder of a git work tree, ``base`` a commit or tree id, ``exclude`` paths that are not
    part of the result (linked folders), ``folder`` where commands run, relative to ``root``.
    """

    root: str
    base: str
    task: str = ""
    answer: str | None = None
    exclude: tuple[str, ...] = ()
    folder: str = ""

    @cached_property
    def changes(self) -> list[snapshot.Change]:
        """What differs from the base, untracked files included, read once."""
        return snapshot.changes(self.root, self.base, snapshot.take(self.root, self.exclude))


@dataclass(frozen=True)
class Verdict:
    """What a gate's function answers.  ``ran`` is False where it could not look: that is never a pass."""

    passed: bool
    evidence: str = ""
    ran: bool = True
    cost_usd: float = 0.0
    score: float | None = None
    timed_out: bool = False


@dataclass(frozen=True)
class Gate:
    """A name and a function of (tree, seconds).  ``self_timed``: the function ends itself in time."""

    name: str
    check: Callable[[Tree, float], Verdict]
    self_timed: bool = False


@dataclass(frozen=True)
class GateResult:
    """One gate's answer: evidence in words, seconds, US dollars, and whether it could run at all."""

    name: str
    passed: bool
    evidence: str
    seconds: float
    cost_usd: float
    ran: bool
    timed_out: bool = False
    score: float | None = None

    def as_json(self) -> dict[str, object]:
        """The shape in ``--json`` and in the ledger."""
        shown = asdict(self)
        shown["seconds"] = round(self.seconds, 3)
        return {key: value for key, value in shown.items() if key != "score" or value is not None}


def run_gates(
    gates: Iterable[Gate], tree: Tree, seconds: float, *, all_of_them: bool = False
) -> Iterator[GateResult]:
    """The results in order; ends after the first failure unless ``all_of_them``."""
    for gate in gates:
        result = run_gate(gate, tree, seconds)
        yield result
        if not result.passed and not all_of_them:
            return


def run_gate(gate: Gate, tree: Tree, seconds: float) -> GateResult:
    """Run one gate.  Over its time, or unable to run, it has not passed."""
    start = time.monotonic()
    verdict = _safely(gate, tree, seconds) if gate.self_timed else _within(gate, tree, seconds)
    return GateResult(
        name=gate.name,
        passed=verdict.passed and verdict.ran,
        evidence=verdict.evidence,
        seconds=time.monotonic() - start,
        cost_usd=verdict.cost_usd,
        ran=verdict.ran,
        timed_out=verdict.timed_out,
        score=verdict.score,
    )


def _within(gate: Gate, tree: Tree, seconds: float) -> Verdict:
    answers: list[Verdict] = []
    # A daemon thread: one that never ends does not keep the process alive.
    thread = threading.Thread(
        target=lambda: answers.append(_safely(gate, tree, seconds)), daemon=True
    )
    thread.start()
    thread.join(seconds)
    return (
        answers[0]
        if answers
        else Verdict(False, f"did not finish within {seconds:g} s", ran=False, timed_out=True)
    )


def _safely(gate: Gate, tree: Tree, seconds: float) -> Verdict:
    try:
        return gate.check(tree, seconds)
    except (TierwiseError, OSError) as error:
        return Verdict(False, f"could not run: {error}", ran=False)
    except (
        Exception
    ) as error:  # a gate of ours with a fault must not let a result through, nor end the run
        return Verdict(False, f"could not run: {type(error).__name__}: {error}", ran=False)
