"""The quick form of the tests' command: only the tests that speak of a changed file, for gates that have seconds."""

from __future__ import annotations

import json
import os
from collections.abc import (
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import suppress
from dataclasses import replace

from tierwise.files import decode_text
from tierwise.gates.commands import choose_test_command
from tierwise.gates.model import ChangeSet, Command, Gate
from tierwise.gates.quick_forms import (
    call_script,
    find_script,
    is_run,
    name_tests,
)
from tierwise.gates.reading.naming import mentions
from tierwise.gates.reading.paths import is_test
from tierwise.gates.trees import read_files
from tierwise.git.snapshot import TreeChange

# Stems that every folder has.
_SAY_NOTHING = frozenset(("", "__init__", "index", "mod", "lib", "main"))
_MOST_TESTS = 40  # files; with more the whole command is as quick


def add_quick_command(
    gates: Sequence[Gate], commands: Mapping[str, Command], change: ChangeSet
) -> list[Gate]:
    """Tell the gates the quick form of the project's tests where no gate of theirs runs a command.

    ``commands``: the project's own.
    """
    chosen = choose_test_command(commands)
    if chosen is None or any(gate.config.commands for gate in gates):
        return list(gates)
    name, command = chosen
    narrowed = narrow_command(command, change)
    if not narrowed:
        return list(gates)
    return [replace(gate, config=replace(gate.config, commands={name: narrowed})) for gate in gates]


def narrow_command(command: Command, change: ChangeSet) -> str:
    """Narrow the command to the tests that speak of a changed file; empty where it has no such form."""
    if not isinstance(command, str):
        return ""
    tests = _find_touching_tests(change)
    if not 0 < len(tests) <= _MOST_TESTS:
        return ""
    own = [os.path.relpath(path, change.folder or ".") for path in tests]
    call = _read_script(command, change) or command
    return name_tests(call, own, os.path.join(change.root, change.folder))


def _read_script(command: str, change: ChangeSet) -> str:
    """Read what `npm test` and the like run, as the base has it; empty where the command is none of these."""
    script = find_script(command)
    if not script:
        return ""
    manifest = os.path.normpath(os.path.join(change.folder, "package.json"))
    for _, data in read_files(change, change.base_tree, manifest.__eq__):
        with suppress(ValueError, KeyError, TypeError):
            return call_script(str(json.loads(data)["scripts"][script]))
    return ""


def _find_touching_tests(change: ChangeSet) -> list[str]:
    """Find the base's test files that the change touches and keeps, or that speak of a file that it touches."""
    touched = {entry.path_before for entry in change.changes}
    gone = set(_list_gone(change.changes))
    names = _name_files(touched)
    found = []
    for path, data in read_files(change, change.base_tree, is_run):
        if path not in gone and (path in touched or _speaks_of(data, names)):
            found.append(path)
    return found


def _list_gone(changes: Iterable[TreeChange]) -> Iterator[str]:
    """List the paths at which a change leaves nothing."""
    for entry in changes:
        if entry.after is None:
            yield entry.path
        if entry.old_path:
            yield entry.old_path


def _speaks_of(data: bytes, names: Iterable[str]) -> bool:
    text = decode_text(data)
    return any(mentions(text, name) for name in names)


def _name_files(paths: Iterable[str]) -> set[str]:
    """Name files of the product as tests do: by their stem, where it says something."""
    stems = {os.path.basename(path).split(".", 1)[0] for path in paths if not is_test(path)}
    return stems - _SAY_NOTHING
