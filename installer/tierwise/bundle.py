"""Where the shipped files are: agents, commands, hooks, templates.  Standard library only.

In a wheel they lie in ``tierwise/_bundle``; in an editable install and in a plugin checkout they lie at
the repository's root, two folders above this package.
"""

import os


def root() -> str:
    """Return the folder that holds ``agents/``, ``bin/``, ``commands/``, ``hooks/`` and ``templates/``."""
    package = os.path.dirname(os.path.abspath(__file__))
    bundled = os.path.join(package, "_bundle")
    if os.path.isdir(bundled):
        return bundled
    return os.path.dirname(os.path.dirname(package))


def path(*parts: str) -> str:
    """Return the path of one shipped file, for example ``path("templates", "presets", "balanced.yaml")``."""
    return os.path.join(root(), *parts)


def read_bytes(*parts: str) -> bytes:
    """Return the bytes of one shipped file."""
    with open(path(*parts), "rb") as handle:
        return handle.read()


def read_text(*parts: str) -> str:
    """Return the text of one shipped file."""
    return read_bytes(*parts).decode("utf-8")


def names(folder: str, suffix: str) -> list[str]:
    """Return the names, without ``suffix``, of the files in one shipped folder, sorted."""
    return sorted(
        name.removesuffix(suffix) for name in os.listdir(path(folder)) if name.endswith(suffix)
    )
