"""The gates of a run, and how the climb calls them: on fresh checkouts, beside what the base does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tierwise import local_state
from tierwise.cascade.context import (
    RepoContext,
    project_commands,
)
from tierwise.cascade.planning import GATE as PLAN_TEST
from tierwise.cascade.workspace import Workspace
from tierwise.errors import TierwiseError
from tierwise.gates import ChangeSet, Gate, run_gates
from tierwise.gates.base_runs import run_on_base
from tierwise.gates.model import Ask, GateResult, read_config
from tierwise.gates.registry import (
    gates_for_answers,
    load_builtin,
    make_gates,
)
from tierwise.gates.runs import Processes, Run

_COMMIT_MESSAGE = "commit-message"
_SECOND_TEST = "second-test"
_MUTATION = "mutation"
# Gates that may ask the judge.
_ASKING = frozenset(("judge", _SECOND_TEST, PLAN_TEST))


def choose_gates(
    context: RepoContext,
    asked: Sequence[str],
    kind: str,
    edits: bool,
    ask: Ask | None,
    write_test: Ask | None = None,
) -> list[Gate]:
    """Return the gates of a run: those of the policy, or those on the result's shape and what was asked for.

    ``edits``: the result is changed files; without them only the gates that can look at an answer.
    Raises TierwiseError for a name that means nothing, and for a gate whose model nobody has named.
    """
    table = context.table
    policy = {**table["gates"], "commit": table["checks"].get("commit")}
    config = read_config(policy, ask, write_test)
    commands = project_commands(context.table)
    names = _list_of_policy(
        policy,
        kind,
        has_author=write_test is not None,
    )
    if asked:
        names = _keep_lasting(names) + list(asked)
    if _SECOND_TEST in names and write_test is None:
        raise TierwiseError(
            f"no model is named that writes the test for {_SECOND_TEST}",
            place="gates.second_test",
            remedy="Name its tier there, as in `second_test: {tier: light}`.",
        )
    unique = list(dict.fromkeys(names))
    gates = make_gates(
        unique,
        config,
        commands,
        asked_by_name=bool(asked),
    )
    gates.sort(key=lambda gate: gate.name in _LAST)
    if not edits:
        return gates_for_answers(gates, asked)
    return gates


def _list_of_policy(
    policy: Mapping[str, Any],
    kind: str,
    has_author: bool,
) -> list[str]:
    """Return the gates that the policy names, and those that its options, a test's author and the kind of work bring."""
    names = list(policy["use"])
    if kind == _COMMIT_MESSAGE:
        names.append(_COMMIT_MESSAGE)
    if has_author:
        names.append(_SECOND_TEST)
    if policy.get("mutation"):
        names.append(_MUTATION)
    return names


def _keep_lasting(names: Sequence[str]) -> list[str]:
    """Return those of the gates that stay where a call names its own."""
    builtin = load_builtin()
    return [name for name in names if name in builtin and builtin[name].survives_cli_gates]


# Gates that look at what the commands have done, and so come after them.
_LAST = ("tests-as-they-were", _SECOND_TEST, _MUTATION)


def sum_reserve(
    names: Sequence[str],
    policy: Mapping[str, Any],
) -> float:
    """Return US dollars that a run keeps back from each attempt, for the models that its gates ask about the result.

    A written test that fails is put to the judge, whether or not the judge is a gate of its own.
    """
    reserve = 0.0
    if _SECOND_TEST in names:
        reserve += float(policy["second_test"]["max_usd"])
    if not _ASKING.isdisjoint(names):
        reserve += float(policy["judge"]["max_usd"])
    return reserve


def has_verifier(gates: Sequence[Gate]) -> bool:
    """Return whether any gate looks at what the result does."""
    return any(gate.verifies for gate in gates)


@dataclass
class RunGates:
    """The gates of one run as the climb calls them.  ``asked``: those of the command line."""

    context: RepoContext
    gates: Sequence[Gate]
    task: str
    asked: Sequence[str]
    processes: Processes = field(default_factory=Processes)
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=1))
    baseline: list[Future[Run | None]] = field(default_factory=list)

    def begin_baseline(self, workspace: Workspace) -> None:
        """Run the commands on the base while the first attempt is at work: only new failures will count."""
        change = self.change_of_base(workspace)
        for gate in self.gates:
            command = gate.config.commands.get(gate.name)
            if command is not None:
                seconds = gate.config.seconds
                future = self.pool.submit(
                    run_on_base, change, gate.name, command, seconds, self.processes
                )
                self.baseline.append(future)

    def change_of_base(self, workspace: Workspace) -> ChangeSet:
        """Return the state that attempts start from, as a change of nothing."""
        return self._change_of(
            workspace,
            workspace.origin.base_tree,
            None,
        )

    def end(self) -> None:
        """Stop what still runs on the base."""
        self.processes.stop()
        self.pool.shutdown(wait=True, cancel_futures=True)

    def check(
        self,
        workspace: Workspace | None,
        tree: str | None,
        answer: str | None,
        told: Callable[[GateResult], None],
    ) -> Sequence[GateResult]:
        """Run the gates on a state of the files, or on an answer; tell each result as it comes."""
        if workspace is None or tree is None:
            change = ChangeSet(
                self.context.home,
                "HEAD",
                self.task,
                answer,
            )
            return self._collect_verdicts(change, told)
        for future in self.baseline:
            future.exception()  # a base that cannot be run says so when it is needed
        with workspace.checkouts.fresh(tree) as folder:
            change = self._change_of(
                workspace,
                tree,
                answer,
                folder,
            )
            return self._collect_verdicts(change, told)

    def _collect_verdicts(
        self, change: ChangeSet, told: Callable[[GateResult], None]
    ) -> Sequence[GateResult]:
        gates = self.gates
        if change.answer is not None:
            gates = gates_for_answers(gates, self.asked)
        results: list[GateResult] = []
        for result in run_gates(gates, change):
            results.append(result)
            told(result)
        return results

    def _change_of(
        self,
        workspace: Workspace,
        tree: str,
        answer: str | None,
        folder: str = "",
    ) -> ChangeSet:
        root = folder or workspace.root
        return ChangeSet(
            root=root,
            base=workspace.base,
            task=self.task,
            answer=answer,
            exclude=workspace.exclude,
            folder=self.context.folder,
            known_tree=tree,
            git=workspace.store.environment(root),
            checkouts=workspace.checkouts,
            cache=local_state.find_private_folder(self.context.root, "baseline"),
        )
