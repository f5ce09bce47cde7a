"""SHA-256 without OpenSSL.  Standard library only; hooks load this."""

TYPE_CHECKING = False  # typing itself costs a hook 10 ms
if TYPE_CHECKING:
    from typing import Any

_found: "Any" = None


def hash_sha256(data: bytes) -> str:
    """Return SHA-256 in hex.  ``hashlib`` loads OpenSSL, which costs milliseconds; the built-in module does not."""
    global _found
    if _found is None:
        _found = _find_function()
    return str(_found(data).hexdigest())


def _find_function() -> "Any":
    try:
        from _sha2 import sha256 as found  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        try:
            from _sha256 import (  # type: ignore[import-not-found,unused-ignore,no-redef]
                sha256 as found,
            )
        except ImportError:
            from hashlib import sha256 as found
    return found
