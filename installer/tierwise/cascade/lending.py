"""What hooks inside an attempt get of the user's repository, and what they bring back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tierwise import ledger, local_state
from tierwise.domain.table_shape import Table
from tierwise.errors import TierwiseError
from tierwise.trust.guard import (
    list_withheld,
    note_trust,
    revoke_trust,
    trusts_everything,
)

# The key of task fingerprints, the escalations by fingerprint, a policy compiled since the last sync.
_LENT = ("key", "marks.jsonl", "table.json")


def lend_local(home: str, work: str) -> None:
    """Give the attempt's hooks copies of what they know of tasks in the user's repository."""
    for name in _LENT:
        data = local_state.read(home, name)
        if data is not None:
            local_state.write(work, name, data=data)


def collect_rows(work: str, home: str) -> None:
    """Bring what hooks noted while an attempt worked to the user's own ledger."""
    rows = list(ledger.read(work))
    if not rows:
        return
    with suppress(OSError), ledger.Log(home) as log:
        for row in rows:
            log.write(row)


@contextmanager
def lend_trust(
    folder: str,
    table: Table,
) -> Iterator[None]:
    """Let hooks inside an attempt do what the user allowed in their own repository: exactly these powers, and no longer."""
    if list_withheld(table) or trusts_everything():
        yield
        return
    with suppress(TierwiseError, OSError):  # then its hooks say what they left out
        note_trust(folder, table)
    try:
        yield
    finally:
        with suppress(TierwiseError, OSError):
            revoke_trust(folder)
