"""The gate ``second-test``: a test by an author who has not seen the attempt, for tasks without a failing test."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass

from tierwise.files import read_bytes, write_atomic
from tierwise.gates.ask_judge import ask_whether_implied
from tierwise.gates.model import ChangeSet, Command, GateConfig, Verdict
from tierwise.gates.registry import gate
from tierwise.gates.runs import run_on, run_on_base
from tierwise.gates.second_test import WrittenTest, make_prompt, read_written_test
from tierwise.gates.tests_as_were.tree import build_tree

_COMMAND = "tests"  # the command that such a test is written for, where the run has it
_SHOWN = 3000  # characters of a failing run's end


@dataclass(frozen=True)
class _Found:
    """The written test, what it cost now, and whether it was there before."""

    test: WrittenTest | None
    cost_usd: float


@gate("second-test", inspects="change", self_timed=True)
def check_second_test(change: ChangeSet, config: GateConfig) -> Verdict:
    """Pass when the change passes the second author's test, as far as the judge calls it implied by the task.

    A task whose tests fail before it has its test already: nothing is written for it.
    """
    if change.answer is not None or change.checkouts is None:
        return Verdict(True, "there are no files to run a test on")
    if not config.commands:
        return Verdict(True, "no command runs tests here")
    if config.write_test is None:
        return Verdict(False, "there is no model to write a test with", ran=False)
    name = _COMMAND if _COMMAND in config.commands else next(iter(config.commands))
    command = config.commands[name]
    base = run_on_base(change, name, command, config.seconds)
    if base is not None and base.ran and not base.passed:
        return Verdict(True, "the project's own tests failed before the task: it has its test")
    found = _find_test(change, config, command)
    if found.test is None:
        text = "the second author wrote no test that can be used"
        return Verdict(True, text, cost_usd=found.cost_usd)
    return _run_test(change, config, command, found)


def _run_test(change: ChangeSet, config: GateConfig, command: Command, found: _Found) -> Verdict:
    test = found.test
    assert test is not None and change.checkouts is not None
    tree = build_tree(change, {test.path: test.content.encode()})
    with change.checkouts.fresh(tree) as folder:
        run = run_on(change, command, folder, config.seconds)
    if run.passed or not run.ran:
        told = "passed" if run.passed else "cannot be run"
        return Verdict(True, f"the second author's {test.path} {told}", cost_usd=found.cost_usd)
    failed = ", ".join(sorted(run.report.failed)) or f"`{run.command}`"
    evidence = f"the second author's {test.path}: {failed}\n{run.tail[-_SHOWN:]}"
    judged = ask_whether_implied(change, config, test.content, evidence)
    return Verdict(
        passed=not judged.passed,
        evidence=judged.evidence,
        cost_usd=found.cost_usd + judged.cost_usd,
        score=judged.score,
    )


def _find_test(change: ChangeSet, config: GateConfig, command: Command) -> _Found:
    """The test for this task on this base: written once, and kept for the attempts that follow."""
    asked = json.dumps([change.base_tree, change.task, command], sort_keys=True)
    name = f"test-{hashlib.sha256(asked.encode()).hexdigest()[:32]}.json"
    path = os.path.join(change.cache, name) if change.cache else ""
    kept = read_bytes(path) if path else None
    if kept is not None:
        return _Found(read_written_test(kept.decode("utf-8", "replace")), 0.0)
    assert config.write_test is not None
    text, cost = config.write_test(make_prompt(change, command))
    test = read_written_test(text)
    if test is not None and path:
        os.makedirs(change.cache, exist_ok=True)
        write_atomic(path, json.dumps(asdict(test)).encode())
    return _Found(test, cost)
