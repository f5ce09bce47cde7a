"""Python's own compiler as the judge: of this interpreter, and of the project's where ours is too old."""

import os
import warnings

from tierwise.checks.syntax import interpreter

Fault = "tuple[str, int, int]"  # message, line, column
# Read on standard input by a newer interpreter; prints the first error as message, line, column.
_JUDGE = """
import sys, warnings
warnings.simplefilter("ignore")
try:
    compile(sys.stdin.buffer.read(), "<staged>", "exec", dont_inherit=True)
except (SyntaxError, ValueError) as error:
    sys.exit(1)
"""


def fault(path: str, data: bytes, settings: "dict[str, object]") -> "tuple[str, int, int] | None":
    """Why Python does not compile ``data``, or None.

    A file that only a newer Python accepts is right where the project has one: its virtual environment and
    then the interpreters on PATH are asked before anything is said.
    """
    if interpreter(data) == "python2" or b"\0" in data[:1024]:
        return None
    found = _compile(data)
    if found is None or any(_accepts(python, data) for python in newer_interpreters()):
        return None
    return found


def newer_interpreters() -> "list[str]":
    """Interpreters that may know more syntax than this one: the project's, then newer ones on PATH."""
    import sys

    from tierwise.checks.spawn import find

    folder = "Scripts" if os.name == "nt" else "bin"
    own = [os.path.join(venv, folder, "python") for venv in (".venv", "venv")]
    named = [find(f"python3.{minor}") for minor in range(sys.version_info[1] + 1, sys.version_info[1] + 5)]
    return [path for path in [*own, *reversed(named)] if path and os.access(path, os.X_OK)]


def _compile(data: bytes) -> "tuple[str, int, int] | None":
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, "<staged>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"Python: {error.msg}", error.lineno or 0, error.offset or 0
    except (ValueError, MemoryError, RecursionError) as error:
        return f"Python: {error or 'nested too deep'}", 0, 0
    return None


def _accepts(python: str, data: bytes) -> bool:
    from tierwise.checks.spawn import complaints

    try:
        return complaints([python, "-I", "-S", "-c", _JUDGE], data)[0] == 0
    except OSError:
        return False
