"""The gate ``special-cases``: no answers by heart, no code that behaves otherwise when it is tested."""

from __future__ import annotations

from tierwise.gates.model import ChangeSet, GateConfig, Verdict
from tierwise.gates.registry import gate
from tierwise.gates.special_cases import find_special_cases, literals_in
from tierwise.gates.tests_as_were.deciding import decides
from tierwise.git.snapshot import git_output, read_blobs

_MIXED = (".rs",)  # unit tests beside the code
_LARGEST = 200_000  # bytes of a file that is read for values
_MOST_FILES = 3000


@gate("special-cases", inspects="change", survives_cli_gates=True, restart_on_failure=True)
def check_special_cases(change: ChangeSet, config: GateConfig) -> Verdict:
    """Pass when no new code of the product answers the tests' own inputs, or asks whether it is under test."""
    found = find_special_cases(change.changes, change.task, lambda: _read_values(change))
    return Verdict(not found, "\n".join(found))


def _read_values(change: ChangeSet) -> frozenset[str]:
    """The values that stand in the tests and fixtures of the base and of the change."""
    wanted = set()
    for tree in (change.base_tree, change.tree):
        listed = git_output(change.root, "ls-tree", "-r", "-z", "-l", tree, env=change.git)
        for entry in listed.decode("utf-8", "surrogateescape").split("\0"):
            facts, _, path = entry.partition("\t")
            if not path or not (decides(path) or path.endswith(_MIXED)):
                continue
            _, kind, blob, size = facts.split()
            if kind == "blob" and int(size) <= _LARGEST:
                wanted.add(blob)
    blobs = read_blobs(change.root, sorted(wanted)[:_MOST_FILES], env=change.git)
    values: set[str] = set()
    for data in blobs.values():
        values.update(literals_in(data.decode("utf-8", "replace")))
    return frozenset(values)
