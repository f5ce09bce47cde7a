"""A report that is asked for in plain words, made without the command line's own library.

Click and what goes with it are a sixth of the instructions of a start.  What is asked for in other words, and what needs
a word on standard error, goes the usual way.
"""

from __future__ import annotations

from tierwise.cli.again import Words, read_words
from tierwise.errors import TierwiseError
from tierwise.own_msgspec import load_msgspec
from tierwise.repo import find_foreign

TYPE_CHECKING = False  # typing itself costs 10 ms
if TYPE_CHECKING:
    from collections.abc import Sequence


def print_report(arguments: Sequence[str]) -> bool:
    """Make and print what was asked for; False where the usual way has to be gone.

    Raises OSError where it cannot be printed: made a second time, it could not either.
    """
    words = read_words(arguments)
    if words is None:
        return False
    try:
        made = _make_report(words)
    except (TierwiseError, OSError):
        return False  # the usual way says what is wrong
    if made is None:
        return False
    text, root = made
    from tierwise.cli import report_text

    form = words.form or report_text.SCREEN
    report_text.print_text(text, form)
    if form == report_text.SCREEN:
        report_text.print_limits(root)
    return True


def _make_report(words: Words) -> tuple[str, str | None] | None:
    """Return the report as text, and the repository that it is for; None where it needs the usual way."""
    from tierwise.report.sources import Sources

    found = Sources(words.roots)
    if find_foreign() or found.left_out or not found.transcripts:
        return None
    found.read_settings()
    load_msgspec()
    from tierwise.cli import reading, report_text

    if words.by not in report_text.BY:
        return None
    form = words.form or report_text.SCREEN
    inputs = reading.list_inputs(
        found,
        reading.read_window(None, None, None),
    )
    with reading.pause_collector():
        text = report_text.make_text(
            inputs,
            form,
            words.by,
            no_store=words.no_store,
        )
    return text, found.root
