"""The client's settings that a price hangs on: ``modelPricing``, an organization's contract."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import msgspec

from tierwise.errors import TierwiseError

_MANAGED = {
    "darwin": "/Library/Application Support/ClaudeCode/managed-settings.json",
    "win32": r"C:\Program Files\ClaudeCode\managed-settings.json",
}


def managed_settings() -> str:
    """Where an administrator puts settings for every user of this machine."""
    return _MANAGED.get(sys.platform, "/etc/claude-code/managed-settings.json")


def read_client_settings(roots: Sequence[str], managed: str | None = None) -> dict[str, Any]:
    """The settings that say ``modelPricing``: the administrator's, else those of the first root that has some.

    The client takes contract prices from the administrator only; those of a user's ``settings.json`` are honoured
    here as well, because a report is the user's own.  Empty where none says them.  Raises TierwiseError for a file
    that is no JSON object: prices must not silently be others than those meant.
    """
    for path in (managed or managed_settings(), *(os.path.join(root, "settings.json") for root in roots)):
        try:
            with open(path, "rb") as handle:
                text = handle.read()
        except OSError:
            continue
        try:
            settings = msgspec.json.decode(text, type=dict[str, Any]) if text.strip() else {}
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise TierwiseError(
                f"these settings cannot be read: {error}", place=path, remedy="Mend the file: prices may hang on it."
            ) from error
        if isinstance(settings.get("modelPricing"), dict):
            return settings
    return {}
