"""The steps that every sync command shares: read policy, disk and state; make a plan; apply it."""

from __future__ import annotations

from dataclasses import replace

from tierwise import bundle, local_state, repo
from tierwise.domain.hook_line import LAUNCHER
from tierwise.domain.record import State
from tierwise.errors import TierwiseError
from tierwise.files import with_lf
from tierwise.policy.complaints import did_you_mean
from tierwise.policy.load import (
    Loaded,
    load_policy,
    parse_policy,
)
from tierwise.sync.apply import apply_plan
from tierwise.sync.change import FileChange, Plan
from tierwise.sync.disk import obstacle, reader, refuse_obstacle
from tierwise.sync.journal import (
    BACKUP,
    ChangedMeanwhile,
    KeptEdit,
    recover,
    was_interrupted,
)
from tierwise.sync.machine import unwire_subfolders
from tierwise.sync.options import NOTHING, SyncOptions
from tierwise.sync.plan import make_plan, make_removal
from tierwise.sync.state import read_state
from tierwise.sync.watch.only_one import watcher_pid
from tierwise.targets.registry import render_targets
from tierwise.targets.target import (
    RepoReader,
    WantedFile,
    whole_file,
)
from tierwise.tracked_state import refuse_tracked

_TRIES = 10  # a watcher and git hooks may write at the same moment
# What `.tierwise/local` holds that is made again when it is needed.
_REMADE = (
    "in-sync",
    "launcher",
    "lock",
    "table.json",
    "staged",
)
_PURGE_KEEPS = (BACKUP, local_state.GITIGNORE)
_OF_A_WATCHER = ("watch.json", "watch.lock")


def plan_sync(
    root: str,
    options: SyncOptions = NOTHING,
) -> Plan:
    """Return what bringing the repository up to its policy would change.  Raises TierwiseError on a bad policy."""
    state = read_state(root)
    if options.starter is None:
        loaded = load_policy(root)
    else:
        loaded = parse_policy(options.starter)
    plan = _plan_with(
        root,
        loaded,
        state,
        options,
        wires_hooks=True,
    )
    if not _starts_our_launcher(plan):
        plan = _plan_with(
            root,
            loaded,
            state,
            options,
            wires_hooks=False,
        )
    _refuse_unknown(plan, options)
    return _keep_inside(root, plan)


def _plan_with(
    root: str,
    loaded: Loaded,
    state: State,
    options: SyncOptions,
    *,
    wires_hooks: bool,
) -> Plan:
    read = reader(root)
    seen = RepoReader(root, read, state, wires_hooks)
    targets = []
    for wanted in render_targets(loaded, seen):
        targets.append(_with_obstacle(root, wanted))
    if options.starter is not None:
        remedy = "Put a policy there yourself, or take it away."
        refuse_obstacle(root, repo.POLICY, remedy)
        targets.append(whole_file(repo.POLICY, options.starter, read))
    return make_plan(
        targets,
        read,
        state,
        force=options.force,
        adopt=options.adopt,
        repair=options.repair,
    )


def _starts_our_launcher(plan: Plan) -> bool:
    """Return whether the launcher that will stand in the repository is ours: a clone may bring another one.

    The settings start what is at its path, so nothing is wired to a file that Tierwise does not write.
    """
    ours = with_lf(bundle.read_bytes("templates", "hook.sh"))
    (change,) = [change for change in plan.changes if change.path == LAUNCHER]
    return change.left is None or with_lf(change.left) == ours


def sync(root: str, options: SyncOptions = NOTHING) -> Plan:
    """Plan and apply; a file that is saved in between makes the plan anew."""
    kept_edits = recover_run(root)
    for remaining in reversed(range(_TRIES)):
        plan = plan_sync(root, options)
        try:
            apply_plan(root, plan)
            break
        except ChangedMeanwhile:
            if not remaining:
                raise
    return replace(plan, kept_edits=kept_edits)


def recover_run(root: str) -> tuple[KeptEdit, ...]:
    """Complete a run that was killed; the files that a person has edited since, which stay.

    Raises TierwiseError where git tracks local state, whose journal could be anybody's.
    """
    if not was_interrupted(root):
        return ()
    refuse_tracked(root)
    return recover(root)


def plan_uninstall(root: str) -> Plan:
    """Return what taking Tierwise out of the repository would change."""
    state = read_state(root)
    plan = make_removal(
        reader(root),
        state or _recognise_files(root),
    )
    return _keep_inside(root, replace(plan, before=state))


def _recognise_files(root: str) -> State:
    """Return what stands for a lost record: the files that equal what the policy gives."""
    try:
        plan = plan_sync(root)
    except TierwiseError:  # no policy, or a bad one: nothing tells what was written
        return {}
    state = {}
    for change in plan.changes:
        if change.status == "same" and change.entry:
            state[change.path] = change.entry
    return state


def uninstall(root: str, *, purge: bool = False) -> Plan:
    """Take everything out; the local ledger and logs stay unless ``purge``, for they cannot be made again."""
    refuse_tracked(root)
    kept_edits = recover_run(root)
    plan = plan_uninstall(root)
    apply_plan(root, plan)
    unwire_subfolders(root)
    _clear_local_state(root, purge=purge)
    return replace(plan, kept_edits=kept_edits)


def _clear_local_state(root: str, *, purge: bool) -> None:
    """Take away what is made again when it is needed; with ``purge`` all but the backups, which are the user's."""
    remade = [*_REMADE]
    if not watcher_pid(root):
        remade += _OF_A_WATCHER
    try:
        with local_state.Folder(root) as folder:
            for name in folder.names():
                of_killed = name.endswith(".tmp")
                if name in _PURGE_KEEPS:
                    folder.remove_empty(name)
                elif purge or of_killed or name in remade:
                    folder.remove(name)
    except FileNotFoundError:
        return
    local_state.remove_if_empty(root)


def _with_obstacle(root: str, wanted: WantedFile) -> WantedFile:
    """Return the file with the reason why it cannot be written, where there is one."""
    problem = wanted.problem or obstacle(root, wanted.path)
    if not problem:
        return wanted
    return replace(wanted, problem=problem)


def _refuse_unknown(plan: Plan, options: SyncOptions) -> None:
    known = [change.path for change in plan.changes]
    named = [*(options.force or ())]
    named += options.adopt or ()
    for path in named:
        if path not in known:
            hint = did_you_mean(path, known)
            raise TierwiseError(
                f'"{path}" is no file of Tierwise\'s{hint}',
                remedy="`tierwise status --all` lists them.",
            )


def _keep_inside(root: str, plan: Plan) -> Plan:
    """Return the plan without writes through links that lead out of the repository; targets are checked already."""

    def stopped(change: FileChange) -> FileChange:
        if not change.writes or change.status != "orphan":
            return change
        problem = obstacle(root, change.path)
        if not problem:
            return change
        entry = plan.before.get(change.path)
        return replace(
            change,
            status="blocked",
            writes=False,
            entry=entry,
            reason=problem,
            backups=(),
        )

    changes = tuple(map(stopped, plan.changes))
    return replace(plan, changes=changes)
