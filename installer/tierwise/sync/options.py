"""What a person asks of a sync beyond the policy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class SyncOptions:
    """What to do with files that are not as the policy says.

    ``force`` and ``adopt`` name paths (None: all) where the user's file is replaced or left theirs; without
    ``repair`` deleted files stay deleted; ``starter`` is a policy to write where there is none.
    """

    force: Iterable[str] | None = ()
    adopt: Iterable[str] | None = ()
    repair: bool = True
    starter: bytes | None = None


NOTHING = SyncOptions()
