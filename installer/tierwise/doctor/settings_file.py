"""One settings file of Claude Code, read as the client reads it."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tierwise.files import TooLargeError, read_bytes


@dataclass(frozen=True)
class SettingsFile:
    """One settings file.  ``fault``: why the client does not take it, empty where it does."""

    path: str
    value: Mapping[str, Any]
    fault: str = ""
    is_managed: bool = False


def _refuse_constant(word: str) -> object:
    raise ValueError(f"{word} is no JSON")


def read_settings(path: Path) -> SettingsFile:
    name = str(path)
    try:
        text = _decode_as_client(read_bytes(name) or b"")
        if not text.strip():
            return SettingsFile(name, {})
        value = json.loads(
            text,
            parse_constant=_refuse_constant,
        )
    except (OSError, ValueError, RecursionError, TooLargeError) as error:
        return SettingsFile(name, {}, f"does not parse: {error}")
    if not isinstance(value, Mapping):
        return SettingsFile(name, {}, "is not a JSON object")
    return SettingsFile(name, value)


def _decode_as_client(data: bytes) -> str:
    """Return the text of a settings file: UTF-8, or UTF-16 where its mark says so (measured on 2.1.197 and 2.1.332)."""
    if data.startswith(codecs.BOM_UTF16_LE):
        return data.decode("utf-16")
    return data.decode("utf-8-sig", "replace")
