"""One run from the request to the record: route, plan the ladder, climb, deliver, write down."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from tierwise import ledger, repo, snapshot
from tierwise.cli.run_display import following
from tierwise.cli.run_wiring import (
    ANSWER_KINDS,
    House,
    choose_engine,
    choose_gates,
    make_ask,
    make_checker,
    make_engines,
    make_price,
    make_rung,
    open_house,
    redact,
)
from tierwise.errors import OutsideError, TierwiseError
from tierwise.files import write_atomic
from tierwise.route.cascade import records, reuse, worktree
from tierwise.route.cascade.answers import files_in_prompt
from tierwise.route.cascade.climb import Job, Means, climb
from tierwise.route.cascade.handoff import count_tokens
from tierwise.route.cascade.ladder import Ladder, plan_ladder, read_experience
from tierwise.route.cascade.model import Attempt, Result, Rung, Say, rungs_between
from tierwise.route.cascade.race import race

_STABLE = (
    "You work on one task in a git worktree of its own. Do the task and nothing else; do not commit. Keep the tests "
    "as strict as they are: deleted, skipped or weakened tests are found and the result is refused."
)
_STABLE_ANSWER = "You answer one request. Your whole answer is the result: no introduction, no closing words."


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
    engine: str
    max_usd: float
    context: str
    override: bool


def carry_out(request: Request) -> dict[str, Any]:
    """Run it; the record (see docs/cascade.md).  Raises TierwiseError for a bad call or a refused repository."""
    house = open_house()
    run = records.new_id()
    records.sweep(house.root, house.home)
    decision = _decide(house, request)
    if decision.command and not request.start:
        return _automated(run, request.task, decision)
    plan = _plan(house, request, decision)
    record = _new_record(run, request, plan)
    gates = choose_gates(house, request.gates, plan.edits, make_ask(house, plan.engine, make_price(house.table)))
    record["gates"] = [gate.name for gate in gates]
    if not {gate.name for gate in gates} - {"diff", "paths", "syntax", "tests-intact"}:
        record["notes"].append("no command or judge checks the result: name one with --gate or under `automated:`")
    if request.dry_run:
        return {**record, "stop": "planned", "detail": _planned(record)}
    return _run(house, request, plan, record, make_checker(house, gates, request.task))


def _decide(house: House, request: Request) -> Any:
    from tierwise.route.decide import decide
    from tierwise.route.signals import read_signals

    session = {"context_tokens": sum(map(count_tokens, request.contexts)), "background": True}
    text = f"[domain: {request.kind}] {request.task}" if request.kind else request.task
    return decide(read_signals(text, None, request.paths, session), house.table)


def _plan(house: House, request: Request, decision: Any) -> Plan:
    table = house.table
    options = table["escalation"]
    tiers: list[str] = table["ladder"]
    kind = request.kind or decision.kind
    for tier in (request.start, request.top):
        if tier is not None and tier not in tiers:
            raise TierwiseError(
                f'there is no tier "{tier}"', place="tierwise run", remedy=f"Tiers: {', '.join(tiers)}."
            )
    start = request.start or (decision.tier if decision.tier in tiers else table["default"])
    top = request.top or tiers[-1]
    if request.top and not request.start and tiers.index(start) > tiers.index(top):
        if decision.floor and tiers.index(top) < tiers.index(decision.floor):
            raise TierwiseError(
                f"this task is not to run below {decision.floor} ({decision.rule}), and --to says {top}",
                place="--to",
                remedy="Raise --to, or override with --from, which is recorded.",
            )
        start = top
    try:
        between = rungs_between(tiers, start, top)
    except ValueError as error:
        raise TierwiseError(
            str(error), place="--to", remedy="A run never goes down: --to is at or above --from."
        ) from None
    edits = not (kind in ANSWER_KINDS and (request.engine in ("api", "openai") or request.batch))
    engine = choose_engine(house, "api" if request.batch and not request.engine else request.engine, edits)
    if engine == "claude":
        edits = True
    if request.batch and engine != "api":
        raise TierwiseError("--batch is the api engine's", place="--batch", remedy="Use --engine api.")
    rungs = {tier: make_rung(table, tier, decision.effort if tier == decision.tier else None) for tier in between}
    context = "\n\n".join(request.contexts)
    tokens = count_tokens(request.task) + count_tokens(context)
    ladder = _ladder(house, request, between, kind, rungs, tokens)
    if request.race:
        ladder = _race_ladder(table, ladder, tiers)
        rungs.update({tier: make_rung(table, tier) for tier in ladder.tiers if tier not in rungs})
    return Plan(
        kind, decision.rule, list(decision.reasons), ladder, tuple(rungs[tier] for tier in ladder.tiers), edits, engine,
        request.max_usd or options["max_usd"], context, override=bool(request.start and request.start != decision.tier),
    )  # fmt: skip


def _ladder(
    house: House, request: Request, between: list[str], kind: str, rungs: dict[str, Rung], tokens: int
) -> Ladder:
    options = house.table["escalation"]
    rows = list(ledger.read(house.root))
    own = read_experience(rows, kind)
    everything = read_experience(rows)
    # The same kind of work where there is enough of it, else all work together.
    experience = {
        tier: own[tier] if tier in own and own[tier].runs >= options["evidence_runs"] else everything[tier]
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
            "--race needs a local tier", place="--race", remedy="Give a tier `provider: openai` and a base_url."
        )
    rest = [tier for tier in ladder.tiers if tier not in local]
    above = [tier for tier in tiers[tiers.index(local[0]) + 1 :] if tier not in local]
    opponents = rest or above[:1]
    if not opponents:
        raise TierwiseError(
            "--race needs a tier above the local one", place="--race", remedy="Add one, or drop --race."
        )
    return Ladder((local[0], *opponents), ladder.skipped, ladder.notes)


def _run(house: House, request: Request, plan: Plan, record: dict[str, Any], check: Any) -> dict[str, Any]:
    run = record["run"]
    options = house.table["escalation"]
    example = _example(house, plan, request.task)
    fingerprint = ledger.fingerprint(house.root, request.task)

    def remember(attempt: Attempt) -> None:
        record["attempts"].append(attempt.as_json())
        record["cost_usd"] = round(sum(entry["cost_usd"] for entry in record["attempts"]), 10)
        records.save(house.root, record)
        row = {"row": "attempt", "run": run, "kind": plan.kind, "fingerprint": fingerprint, "engine": plan.engine}
        shown = attempt.as_json()
        gates = [{**gate, "evidence": ""} for gate in shown["gates"]]  # evidence may quote the user's code
        ledger.append(house.root, {**row, **shown, "gates": gates, "detail": "", "why": _short(shown)})

    with following() as say, ExitStack() as stack:
        if record["skipped"] or record["notes"]:
            for line in (*(f"skipped {e['tier']}: {e['reason']}" for e in record["skipped"]), *record["notes"]):
                say(line)
        places: list[worktree.Place | None] = [None, None]
        if plan.edits:
            for index in range(2 if request.race else 1):
                places[index] = stack.enter_context(_place(house, run, index, options))
            opened = [place for place in places if place is not None]
            record["worktrees"] = [place.root for place in opened]
            record["notes"] += opened[0].notes
        records.save(house.root, record)
        price = make_price(house.table)
        means = Means(make_engines(house, plan.engine, price, batch=request.batch), check, remember, say)
        job = Job(
            run=run, task=_task_text(request, plan, places[0]), stable=_STABLE if plan.edits else _STABLE_ANSWER,
            rungs=plan.rungs, attempts=options["attempts"], max_usd=plan.max_usd, seconds=options["attempt_seconds"],
            handoff_tokens=options["handoff_tokens"], edits=plan.edits, example=example,
            reserve_usd=house.table["gates"]["judge"]["max_usd"] if "judge" in record["gates"] else 0.0,
        )  # fmt: skip
        result = race(job, means, (places[0], places[1])) if request.race else climb(job, means, places[0])
        _finish(house, request, plan, record, result, places[0], say)
    records.save(house.root, record)
    summary = {key: record[key] for key in ("run", "kind", "tier", "accepted", "stop", "cost_usd", "override")}
    ledger.append(
        house.root, {"row": "run", "fingerprint": fingerprint, "attempts": len(record["attempts"]), **summary}
    )
    return record


@contextmanager
def _place(house: House, run: str, index: int, options: dict[str, Any]) -> Iterator[worktree.Place]:
    name = run if index == 0 else f"{run}-{index + 1}"
    with worktree.open_place(house.home, house.folder, name, options["link"], options["submodules"]) as place:
        yield place


def _finish(
    house: House, request: Request, plan: Plan, record: dict[str, Any], result: Result,
    place: worktree.Place | None, say: Say,
) -> None:  # fmt: skip
    record.update(accepted=result.accepted, stop=result.stop, detail=result.detail, tier=result.tier)
    record["cost_usd"] = round(result.cost_usd, 10)
    if not result.accepted:
        if place is not None and result.attempts:
            record["patch"] = _keep_patch(house, record["run"], place)
        return
    if not plan.edits:
        record["answer"] = result.text
    elif place is not None and result.tree is not None:
        try:
            _deliver(house, request, record, place, result.tree, say)
        except OutsideError as error:
            record.update(accepted=False, stop="delivery-failed", detail=str(error))
            return
    if house.table["reuse"]["enabled"]:
        kept = result.text or "" if place is None else _diff(place, result.tree or "")
        limit = house.table["reuse"]["keep"]
        reuse.keep(house.root, plan.kind, request.task, kept[:20_000], limit=limit, redact=redact)


def _deliver(
    house: House, request: Request, record: dict[str, Any], place: worktree.Place, tree: str, say: Say
) -> None:
    if request.apply_result or house.table["escalation"]["deliver"] == "apply":
        try:
            worktree.deliver_changes(place, tree)
            record["applied"] = True
            return
        except OutsideError as error:
            note = f"your files have changed meanwhile, so the result is on a branch instead ({error.message[:200]})"
            record["notes"].append(note)
            say(note)
    subject = request.task.strip().splitlines()[0][:72]
    message = f"{subject}\n\nTierwise-Run: {record['run']}\nTierwise-Tier: {record['tier']}\n"
    record["branch"] = worktree.deliver_branch(place, tree, worktree.branch_name(request.task, record["run"]), message)


def _keep_patch(house: House, run: str, place: worktree.Place) -> str | None:
    """The last attempt's changes as a patch beside the record, for the person who takes over."""
    try:
        patch = _diff(place, place.state()).encode("utf-8", "surrogateescape")
    except OutsideError:
        return None
    if not patch:
        return None
    path = repo.local(house.root, "runs", f"{run}.patch")
    write_atomic(path, patch + b"\n")
    return os.path.relpath(path, house.root)


def _diff(place: worktree.Place, tree: str) -> str:
    return snapshot.git_text(place.home, "diff-tree", "-p", "--binary", f"{place.base}^{{tree}}", tree)


def _task_text(request: Request, plan: Plan, place: worktree.Place | None) -> str:
    parts = [request.task]
    if request.paths:
        parts.append("It is about these files: " + ", ".join(request.paths))
    if (place is not None and any(rung.provider == "openai" for rung in plan.rungs)) or plan.engine == "api":
        folder = place.work_folder if place is not None else ""
        parts.append(files_in_prompt(folder, list(request.paths)) if folder else "")
    if plan.context:
        parts.append(f"<context>\n{plan.context}\n</context>")
    return "\n\n".join(part for part in parts if part)


def _example(house: House, plan: Plan, task: str) -> str:
    """An accepted result for a cheap first rung, when the policy wants reuse."""
    options = house.table["reuse"]
    if not options["enabled"] or plan.rungs[0].tier == house.table["ladder"][-1]:
        return ""
    return reuse.find(house.root, plan.kind, task)[: options["tokens"] * 3]


def _new_record(run: str, request: Request, plan: Plan) -> dict[str, Any]:
    return {
        "run": run,
        "pid": os.getpid(),
        "started": ledger.now(),
        "task": request.task,
        "kind": plan.kind,
        "rule": plan.rule,
        "engine": plan.engine,
        "ladder": list(plan.ladder.tiers),
        "skipped": [{"tier": tier, "reason": reason} for tier, reason in plan.ladder.skipped.items()],
        "notes": list(plan.ladder.notes),
        "override": plan.override,
        "max_usd": plan.max_usd,
        "accepted": False,
        "stop": "running",
        "detail": "",
        "tier": None,
        "attempts": [],
        "cost_usd": 0.0,
        "branch": None,
        "applied": False,
        "answer": None,
        "patch": None,
    }


def _automated(run: str, task: str, decision: Any) -> dict[str, Any]:
    text = f"this has a right answer, no model is needed: {decision.command}"
    return {"run": run, "task": task, "kind": decision.kind, "tier": "automated", "command": decision.command,
            "rule": decision.rule, "accepted": True, "stop": "automated", "detail": text, "attempts": [],
            "cost_usd": 0.0, "ladder": [], "skipped": [], "notes": [], "branch": None, "applied": False}  # fmt: skip


def _planned(record: dict[str, Any]) -> str:
    lines = [
        f"kind {record['kind']} ({record['rule']}); tiers {' -> '.join(record['ladder'])}; engine {record['engine']}",
        f"gates {', '.join(record['gates'])}; at most ${record['max_usd']:.2f}",
        *(f"skipped {entry['tier']}: {entry['reason']}" for entry in record["skipped"]),
        *(f"note: {note}" for note in record["notes"]),
    ]
    return "\n".join(lines)


def _short(shown: dict[str, Any]) -> str:
    failed = [gate["name"] for gate in shown["gates"] if not gate["passed"]]
    return "" if shown["accepted"] else ", ".join(failed) or str(shown["stop"])
