"""This user's own folders, outside of every repository.  Standard library only; hooks load this."""

import os
import sys

from tierwise.files import find_home

NAME = "tierwise"


def find_state_folder() -> str:
    """The folder for what Tierwise notes about this user's repositories; it may not be there yet."""
    return _find_folder("XDG_STATE_HOME", ".local/state")


def find_config_folder() -> str:
    """The folder of the user's own settings; it may not be there yet."""
    return _find_folder("XDG_CONFIG_HOME", ".config")


def _find_folder(variable: str, below_home: str) -> str:
    base = os.environ.get(variable, "")
    if os.path.isabs(base):  # the specification says to ignore any other
        return os.path.join(base, NAME)
    home = find_home()
    if sys.platform == "darwin":
        return os.path.join(
            home,
            "Library",
            "Application Support",
            NAME,
        )
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA", "")
        return os.path.join(
            base or os.path.join(home, "AppData", "Local"),
            NAME,
        )
    return os.path.join(home, below_home, NAME)
