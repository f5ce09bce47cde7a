"""JSON without the ``json`` package, for hooks.  Standard library only.

``import json`` pulls in ``re`` and doubles the start of an interpreter; its C halves alone do not.  Where
they are missing (another Python, another version) the package does the work and only speed is lost.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _refuse_type(value: object) -> None:
    raise ValueError(f"JSON has no {type(value).__name__}")


try:
    import _json  # type: ignore[import-not-found,unused-ignore]

    _scanner = _json.make_scanner
    _encoder = _json.make_encoder(
        None,  # no look-out for what holds itself
        _refuse_type,
        _json.encode_basestring_ascii,
        None,  # no indent
        ":",
        ",",
        False,  # keys in their order
        False,  # no key is left out
        True,  # NaN and Infinity are written
    )
except (ImportError, AttributeError, TypeError):  # not CPython, or another version of it
    _scanner = None  # type: ignore[assignment, misc]


class _Context:
    """What the C scanner asks its caller for."""

    strict = False
    object_hook = None
    object_pairs_hook = None
    array_hook = None
    parse_float = float
    parse_int = int
    memo: "dict[str, str]" = {}  # noqa: RUF012  the scanner shares key strings through it and clears it

    @staticmethod
    def parse_constant(name: str) -> float:
        return float(name.replace("Infinity", "inf"))


def loads(text: "str | bytes") -> object:
    """Return the value that a JSON text holds.  Raises ValueError on anything that is not JSON."""
    if not isinstance(text, str):
        # Not the codec utf-8-sig: it is a module of its own to load.
        text = (
            bytes(text)
            .removeprefix(b"\xef\xbb\xbf")
            .decode(
                "utf-8",
                "surrogatepass",
            )
        )
    text = text.strip(" \t\r\n")
    if _scanner is None:
        return _slow_loads(text)
    try:
        value, end = _scanner(_Context)(text, 0)  # type: ignore[arg-type]
    except (StopIteration, ValueError, SystemError, RecursionError):
        # The scanner alone does not say what was wrong (some versions return without any exception).
        return _slow_loads(text)
    if end != len(text):
        raise ValueError(f"extra text after the JSON value, at character {end}")
    return value


def read_object(text: "str | bytes | None") -> "dict[str, Any]":
    """Return the object that a JSON text holds; empty for any other text, and for none."""
    if not text:
        return {}  # `loads` would load `json` to say what is wrong
    try:
        value = loads(text)
    except ValueError:
        return {}
    if not isinstance(value, dict):
        return {}
    return value


def _slow_loads(text: str) -> object:
    import json

    try:
        return json.loads(text, strict=False)
    except RecursionError:
        raise ValueError("JSON nested too deep") from None


def dumps(value: object) -> str:
    """Write compact ASCII JSON of dicts with string keys, lists, tuples, strings, numbers, bools and None.

    Raises ValueError on any other type.
    """
    if _scanner is None:
        import json

        return json.dumps(value, separators=(",", ":"))
    return "".join(_encoder(value, 0))
