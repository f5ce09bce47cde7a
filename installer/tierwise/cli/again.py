"""A report that was made before, printed before the command line's own library is loaded.

Loading click takes longer than finding out that nothing has changed.  What is asked for in other
words than these, what is new and what needs a word on standard error goes the usual way.
"""

import sys
import time

from tierwise.errors import TierwiseError
from tierwise.repo import find_foreign

TYPE_CHECKING = False  # typing itself costs 10 ms
if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMAND = "report"
_FORMS = {"--json": "json", "--csv": "csv"}


class Words:
    """A report that was asked for in words as plain as these.

    ``form``      ``json`` or ``csv``; empty for the screen's
    ``by``        what to group by
    ``roots``     folders that hold ``projects/``, instead of the defaults
    ``no_store``  whether every transcript is read anew
    """

    def __init__(self) -> None:
        self.form = ""
        self.by = "tier"
        self.roots: list[str] = []
        self.no_store = False


def read_words(arguments: "Sequence[str]") -> "Words | None":
    """Return what was asked for; None where that is no report, or in other words."""
    if arguments[:1] != [_COMMAND]:
        return None
    words = Words()
    left = iter(arguments[1:])
    for word in left:
        if word in _FORMS and not words.form:
            words.form = _FORMS[word]
        elif word == "--by":
            words.by = next(left, "")
        elif word == "--root":
            words.roots.append(next(left, ""))
        elif word == "--no-store":
            words.no_store = True
        else:
            return None
    if not words.by or "" in words.roots:
        return None
    return words


def print_again(arguments: "Sequence[str]") -> bool:
    """Print what was asked for if it is remembered; False where the usual way has to be gone.

    Raises OSError where it cannot be printed.
    """
    words = read_words(arguments)
    if words is None or words.no_store or not words.form:
        return False
    try:
        text = _recall_text(words)
    except (TierwiseError, OSError):
        return False  # the usual way says what is wrong
    if text is None:
        return False
    sys.stdout.write(f"{text}\n")
    return True


def _recall_text(words: Words) -> "str | None":
    from tierwise.report import remembered
    from tierwise.transcripts.roots import default_store

    store = default_store()
    if not remembered.has_reports(store):
        return None
    from tierwise.report.sources import (
        Sources,
        list_ledger_folders,
    )

    found = Sources(words.roots)
    if find_foreign() or found.left_out or not found.transcripts:
        return None
    found.read_settings()
    asked = remembered.ask_for(
        words.form,
        words.by,
        time.strftime("%Y-%m-%d"),
    )
    key = remembered.key_of(found, asked)
    return remembered.recall_report(
        store, key, lambda projects: list_ledger_folders(found.root, projects)
    )
