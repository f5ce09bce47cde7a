"""This user's own folders, outside of every repository.  Standard library only; hooks load this."""

from __future__ import annotations

import os
import sys

from tierwise.files import find_home

TYPE_CHECKING = False  # typing itself costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "tierwise"


def find_data_folder(environ: Mapping[str, str] = os.environ) -> str:
    """Return the folder of the launcher and of the usage store; it may not be there yet."""
    return _find_folder("XDG_DATA_HOME", ".local/share", environ)


def find_state_folder() -> str:
    """Return the folder for what Tierwise notes about this user's repositories; it may not be there yet."""
    return _find_folder("XDG_STATE_HOME", ".local/state", os.environ)


def find_config_folder() -> str:
    """Return the folder of the user's own settings; it may not be there yet."""
    return _find_folder("XDG_CONFIG_HOME", ".config", os.environ)


def _find_folder(
    variable: str,
    below_home: str,
    environ: Mapping[str, str],
) -> str:
    base = environ.get(variable, "")
    if os.path.isabs(base):  # the specification says to ignore any other
        return os.path.join(base, NAME)
    home = find_home(environ)
    if sys.platform == "darwin":
        base = os.path.join(home, "Library", "Application Support")
    elif os.name == "nt":
        base = environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    else:
        base = os.path.join(home, below_home)
    return os.path.join(base, NAME)
