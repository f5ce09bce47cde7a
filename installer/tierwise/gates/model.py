"""What a gate is, what it looks at, and running one within its time limit."""

from __future__ import annotations

import threading
import time
from collections.abc import (
    Callable,
    Iterable,
    Iterator,
    Mapping,
)
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import (
    Any,
    Literal,
    Protocol,
    TypedDict,
)

from tierwise.errors import OutsideError, TierwiseError
from tierwise.git import snapshot

# A shell command, or an entry of `checks.commands`: {run, files, exclude, timeout}.
Command = str | Mapping[str, Any]
# Prompt in; the model's text and its cost in US dollars out.  Raises TierwiseError or OSError where it cannot ask, and
# UnansweredError where it asked, and perhaps paid, for nothing.
Ask = Callable[[str], "tuple[str, float]"]
# What a gate can look at: changed files, an answer, either, or the project through a command.
Inspects = Literal["change", "answer", "either", "project"]


class UnansweredError(OutsideError):
    """A model was asked and nothing came of it; ``cost_usd``: US dollars that it cost all the same."""

    def __init__(
        self,
        message: str,
        cost_usd: float,
    ) -> None:
        super().__init__(message)
        self.cost_usd = cost_usd


class Checkouts(Protocol):
    """Fresh checkouts of trees (see cascade.workspace)."""

    @property
    def home(self) -> str:
        """The user's top folder."""
        ...

    def fresh(self, tree: str) -> AbstractContextManager[str]:
        """Provide a top folder that holds exactly the files of ``tree``, and what the policy links."""
        ...


@dataclass(frozen=True)
class ChangeSet:
    """What a gate looks at: files, the commit (or tree) they started from, and an answer, if there is one.

    ``root``: a top folder with the files; ``base``: a commit or tree id; ``exclude``: paths that are no part of the
    result (linked folders); ``folder``: where commands run, relative to ``root``; ``known_tree``: the files' state,
    where it is known; ``git``: the environment of git commands, where the repository is not the folder's own;
    ``checkouts``: where other states can be looked at; ``cache``: a folder for what is known of the base;
    ``judged``: what the judge said where it passed the files in spite of findings.
    """

    root: str
    base: str
    task: str = ""
    answer: str | None = None
    exclude: tuple[str, ...] = ()
    folder: str = ""
    known_tree: str = ""
    git: Mapping[str, str] = field(default_factory=dict)
    checkouts: Checkouts | None = None
    cache: str = ""
    runs: dict[tuple[str, str], object] = field(default_factory=dict)
    judged: list[Verdict] = field(default_factory=list)

    @cached_property
    def tree(self) -> str:
        """The files' state, untracked files included."""
        return self.known_tree or snapshot.take(self.root, self.exclude, env=self.git)

    @cached_property
    def base_tree(self) -> str:
        """The state that the change started from."""
        return snapshot.git_text(
            self.root,
            "rev-parse",
            f"{self.base}^{{tree}}",
            env=self.git,
        )

    @cached_property
    def changes(self) -> list[snapshot.TreeChange]:
        """What differs from the base, read once."""
        return snapshot.changes(
            self.root,
            self.base,
            self.tree,
            env=self.git,
        )


@dataclass(frozen=True)
class GateConfig:
    """What gates are told: the policy's ``gates`` section, the run's commands, and whom to ask.

    ``uses``: the gates of this run; ``commands``: gate name -> command, of those among them that are commands;
    ``commit``: the policy's ``checks.commit``; ``ask``: the judge; ``write_test``: the second author of tests;
    ``judges_findings``: what gates find is put to the judge before it stands.
    """

    permitted_paths: tuple[str, ...] = ()
    protected_paths: tuple[str, ...] = ()
    answer_schema: str | None = None
    rubric: str = ""
    threshold: float = 0.8
    max_added_lines: int | None = None
    commit: Mapping[str, Any] = field(default_factory=lambda: {"preset": "spec"})
    uses: tuple[str, ...] = ()
    commands: Mapping[str, Command] = field(default_factory=dict)
    ask: Ask | None = None
    write_test: Ask | None = None
    mutation_seconds: float = 60.0
    mutation_threshold: float = 0.5
    judges_findings: bool = False
    seconds: float = 600.0
    reruns: int = 1


def read_config(
    policy: Mapping[str, Any], ask: Ask | None = None, write_test: Ask | None = None
) -> GateConfig:
    """Read the configuration in the compiled policy's ``gates`` section (with ``checks.commit`` as ``commit``).

    ``ask``: the judge; ``write_test``: the second author of tests.
    """
    judge = policy.get("judge", {})
    mutation = policy.get("mutation") or {}
    return GateConfig(
        permitted_paths=tuple(policy.get("permitted_paths", ())),
        protected_paths=tuple(policy.get("protected_paths", ())),
        answer_schema=policy.get("answer_schema"),
        rubric=judge.get("rubric", ""),
        threshold=judge.get("threshold", 0.8),
        max_added_lines=policy.get("max_added_lines"),
        commit=policy.get("commit") or {"preset": "spec"},
        ask=ask,
        write_test=write_test,
        mutation_seconds=mutation.get("seconds", 60.0),
        mutation_threshold=mutation.get("threshold", 0.5),
        judges_findings=ask is not None and "judge" in policy.get("use", ()),
        seconds=policy.get("seconds", 600.0),
    )


NOT_TRIED = "not-tried"
"""The outcome of a gate that passes because there was nothing that it could run."""
ASK_A_PERSON = "ask-a-person"
"""The outcome of a gate that cannot tell whether what was done to the tests follows from the task."""


@dataclass(frozen=True)
class Verdict:
    """What a gate's function answers.  ``ran`` is False where it could not look: that is never a pass.

    ``outcome``: a word for how it came to it, where there are more than two ways.
    """

    passed: bool
    evidence: str = ""
    ran: bool = True
    cost_usd: float = 0.0
    score: float | None = None
    timed_out: bool = False
    outcome: str = ""


CheckFunction = Callable[[ChangeSet, GateConfig], Verdict]


@dataclass(frozen=True)
class Gate:
    """A gate and what is to be known of it; ``check`` gets what it looks at and how it is configured.

    ``survives_cli_gates``: stays when the command line names gates of its own; ``restart_on_failure``: what it refuses
    is not worth going on from; ``verifies``: it looks at what the result does, not at its shape; ``self_timed``: the
    function ends itself in time.
    """

    name: str
    check: CheckFunction
    inspects: Inspects = "change"
    survives_cli_gates: bool = False
    restart_on_failure: bool = False
    verifies: bool = False
    self_timed: bool = False
    config: GateConfig = field(default_factory=GateConfig)


class GateRecord(TypedDict, total=False):
    """A gate's answer in ``--json`` and in the ledger."""

    name: str
    passed: bool
    evidence: str
    seconds: float
    cost_usd: float
    ran: bool
    timed_out: bool
    outcome: str
    score: float


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
    outcome: str = ""
    restart: bool = False
    verifies: bool = False

    @property
    def asks_person(self) -> bool:
        """Whether nothing but a person, or the judge, can say if this is right."""
        return not self.passed and self.outcome == ASK_A_PERSON

    def as_row(self) -> GateRecord:
        """Show it as ``--json`` and the ledger do."""
        row: GateRecord = {
            "name": self.name,
            "passed": self.passed,
            "evidence": self.evidence,
            "seconds": round(self.seconds, 3),
            "cost_usd": self.cost_usd,
            "ran": self.ran,
            "timed_out": self.timed_out,
        }
        if self.outcome:
            row["outcome"] = self.outcome
        if self.score is not None:
            row["score"] = self.score
        return row


def run_gates(
    gates: Iterable[Gate], change: ChangeSet, *, all_of_them: bool = False
) -> Iterator[GateResult]:
    """Run gates in order; end after the first failure unless ``all_of_them``."""
    for gate in gates:
        result = run_gate(gate, change)
        yield result
        if not result.passed and not all_of_them:
            return


def run_gate(gate: Gate, change: ChangeSet) -> GateResult:
    """Run one gate.  Over its time, or unable to run, it has not passed."""
    start = time.monotonic()
    verdict = _check_safely(gate, change) if gate.self_timed else _check_in_time(gate, change)
    return GateResult(
        name=gate.name,
        passed=verdict.passed and verdict.ran,
        evidence=verdict.evidence,
        seconds=time.monotonic() - start,
        cost_usd=verdict.cost_usd,
        ran=verdict.ran,
        timed_out=verdict.timed_out,
        score=verdict.score,
        outcome=verdict.outcome,
        restart=gate.restart_on_failure,
        verifies=gate.verifies,
    )


def _check_in_time(gate: Gate, change: ChangeSet) -> Verdict:
    seconds = gate.config.seconds
    answers: list[Verdict] = []
    # A daemon thread: one that never ends does not keep the process alive.
    thread = threading.Thread(
        target=lambda: answers.append(_check_safely(gate, change)), daemon=True
    )
    thread.start()
    thread.join(seconds)
    if answers:
        return answers[0]
    return Verdict(
        False,
        f"did not finish within {seconds:g} s",
        ran=False,
        timed_out=True,
    )


def _check_safely(gate: Gate, change: ChangeSet) -> Verdict:
    try:
        return gate.check(change, gate.config)
    except UnansweredError as error:
        return Verdict(
            False,
            f"could not run: {error}",
            ran=False,
            cost_usd=error.cost_usd,
        )
    except (TierwiseError, OSError) as error:
        return Verdict(
            False,
            f"could not run: {error}",
            ran=False,
        )
    except Exception as error:  # a fault of ours must not let a result through, nor end the run
        return Verdict(
            False,
            f"could not run: {type(error).__name__}: {error}",
            ran=False,
        )
