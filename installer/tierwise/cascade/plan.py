"""What a run is going to do, before it spends anything: kind, tier, ladder, engine, limits."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tierwise import ledger
from tierwise.cascade.asking import Consult
from tierwise.cascade.context import RepoContext, make_spec
from tierwise.cascade.engines.choose import choose_engine
from tierwise.cascade.handoff import count_tokens
from tierwise.cascade.ladder import (
    ClimbLadder,
    Experience,
    plan_ladder,
    read_experience,
)
from tierwise.cascade.model import TierSpec
from tierwise.domain.kinds import KINDS, is_ci
from tierwise.domain.table_shape import Table
from tierwise.errors import TierwiseError
from tierwise.gates import Gate

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
TEXT_KINDS = (
    "commit-message",
    "summary",
    "classification",
    "naming",
    "handoff",
)


@dataclass(frozen=True)
class Trial:
    """A run that is to tell how a tier does: its result is delivered nowhere and is no example for later runs.

    ``base``: the commit that attempts start from, empty for the files as they are; ``gates``: those that judge the
    result besides the policy's.
    """

    base: str = ""
    gates: tuple[Gate, ...] = ()


@dataclass(frozen=True)
class RunRequest:
    """What the command line asked for."""

    task: str
    gates: tuple[str, ...] = ()
    start: str | None = None
    top: str | None = None
    max_usd: float | None = None
    apply_result: bool = False
    engine: str | None = None
    batch: bool = False
    race: bool = False
    plan: bool = False
    paths: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    kind: str | None = None
    dry_run: bool = False
    trial: Trial | None = None

    @property
    def base(self) -> str:
        """The commit that attempts start from; empty for the files as they are."""
        if self.trial is None:
            return ""
        return self.trial.base

    @property
    def own_gates(self) -> tuple[Gate, ...]:
        """Gates besides those of the policy and the command line."""
        if self.trial is None:
            return ()
        return self.trial.gates


@dataclass(frozen=True)
class RunPlan:
    """What a run is going to do, before it spends anything."""

    kind: str
    rule: str
    ladder: ClimbLadder
    tiers: tuple[TierSpec, ...]
    edits: bool
    answers: bool
    engine: str
    max_usd: float
    context: str
    override: bool
    experience: Mapping[str, Experience]
    answered: Mapping[str, str] | None = None
    """What a model that was asked made of the task."""


def decide_task(
    context: RepoContext,
    request: RunRequest,
    consult: Consult | None = None,
) -> Any:
    """Return where the router sends the task. Raises TierwiseError for a kind of work that there is not.

    ``consult``: names the kind of an unclear task, by a model that is asked.
    """
    from tierwise.classify.signals import read_signals
    from tierwise.routing.decide import decide
    from tierwise.routing.own_words import correct_signals

    known = {**KINDS, **context.table["kinds"]}
    if request.kind and request.kind not in known:
        close = difflib.get_close_matches(
            request.kind,
            known,
            n=1,
        )
        hint = f'Did you mean "{close[0]}"? ' if close else ""
        raise TierwiseError(
            f'there is no kind of work "{request.kind}"',
            place="--kind",
            remedy=f"{hint}Kinds: {', '.join(known)}.",
        )
    session = {
        **(context.table.get("repository") or {}),
        "context_tokens": sum(map(count_tokens, request.contexts)),
        "background": True,
        "ci": is_ci(os.environ),
    }
    text = request.task
    if request.kind:
        text = f"[domain: {request.kind}] {request.task}"
    signals = read_signals(text, None, request.paths, session)
    correct_signals(signals, context.root, context.table)
    decision = decide(signals, context.table)
    answered = ""
    if consult is not None:
        answered = consult(text, signals, decision)
    if answered:
        local = decision
        decision = decide(
            signals,
            context.table,
            answered=answered,
        )
        decision.note_answer(local)
    return decision


def plan_run(
    context: RepoContext,
    request: RunRequest,
    decision: Any,
) -> RunPlan:
    """Return the plan of a run.  Raises TierwiseError where the request cannot be met."""
    table = context.table
    kind = request.kind or decision.kind
    between = _tiers_asked_for(table, request, decision)
    is_answer = kind in ANSWER_KINDS
    engine = choose_engine(
        context,
        _asked_engine(request),
        is_answer=is_answer,
    )
    # Claude Code works on files whatever the kind; the other engines answer work that is one answer.
    edits = engine == "claude" or not is_answer
    specs = _make_specs(table, between, decision)
    sent = "\n\n".join(request.contexts)
    tokens = count_tokens(request.task) + count_tokens(sent)
    experience = _read_experience(context, kind)
    ladder = _choose_ladder(
        table,
        between,
        experience,
        specs,
        tokens,
    )
    if request.race:
        ladder = _race_ladder(table, ladder, table["ladder"])
        for tier in ladder.tiers:
            specs.setdefault(tier, make_spec(table, tier))
    return RunPlan(
        kind=kind,
        rule=decision.rule,
        ladder=ladder,
        tiers=tuple(specs[tier] for tier in ladder.tiers),
        edits=edits,
        answers=edits and kind in TEXT_KINDS,
        engine=engine,
        max_usd=request.max_usd or table["escalation"]["max_usd"],
        context=sent,
        override=bool(request.start and request.start != decision.tier),
        experience=experience,
        answered=decision.answered,
    )


def _make_specs(
    table: Table,
    tiers: list[str],
    decision: Any,
) -> dict[str, TierSpec]:
    """Return what attempts of each tier run on; that of the decision with its effort."""
    specs = {tier: make_spec(table, tier) for tier in tiers}
    if decision.tier in specs:
        specs[decision.tier] = make_spec(
            table,
            decision.tier,
            decision.effort,
        )
    return specs


def start_at_top(plan: RunPlan, table: Table) -> RunPlan:
    """Return the plan without the tiers below the top: what nobody can check is not to be climbed to.

    Raises TierwiseError where the policy, or ``--to``, keeps the run from the top.
    """
    top = table["ladder"][-1]
    remedy = (
        "Name a command with --gate, under `automated:` or in `gates.commands`, or use the judge."
    )
    may_climb = table["escalation"]["unverified"] != "stop"
    if not may_climb or plan.ladder.tiers[-1] != top:
        raise UnverifiedError(
            "no command and no judge checks what the result does",
            remedy=remedy,
        )
    if len(plan.tiers) == 1:
        return plan
    reason = "no command and no judge checks what the result does"
    below = plan.ladder.tiers[:-1]
    skipped = {**plan.ladder.skipped, **dict.fromkeys(below, reason)}
    note = f"{reason}, so the run starts on {top}. {remedy}"
    notes = (*plan.ladder.notes, note)
    ladder = ClimbLadder((top,), skipped, notes)
    return replace(plan, ladder=ladder, tiers=plan.tiers[-1:])


class UnverifiedError(TierwiseError):
    """A run whose result nobody could check, and that may not start at the top."""


def _asked_engine(request: RunRequest) -> str | None:
    if not request.batch:
        return request.engine
    if request.engine not in (None, "auto", "api"):
        raise TierwiseError(
            "--batch is the api engine's", place="--batch", remedy="Use --engine api."
        )
    return "api"


def _tiers_asked_for(
    table: Table,
    request: RunRequest,
    decision: Any,
) -> list[str]:
    """Return the tiers from where the run starts to where it may climb, before any is skipped."""
    tiers: list[str] = table["ladder"]
    _require_known(tiers, request)
    routed = table["default"]
    if decision.tier in tiers:
        routed = decision.tier
    start = request.start or routed
    top = request.top or tiers[-1]
    rank = tiers.index(top)
    if not request.start and tiers.index(start) > rank:
        if decision.floor in tiers[rank + 1 :]:
            raise TierwiseError(
                f"this task is not to run below {decision.floor} ({decision.rule}), and --to says {top}",
                place="--to",
                remedy="Raise --to, or override with --from, which is recorded.",
            )
        start = top
    first = tiers.index(start)
    if first > tiers.index(top):
        raise TierwiseError(
            f"{top} is below {start}",
            place="--to",
            remedy="A run never goes down: --to is at or above --from.",
        )
    return tiers[first : tiers.index(top) + 1]


def _require_known(tiers: list[str], request: RunRequest) -> None:
    """Refuse a tier that the policy has not."""
    for tier in (request.start, request.top):
        if tier is not None and tier not in tiers:
            raise TierwiseError(
                f'there is no tier "{tier}"',
                place="run",
                remedy=f"Tiers: {', '.join(tiers)}.",
            )


def _read_experience(
    context: RepoContext,
    kind: str,
) -> dict[str, Experience]:
    """Return what the ledger knows of each tier: of the same kind of work where there is enough, else of all work."""
    needed = context.table["escalation"]["evidence_runs"]
    rows = list(ledger.read(context.root))
    own = read_experience(rows, kind)
    experience = read_experience(rows)
    for tier, known in own.items():
        if known.runs >= needed:
            experience[tier] = known
    return experience


def _choose_ladder(
    table: Table,
    between: Sequence[str],
    experience: Mapping[str, Experience],
    specs: Mapping[str, TierSpec],
    tokens: int,
) -> ClimbLadder:
    options = table["escalation"]
    windows = {tier: spec.window for tier, spec in specs.items()}
    return plan_ladder(
        between,
        experience,
        needed=options["evidence_runs"],
        unproven=options["unproven"],
        windows=windows,
        context_tokens=tokens,
    )


def _race_ladder(
    table: Table,
    ladder: ClimbLadder,
    tiers: Sequence[str],
) -> ClimbLadder:
    """Return the first local tier, then the cloud tiers at or above where the run would start."""
    entries = table["tiers"]
    local = [tier for tier in tiers if entries[tier].get("provider") == "openai"]
    if not local:
        raise TierwiseError(
            "--race needs a local tier",
            place="--race",
            remedy="Give a tier `provider: openai` and a base_url.",
        )
    rest = [tier for tier in ladder.tiers if tier not in local]
    position = tiers.index(local[0])
    above = [tier for tier in tiers[position + 1 :] if tier not in local]
    opponents = rest or above[:1]
    if not opponents:
        raise TierwiseError(
            "--race needs a tier above the local one",
            place="--race",
            remedy="Add one, or drop --race.",
        )
    raced = (local[0], *opponents)
    return ClimbLadder(raced, ladder.skipped, ladder.notes)
