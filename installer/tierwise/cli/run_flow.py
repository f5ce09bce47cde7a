"""One run from the request to the record: route, plan the ladder, climb, deliver, write down."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tierwise import ledger, local_state
from tierwise.cascade import records, reuse, worktree
from tierwise.cascade.answers import files_in_prompt
from tierwise.cascade.climb import Job, Means, climb
from tierwise.cascade.model import Attempt, Result, Say
from tierwise.cascade.race import race
from tierwise.cli.run_display import following
from tierwise.cli.run_message import result_message
from tierwise.cli.run_plan import Plan, Request, decide_task, plan_run
from tierwise.cli.run_signals import undisturbed
from tierwise.cli.run_wiring import (
    Check,
    House,
    choose_gates,
    make_ask,
    make_checker,
    make_engines,
    make_price,
    open_house,
    redact,
)
from tierwise.errors import OutsideError
from tierwise.git import snapshot
from tierwise.trust.guard import require_powers

_STABLE = (
    "You work on one task in a git worktree of its own. Do the task and nothing else; do not commit. Keep the tests "
    "as strict as they are: deleted, skipped or weakened tests are found and the result is refused."
)
_STABLE_ANSWER = (
    "You answer one request. Your whole answer is the result: no introduction, no closing words."
)


def carry_out(request: Request) -> dict[str, Any]:
    """Run it; the record (see docs/cascade.md).  Raises TierwiseError for a bad call or a refused repository."""
    house = open_house()
    run = records.new_id()
    records.sweep(house.root, house.home)
    decision = decide_task(house, request)
    if decision.command and not request.start:
        return _automated(run, request.task, decision)
    require_powers(house.table, "automated", "checks", "escalation", "gates", "tiers")
    plan = plan_run(house, request, decision)
    record = _new_record(run, request, plan)
    gates = choose_gates(
        house,
        request.gates,
        plan.kind,
        plan.edits,
        make_ask(house, plan.engine, make_price(house.table)),
    )
    record["gates"] = [gate.name for gate in gates]
    if not {gate.name for gate in gates} - {"diff", "paths", "syntax", "tests-intact"}:
        record["notes"].append(
            "no command or judge checks the result: name one with --gate or under `automated:`"
        )
    if request.dry_run:
        return {**record, "stop": "planned", "detail": _planned(record)}
    return _run(
        house, request, plan, record, make_checker(house, gates, request.task, request.gates)
    )


def _run(
    house: House, request: Request, plan: Plan, record: dict[str, Any], check: Check
) -> dict[str, Any]:
    options = house.table["escalation"]
    example = _example(house, plan, request.task)
    fingerprint = ledger.fingerprint(house.root, request.task)
    engine = make_engines(house, plan.engine, make_price(house.table), batch=request.batch)
    engine(plan.rungs[0])  # an engine that cannot work is said before anything is written
    with following() as say, ExitStack() as stack:
        say(
            f"{plan.kind} ({plan.rule}): {' -> '.join(record['ladder'])}; gates {', '.join(record['gates'])}"
        )
        for line in (
            *(f"skipped {e['tier']}: {e['reason']}" for e in record["skipped"]),
            *record["notes"],
        ):
            say(line)
        places: list[worktree.Place | None] = [None, None]
        if plan.edits:
            for index in range(2 if request.race else 1):
                places[index] = stack.enter_context(_place(house, record["run"], index, options))
            opened = [place for place in places if place is not None]
            record["worktrees"] = [place.root for place in opened]
            record["notes"] += opened[0].notes
        records.save(house.root, record)
        means = Means(engine, check, _remembering(house, plan, record, fingerprint), say)
        job = Job(
            run=record["run"], task=_task_text(request, plan, places[0]), stable=_stable_text(plan),
            rungs=plan.rungs, attempts=options["attempts"], max_usd=plan.max_usd, seconds=options["attempt_seconds"],
            handoff_tokens=options["handoff_tokens"], edits=plan.edits, answers=plan.answers, example=example,
            reserve_usd=house.table["gates"]["judge"]["max_usd"] if "judge" in record["gates"] else 0.0,
        )  # fmt: skip
        result = (
            race(job, means, (places[0], places[1]))
            if request.race
            else climb(job, means, places[0])
        )
        with undisturbed():
            _finish(house, request, plan, record, result, places[0], say)
            stack.close()
            records.save(house.root, record)
            summary = {
                key: record[key]
                for key in ("run", "kind", "tier", "accepted", "stop", "cost_usd", "override")
            }
            count = len(record["attempts"])
            ledger.append(
                house.root, {"row": "run", "fingerprint": fingerprint, "attempts": count, **summary}
            )
    return record


def _remembering(
    house: House, plan: Plan, record: dict[str, Any], fingerprint: str
) -> Callable[[Attempt], None]:
    """What is told each attempt as it ends: it goes into the run's record and into the ledger."""

    def remember(attempt: Attempt) -> None:
        shown = attempt.as_json()
        record["attempts"].append(shown)
        record["cost_usd"] = round(sum(entry["cost_usd"] for entry in record["attempts"]), 10)
        records.save(house.root, record)
        named = {
            "row": "attempt",
            "run": record["run"],
            "kind": plan.kind,
            "fingerprint": fingerprint,
        }
        gates = [
            {**gate, "evidence": ""} for gate in shown["gates"]
        ]  # evidence may quote the user's code
        row = {
            **named,
            "engine": plan.engine,
            **shown,
            "gates": gates,
            "detail": "",
            "why": _short(shown),
        }
        ledger.append(house.root, row)

    return remember


@contextmanager
def _place(house: House, run: str, index: int, options: dict[str, Any]) -> Iterator[worktree.Place]:
    name = run if index == 0 else f"{run}-{index + 1}"
    with worktree.open_place(
        house.home, house.folder, name, options["link"], options["submodules"]
    ) as place:
        yield place


def _finish(
    house: House, request: Request, plan: Plan, record: dict[str, Any], result: Result,
    place: worktree.Place | None, say: Say,
) -> None:  # fmt: skip
    record.update(
        accepted=result.accepted, stop=result.stop, detail=result.detail, tier=result.tier
    )
    record["cost_usd"] = round(result.cost_usd, 10)
    if not result.accepted:
        if place is not None and result.attempts:
            record["patch"] = _keep_patch(house, record["run"], place)
        return
    if not plan.edits or (
        plan.answers and place is not None and result.tree and place.is_base(result.tree)
    ):
        record["answer"] = result.text
    elif place is not None and result.tree is not None:
        try:
            _deliver(house, request, record, place, result.tree, say)
        except OutsideError as error:
            record.update(accepted=False, stop="delivery-failed", detail=str(error))
            return
    if house.table["reuse"]["enabled"]:
        answer = record["answer"]
        kept = (
            _diff(place, result.tree or "")
            if place is not None and answer is None
            else answer or ""
        )
        limit = house.table["reuse"]["keep"]
        reuse.keep(house.root, plan.kind, request.task, kept[:20_000], limit=limit, redact=redact)


def _deliver(
    house: House,
    request: Request,
    record: dict[str, Any],
    place: worktree.Place,
    tree: str,
    say: Say,
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
    message = result_message(request.task, record["kind"], record["run"], record["tier"])
    record["branch"] = worktree.deliver_branch(
        place, tree, worktree.branch_name(request.task, record["run"]), message
    )


def _keep_patch(house: House, run: str, place: worktree.Place) -> str | None:
    """The last attempt's changes as a patch beside the record, for the person who takes over."""
    try:
        patch = _diff(place, place.state()).encode("utf-8", "surrogateescape")
    except OutsideError:
        return None
    if not patch:
        return None
    name = f"{run}.patch"
    local_state.write(house.root, "runs", name, data=patch + b"\n")
    return os.path.relpath(local_state.path(house.root, "runs", name), house.root)


def _diff(place: worktree.Place, tree: str) -> str:
    return snapshot.git_text(
        place.home, "diff-tree", "-p", "--binary", f"{place.base}^{{tree}}", tree
    )


def _stable_text(plan: Plan) -> str:
    """What all attempts share.  For the API the context too: it is sent once and read from the cache after that."""
    rules = _STABLE_ANSWER if plan.answers or not plan.edits else _STABLE
    return (
        f"{rules}\n\n<context>\n{plan.context}\n</context>"
        if plan.context and plan.engine != "claude"
        else rules
    )


def _task_text(request: Request, plan: Plan, place: worktree.Place | None) -> str:
    parts = [request.task]
    if request.paths:
        parts.append("It is about these files: " + ", ".join(request.paths))
    if (
        place is not None and any(rung.provider == "openai" for rung in plan.rungs)
    ) or plan.engine == "api":
        folder = place.work_folder if place is not None else ""
        parts.append(files_in_prompt(folder, list(request.paths)) if folder else "")
    if plan.context and plan.engine == "claude":
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
        **_blank(run, request.task),
        "kind": plan.kind,
        "rule": plan.rule,
        "engine": plan.engine,
        "ladder": list(plan.ladder.tiers),
        "skipped": [
            {"tier": tier, "reason": reason} for tier, reason in plan.ladder.skipped.items()
        ],
        "notes": list(plan.ladder.notes),
        "override": plan.override,
        "max_usd": plan.max_usd,
    }


def _blank(run: str, task: str) -> dict[str, Any]:
    """A record's keys, all of them, before anything is known."""
    return {
        "run": run,
        "pid": os.getpid(),
        "started": ledger.now(),
        "task": task,
        "kind": None,
        "rule": None,
        "engine": None,
        "ladder": [],
        "skipped": [],
        "notes": [],
        "override": False,
        "gates": [],
        "max_usd": None,
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
    return {
        **_blank(run, task),
        "kind": decision.kind,
        "rule": decision.rule,
        "tier": "automated",
        "command": decision.command,
        "accepted": True,
        "stop": "automated",
        "detail": text,
    }


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
