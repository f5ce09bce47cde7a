"""``run --plan``: the top tier writes a plan and the acceptance test once; the tiers below work against them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypedDict

from tierwise.errors import TierwiseError
from tierwise.gates.ask_judge import ask_whether_implied
from tierwise.gates.base_runs import run_on_base
from tierwise.gates.commands import choose_test_command
from tierwise.gates.compare_runs import compare_with_base
from tierwise.gates.model import (
    Ask,
    ChangeSet,
    Command,
    Gate,
    GateConfig,
    UnansweredError,
    Verdict,
)
from tierwise.gates.runs import Run
from tierwise.gates.second_test import (
    WrittenTest,
    make_prompt,
    read_written_test,
)
from tierwise.gates.written_test import (
    describe_failure,
    run_written_test,
)

GATE = "plan-test"
PLAN_SHARE = 0.5  # of a run's budget that the plan may cost


@dataclass(frozen=True)
class WrittenPlan:
    """What the top tier wrote, and what that cost in US dollars.  ``test`` is None where it wrote none that can run."""

    cost_usd: float
    test: WrittenTest | None = None
    gate: Gate | None = None
    note: str = ""

    @property
    def plan(self) -> str:
        """How to do the task; empty where nothing was written."""
        if self.test is None:
            return ""
        return self.test.plan

    def describe_test(self) -> str:
        """Return what the attempts are told of the test."""
        if self.test is None:
            return ""
        return (
            f"The result has to pass this test, which is put in as {self.test.path} when it is checked:\n\n"
            f"<test>\n{self.test.content.strip()}\n</test>"
        )


def write_plan(
    change: ChangeSet,
    gates: Sequence[Gate],
    ask: Ask,
) -> WrittenPlan:
    """Have the plan and the test written.  Where nobody answers, or nothing runs it, the run goes on without."""
    config = gates[0].config if gates else GateConfig()
    chosen = choose_test_command(config.commands)
    if chosen is None:
        return WrittenPlan(
            0.0,
            note="no plan: no command of the run would run its test",
        )
    name, command = chosen
    try:
        text, cost = ask(make_prompt(change, command))
    except UnansweredError as error:
        return WrittenPlan(
            error.cost_usd,
            note=f"no plan: {error}",
        )
    except (TierwiseError, OSError) as error:
        return WrittenPlan(0.0, note=f"no plan: {error}")
    test = read_written_test(text)
    if test is None:
        return WrittenPlan(
            cost,
            note="no plan: the top tier's answer had no test that can be used",
        )
    made = _make_gate(test, name, command, config)
    return WrittenPlan(cost, test, made)


def _make_gate(
    test: WrittenTest,
    name: str,
    command: Command,
    config: GateConfig,
) -> Gate:
    """Return a gate that runs the project's command with the plan's test in the tree.

    ``name``: the gate whose command it is.
    """

    def check(change: ChangeSet, config: GateConfig) -> Verdict:
        run = run_written_test(
            change,
            test,
            command,
            config.seconds,
        )
        if run is None:
            return Verdict(
                True,
                "there are no files to run a test on",
            )
        if run.passed:
            return Verdict(True, f"passes {test.path}")
        if not run.ran:
            return _refuse(test, run, run.report.failed)
        base = run_on_base(
            change,
            name,
            command,
            config.seconds,
        )
        return _judge_failure(test, run, base, change, config)

    return Gate(
        GATE,
        check,
        inspects="change",
        verifies=True,
        self_timed=True,
        config=config,
    )


def _judge_failure(
    test: WrittenTest,
    run: Run,
    base: Run | None,
    change: ChangeSet,
    config: GateConfig,
) -> Verdict:
    """Return what failed counts where the base passed it, and where the judge does not say that the task left it open."""
    failed = run.report.failed
    if base is not None and base.ran and not base.passed:
        comparison = compare_with_base(run, base, change.task)
        if comparison.passed:
            return Verdict(
                True,
                f"passes {test.path}\n{comparison.explain()}",
            )
        failed = failed & {*comparison.new, *comparison.unmet}
    refused = _refuse(test, run, failed)
    try:
        judged = ask_whether_implied(
            change,
            config,
            test.content,
            refused.evidence,
        )
    except UnansweredError as error:
        return replace(refused, cost_usd=error.cost_usd)
    except (TierwiseError, OSError):
        return refused
    is_left_open = judged.score is not None and not judged.passed
    return replace(judged, passed=is_left_open)


def _refuse(
    test: WrittenTest,
    run: Run,
    failed: Iterable[str],
) -> Verdict:
    evidence = describe_failure(test, run, failed)
    return Verdict(
        False,
        evidence,
        ran=run.ran,
        timed_out=run.timed_out,
    )


class PlannedRuns(TypedDict):
    """Runs with a plan, or those without; US dollars with the plans' own."""

    runs: int
    accepted: int
    usd: float
    usd_per_accepted: float | None


def measure_plans(rows: Iterable[Mapping[str, Any]]) -> dict[str, PlannedRuns]:
    """Compare runs with a plan against those without: how many, how many accepted, US dollars, plans included."""
    groups: dict[str, list[Mapping[str, Any]]] = {"with": [], "without": []}
    for row in rows:
        if row.get("row") != "run":
            continue
        name = "without"
        if row.get("planned"):
            name = "with"
        groups[name].append(row)
    return {name: _sum_runs(runs) for name, runs in groups.items()}


def _sum_runs(runs: Sequence[Mapping[str, Any]]) -> PlannedRuns:
    accepted = len([row for row in runs if row.get("accepted")])
    costs = [float(row.get("cost_usd") or 0) for row in runs]
    usd = sum(costs)
    each = None
    if accepted:
        each = usd / accepted
    return {
        "runs": len(runs),
        "accepted": accepted,
        "usd": round(usd, 10),
        "usd_per_accepted": each,
    }
