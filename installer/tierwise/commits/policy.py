"""Where the settings of the commit check come from.  Standard library only.

The compiled table is read; where tierwise.yaml says something else by now, it is compiled again in a process of its
own, so that an edit holds for the very next commit.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from typing import Any

    Settings = dict[str, Any]

DEFAULT: Settings = {"preset": "spec"}


def read_settings(start: str = ".") -> tuple[Settings, str]:
    """Return the policy's ``checks.commit``, and what is to be said about it (empty when all is well).

    The preset ``spec`` where there is no policy, or none that can be read.
    """
    is_top = os.path.exists(os.path.join(start, ".git"))
    if is_top and not _has_policy(start):
        return DEFAULT, ""
    from tierwise.domain.fresh_table import load_fresh
    from tierwise.loose import as_mapping, value_at
    from tierwise.repo import find_root

    found, fault = load_fresh(find_root(start))
    chosen = as_mapping(value_at(found, "checks", "commit"))
    return chosen or DEFAULT, fault


def _has_policy(folder: str) -> bool:
    names = (".tierwise", "tierwise.yaml")
    places = [os.path.join(folder, name) for name in names]
    return any(map(os.path.exists, places))
