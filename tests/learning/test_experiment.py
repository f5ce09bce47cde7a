"""Runs by a plan: what runs on which side, what stops them, what a kill leaves, what may not be changed."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tierwise.errors import OutsideError, TierwiseError
from tierwise.learning.evidence import PairCounts
from tierwise.learning.experiment import (
    PAIR_AFTER,
    RunTask,
    bound_difference,
    carry_out,
    judge_tries,
    pick_tasks,
)
from tierwise.learning.experiment_plan import (
    ExperimentPlan,
    ExperimentTask,
    LocalFolder,
    NamedFolder,
    Try,
    read_plan,
    read_tries,
    write_plan,
)

MARGIN = 0.05
PRICE = 0.1


def make_plan(tasks: int = 20, **more: object) -> ExperimentPlan:
    names = tuple(ExperimentTask(f"task {number}") for number in range(tasks))
    plan = ExperimentPlan("light", "mid", names, MARGIN, 0.05, 1000.0, PRICE, "policy")
    return replace(plan, **more)  # type: ignore[arg-type]


def by_rate(light: float, mid: float, seed: int = 0, usd: float | None = PRICE) -> RunTask:
    chance = random.Random(seed)

    def run(task: ExperimentTask, side: str, limit: float) -> tuple[bool, float | None]:
        return chance.random() >= {"light": light, "mid": mid}[side], usd

    return run


def test_a_tier_that_fails_as_rarely_is_certified_and_the_present_one_hardly_runs(
    tmp_path: Path,
) -> None:
    result = carry_out(NamedFolder(tmp_path), make_plan(400), by_rate(0.0, 0.0))
    assert result.stop == "certified"
    assert result.tally.tasks == 60
    assert result.pairs < 5
    assert result.tally.cheaper_usd == pytest.approx(60 * PRICE)


def test_the_present_side_runs_wherever_the_cheaper_one_failed(tmp_path: Path) -> None:
    folder, plan = NamedFolder(tmp_path), make_plan(60)
    carry_out(folder, plan, by_rate(0.3, 1.0))
    tries = read_tries(folder, plan)
    failed = {one.task for one in tries if one.side == "light" and not one.passed}
    assert failed <= {one.task for one in tries if one.side == "mid"}


def test_after_a_few_added_failures_every_task_runs_on_both(tmp_path: Path) -> None:
    folder, plan = NamedFolder(tmp_path), make_plan(40)
    carry_out(folder, plan, by_rate(0.3, 0.0, seed=3))
    tries = read_tries(folder, plan)
    failed = [one.task for one in tries if one.side == "light" and not one.passed]
    later = range(failed[PAIR_AFTER - 1] + 1, max(one.task for one in tries))
    assert set(later) <= {one.task for one in tries if one.side == "mid"}


def test_a_tier_that_is_plainly_worse_is_refuted_early(tmp_path: Path) -> None:
    result = carry_out(NamedFolder(tmp_path), make_plan(400), by_rate(0.6, 0.05))
    assert result.stop == "refuted"
    assert result.tally.tasks < 60
    assert result.difference.low > MARGIN


def test_a_cost_of_tasks_that_were_not_run_is_estimated_from_those_that_were() -> None:
    plan = make_plan(3000)
    tries = [Try(number, "light", True, 0.01) for number in range(3000)]
    drawn = [number for number in range(3000) if plan.draws_both(number)]
    tries += [Try(number, "mid", True, 0.05) for number in drawn]
    result = judge_tries(plan, tries)
    assert (result.tally.tasks, result.pairs) == (3000, len(drawn))
    assert result.cost_ratio == pytest.approx(0.2, rel=0.15)
    assert result.ladder_pays


def test_few_tasks_decide_nothing_and_say_how_little_they_tell(tmp_path: Path) -> None:
    plan = make_plan(5, both_share=1.0)
    result = carry_out(NamedFolder(tmp_path), plan, by_rate(0.0, 0.0))
    assert (result.stop, result.tally.both) == ("tasks-done", 5)
    assert result.difference.high > 0.5


def test_an_unknown_cost_stops_it_and_is_never_zero(tmp_path: Path) -> None:
    folder, plan = NamedFolder(tmp_path), make_plan()
    result = carry_out(folder, plan, by_rate(0.0, 0.0, usd=None))
    assert (result.stop, result.pairs) == ("unknown-cost", 0)
    again = carry_out(folder, plan, by_rate(0.0, 0.0))
    assert (again.stop, len(read_tries(folder, plan))) == ("unknown-cost", 1)


def test_the_budget_is_hard(tmp_path: Path) -> None:
    plan = make_plan(max_usd=0.55, both_share=1.0)
    folder = NamedFolder(tmp_path)
    result = carry_out(folder, plan, by_rate(0.0, 0.0))
    spent = sum(one.usd or 0 for one in read_tries(folder, plan))
    assert (result.stop, spent) == ("budget", pytest.approx(0.5))


def test_what_is_on_record_of_the_present_side_costs_nothing_and_is_not_run(
    tmp_path: Path,
) -> None:
    tasks = tuple(ExperimentTask("", call=f"c{number}", known=(True, 9.0)) for number in range(80))
    sides = []

    def run(task: ExperimentTask, side: str, limit: float) -> tuple[bool, float | None]:
        sides.append(side)
        return True, PRICE

    result = carry_out(NamedFolder(tmp_path), replace(make_plan(max_usd=20.0), tasks=tasks), run)
    assert set(sides) == {"light"}
    assert (result.stop, result.tally.alone) == ("certified", 0)
    assert result.cost_ratio == pytest.approx(PRICE / 9)


def test_a_torn_line_is_none_and_a_lost_try_counts_with_its_whole_limit(tmp_path: Path) -> None:
    calls: list[str] = []

    def kill(task: ExperimentTask, side: str, limit: float) -> tuple[bool, float | None]:
        calls.append(task.text)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return True, PRICE

    folder, plan = NamedFolder(tmp_path), make_plan(3, max_usd=0.65, both_share=1.0)
    with pytest.raises(KeyboardInterrupt):
        carry_out(folder, plan, kill)
    with (tmp_path / "tries.jsonl").open("a") as handle:
        handle.write('{"task": 1, "side": "mid", "pas')
    result = carry_out(folder, plan, by_rate(0.0, 0.0))
    # Three tries before the kill, two after it; the lost one has taken the budget of the sixth.
    assert (result.stop, len(read_tries(folder, plan))) == ("budget", 5)


WORKER = """
import sys, time
from pathlib import Path
sys.path.insert(0, {package!r})
from tests.learning.test_experiment import make_plan
from tierwise.learning.experiment import carry_out
from tierwise.learning.experiment_plan import NamedFolder

def run(task, side, limit):
    with open(sys.argv[2], "a") as handle:
        handle.write(f"{{task.text}} {{side}}\\n")
    time.sleep(0.02)
    return hash(task.text) % 4 > 0 or side == "mid", 0.1

result = carry_out(NamedFolder(Path(sys.argv[1])), make_plan(30, max_usd=50.0), run)
print(result.stop, result.tally.tasks)
"""


@pytest.mark.slow
def test_after_real_kills_it_ends_as_if_nobody_had_killed_it(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    code = WORKER.format(package=str(root))
    folder, log = tmp_path / "kept", tmp_path / "log"
    call = [sys.executable, "-c", code, str(folder), str(log)]
    environment = {"PYTHONPATH": f"{root}:{root / 'installer'}", "PYTHONHASHSEED": "5"}
    chance = random.Random(7)
    for _ in range(3):
        process = subprocess.Popen(
            call, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        begun = log.stat().st_size if log.exists() else 0
        deadline = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < deadline:
            if log.exists() and log.stat().st_size > begun + 40:
                break
            time.sleep(0.005)
        time.sleep(chance.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = subprocess.run(call, env=environment, capture_output=True, text=True, timeout=120)
    alone = [sys.executable, "-c", code, str(tmp_path / "alone"), str(tmp_path / "log2")]
    undisturbed = subprocess.run(
        alone, env=environment, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, undisturbed.returncode) == (0, 0), done.stderr
    assert done.stdout == undisturbed.stdout
    plan = make_plan(30, max_usd=50.0)
    tries = [(one.task, one.side) for one in read_tries(NamedFolder(folder), plan)]
    expected = [(one.task, one.side) for one in read_tries(NamedFolder(tmp_path / "alone"), plan)]
    assert sorted(tries) == sorted(expected)
    assert len(set(tries)) == len(tries)
    # Nothing that had ended was run again: the kills cost at most the try that each of them hit.
    assert len(log.read_text().splitlines()) <= len(tries) + 3


def test_two_calls_at_once_do_not_spend_the_same_budget(tmp_path: Path) -> None:
    folder, plan = NamedFolder(tmp_path), make_plan(2)

    def run(task: ExperimentTask, side: str, limit: float) -> tuple[bool, float | None]:
        with pytest.raises(TierwiseError, match="running already"):
            carry_out(folder, plan, by_rate(0.0, 0.0))
        return True, PRICE

    assert carry_out(folder, plan, run).stop == "tasks-done"


def test_what_fails_outside_is_no_outcome(tmp_path: Path) -> None:
    def fail(task: ExperimentTask, side: str, limit: float) -> tuple[bool, float | None]:
        raise OutsideError("the network is down")

    folder, plan = NamedFolder(tmp_path), make_plan()
    assert carry_out(folder, plan, fail).stop == "outside"
    assert read_tries(folder, plan) == []


def test_a_result_must_match_its_plan(tmp_path: Path) -> None:
    folder, plan = NamedFolder(tmp_path), make_plan(3)
    carry_out(folder, plan, by_rate(0.0, 0.0))
    with pytest.raises(TierwiseError, match="another plan is registered"):
        carry_out(folder, replace(plan, margin=0.2), by_rate(0.0, 0.0))
    data = json.loads((tmp_path / "plan.json").read_text())
    (tmp_path / "plan.json").write_text(json.dumps({**data, "margin": 0.2}))
    with pytest.raises(TierwiseError, match="changed after it was registered"):
        read_plan(folder)


def test_a_plan_reads_as_it_was_written(tmp_path: Path) -> None:
    folder, plan = NamedFolder(tmp_path), make_plan(3)
    known = ExperimentTask("a", base="b", commit="c", tests=("t.py",), call="d", known=(True, 0.5))
    plan = replace(plan, tasks=(*plan.tasks, known))
    write_plan(folder, plan)
    assert read_plan(folder) == plan


def test_local_state_keeps_it_private(repository: Path) -> None:
    folder, plan = LocalFolder(str(repository), "experiment-x"), make_plan(2)
    carry_out(folder, plan, by_rate(0.0, 0.0))
    assert len(read_tries(folder, plan)) >= 2
    kept = repository / ".tierwise" / "local" / "experiment-x"
    assert {path.stat().st_mode & 0o077 for path in kept.iterdir()} == {0}


def test_the_difference_is_bounded_on_both_sides() -> None:
    bounds = bound_difference(60, 200, PairCounts(60, 2, 138), 0.05)
    assert 0 < bounds.low < 0.29 < bounds.high


def test_a_list_has_a_task_a_line() -> None:
    lines = ["# tasks", "", " one ", "two"]
    assert pick_tasks(lines) == (ExperimentTask("one"), ExperimentTask("two"))


@pytest.mark.parametrize(
    "text", ["[]", "{}", '"plan"', '{"digest": "d", "tasks": [{"known": []}]}']
)
def test_a_file_that_is_no_plan_is_said_with_its_place(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(TierwiseError, match=r"plan\.json: this is no plan"):
        read_plan(NamedFolder(tmp_path))


def test_a_whole_line_that_is_no_try_is_said_with_its_place(tmp_path: Path) -> None:
    plan = make_plan(2)
    line = json.dumps({"plan": plan.digest, "task": 0, "won": True})
    (tmp_path / "tries.jsonl").write_text(f"{line}\n")
    with pytest.raises(TierwiseError, match=r"tries\.jsonl: a line is no try"):
        read_tries(NamedFolder(tmp_path), plan)
