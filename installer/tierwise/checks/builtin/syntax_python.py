"""Python's own compiler as the judge: of this interpreter, and of the project's where ours is too old."""

import os
import warnings

from tierwise.checks.builtin.shebang import interpreter
from tierwise.files import read_bytes

# Run by another interpreter, which gets the file on its standard input.
_JUDGE = """
import sys, warnings
warnings.simplefilter("ignore")
try:
    compile(sys.stdin.buffer.read(), "<staged>", "exec", dont_inherit=True)
except (SyntaxError, ValueError):
    sys.exit(9)
"""
_ASKED = (
    (
        "pyproject.toml",
        rb"(?m)^(?:requires-)?python\s*=\s*[\"'][^\"'<]*?(?:>=?|==|~=?|\^)\s*3\.(\d+)",
    ),
    (".python-version", rb"\b3\.(\d+)"),
)
_REFUSED = 9  # no exit code of an interpreter that does not start


def fault(path: str, data: bytes, settings: "dict[str, object]") -> "tuple[str, int, int] | None":
    """Why Python does not compile ``data``, or None.

    A file that only a newer Python accepts is right where the project has one: its virtual environment, or
    the newest interpreter on PATH that runs, is asked before anything is said.  A project that asks for a
    newer Python than any here is not judged.
    """
    if interpreter(data) == "python2" or b"\0" in data[:1024]:
        return None
    found = _compile(data)
    if found is None:
        return None
    for python in other_interpreters():
        accepted = _accepts(python, data)
        if accepted is not None:
            return None if accepted else found
    import sys

    return None if _wanted_minor(str(settings.get("root") or ".")) > sys.version_info[1] else found


def other_interpreters() -> "list[str]":
    """The project's own interpreter, then those on PATH that are newer than this one, newest first."""
    import sys

    from tierwise.checks.spawn import find

    folder = "Scripts" if os.name == "nt" else "bin"
    own = [os.path.join(venv, folder, "python") for venv in (".venv", "venv")]
    own = [path for path in own if os.access(path, os.X_OK)]
    minor = sys.version_info[1]
    named = (find(f"python3.{newer}") for newer in range(minor + 4, minor, -1))
    return own[:1] + [path for path in named if path]


def _wanted_minor(root: str) -> int:
    """The 12 of Python 3.12, as pyproject.toml or .python-version asks for; 0 where neither says."""
    import re

    for name, pattern in _ASKED:
        found = re.search(pattern, read_bytes(os.path.join(root, name)) or b"")
        if found:
            return int(found[1])
    return 0


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


def _accepts(python: str, data: bytes) -> "bool | None":
    """Whether that interpreter compiles ``data``; None where it does not run, like a shim without its Python."""
    from tierwise.checks.spawn import complaints

    try:
        code = complaints([python, "-I", "-S", "-c", _JUDGE], data)[0]
    except OSError:
        return None
    return code == 0 if code in (0, _REFUSED) else None
