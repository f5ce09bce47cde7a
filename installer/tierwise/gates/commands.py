"""Gates that run a command: exit code 0 passes, and so does what failed before the change in the same way."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace

from tierwise.gates.base_runs import run_on_base
from tierwise.gates.compare_runs import compare_with_base
from tierwise.gates.model import (
    ChangeSet,
    Command,
    Gate,
    GateConfig,
    Verdict,
)
from tierwise.gates.reports import RunReport
from tierwise.gates.runs import Run, run_on, run_once

_TESTS = "tests"


def choose_test_command(commands: Mapping[str, Command]) -> tuple[str, Command] | None:
    """Choose the command that runs tests, with its name: ``tests``, else the first; None where there is none."""
    if _TESTS in commands:
        return _TESTS, commands[_TESTS]
    return next(iter(commands.items()), None)


def command_gate(name: str, command: Command) -> Gate:
    """Make a gate that runs ``command`` by the shell in the project's folder; evidence is its output's tail."""

    def check(change: ChangeSet, config: GateConfig) -> Verdict:
        return _check_command(name, command, change, config)

    return Gate(
        name,
        check,
        inspects="project",
        verifies=True,
        self_timed=True,
    )


def can_run(command: str) -> bool:
    """Tell whether this is meant as a command: several words, or a program here.  Else it is a mistyped name."""
    words = command.split()
    if len(words) == 1:
        return shutil.which(words[0]) is not None
    return bool(words)


def _check_command(
    name: str,
    command: Command,
    change: ChangeSet,
    config: GateConfig,
) -> Verdict:
    run = run_once(change, name, command, config.seconds)
    if run.passed or not run.ran:
        return describe_run(run)
    if change.answer is not None:
        return describe_run(run)
    lasting = _run_again(run, command, change, config)
    if lasting.passed:
        return Verdict(
            True,
            f"`{run.command}` failed once and passed when run again: flaky",
        )
    unchanged = change.tree == change.base_tree
    base = None if unchanged else run_on_base(change, name, command, config.seconds)
    if base is None or not base.ran or base.passed:
        return describe_run(lasting)
    comparison = compare_with_base(lasting, base, change.task)
    explained = comparison.explain()
    if comparison.passed:
        return Verdict(
            True,
            f"`{run.command}` fails as it did before the change\n{explained}",
        )
    failed = describe_run(lasting)
    return replace(
        failed,
        evidence=f"{explained}\n{failed.evidence}",
    )


def _run_again(
    run: Run,
    command: Command,
    change: ChangeSet,
    config: GateConfig,
) -> Run:
    """Find what fails twice: a test that fails once in two runs is flaky and not held against the change."""
    if not config.reruns or run.seconds * 2 > config.seconds:
        return run
    second = run_on(
        change,
        command,
        change.root,
        config.seconds - run.seconds,
    )
    if second.passed or not second.ran:
        return second if second.passed else run
    if not run.report.failed or not second.report.failed:
        return second
    both = run.report.failed & second.report.failed
    besides = run.report.besides & second.report.besides
    if not both and not besides:
        return replace(second, code=0)
    report: RunReport = replace(
        second.report,
        failed=both,
        besides=besides,
    )
    return replace(second, report=report)


def describe_run(run: Run) -> Verdict:
    """Judge a run by itself."""
    shown = f"`{run.command}`"
    if not run.concerned:
        return Verdict(True, "no changed file concerns it")
    if run.timed_out:
        text = f"{shown} did not finish within its time limit\n{run.tail}".strip()
        return Verdict(False, text, ran=False, timed_out=True)
    if run.passed:
        return Verdict(True, f"{shown} passed")
    if not run.ran:
        return Verdict(
            False,
            f"{shown} cannot run here\n{run.tail}".strip(),
            ran=False,
        )
    return Verdict(
        False,
        f"{shown} ended with exit code {run.code}\n{run.tail}".strip(),
    )
