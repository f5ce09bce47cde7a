"""The quick form of the tests' command: only the tests that speak of a changed file, for gates that have seconds."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import (
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import replace

from tierwise.files import decode_text
from tierwise.gates.commands import choose_test_command
from tierwise.gates.model import ChangeSet, Command, Gate
from tierwise.gates.reading.naming import mentions
from tierwise.gates.reading.paths import (
    is_collected,
    is_test,
)
from tierwise.gates.trees import read_files
from tierwise.git.snapshot import Change

# Runners that take files in place of all that they find.
_RUNNERS = re.compile(
    r"(?:^|\s)(?:\S*/)?(?:pytest|prove|jest|vitest\s+run|node\s+--test|rspec)(?=\s|$)"
)
_SHELL_SIGNS = re.compile(r"[;|&<>$`*?(){}\[\]~!#\n]")
# Stems that every folder has.
_SAY_NOTHING = frozenset(("", "__init__", "index", "mod", "lib", "main"))
# Options whose next word may look like a place of tests, and is none.
_TAKES_A_WORD = frozenset(
    (
        "--rootdir",
        "-I",
        "--lib",
        "--dir",
        "-c",
        "--config",
        "--root",
        "-k",
        "-m",
        "--cov",
        "--ignore",
    )
)
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
    call, arguments = _split_call(command)
    if not call or not _TAKES_A_WORD.isdisjoint(arguments):
        return ""
    tests = _find_touching_tests(change)
    if not 0 < len(tests) <= _MOST_TESTS:
        return ""
    options = [word for word in arguments if not _is_place(word, change)]
    own = [os.path.relpath(path, change.folder or ".") for path in tests]
    return shlex.join([*call, *options, *own])


def _split_call(command: Command) -> tuple[list[str], list[str]]:
    """Split a command into a runner's call and arguments; both empty where it does more, or something else."""
    if not isinstance(command, str) or _SHELL_SIGNS.search(command):
        return [], []
    runner = _RUNNERS.search(command)
    if runner is None:
        return [], []
    end = runner.end()
    try:
        return shlex.split(command[:end]), shlex.split(command[end:])
    except ValueError:  # a quote that is not closed: the shell will say so
        return [], []


def _find_touching_tests(change: ChangeSet) -> list[str]:
    """Find the base's test files that the change touches and keeps, or that speak of a file that it touches."""
    touched = {entry.path_before for entry in change.changes}
    gone = set(_list_gone(change.changes))
    names = _name_files(touched)
    found = []
    for path, data in read_files(change, change.base_tree, _is_run):
        if path not in gone and (path in touched or _speaks_of(data, names)):
            found.append(path)
    return found


def _list_gone(changes: Iterable[Change]) -> Iterator[str]:
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


def _is_run(path: str) -> bool:
    return path.endswith(".t") or (is_test(path) and is_collected(path))


def _is_place(word: str, change: ChangeSet) -> bool:
    """Tell whether a word of a command says where its tests are: a folder, or a test."""
    path = os.path.join(change.root, change.folder, word)
    return os.path.isdir(path) or (_is_run(word) and os.path.isfile(path))
