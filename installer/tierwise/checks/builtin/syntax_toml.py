"""TOML, by the standard library's reader or by tomli on Python 3.10."""

from tierwise.checks.installed import import_installed

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from types import ModuleType


def fault(path: str, data: bytes, settings: "dict[str, object]") -> "tuple[str, int, int] | None":
    """Why ``data`` is not TOML, or None."""
    toml = read_toml_module()
    if toml is None:
        return None
    try:
        toml.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return "TOML: not UTF-8 text", data.count(b"\n", 0, error.start) + 1, 0
    except toml.TOMLDecodeError as error:
        words, _, place = str(error).rpartition(" (at ")
        line, column = _numbers(place)
        return f"TOML: {words or error}", line, column
    except RecursionError:
        return "TOML: nested too deep", 0, 0
    return None


def read_toml_module() -> "ModuleType | None":
    """``tomllib``, else ``tomli``, else None."""
    for name in ("tomllib", "tomli"):
        try:
            return __import__(name)
        except ImportError:
            continue
    return import_installed("tomli")


def _numbers(place: str) -> "tuple[int, int]":
    """Line and column of `line 3, column 7)`; zeros for `end of document)`."""
    words = place.rstrip(")").replace(",", "").split()
    numbers = [int(word) for word in words if word.isdigit()]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else (0, 0)
