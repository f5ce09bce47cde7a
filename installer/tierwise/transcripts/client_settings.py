"""The client's settings that a price hangs on: ``modelPricing``, an organization's contract.

Standard library only: a report that is remembered is printed without the rest of this package.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from tierwise import fastjson
from tierwise.domain.client_facts import MANAGED_SETTINGS
from tierwise.errors import TierwiseError
from tierwise.files import read_bytes
from tierwise.loose import as_mapping

TYPE_CHECKING = False  # typing itself costs 10 ms
if TYPE_CHECKING:
    from typing import Any


def read_client_settings(
    folders: Sequence[str],
    managed: str | None = None,
) -> dict[str, Any]:
    """Return the settings that say ``modelPricing``: the administrator's, else those of the first folder that has some.

    The client takes contract prices from the administrator only; those of a user's ``settings.json`` are honoured
    here as well, because a report is the user's own.  Empty where none says them.  Raises TierwiseError for a file
    that names ``modelPricing`` and is no JSON, or is too large to be read: prices must not silently be others than
    those meant.
    """
    names = ("settings.local.json", "settings.json")
    for path in (
        managed or MANAGED_SETTINGS,
        *(os.path.join(folder, name) for folder in folders for name in names),
    ):
        try:
            text = read_bytes(path) or b""
        except OSError:
            continue
        if b'"modelPricing"' not in text:
            continue
        settings = _read_object(text, path)
        if isinstance(settings.get("modelPricing"), dict):
            return settings
    return {}


def _read_object(text: bytes, path: str) -> dict[str, Any]:
    try:
        settings = fastjson.loads(text)
    except ValueError as error:
        raise TierwiseError(
            f"these settings cannot be read: {error}",
            place=path,
            remedy="Fix the file: prices may hang on it.",
        ) from error
    return as_mapping(settings)
