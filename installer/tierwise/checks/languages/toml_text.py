"""TOML 1.1, by tomli: the standard library's reader knows 1.0 only."""

from __future__ import annotations

import re

from tierwise.checks.installed import import_installed
from tierwise.checks.model import CheckContext
from tierwise.domain.change import Change, Finding

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from types import ModuleType

_PLACE = re.compile(
    r"^(.*) \(at (?:line (\d+), column (\d+)|end of document)\)$",
    re.S,
)


def find_errors(
    change: Change,
    data: bytes,
    context: CheckContext,
) -> list[Finding]:
    """Return a finding where ``data`` is not TOML."""
    toml = load_toml_reader()
    if toml is None:
        return []
    try:
        toml.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return [Finding(change.path, "TOML: not UTF-8 text", line)]
    except toml.TOMLDecodeError as error:
        found = _PLACE.match(str(error))
        if found is None:
            return [Finding(change.path, f"TOML: {error}")]
        message, row, column = found.groups()
        return [Finding(change.path, f"TOML: {message}", int(row or 0), int(column or 0))]
    except RecursionError:
        return [Finding(change.path, "TOML: nested too deep")]
    return []


def load_toml_reader() -> ModuleType | None:
    """Return ``tomli``, else the standard library's ``tomllib`` (Python 3.11 and later), else None."""
    return import_installed("tomli") or import_installed("tomllib")
