"""Where what a report is made of lies: transcripts, policy, the client's settings, ledgers.

No library is loaded: a report that is remembered is found again by this alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from tierwise import repo
from tierwise.domain import table
from tierwise.domain.table_shape import Table
from tierwise.transcripts.client_settings import read_client_settings
from tierwise.transcripts.roots import (
    find_roots,
    search_projects,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Sources:
    """What is found under ``roots``, or where transcripts usually are.

    ``left_out`` is what may hold transcripts and is not read, a line each.
    """

    def __init__(self, roots: Sequence[str]) -> None:
        """Find the transcripts.  Raises TierwiseError for a bad root."""
        self.root = repo.find_root()
        self.folders = find_roots(roots)
        search = search_projects(roots)
        self.left_out = search.left_out
        self.transcripts = search.list_transcripts()

    def read_settings(self) -> None:
        """Read the client's settings and the policy.  Raises TierwiseError for bad ones."""
        self.client_settings = find_client_settings(
            self.root,
            self.folders,
        )
        self.table = read_table(self.root)


def find_client_settings(
    root: str | None,
    folders: Iterable[str],
) -> dict[str, Any]:
    """Return the client's settings that say ``modelPricing``: the administrator's, the user's or the repository's.

    Raises TierwiseError for settings that name it and cannot be read.
    """
    places = list(folders)
    if root:
        places.append(os.path.join(root, ".claude"))
    return read_client_settings(places)


def read_table(root: str | None) -> Table:
    """Return the policy as it stands, compiled; the shipped one where the repository has none.  Raises TierwiseError."""
    if root is None or not repo.has_policy(root):
        return table.load_default()
    known = table.load(root)
    if known is not None and known.get("sources") and table.is_current(root, known):
        return known
    from tierwise.policy.compile import compile_table
    from tierwise.policy.load import load_policy
    from tierwise.trust.guard import guard_table

    return guard_table(root, compile_table(load_policy(root)))


def list_ledger_folders(
    root: str | None,
    projects: Iterable[str],
) -> list[str]:
    """Return this repository and those that the calls were made in: each may have a ledger."""
    folders = set(filter(None, [root]))
    for project in projects:
        if project and os.path.isdir(project):
            folders.add(repo.find_root(project) or project)
    return sorted(folders)
