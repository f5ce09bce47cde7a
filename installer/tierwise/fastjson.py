"""JSON without the ``json`` package, for hooks.  Standard library only.

``import json`` pulls in ``re`` and doubles the start of an interpreter; its C halves alone do not.  Where
they are missing (another Python, another version) the package does the work and only speed is lost.
"""

try:
    import _json  # type: ignore[import-not-found,unused-ignore]

    _scanner = _json.make_scanner
    _quote = _json.encode_basestring_ascii
except (ImportError, AttributeError):  # not CPython
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
    """The value that a JSON text holds.  Raises ValueError on anything that is not JSON."""
    if not isinstance(text, str):
        # Not the codec utf-8-sig: it is a module of its own to load.
        text = bytes(text).removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogatepass")
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


def _slow_loads(text: str) -> object:
    import json

    try:
        return json.loads(text, strict=False)
    except RecursionError:
        raise ValueError("JSON nested too deep") from None


def dumps(value: object) -> str:
    """Compact ASCII JSON of dicts with string keys, lists, tuples, strings, numbers, bools and None.

    Raises ValueError on any other type.
    """
    if _scanner is None:
        import json

        return json.dumps(value, separators=(",", ":"))
    pieces: list[str] = []
    _write_value(value, pieces.append)
    return "".join(pieces)


def _write_value(value: object, add) -> None:  # type: ignore[no-untyped-def]
    if isinstance(value, dict):
        opener = "{"
        for key, member in value.items():
            add(opener + _quote(str(key)) + ":")
            _write_value(member, add)
            opener = ","
        add("{}" if opener == "{" else "}")
    elif isinstance(value, (list, tuple)):
        opener = "["
        for member in value:
            add(opener)
            _write_value(member, add)
            opener = ","
        add("[]" if opener == "[" else "]")
    else:
        add(_write_scalar(value))


def _write_scalar(value: object) -> str:
    if isinstance(value, str):
        return _quote(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _write_number(value)
    raise ValueError(f"JSON has no {type(value).__name__}")


def _write_number(value: float) -> str:
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return float.__repr__(value)
