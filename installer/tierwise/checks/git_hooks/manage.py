"""Putting Tierwise's git hooks in, taking them out, and saying how they stand.

A hook that is there already is kept beside ours as ``HOOK.before-tierwise``, run first, and put back byte for
byte, with its mode and as the symbolic link that it may be.  Every step is one rename: a kill in between
leaves the old hook or the new one, never none.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress

from tierwise.checks.git_hooks.owner import Owner, find_owner
from tierwise.checks.git_hooks.place import (
    HookFolder,
    find_hook_folder,
)
from tierwise.checks.git_hooks.script import (
    is_edited,
    is_ours,
    recorded,
    render,
)
from tierwise.checks.git_hooks.wanted import (
    CHECKS,
    SYNC,
    HookState,
    name_command,
)
from tierwise.files import read_bytes, stage_file, sync_folder

EARLIER = ".before-tierwise"
_NO_FOLDER = (
    "core.hooksPath names no folder, so git runs no hooks at all; unset it, then install again"
)
_STAYS = "edited by hand, so it stays; `tierwise git-hooks uninstall --force` takes it out and keeps a copy"


def install(
    root: str,
    hooks: Iterable[str] = CHECKS,
    *,
    force: bool = False,
    dry_run: bool = False,
) -> list[HookState]:
    """Install each of ``hooks``; twice changes nothing.

    Without ``force`` nothing is written into a folder that others share (core.hooksPath), over a hook of ours
    that was edited, or beside a hook manager.  Raises OutsideError where git or the disk fails.
    """
    place = find_hook_folder(root)
    return [_install_hook(root, hook, place, force, dry_run) for hook in hooks]


def uninstall(
    root: str,
    *,
    force: bool = False,
    dry_run: bool = False,
) -> list[HookState]:
    """Take out every hook of ours and put back what was there.

    An edited one stays unless ``force``, which keeps it beside as ``HOOK.edited``.
    """
    place = find_hook_folder(root)
    states = [_uninstall_hook(hook, place, force, dry_run) for hook in CHECKS + SYNC]
    # A folder that core.hooksPath names is somebody's, empty or not.
    if not place.shared and not dry_run:
        with suppress(OSError):  # only where it is empty
            os.rmdir(place.folder)
    return states


def status(
    root: str,
    hooks: Iterable[str] = CHECKS,
) -> list[HookState]:
    """Return how each of ``hooks`` stands; reads only."""
    place = find_hook_folder(root)
    return [_find_status(root, hook, place) for hook in hooks]


def _install_hook(
    root: str,
    hook: str,
    place: HookFolder,
    force: bool,
    dry_run: bool,
) -> HookState:
    path = os.path.join(place.folder, hook)
    if _is_no_folder(place):
        return HookState(hook, path, "blocked", _NO_FOLDER)
    found = read_bytes(path)
    ours = found
    if found is not None and not is_ours(found):
        ours = None
    wanted = render(hook, portable=bool(place.shared))
    if ours == wanted and os.access(path, os.X_OK):
        return HookState(hook, path, "kept")
    if not force:
        left = _leave_alone(root, hook, place, ours)
        if left is not None:
            return left
    if ours is None:
        return _install_beside(
            hook,
            path,
            found,
            wanted,
            dry_run,
        )
    if not dry_run:
        _replace_ours(path, ours, wanted)
    return HookState(hook, path, "updated")


def _leave_alone(
    root: str,
    hook: str,
    place: HookFolder,
    ours: bytes | None,
) -> HookState | None:
    """Say why only ``--force`` installs here; None where nothing stands against it.

    ``ours`` is the hook of ours that is there.
    """
    path = os.path.join(place.folder, hook)
    if ours is not None and is_edited(ours):
        note = f"edited by hand, so it stays; {name_command(hook, force=True)} replaces it and keeps a copy"
        return HookState(hook, path, "edited", note)
    if ours is None:
        owner = find_owner(root, hook, place)
        if owner is not None:
            return _offer_line(hook, path, owner)
    if place.shared:
        note = f"{place.shared}; {name_command(hook, force=True)} installs there all the same"
        return HookState(hook, path, "shared", note)
    return None


def _replace_ours(
    path: str,
    found: bytes,
    wanted: bytes,
) -> None:
    if is_edited(found):
        os.replace(path, f"{path}.edited")
    _write_script(path, wanted)


def _install_beside(
    hook: str,
    path: str,
    found: bytes | None,
    wanted: bytes,
    dry_run: bool,
) -> HookState:
    """Install where no hook of ours stands; a hook that is there runs first from then on."""
    if os.path.lexists(path) and _has_another(path):
        note = f"both {hook} and {hook}{EARLIER} are there; keep one of them, then install again"
        return HookState(hook, path, "blocked", note)
    if not dry_run:
        _set_aside(path)
        _write_script(path, wanted)
    is_chained = os.path.lexists(path + EARLIER)
    if dry_run and found is not None:
        is_chained = True
    note = ""
    if is_chained:
        note = "runs the hook that was there first"
    return HookState(hook, path, "installed", note)


def _is_no_folder(place: HookFolder) -> bool:
    """Return whether core.hooksPath names a file or a device, as ``/dev/null``: the usual way to have no hooks at all."""
    return os.path.lexists(place.folder) and not os.path.isdir(place.folder)


def _uninstall_hook(
    hook: str,
    place: HookFolder,
    force: bool,
    dry_run: bool,
) -> HookState:
    path = os.path.join(place.folder, hook)
    earlier = path + EARLIER
    has_earlier = os.path.lexists(earlier)
    ours = _find_ours(path)
    if ours is not None:
        candidate, script = ours
        if is_edited(script) and not force:
            return HookState(hook, candidate, "edited", _STAYS)
        if not dry_run:
            _take_out(path, candidate, is_edited(script))
        return HookState(
            hook,
            candidate,
            "restored" if has_earlier else "removed",
        )
    if not has_earlier or os.path.lexists(path):
        return HookState(hook, path, "absent")
    if not dry_run:
        os.replace(earlier, path)
    return HookState(hook, path, "restored")


def _find_ours(path: str) -> tuple[str, bytes] | None:
    """Return where a hook of ours is, and its content.

    The pre-commit framework, installed after us, moved our script aside and runs it from there.
    """
    for candidate in (path, f"{path}.legacy"):
        found = read_bytes(candidate)
        if found is not None and is_ours(found):
            return candidate, found
    return None


def _take_out(
    path: str,
    candidate: str,
    keeps_copy: bool,
) -> None:
    """Take our script away and put back what was there before."""
    if keeps_copy:
        os.replace(candidate, f"{path}.edited")
    if os.path.lexists(path + EARLIER):
        os.replace(path + EARLIER, candidate)
    else:
        with suppress(FileNotFoundError):
            os.unlink(candidate)


def _find_status(
    root: str,
    hook: str,
    place: HookFolder,
) -> HookState:
    path = os.path.join(place.folder, hook)
    if _is_no_folder(place):
        return HookState(hook, path, "blocked", _NO_FOLDER)
    found = read_bytes(path)
    if found is not None and is_ours(found):
        return _status_of_ours(hook, path, found)
    owner = find_owner(root, hook, place)
    if owner is not None:
        return _offer_line(hook, path, owner)
    if found is not None:
        return HookState(
            hook,
            path,
            "foreign",
            "not ours; installing keeps it and runs it first",
        )
    return HookState(hook, path, "absent", name_command(hook))


def _status_of_ours(
    hook: str,
    path: str,
    found: bytes,
) -> HookState:
    if is_edited(found):
        return HookState(hook, path, "edited", "edited by hand")
    python, program = recorded(found)
    named = [name for name in (python, program) if name]
    gone = [name for name in named if not os.path.exists(name)]
    if gone or not os.access(path, os.X_OK):
        cause = "is not executable"
        if gone:
            cause = f"{gone[0]} has moved"
        note = f"{cause}; {name_command(hook)} repairs it"
        return HookState(hook, path, "outdated", note)
    if found != render(hook, portable=not python):
        note = f"written by another Tierwise; {name_command(hook)}"
        return HookState(hook, path, "outdated", note)
    return HookState(hook, path, "kept")


def _offer_line(
    hook: str,
    path: str,
    owner: Owner,
) -> HookState:
    if owner.configured and owner.start:
        note = f"{owner.config} names it, and {owner.name} has put no hook of its own there: `{owner.start}`"
        return HookState(hook, path, "idle", note, owner.config)
    if owner.configured:
        note = f"{owner.name} runs it ({owner.config})"
        return HookState(hook, path, "configured", note)
    way = name_command(hook, force=True)
    note = f"{owner.name} owns this hook; add the lines to {owner.config}, or {way}"
    return HookState(
        hook,
        path,
        "offered",
        note,
        owner.config,
        owner.entry,
    )


def _has_another(path: str) -> bool:
    """Return whether a hook was set aside before and the one that stands here now is a different one."""
    earlier = path + EARLIER
    if not os.path.lexists(earlier):
        return False
    return not os.path.samestat(os.lstat(path), os.lstat(earlier))


def _set_aside(path: str) -> None:
    """Give the hook that is there its second name; the first one is taken over by :func:`_write_script`."""
    earlier = path + EARLIER
    if not os.path.lexists(path) or os.path.lexists(earlier):
        return
    try:
        os.link(path, earlier, follow_symlinks=False)
    except (OSError, NotImplementedError):
        os.rename(
            path,
            earlier,
        )  # a file system without hard links


def _write_script(path: str, script: bytes) -> None:
    # files.write_atomic would follow a symbolic link and overwrite what it points to, often a tracked file.
    os.replace(stage_file(path, script, 0o755), path)
    sync_folder(os.path.dirname(path))
