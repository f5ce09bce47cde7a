"""The steps that every sync command shares: read policy, disk and state; make a plan; apply it."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress

from tierwise import bundle, repo
from tierwise.files import read_bytes, write_atomic
from tierwise.policy.load import load_policy, parse_policy
from tierwise.sync.apply import ChangedMeanwhile, apply_plan, recover
from tierwise.sync.change import Plan
from tierwise.sync.disk import reader
from tierwise.sync.plan import make_plan, make_removal
from tierwise.sync.render import render_targets
from tierwise.sync.state import read_state
from tierwise.sync.target import whole_file
from tierwise.sync.watch.local_settings import unwire
from tierwise.sync.wishes import NOTHING, Wishes

_TRIES = 3
# What `.tierwise/local` holds that is made again when it is needed.
_REMADE = ("in-sync", "launcher", "lock", "table.json", "staged")


def plan_sync(root: str, wishes: Wishes = NOTHING) -> Plan:
    """What bringing the repository up to its policy would change.  Raises TierwiseError on a bad policy."""
    recover(root)
    read, state = reader(root), read_state(root)
    loaded = parse_policy(wishes.starter) if wishes.starter is not None else load_policy(root)
    targets = render_targets(root, loaded, read, state)
    if wishes.starter is not None:
        targets.append(whole_file(repo.POLICY, wishes.starter, read))
    return make_plan(targets, read, state, force=wishes.force, adopt=wishes.adopt, repair=wishes.repair)


def sync(root: str, wishes: Wishes = NOTHING) -> Plan:
    """Plan and apply; a file that is saved in between makes the plan anew."""
    for remaining in reversed(range(_TRIES)):
        plan = plan_sync(root, wishes)
        try:
            apply_plan(root, plan)
            break
        except ChangedMeanwhile:
            if not remaining:
                raise
    write_launcher(root)
    return plan


def plan_uninstall(root: str) -> Plan:
    """What taking Tierwise out of the repository would change."""
    recover(root)
    return make_removal(reader(root), read_state(root))


def write_launcher(root: str) -> None:
    """Note, for this machine only, which interpreter and which shim the hook launcher starts."""
    path = repo.local(root, "launcher")
    data = f"{sys.executable}\n{bundle.path('hooks', 'run.py')}\n".encode()
    with suppress(OSError):  # without it the launcher asks PATH
        if read_bytes(path) != data:
            write_atomic(path, data, top=root)


def uninstall(root: str, *, purge: bool = False) -> Plan:
    """Take everything out; the local ledger and logs stay unless ``purge``, for they cannot be made again."""
    plan = plan_uninstall(root)
    apply_plan(root, plan)
    unwire(root)
    folder = repo.local(root)
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        if purge or name in _REMADE or name.endswith(".tmp"):  # of a process that was killed
            path = os.path.join(folder, name)
            shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
    for empty in (folder, os.path.dirname(folder)):
        with suppress(OSError):  # not empty: something of the user's is in it
            os.rmdir(empty)
    return plan
