"""Values of files that anybody may have written: each as what is expected, or empty."""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from typing import Any


def as_text(value: object) -> str:
    """Return the text that a value is; an empty one for anything else."""
    if isinstance(value, str):
        return value
    return ""


def as_count(value: object) -> int:
    """Return the whole number that a value is; 0 for anything else."""
    if isinstance(value, int):
        return value
    return 0


def as_mapping(value: object) -> dict[str, Any]:
    """Return the object, table or section that a value is; an empty one for anything else."""
    if isinstance(value, dict):
        return value
    return {}


def as_list(value: object) -> list[Any]:
    """Return the list that a value is; an empty one for anything else."""
    if isinstance(value, list):
        return value
    return []


def list_mappings(value: object) -> list[dict[str, Any]]:
    """Return the objects in a list; none where it is no list."""
    return [item for item in as_list(value) if isinstance(item, dict)]


def list_texts(value: object) -> list[str]:
    """Return the texts in a list; none where it is no list."""
    return [item for item in as_list(value) if isinstance(item, str)]


def value_at(value: object, *keys: str) -> Any:
    """Return what stands below one key after another; None where nothing does."""
    for key in keys:
        value = as_mapping(value).get(key)
    return value
