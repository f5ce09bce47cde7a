"""Python's own compiler as the judge: of this interpreter, and of the project's where ours is too old."""

import os
import warnings

from tierwise.checks.shebang import interpreter

# Run by another interpreter, which gets the file on its standard input.
_JUDGE = """
import sys, warnings
warnings.simplefilter("ignore")
try:
    compile(sys.stdin.buffer.read(), "<staged>", "exec", dont_inherit=True)
except (SyntaxError, ValueError):
    sys.exit(1)
"""


def fault(path: str, data: bytes, settings: "dict[str, object]") -> "tuple[str, int, int] | None":
    """Why Python does not compile ``data``, or None.

    A file that only a newer Python accepts is right where the project has one: its virtual environment, or
    the newest interpreter on PATH, is asked before anything is said.
    """
    if interpreter(data) == "python2" or b"\0" in data[:1024]:
        return None
    found = _compile(data)
    if found is None or any(_accepts(python, data) for python in other_interpreters()):
        return None
    return found


def other_interpreters() -> "list[str]":
    """The project's own interpreter, or else the newest on PATH that is newer than this one."""
    import sys

    from tierwise.checks.spawn import find

    folder = "Scripts" if os.name == "nt" else "bin"
    own = [os.path.join(venv, folder, "python") for venv in (".venv", "venv")]
    own = [path for path in own if os.access(path, os.X_OK)]
    if own:
        return own[:1]
    minor = sys.version_info[1]
    named = (find(f"python3.{newer}") for newer in range(minor + 4, minor, -1))
    return [path for path in named if path][:1]


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
