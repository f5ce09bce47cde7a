"""What one machine needs beside the repository's files: this user's launcher and command, hooks for subfolders.

The client reads ``.claude/settings.json`` from the folder in which a session starts only, but the work tree's
``settings.local.json`` from every folder below, and from linked work trees too (measured on 2.1.329 and 2.1.332;
2.1.197 does not).  A submodule has local settings of its own.
So the same hook entries stand in both; the client runs equal commands once.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from tierwise import repo
from tierwise.domain.hook_line import LAUNCHER
from tierwise.errors import TierwiseError
from tierwise.files import read_bytes, write_atomic
from tierwise.programs import find_program
from tierwise.user_launcher import (
    usable_candidates,
    write_command,
    write_launcher,
)

SHARED = ".claude/settings.json"
PATH = ".claude/settings.local.json"
_IGNORED = f"**/{PATH}"  # what the client itself writes where it makes that file


def set_up_machine(
    root: str,
    environ: Mapping[str, str],
) -> list[str]:
    """Write the launcher and the wiring for subfolders; return what could not be done, one sentence each."""
    problems = []
    try:
        write_launcher(environ)
        write_command(environ)
    except (OSError, ValueError) as error:
        problems.append(f"the launcher was not written ({error}): the hook asks PATH")
    try:
        wire_subfolders(root)
    except (TierwiseError, OSError) as error:
        problems.append(f"sessions in subfolders are not routed: {PATH} {error}")
    return problems


def says_unrouted(root: str, environ: Mapping[str, str]) -> str:
    """Return why sessions here are not routed on this machine, and the command for it; empty where they may be.

    A clone has the wiring and lacks the launcher.  In CI nobody starts sessions by accident, so nothing is said.
    """
    if environ.get("CI") or usable_candidates(environ):
        return ""
    search = environ.get("PATH", os.defpath)
    if not _is_wired(root, SHARED) or find_program("tierwise-hook", root, search):
        return ""
    return "nothing is routed here: this machine has no launcher; run `tierwise install` once"


def _is_wired(root: str, path: str) -> bool:
    settings = read_bytes(os.path.join(root, path))
    return LAUNCHER.encode() in (settings or b"")


def wire_subfolders(root: str) -> None:
    """Let ``settings.local.json`` follow what the shared settings wire.

    Raises TierwiseError where the file is not usable, OSError where the disk refuses.
    """
    shared = _is_wired(root, SHARED)
    if shared == _is_wired(root, PATH) or not is_main_work_tree(root):
        return
    from tierwise.sync import local_settings  # with the policy's libraries: only where it is needed

    if shared:
        _ignore_in_git(root)
        local_settings.wire_commands(root)
    else:
        unwire_subfolders(root)


def unwire_subfolders(root: str) -> None:
    """Take our entries out of ``settings.local.json``, and our line out of git's exclude file."""
    from tierwise.sync import local_settings

    local_settings.unwire(root)
    settings = os.path.join(root, PATH)
    if not is_main_work_tree(root) or os.path.exists(settings):
        return
    exclude = _exclude_file(root)
    text = read_bytes(exclude) or b""
    lines = text.splitlines(keepends=True)
    ignored = _IGNORED.encode()
    kept = [line for line in lines if line.strip() != ignored]
    if kept != lines:
        write_atomic(exclude, b"".join(kept))


def is_main_work_tree(root: str) -> bool:
    """Return whether ``root`` is the top of a repository's own work tree, or of a submodule's, and no linked one."""
    git = os.path.join(root, ".git")
    return os.path.isdir(git) or repo.is_submodule(root)


def _ignore_in_git(root: str) -> None:
    """See that git ignores the file: in it stands what only this machine needs."""
    if repo.run_git(root, "check-ignore", PATH, check=False):
        return
    exclude = _exclude_file(root)
    text = read_bytes(exclude) or b""
    if text and not text.endswith(b"\n"):
        text += b"\n"
    write_atomic(exclude, text + _IGNORED.encode() + b"\n")


def _exclude_file(root: str) -> str:
    return os.path.join(
        repo.git_folder(root),
        "info",
        "exclude",
    )
