"""The gate ``second-test``: a test by an author who has not seen the attempt, for tasks without a failing test."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, replace

from tierwise.errors import TierwiseError
from tierwise.files import decode_text, read_bytes, write_atomic
from tierwise.gates.ask_judge import ask_whether_implied
from tierwise.gates.base_runs import run_on_base
from tierwise.gates.commands import choose_test_command
from tierwise.gates.model import (
    ChangeSet,
    Command,
    GateConfig,
    UnansweredError,
    Verdict,
)
from tierwise.gates.registry import gate
from tierwise.gates.second_test import (
    WrittenTest,
    make_prompt,
    read_written_test,
)
from tierwise.gates.written_test import (
    describe_failure,
    run_written_test,
)


@dataclass(frozen=True)
class _Found:
    """The written test, None where none can be used, and what it cost now in US dollars."""

    test: WrittenTest | None
    cost_usd: float


@gate("second-test", inspects="change", self_timed=True)
def check_second_test(
    change: ChangeSet,
    config: GateConfig,
) -> Verdict:
    """Pass when the change passes the second author's test, as far as the judge calls it implied by the task.

    A task whose tests fail before it has its test already: nothing is written for it.
    """
    if change.answer is not None or change.checkouts is None:
        return Verdict(
            True,
            "there are no files to run a test on",
        )
    chosen = choose_test_command(config.commands)
    if chosen is None:
        return Verdict(True, "no command runs tests here")
    if config.write_test is None:
        return Verdict(
            False,
            "there is no model to write a test with",
            ran=False,
        )
    name, command = chosen
    base = run_on_base(change, name, command, config.seconds)
    if base is not None and base.ran and not base.passed:
        return Verdict(
            True,
            "the project's own tests failed before the task: it has its test",
        )
    return _judge_by_found(
        change,
        config,
        command,
        _find_test(change, config, command),
    )


def _judge_by_found(
    change: ChangeSet, config: GateConfig, command: Command, found: _Found
) -> Verdict:
    """Give the verdict of the written test, with its own cost, which an error tells too."""
    if found.test is None:
        text = "the second author wrote no test that can be used"
        return Verdict(True, text, cost_usd=found.cost_usd)
    try:
        verdict = _judge_by_test(
            change,
            config,
            command,
            found.test,
        )
    except UnansweredError as error:
        raise UnansweredError(
            error.message,
            error.cost_usd + found.cost_usd,
        ) from None
    except (TierwiseError, OSError) as error:
        raise UnansweredError(
            str(error),
            found.cost_usd,
        ) from error
    return replace(
        verdict,
        cost_usd=verdict.cost_usd + found.cost_usd,
    )


def _judge_by_test(
    change: ChangeSet, config: GateConfig, command: Command, test: WrittenTest
) -> Verdict:
    run = run_written_test(
        change,
        test,
        command,
        config.seconds,
    )
    if run is None or not run.ran:
        return Verdict(
            True,
            f"the second author's {test.path} cannot be run",
        )
    if run.passed:
        return Verdict(
            True,
            f"the second author's {test.path} passed",
        )
    evidence = f"the second author's {describe_failure(test, run, run.report.failed)}"
    judged = ask_whether_implied(
        change,
        config,
        test.content,
        evidence,
    )
    return replace(judged, passed=not judged.passed)


def _find_test(
    change: ChangeSet,
    config: GateConfig,
    command: Command,
) -> _Found:
    """Find the test for this task on this base: paid once, and kept for the attempts that follow.

    An answer that cannot be used is kept as well, for another would be paid at every attempt.
    """
    path = _cache_path(change, command)
    kept = read_bytes(path) if path else None
    if kept is not None:
        return _Found(read_written_test(decode_text(kept)), 0.0)
    assert config.write_test is not None
    text, cost = config.write_test(make_prompt(change, command))
    test = read_written_test(text)
    if path:
        row = {} if test is None else asdict(test)
        with suppress(OSError):  # it is paid, and can be used all the same
            os.makedirs(change.cache, exist_ok=True)
            write_atomic(path, json.dumps(row).encode())
    return _Found(test, cost)


def _cache_path(change: ChangeSet, command: Command) -> str:
    """Return where the test for this task is kept; empty where nothing is."""
    if not change.cache:
        return ""
    asked = json.dumps(
        [change.base_tree, change.task, command],
        sort_keys=True,
    )
    digest = hashlib.sha256(asked.encode()).hexdigest()[:32]
    return os.path.join(change.cache, f"test-{digest}.json")
