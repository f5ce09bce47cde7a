"""Packages beside Tierwise, for hooks that start with ``python -S`` and so without site-packages."""

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from types import ModuleType


def import_installed(name: str) -> "ModuleType | None":
    """The module, looked for among the interpreter's installed packages too; None where it is not there."""
    try:
        return __import__(name)
    except ImportError:
        import site

        site.main()
    try:
        return __import__(name)
    except ImportError:
        return None
