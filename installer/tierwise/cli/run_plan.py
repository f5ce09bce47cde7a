"""What a run is going to do, before it spends anything: kind, tier, ladder, engine, limits."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from tierwise import ledger
from tierwise.cascade.handoff import count_tokens
from tierwise.cascade.ladder import Ladder, plan_ladder, read_experience
from tierwise.cascade.model import Rung, rungs_between
from tierwise.cli.run_wiring import ANSWER_KINDS, TEXT_KINDS, House, choose_engine, make_rung
from tierwise.domain.kinds import KINDS
from tierwise.errors import TierwiseError


@dataclass(frozen=True)
class Request:
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
    paths: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    kind: str | None = None
    dry_run: bool = False


@dataclass(frozen=True)
class Plan:
    """What a run is going to do, before it spends anything."""

    kind: str
    rule: str
    reasons: list[str]
    ladder: Ladder
    rungs: tuple[Rung, ...]
    edits: bool
    answers: bool
    engine: str
    max_usd: float
    context: str
    override: bool


def decide_task(house: House, request: Request) -> Any:
    """Where the router sends the task.  Raises TierwiseError for a kind of work that there is not."""
    from tierwise.classify.signals import read_signals
    from tierwise.routing.decide import decide

    known = {**KINDS, **house.table["kinds"]}
    if request.kind and request.kind not in known:
        close = difflib.get_close_matches(request.kind, known, n=1)
        hint = f'Did you mean "{close[0]}"? ' if close else ""
        raise TierwiseError(
            f'there is no kind of work "{request.kind}"',
            place="--kind",
            remedy=f"{hint}Kinds: {', '.join(known)}.",
        )
    session = {"context_tokens": sum(map(count_tokens, request.contexts)), "background": True}
    text = f"[domain: {request.kind}] {request.task}" if request.kind else request.task
    return decide(read_signals(text, None, request.paths, session), house.table)


def plan_run(house: House, request: Request, decision: Any) -> Plan:
    """The plan of a run.  Raises TierwiseError where the request cannot be met."""
    table = house.table
    kind = request.kind or decision.kind
    between = _between(table, request, decision)
    engine = choose_engine(house, _asked_engine(request), is_answer=kind in ANSWER_KINDS)
    # Claude Code works in a worktree whatever the kind; the other engines answer work that is one answer.
    edits = engine == "claude" or kind not in ANSWER_KINDS
    rungs = {
        tier: make_rung(table, tier, decision.effort if tier == decision.tier else None)
        for tier in between
    }
    context = "\n\n".join(request.contexts)
    tokens = count_tokens(request.task) + count_tokens(context)
    ladder = _ladder(house, between, kind, rungs, tokens)
    if request.race:
        ladder = _race_ladder(table, ladder, table["ladder"])
        rungs.update({tier: make_rung(table, tier) for tier in ladder.tiers if tier not in rungs})
    return Plan(
        kind=kind,
        rule=decision.rule,
        reasons=list(decision.reasons),
        ladder=ladder,
        rungs=tuple(rungs[tier] for tier in ladder.tiers),
        edits=edits,
        answers=edits and kind in TEXT_KINDS,
        engine=engine,
        max_usd=request.max_usd or table["escalation"]["max_usd"],
        context=context,
        override=bool(request.start and request.start != decision.tier),
    )


def _asked_engine(request: Request) -> str | None:
    if not request.batch:
        return request.engine
    if request.engine not in (None, "auto", "api"):
        raise TierwiseError(
            "--batch is the api engine's", place="--batch", remedy="Use --engine api."
        )
    return "api"


def _between(table: dict[str, Any], request: Request, decision: Any) -> list[str]:
    """The tiers from where the run starts to where it may climb, before any is skipped."""
    tiers: list[str] = table["ladder"]
    for tier in (request.start, request.top):
        if tier is not None and tier not in tiers:
            raise TierwiseError(
                f'there is no tier "{tier}"',
                place="tierwise run",
                remedy=f"Tiers: {', '.join(tiers)}.",
            )
    start = request.start or (decision.tier if decision.tier in tiers else table["default"])
    top = request.top or tiers[-1]
    if not request.start and tiers.index(start) > tiers.index(top):
        if decision.floor in tiers and tiers.index(top) < tiers.index(decision.floor):
            raise TierwiseError(
                f"this task is not to run below {decision.floor} ({decision.rule}), and --to says {top}",
                place="--to",
                remedy="Raise --to, or override with --from, which is recorded.",
            )
        start = top
    try:
        return rungs_between(tiers, start, top)
    except ValueError as error:
        remedy = "A run never goes down: --to is at or above --from."
        raise TierwiseError(str(error), place="--to", remedy=remedy) from None


def _ladder(
    house: House, between: list[str], kind: str, rungs: dict[str, Rung], tokens: int
) -> Ladder:
    options = house.table["escalation"]
    rows = list(ledger.read(house.root))
    own = read_experience(rows, kind)
    everything = read_experience(rows)
    # The same kind of work where there is enough of it, else all work together.
    experience = {
        tier: own[tier]
        if tier in own and own[tier].runs >= options["evidence_runs"]
        else everything[tier]
        for tier in everything
    }
    return plan_ladder(
        between,
        experience,
        needed=options["evidence_runs"],
        unproven=options["unproven"],
        windows={tier: rung.window for tier, rung in rungs.items()},
        context_tokens=tokens,
    )


def _race_ladder(table: dict[str, Any], ladder: Ladder, tiers: list[str]) -> Ladder:
    """The first local tier, then the cloud tiers at or above where the run would start."""
    local = [tier for tier in tiers if table["tiers"][tier].get("provider") == "openai"]
    if not local:
        raise TierwiseError(
            "--race needs a local tier",
            place="--race",
            remedy="Give a tier `provider: openai` and a base_url.",
        )
    rest = [tier for tier in ladder.tiers if tier not in local]
    above = [tier for tier in tiers[tiers.index(local[0]) + 1 :] if tier not in local]
    opponents = rest or above[:1]
    if not opponents:
        raise TierwiseError(
            "--race needs a tier above the local one",
            place="--race",
            remedy="Add one, or drop --race.",
        )
    return Ladder((local[0], *opponents), ladder.skipped, ladder.notes)
