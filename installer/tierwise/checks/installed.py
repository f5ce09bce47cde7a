"""Packages beside Tierwise, for hooks that start with ``python -S`` and so without site-packages."""

from __future__ import annotations

from functools import cache
from importlib import import_module

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from types import ModuleType


@cache
def import_installed(name: str) -> ModuleType | None:
    """Return the module, looked for among the interpreter's installed packages too; None without it."""
    try:
        return import_module(name)
    except ImportError:
        import site

        site.main()
    try:
        return import_module(name)
    except ImportError:
        return None
