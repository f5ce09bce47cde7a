"""The gate ``tests-intact``: no test was deleted, skipped or weakened, and no check loosened."""

from __future__ import annotations

from tierwise.gates.ask_judge import ask_about_findings
from tierwise.gates.model import ChangeSet, GateConfig, Verdict
from tierwise.gates.reading.deciding import restore
from tierwise.gates.reading.paths import is_prose
from tierwise.gates.registry import gate
from tierwise.gates.tests_intact import find_weakened
from tierwise.gates.tests_intact.excuses import is_asked_for
from tierwise.gates.tests_intact.model import Weakening
from tierwise.git.snapshot import TreeChange

_HOLD = "if the task asked for this, name the test, file or key in it, or take the patch by hand"

# What the tests as they were tell with certainty where they run on a product that changed.
_TOLD_BY_RUNNING = frozenset(
    (
        "deleted",
        "skipped",
        "weakened",
        "trivial",
        "expected",
        "snapshot",
        "threshold",
    )
)


@gate("tests-intact", inspects="change", survives_cli_gates=True, restart_on_failure=True)
def check_tests_intact(
    change: ChangeSet,
    config: GateConfig,
) -> Verdict:
    """Pass when nothing that checks the code was weakened, but what the task names with the verb.

    What is left is put to the judge where the policy uses one; else a person has to look.
    """
    weakened = _find_weakened(change, config)
    found = [finding for finding in weakened if not is_asked_for(finding, change.task)]
    if not found:
        return Verdict(True)
    evidence = "\n".join(str(finding) for finding in found)
    if not config.judges_findings:
        return Verdict(False, f"{evidence}\n{_HOLD}")
    return ask_about_findings(change, config, evidence)


def _find_weakened(
    change: ChangeSet,
    config: GateConfig,
) -> list[Weakening]:
    """Find what reading tells; where the old tests run, only what they do not tell."""
    if not _old_tests_run(change, config):
        return find_weakened(change.changes, nothing_ran=True)
    found = find_weakened(change.changes)
    return [finding for finding in found if finding.rule not in _TOLD_BY_RUNNING]


def _old_tests_run(
    change: ChangeSet,
    config: GateConfig,
) -> bool:
    """Tell whether ``tests-as-they-were`` decides in this run; it reads itself the tests that cannot be built.

    Where nothing but tests changed, the old ones pass whatever was done to them.
    """
    is_used = "tests-as-they-were" in config.uses and bool(config.commands)
    if not is_used or change.checkouts is None:
        return False
    return any(map(_touches_product, change.changes))


def _touches_product(entry: TreeChange) -> bool:
    """Tell whether anything changed but tests and what people read."""
    if is_prose(entry.path):
        return False
    if entry.old_path:
        return True
    return restore(entry.path, entry.before, entry.after) != entry.before
