"""The little of ``os`` that a commit-msg hook needs, without importing it.

Under ``python -S`` nothing has loaded ``os`` yet, and doing so costs a millisecond of the hook's two; the module
of the platform below it is built in.
"""

try:
    import posix as system
except ImportError:  # Windows
    import os as system  # type: ignore[no-redef]

__all__ = ["exists", "system", "variable"]


def variable(name: str) -> str:
    """An environment variable as the process got it; empty where it is not set."""
    environment: dict[object, object] = system.environ  # type: ignore[assignment]
    # The built-in module keeps bytes, ``os`` text.
    value = environment.get(name.encode(), environment.get(name, ""))
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)


def exists(path: str) -> bool:
    """Whether there is anything at ``path``."""
    try:
        system.stat(path)
    except (OSError, ValueError):
        return False
    return True
