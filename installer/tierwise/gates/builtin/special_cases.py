"""The gate ``special-cases``: no answers by heart, no code that behaves otherwise when it is tested."""

from __future__ import annotations

from tierwise.gates.model import ChangeSet, GateConfig, Verdict
from tierwise.gates.probing import Probe, is_enough
from tierwise.gates.registry import gate
from tierwise.gates.special_cases import Suspicion, find_special_cases, literals_in
from tierwise.gates.tests_as_were.deciding import decides
from tierwise.git.snapshot import git_output, read_blobs

_MIXED = (".rs",)  # unit tests beside the code
_LARGEST = 200_000  # bytes of a file that is read for values
_MOST_FILES = 3000


@gate(
    "special-cases",
    inspects="change",
    survives_cli_gates=True,
    restart_on_failure=True,
    self_timed=True,
)
def check_special_cases(change: ChangeSet, config: GateConfig) -> Verdict:
    """Pass when no new code of the product answers the tests' own inputs, or asks whether it is under test.

    What reading only suspects is run, where a command runs the tests.
    """
    found, suspicions = find_special_cases(
        change.changes, change.task, lambda: _read_values(change)
    )
    if not found and suspicions and config.commands and change.checkouts is not None:
        probe = Probe(change, config, config.commands)
        found = [told for told in (_probe(probe, suspicion) for suspicion in suspicions) if told]
    return Verdict(not found, "\n".join(found))


def _probe(probe: Probe, suspicion: Suspicion) -> str:
    """What running a suspicious block tells against it; empty where nothing does."""
    block = suspicion.block
    if suspicion.names:
        command = probe.needs_names(suspicion.names, block.path)
        if command:
            hidden = ", ".join(suspicion.names)
            return f"{block.place}: `{command}` fails once {hidden} is called otherwise there"
    values = suspicion.values
    if values and is_enough(values, probe.change.task):
        command = probe.answers_only(values)
        if command:
            known = ", ".join(values)
            return f"{block.place}: knows {known} and nothing near: `{command}` then says what it said before"
    return ""


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
