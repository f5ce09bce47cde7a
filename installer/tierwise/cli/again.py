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


def print_again(arguments: "Sequence[str]") -> bool:
    """Print what was asked for if it is remembered; False where the usual way has to be gone."""
    try:
        text = _recall_text(arguments)
        if text is None:
            return False
        sys.stdout.write(f"{text}\n")
    except (TierwiseError, OSError):
        return False  # the usual way says what is wrong
    return True


def _recall_text(arguments: "Sequence[str]") -> "str | None":
    if arguments[:1] != [_COMMAND]:
        return None
    words = _read_words(arguments[1:])
    if words is None:
        return None
    form, by, roots = words
    from tierwise.report import remembered
    from tierwise.transcripts.roots import default_store

    store = default_store()
    if not remembered.has_reports(store):
        return None
    from tierwise.report.sources import Sources, list_ledger_folders

    found = Sources(roots)
    if find_foreign() or found.left_out or not found.transcripts:
        return None
    found.read_settings()
    asked = remembered.ask_for(form, by, time.strftime("%Y-%m-%d"))
    key = remembered.key_of(found, asked)
    return remembered.recall_report(
        store, key, lambda projects: list_ledger_folders(found.root, projects)
    )


def _read_words(words: "Sequence[str]") -> "tuple[str, str, list[str]] | None":
    """Return form, grouping and roots; None where there is anything else."""
    form, by, roots = "", "tier", []
    left = iter(words)
    for word in left:
        if word in _FORMS and not form:
            form = _FORMS[word]
        elif word == "--by":
            by = next(left, "")
        elif word == "--root":
            roots.append(next(left, ""))
        else:
            return None
    if not form or not by or "" in roots:
        return None
    return form, by, roots
