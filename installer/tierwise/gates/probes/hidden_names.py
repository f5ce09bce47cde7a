"""Names of the test tools and of the tests' files hidden from the new code: where tests fail then, it asked for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tierwise.gates.probes.altered_runs import (
    WORD_ALONE,
    AlteredRuns,
    replace_all,
)
from tierwise.gates.reading.definitions import list_definitions
from tierwise.gates.reading.new_code import CodeBlock


def find_command_in_need(
    runs: AlteredRuns,
    words: Iterable[str],
    block: CodeBlock,
) -> str:
    """Find the command that fails once ``words`` are hidden in a block of new code; empty where none does.

    Names that the file defines itself are its own, and stay.  Raises OutOfTimeError.
    """
    own_names = _list_own_names(runs, block.path)
    hidden = {word: _hide(word) for word in words if word not in own_names}

    def alter(path: str, data: bytes) -> bytes:
        if path != block.path:
            return data
        return hide_in_block(data, block, hidden)

    for name, command in runs.config.commands.items():
        delivered = runs.run_delivered(name, command)
        if not delivered.passed:
            continue
        run = runs.run_altered(command, runs.change.tree, alter)
        if run is not None and not run.passed:
            return run.command
    return ""


def hide_in_block(
    data: bytes,
    block: CodeBlock,
    hidden: Mapping[str, str],
) -> bytes:
    """Put other words in place of the ``hidden`` ones into a file's lines from ``block``."""
    text = data.decode("utf-8", "surrogateescape")
    lines = text.splitlines(keepends=True)
    length = len(block.text.splitlines())
    start = block.line - 1
    end = start + length
    own = "".join(lines[start:end])
    lines[start:end] = [replace_all(own, hidden, WORD_ALONE)]
    changed = "".join(lines)
    return changed.encode("utf-8", "surrogateescape")


def _list_own_names(runs: AlteredRuns, path: str) -> set[str]:
    """List what a file of the new code defines."""
    for entry in runs.change.changes:
        if entry.path != path or entry.after is None:
            continue
        definitions = list_definitions(path, entry.after)
        return {found.name for found in definitions}
    return set()


def _hide(word: str) -> str:
    """Spell a word of the same length that names nothing."""
    with_large = re.sub("[A-Z]", "Q", word)
    return re.sub("[a-z]", "q", with_large)
