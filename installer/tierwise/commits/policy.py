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
    places = [os.path.join(start, name) for name in (".tierwise", "tierwise.yaml")]
    has_policy = any(map(os.path.exists, places))
    if not has_policy and os.path.exists(os.path.join(start, ".git")):
        return DEFAULT, ""
    from tierwise.domain.fresh_table import load_fresh
    from tierwise.repo import find_root

    found, fault = load_fresh(find_root(start))
    chosen: object = found
    for name in ("checks", "commit"):
        if not isinstance(chosen, dict):
            return DEFAULT, fault
        chosen = chosen.get(name)
    if not isinstance(chosen, dict):
        return DEFAULT, fault
    return chosen, fault
