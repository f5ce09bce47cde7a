"""After a commit message has failed: whether it is git's own, and if not, what to tell its author.

Standard library only; none of this is loaded for a message that passes.
"""

import os
import shlex

from tierwise.commits import clean as commit_clean
from tierwise.commits import fix as commit_fix
from tierwise.commits import git as commit_git
from tierwise.commits import state as commit_state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from tierwise.commits.parse import Fault
    from tierwise.commits.policy import Settings
    from tierwise.commits.verdict import MessageVerdict

COPY = "COMMIT_EDITMSG.refused"
_WIDTH = 100
_LONGEST_MESSAGE = 300
_CONTEXT = 12
_SHOWN = 20  # faults; a pasted log would give one a line


def written_by_git(verdict: "MessageVerdict", path: str) -> str:
    """Return why the subject is git's own, as the repository around the message file shows; empty when it is the author's."""
    return commit_state.written_by_git(
        _find_subject(verdict),
        commit_git.folder_of(path),
    )


def _find_subject(verdict: "MessageVerdict") -> str:
    """Return the first line that is not blank, as git reads a subject."""
    return next(
        (line for line in verdict.lines if line.strip()),
        "",
    )


def report(
    verdict: "MessageVerdict",
    numbers: "list[int]",
    path: str,
    raw: bytes,
    stored: bytes,
    editor: bool,
    settings: "Settings",
    passes: "Callable[[str], bool]",
) -> str:
    """Return what the author reads: the faults in place, the corrected line, how to go on without typing it again.

    ``passes`` judges a corrected line before it is proposed.
    """
    name = "Conventional Commits 1.0.0"
    if settings.get("preset") == "commitlint":
        name = "commitlint's config-conventional"
    pieces = [f"tierwise: this commit message does not follow {name}\n"]
    pieces += _show_message(verdict, numbers)
    header = _find_subject(verdict)
    if not editor and header.startswith("#"):
        pieces.append(
            "git strips lines that start with # only when an editor was open; here they stay.\n"
        )
    better = commit_fix.corrected(
        header,
        verdict.faults,
        passes,
    )
    if better:
        pieces.append(f"perhaps:  {_make_visible(better)}\n")
    pieces.append(_how_to_retry(path, raw, stored))
    return "\n".join(pieces)


def _show_message(
    verdict: "MessageVerdict",
    numbers: "list[int]",
) -> "list[str]":
    """Return the message, cut to the lines around the faults, with a mark under each fault."""
    blocks = []
    faults = verdict.faults[:_SHOWN]
    marked = {fault.line for fault in faults}
    end = min(len(verdict.lines), max({_CONTEXT, *marked}))
    for index in range(1, end + 1):
        if index > _CONTEXT and index not in marked:
            continue
        shown = index
        if index <= len(numbers):
            shown = numbers[index - 1]
        here = [fault for fault in faults if fault.line == index]
        blocks += _show_line(
            verdict.lines[index - 1],
            shown,
            here,
        )
    if end < len(verdict.lines):
        blocks.append("       | …")
    unshown = len(verdict.faults) - _SHOWN
    if unshown > 0:
        blocks.append(f"  and {unshown} faults more")
    return ["\n".join(blocks) + "\n"]


def _show_line(
    line: str,
    number: int,
    faults: "list[Fault]",
) -> "list[str]":
    """Return one line, cut around its first fault where it is long, with a mark under each fault."""
    start = 0
    if len(line) > _WIDTH:
        first = min((fault.column for fault in faults), default=1)
        start = max(0, first - _WIDTH // 2 - 1)
    text = _make_visible(line[start : start + _WIDTH])
    shown = [f"  {number:>4} | {text}".rstrip()]
    for fault in faults:
        at = min(max(fault.column - 1 - start, 0), _WIDTH)
        rest = max(len(text) - at, 1)
        mark = "^" * max(1, min(fault.width, rest))
        message = _make_visible(fault.message[:_LONGEST_MESSAGE])
        place = f"line {number}, column {fault.column}"
        shown.append(f"       | {' ' * at}{mark}")
        shown.append(f"  {place}: {message} [{fault.source}]")
    return shown


def _make_visible(text: str) -> str:
    """Return the text without anything that would move the cursor or change what is read."""
    text = text.replace("\t", " ")
    if text.isprintable():
        return text
    hidden = {character for character in text if not character.isprintable()}
    for character in hidden:
        text = text.replace(character, "\ufffd")
    return text


def _how_to_retry(
    path: str,
    raw: bytes,
    stored: bytes,
) -> str:
    """Return the command that opens the message again, and where a copy of it lies."""
    folder = path.rpartition("/")[0] or "."
    # Only inside the git folder is the file git's to overwrite.
    copy = kept = amend = ""
    if os.path.exists(f"{folder}/HEAD"):
        copy = _keep_copy(f"{folder}/{COPY}", stored)
    source = path
    # Given to -F, a file with a diff below the scissors would go into the message whole.
    if copy and commit_clean.CUT_LINE in raw:
        source = copy
    elif copy:
        kept = f"  (a copy is in {_quote_path(copy)})\n"
    if commit_state.is_amending(folder):
        amend = "--amend "
    return (
        "Nothing you typed is lost. To fix the message in your editor, with the options you gave before:\n"
        f"  git commit {amend}-e -F {_quote_path(source)}\n{kept}"
        "To commit once without this check: git commit --no-verify, or TIERWISE_SKIP=commit-msg\n"
    )


def _keep_copy(copy: str, stored: bytes) -> str:
    """Write the copy, the one before it aside; empty when that cannot be done.

    Replaced in one step like every file, but not forced to the disk (``files.write_atomic`` is): git's own file with
    the message is still there, and waiting for the disk takes longer than the whole hook.
    """
    try:
        if os.path.exists(copy):
            with open(copy, "rb") as handle:
                if handle.read() != stored:
                    os.replace(copy, copy + ".1")
        with open(copy + ".new", "wb") as handle:
            handle.write(stored)
        os.replace(copy + ".new", copy)
    except OSError:
        return ""
    return copy


def _quote_path(path: str) -> str:
    """Return the path as a shell reads it; absolute where the author stood in another folder."""
    if os.environ.get("GIT_PREFIX", ""):
        path = os.path.join(os.getcwd(), path)
    return shlex.quote(path.removeprefix("./"))
