"""msgspec without ``typing_extensions``, where a moment counts.

It asks that package for three names that it takes from ``typing`` as well.  The package brings ``inspect``, ``ast`` and
``tokenize``: a third of the time that msgspec takes to load.
"""

import sys

_PACKAGE = "typing_extensions"


def load_msgspec() -> None:
    """Load msgspec; a later import of ``typing_extensions`` finds it."""
    if _PACKAGE in sys.modules:
        return
    sys.modules[_PACKAGE] = None  # type: ignore[assignment]  # Python's way to say: there is none
    try:
        import msgspec  # noqa: F401
    except ImportError:
        pass  # a release that needs it after all: whoever imports msgspec next finds it
    finally:
        del sys.modules[_PACKAGE]
