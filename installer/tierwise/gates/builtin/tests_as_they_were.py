"""The gate ``tests-as-they-were``: the change to the product passes the tests as they were before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tierwise.gates.ask_judge import ask_about_findings
from tierwise.gates.commands import describe_run
from tierwise.gates.model import (
    ASK_A_PERSON,
    NOT_TRIED,
    ChangeSet,
    GateConfig,
    Verdict,
)
from tierwise.gates.reading.deciding import decides
from tierwise.gates.reading.paths import is_config
from tierwise.gates.registry import gate
from tierwise.gates.runs import Run, run_once
from tierwise.gates.tests_as_were.check import look_at_all
from tierwise.gates.tests_as_were.finding import OldTestsFinding
from tierwise.gates.tests_intact import find_weakened
from tierwise.gates.tests_intact.excuses import is_asked_for
from tierwise.git.snapshot import TreeChange

_AS_STRONG = "as-strong"  # what reading says of tests that no change weakened
# Languages whose tests are read statically.
_READ_LANGUAGES = (
    ".py",
    ".js",
    ".jsx",
    ".ts",
    ".tsx",
    ".mjs",
    ".cjs",
    ".go",
    ".rs",
    ".java",
    ".rb",
)
# The worst first.
_ORDER = (
    "tests-changed-to-pass",
    "incomplete",
    "tests-lost",
    "proves-nothing",
    "undecided",
    ASK_A_PERSON,
    "both-fail",
    "only-old-pass",
    "followed",
    "both-pass",
)


@gate(
    "tests-as-they-were",
    inspects="change",
    survives_cli_gates=True,
    restart_on_failure=True,
    self_timed=True,
)
def check_old_tests(
    change: ChangeSet,
    config: GateConfig,
) -> Verdict:
    """Pass when every command of the run that passes as delivered passes under the old tests as well.

    Tests may follow a rename, a move, a new signature, and values that the task itself states.  What cannot be run is
    left to the static look at the tests.
    """
    if change.answer is not None or change.checkouts is None:
        return Verdict(
            True,
            "there are no files to try the old tests on",
        )
    if not config.commands:
        evidence = "no command that runs tests is among the gates, as `tests` is"
        return Verdict(True, evidence, outcome=NOT_TRIED)
    stuck = _find_stuck_run(change, config)
    if stuck is not None:
        return describe_run(stuck)
    return _judge_findings(change, config)


def _find_stuck_run(
    change: ChangeSet,
    config: GateConfig,
) -> Run | None:
    """Find the first command that comes to no verdict on the change as delivered; None where all do."""
    for name, command in config.commands.items():
        run = run_once(change, name, command, config.seconds)
        if not run.ran:
            return run
    return None


def _judge_findings(
    change: ChangeSet,
    config: GateConfig,
) -> Verdict:
    found = look_at_all(change, config, config.commands)
    refused = [finding for finding in found if not finding.passed]
    if not refused:
        return Verdict(
            True,
            _join_words(found),
            outcome=_find_worst(found),
        )
    outcome = _find_worst(refused)
    evidence = _join_words(refused)
    outcomes = {finding.outcome for finding in refused}
    if outcomes == {"undecided"}:
        is_kept = all(finding.keeps_expectations for finding in refused)
        outcome, told = _read_tests(change, is_kept=is_kept)
        evidence = f"{evidence}\n{told}"
        if outcome == _AS_STRONG:
            return Verdict(True, evidence, outcome="undecided")
    if config.judges_findings:
        return ask_about_findings(change, config, evidence)
    return Verdict(False, evidence, outcome=outcome)


def _join_words(found: Iterable[OldTestsFinding]) -> str:
    return "\n".join(finding.explain() for finding in found)


def _read_tests(
    change: ChangeSet,
    *,
    is_kept: bool,
) -> tuple[str, str]:
    """Read the tests where the old ones cannot be built on the change: the same is expected, none looks weaker.

    What decides about tests and cannot be read here (other languages, scripts) is for the judge or a person to see.
    """
    weakened = find_weakened(
        change.changes,
        nothing_ran=True,
        may_expect_otherwise=False,
    )
    left = [str(found) for found in weakened if not is_asked_for(found, change.task)]
    if left:
        return "undecided", "\n".join(left)
    unread = [entry.path for entry in change.changes if _is_unread(entry)]
    if unread:
        return ASK_A_PERSON, f"not read: {', '.join(unread)}"
    if not is_kept:
        return ASK_A_PERSON, "read instead: the tests expect something else"
    return _AS_STRONG, "read instead: no test looks weaker"


def _is_unread(entry: TreeChange) -> bool:
    """Tell whether a changed file says how tests go, and nothing here can read it."""
    if entry.before is None or entry.before == entry.after or not decides(entry.path):
        return False
    return not entry.path.endswith(_READ_LANGUAGES) and not is_config(entry.path)


def _find_worst(found: Sequence[OldTestsFinding]) -> str:
    return min((finding.outcome for finding in found), key=_ORDER.index)
