"""The gate ``special-cases``: no answers by heart, no code that behaves otherwise when it is tested."""

from __future__ import annotations

from collections.abc import Sequence

from tierwise.gates.model import ChangeSet, GateConfig, Verdict
from tierwise.gates.probing import OutOfTimeError, Probe, is_enough
from tierwise.gates.registry import gate
from tierwise.gates.special_cases import (
    Block,
    Suspicion,
    find_special_cases,
    list_measured_answers,
    literals_in,
)
from tierwise.gates.tests_as_were.deciding import decides
from tierwise.gates.trees import read_files

_MIXED = (".rs",)  # unit tests beside the code
_MOST_FILES = 3000  # that are read for values


@gate(
    "special-cases",
    inspects="change",
    survives_cli_gates=True,
    restart_on_failure=True,
    self_timed=True,
)
def check_special_cases(change: ChangeSet, config: GateConfig) -> Verdict:
    """Pass when no new code of the product answers the tests' own inputs, or asks whether it is under test.

    What reading only suspects is run, where a command runs the tests, as long as the gate's time lasts.
    """
    found, suspicions = find_special_cases(
        change.changes, change.task, lambda: _read_values(change)
    )
    if found:
        return Verdict(False, "\n".join(found))
    if not suspicions or not config.commands or change.checkouts is None:
        return Verdict(True)
    probe = Probe(change, config)
    reaching = [suspicion.block.place for suspicion in suspicions if suspicion.reaches]
    if reaching:
        verdict = _break_tests(probe, reaching)
        if not verdict.passed:
            return verdict
    verdict = _run_suspicions(probe, suspicions)
    recognising = [suspicion.block for suspicion in suspicions if suspicion.recognises]
    if recognising and verdict.passed and not verdict.evidence:
        return _change_inputs(probe, recognising)
    return verdict


def _change_inputs(probe: Probe, blocks: Sequence[Block]) -> Verdict:
    """Refuse code that knows the tests' own inputs and none that are near them."""
    answers = [
        answer for block in blocks for answer in list_measured_answers(block, probe.change.task)
    ]
    try:
        command = probe.knows_inputs_only(answers)
    except OutOfTimeError:
        return Verdict(True)
    if not command:
        return Verdict(True)
    places = ", ".join(block.place for block in blocks)
    evidence = f"{places}: knows the tests' inputs and nothing near: `{command}`"
    return Verdict(False, f"{evidence} then says what it said before")


def _break_tests(probe: Probe, places: Sequence[str]) -> Verdict:
    """Refuse code under which tests pass whatever they expect."""
    try:
        told = probe.passes_whatever()
    except OutOfTimeError:
        return Verdict(True)
    if not told:
        return Verdict(True)
    return Verdict(False, f"{', '.join(places)}: tests pass whatever they expect: {told}")


def _run_suspicions(probe: Probe, suspicions: Sequence[Suspicion]) -> Verdict:
    found = []
    left_out = []
    for suspicion in suspicions:
        try:
            told = _probe(probe, suspicion)
        except OutOfTimeError:
            left_out.append(
                f"{suspicion.block.place}: no time was left to run what looks like a special case"
            )
            continue
        if told:
            found.append(told)
    return Verdict(not found, "\n".join(found or left_out))


def _probe(probe: Probe, suspicion: Suspicion) -> str:
    """What running a suspicious block tells against it; empty where nothing does.  Raises OutOfTimeError."""
    block = suspicion.block
    if suspicion.names:
        command = probe.needs_names(suspicion.names, block)
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
    texts = [data for _, data in read_files(change, change.base_tree, _may_hold_tests, _MOST_FILES)]
    texts += [
        entry.after for entry in change.changes if entry.after and _may_hold_tests(entry.path)
    ]
    values: set[str] = set()
    for data in texts:
        values.update(literals_in(data.decode("utf-8", "replace")))
    return frozenset(values)


def _may_hold_tests(path: str) -> bool:
    return decides(path) or path.endswith(_MIXED)
