"""The gate ``special-cases``: no answers by heart, no code that behaves otherwise when it is tested."""

from __future__ import annotations

from collections.abc import (
    Callable,
    Iterable,
    Iterator,
    Sequence,
)
from functools import cache, partial

from tierwise.files import decode_text
from tierwise.gates.ask_judge import ask_about_findings
from tierwise.gates.model import ChangeSet, GateConfig, Verdict
from tierwise.gates.probes.altered_runs import (
    AlteredRuns,
    OutOfTimeError,
)
from tierwise.gates.probes.broken_tests import find_blind_tests
from tierwise.gates.probes.compared_values import find_command_by_values
from tierwise.gates.probes.hidden_names import find_command_in_need
from tierwise.gates.probes.near_values import (
    find_command_by_heart,
    find_command_by_words,
    is_enough,
)
from tierwise.gates.probes.other_inputs import find_command_by_inputs
from tierwise.gates.probes.samples import find_command_by_samples
from tierwise.gates.reading.deciding import (
    decides,
    list_rust_tests,
)
from tierwise.gates.reading.new_code import CodeBlock, literals_in, rows_in
from tierwise.gates.registry import gate
from tierwise.gates.shortcuts.idle_names import find_idle_names
from tierwise.gates.shortcuts.special_cases import (
    Suspicion,
    find_special_cases,
    list_measured_answers,
)
from tierwise.gates.shortcuts.stated_examples import find_unseen_examples
from tierwise.gates.trees import read_files

# Where, and what runs there; it answers with what tells against the change.  Raises OutOfTimeError.
_Look = tuple[str, Callable[[], str]]
_MIXED = (".rs",)  # unit tests beside the code
_MOST_FILES = 3000  # that are read for values


@gate(
    "special-cases",
    inspects="change",
    survives_cli_gates=True,
    restart_on_failure=True,
    self_timed=True,
)
def check_special_cases(
    change: ChangeSet,
    config: GateConfig,
) -> Verdict:
    """Pass when no new code of the product answers the tests' own inputs, or asks whether it is under test.

    What speaks against the change is put to the judge where the policy uses one.
    """
    verdict = _look_for_special_cases(change, config)
    if verdict.passed or not config.judges_findings:
        return verdict
    return ask_about_findings(change, config, verdict.evidence)


def _look_for_special_cases(
    change: ChangeSet,
    config: GateConfig,
) -> Verdict:
    """Read the new code, then run what reading only suspects, as long as the gate's time lasts."""
    read_tests = cache(partial(_read_values, change))
    found, suspicions = find_special_cases(
        change.changes,
        change.task,
        read_tests,
    )
    found += find_idle_names(change.changes, change.task)
    found += find_unseen_examples(
        change.changes,
        change.task,
        read_tests,
    )
    if found:
        return Verdict(False, "\n".join(found))
    if not suspicions or not config.commands or change.checkouts is None:
        return Verdict(True)
    return _run_looks(_list_all_looks(AlteredRuns(change, config), suspicions))


def _run_looks(looks: Iterable[_Look]) -> Verdict:
    """Run what is to be looked at, up to the first that tells against the change."""
    left_out = []
    for place, look in looks:
        try:
            told = look()
        except OutOfTimeError:
            left_out.append(f"{place}: no time was left to run what looks like a special case")
            continue
        if told:
            return Verdict(False, f"{place}: {told}")
    return Verdict(True, "\n".join(left_out))


def _list_all_looks(
    runs: AlteredRuns,
    suspicions: Sequence[Suspicion],
) -> Iterator[_Look]:
    """Yield what running can tell of suspicious blocks: what tells most comes first."""
    blocks = [suspicion.block for suspicion in suspicions]
    yield "texts of the tests", partial(_change_samples, runs, blocks)
    yield from _list_looks(runs, suspicions)


def _list_looks(
    runs: AlteredRuns,
    suspicions: Sequence[Suspicion],
) -> Iterator[_Look]:
    """Yield what running tells of all blocks that reach beyond themselves, of each, and of all that recognise."""
    reaching = [suspicion.block.place for suspicion in suspicions if suspicion.reaches]
    if reaching:
        yield ", ".join(reaching), partial(_break_tests, runs)
    for suspicion in suspicions:
        for look in _list_own_looks(runs, suspicion):
            yield suspicion.block.place, look
    answering = [suspicion for suspicion in suspicions if suspicion.answers]
    if answering:
        places = ", ".join(suspicion.block.place for suspicion in answering)
        yield places, partial(_change_inputs, runs, answering)


def _list_own_looks(
    runs: AlteredRuns,
    suspicion: Suspicion,
) -> Iterator[Callable[[], str]]:
    """Yield what running can tell of one block."""
    task = runs.change.task
    if suspicion.names:
        yield partial(_hide_names, runs, suspicion)
    if is_enough(suspicion.values, task):
        yield partial(_change_values, runs, suspicion.values)
    if suspicion.compared:
        yield partial(_change_values, runs, suspicion.compared)
    if is_enough(suspicion.words, task):
        yield partial(_change_words, runs, suspicion.words)


def _break_tests(runs: AlteredRuns) -> str:
    """Find what tells that tests pass whatever they expect."""
    blind = find_blind_tests(runs)
    if not blind:
        return ""
    return f"tests pass whatever they expect: {blind}"


def _hide_names(runs: AlteredRuns, suspicion: Suspicion) -> str:
    """Find what tells that a block asks for names of the tests."""
    command = find_command_in_need(
        runs,
        suspicion.names,
        suspicion.block,
    )
    if not command:
        return ""
    hidden = ", ".join(suspicion.names)
    return f"`{command}` fails once {hidden} is called otherwise there"


def _change_values(
    runs: AlteredRuns,
    values: Sequence[str],
) -> str:
    """Find what tells that a block knows values of the tests and nothing near."""
    command = find_command_by_heart(runs, values)
    if not command:
        return ""
    known = ", ".join(values)
    return f"knows {known} and nothing near: `{command}` then says what it said before"


def _change_words(
    runs: AlteredRuns,
    words: Sequence[str],
) -> str:
    """Find what tells that a block knows words of the tests' texts and no others."""
    command = find_command_by_words(runs, words)
    if not command:
        return ""
    known = ", ".join(words)
    return f"knows {known} and no other word: `{command}` then says what it said before"


def _change_samples(
    runs: AlteredRuns,
    blocks: Sequence[CodeBlock],
) -> str:
    """Find what tells that a block knows samples of the tests and none that are alike."""
    told = find_command_by_samples(runs, blocks)
    if not told or runs.fails_by_chance():
        return ""
    return f"{told} then says what it said before"


def _change_inputs(
    runs: AlteredRuns,
    suspicions: Sequence[Suspicion],
) -> str:
    """Find what tells that blocks know the tests' inputs and none that are near them."""
    command, is_cleared = find_command_by_values(
        runs,
        [one.block for one in suspicions],
    )
    blocks = [one.block for one in suspicions if one.recognises]
    if not command and not is_cleared and blocks:
        command = find_command_by_inputs(
            runs,
            _list_answers(blocks, runs.change.task),
        )
    if not command or runs.fails_by_chance():
        return ""
    return f"knows the tests' inputs and nothing near: `{command}` then says what it said before"


def _list_answers(
    blocks: Sequence[CodeBlock],
    task: str,
) -> list[str]:
    """List values that blocks which measure their input have written down."""
    return [answer for block in blocks for answer in list_measured_answers(block, task)]


def _read_values(change: ChangeSet) -> frozenset[str]:
    """Read the values that stand in the tests and fixtures of the base and of the change."""
    files = list(read_files(change, change.base_tree, _may_hold_tests, _MOST_FILES))
    files += [
        (entry.path, entry.after)
        for entry in change.changes
        if entry.after and _may_hold_tests(entry.path)
    ]
    values: set[str] = set()
    for path, data in files:
        text = read_tested_text(path, data)
        values.update(literals_in(text))
        values.update(rows_in(text))
    return frozenset(values)


def read_tested_text(path: str, data: bytes) -> str:
    """Read the part of a file that tests: its test modules where a product's file of Rust has them."""
    text = decode_text(data)
    if decides(path) or not path.endswith(_MIXED):
        return text
    return "\n".join(text[module.start : module.stop] for module in list_rust_tests(text))


def _may_hold_tests(path: str) -> bool:
    return decides(path) or path.endswith(_MIXED)
