"""The gate ``mutation``: whether any test notices a fault in a changed line.  Evidence, and never a refusal."""

from __future__ import annotations

import time

from tierwise.gates.commands import choose_test_command
from tierwise.gates.model import (
    ChangeSet,
    Command,
    GateConfig,
    Verdict,
)
from tierwise.gates.mutants import Mutant, make_mutants
from tierwise.gates.registry import gate
from tierwise.gates.runs import run_on, run_once
from tierwise.gates.trees import build_tree

_LISTED = 10  # unnoticed faults shown
# A fault may make code run for ever: a run on it may take this many times the usual, and these seconds.
_TIMES_USUAL = 3
_EXTRA_SECONDS = 2.0


@gate("mutation", inspects="change", self_timed=True)
def check_mutation(
    change: ChangeSet,
    config: GateConfig,
) -> Verdict:
    """Say which share of small faults in changed lines the tests notice, within ``gates.mutation.seconds``.

    A share below the threshold has the outcome ``unnoticed``: a reason to ask for tests, or for another tier.
    """
    chosen = choose_test_command(config.commands)
    if chosen is None or change.answer is not None or change.checkouts is None:
        return Verdict(
            True,
            "no command that runs tests is among the gates, as `tests` is",
        )
    name, command = chosen
    delivered = run_once(change, name, command, config.seconds)
    if not delivered.passed:
        return Verdict(
            True,
            "the tests do not pass, so no fault could be told",
        )
    seconds = min(config.mutation_seconds, config.seconds)
    noticed, unnoticed = _run_mutants(
        change,
        command,
        seconds,
        delivered.seconds,
    )
    total = noticed + len(unnoticed)
    if not total:
        return Verdict(
            True,
            "no changed line has anything to break, or there was no time",
        )
    share = noticed / total
    lines = [f"the tests notice {noticed} of {total} faults in changed lines"]
    lines += [f"{it.path}:{it.line}: {it.told} is not noticed" for it in unnoticed[:_LISTED]]
    outcome = "unnoticed" if share < config.mutation_threshold else "noticed"
    return Verdict(
        True,
        "\n".join(lines),
        score=share,
        outcome=outcome,
    )


def _run_mutants(
    change: ChangeSet, command: Command, seconds: float, usual: float
) -> tuple[int, list[Mutant]]:
    """Count the faults that the tests notice, and list those that they do not, as long as the time lasts."""
    end = time.monotonic() + seconds
    longest = usual * _TIMES_USUAL + _EXTRA_SECONDS
    noticed = 0
    unnoticed = []
    assert change.checkouts is not None
    for mutant in make_mutants(change.changes):
        left = end - time.monotonic()
        if left < usual:
            break
        tree = build_tree(change, {mutant.path: mutant.content})
        with change.checkouts.fresh(tree) as folder:
            run = run_on(
                change,
                command,
                folder,
                min(left, longest),
            )
        if run.timed_out and left < longest:
            break
        if run.passed:
            unnoticed.append(mutant)
        else:
            noticed += 1
    return noticed, unnoticed
