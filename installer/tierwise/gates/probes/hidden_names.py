"""Names of the test tools and of the tests' files hidden from the new code: where tests fail then, it asked for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tierwise.gates.probes.altered_runs import AlteredRuns
from tierwise.gates.special_cases import Block
from tierwise.gates.tests_as_were.definitions import list_definitions

_WORD = r"(?<!\w){}(?!\w)"


def find_command_in_need(runs: AlteredRuns, words: Iterable[str], block: Block) -> str:
    """The command that fails once ``words`` are hidden in a block of the new code; empty where none does.

    Names that the file defines itself are its own, and stay.  Raises OutOfTimeError.
    """
    own = _list_own_names(runs, block.path)
    hidden = {word: _hide(word) for word in words if word not in own}

    def alter(path: str, data: bytes) -> bytes:
        if path != block.path:
            return data
        return hide_in_block(data, block, hidden)

    for name, command in runs.config.commands.items():
        if not runs.run_delivered(name, command).passed:
            continue
        run = runs.run_altered(command, runs.change.tree, alter)
        if run is not None and not run.passed:
            return run.command
    return ""


def hide_in_block(data: bytes, block: Block, hidden: Mapping[str, str]) -> bytes:
    """A file whose lines from ``block`` have other words in place of the ``hidden`` ones."""
    lines = data.decode("utf-8", "surrogateescape").splitlines(keepends=True)
    start = block.line - 1
    end = start + len(block.text.splitlines())
    before, own, after = lines[:start], lines[start:end], lines[end:]
    changed = [_replace_words(line, hidden) for line in own]
    return "".join((*before, *changed, *after)).encode("utf-8", "surrogateescape")


def _list_own_names(runs: AlteredRuns, path: str) -> set[str]:
    """What a file of the new code defines."""
    for entry in runs.change.changes:
        if entry.path == path and entry.after is not None:
            return {found.name for found in list_definitions(path, entry.after)}
    return set()


def _replace_words(line: str, hidden: Mapping[str, str]) -> str:
    for word, other in hidden.items():
        found = _WORD.format(re.escape(word))
        line = re.sub(found, other, line)
    return line


def _hide(word: str) -> str:
    """A word of the same length that names nothing."""
    with_large = re.sub("[A-Z]", "Q", word)
    return re.sub("[a-z]", "q", with_large)
