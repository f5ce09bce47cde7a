"""Python's own compiler as the judge: of this interpreter, and of a newer one where ours is too old."""

from __future__ import annotations

import sys
import warnings

from tierwise.checks.languages.newer_python import NewerPython
from tierwise.checks.languages.python_version import find_wanted_minor
from tierwise.checks.languages.shebang import read_interpreter
from tierwise.checks.model import CheckContext
from tierwise.domain.change import Change, Finding

_HEAD = 1024  # bytes; a file with a NUL in them is no source


def find_errors(
    change: Change,
    data: bytes,
    context: CheckContext,
) -> list[Finding]:
    """Return a finding where Python does not compile ``data``.

    What this interpreter refuses is shown to the newest one on PATH; newer syntax is no fault.  A project that
    asks for a newer Python than any here is not judged.  No interpreter of the work tree is ever started.
    """
    if read_interpreter(data) == "python2" or b"\0" in data[:_HEAD]:
        return []
    finding = _compile_source(change.path, data)
    if finding is None:
        return []
    context.looks_further = True
    if context.newer_python is None:
        context.newer_python = NewerPython(outside=context.root)
    judge = context.newer_python
    judged = judge.judge_code(change.path, data)
    if judged == []:
        return []
    newest = judge.minor or sys.version_info[1]
    if find_wanted_minor(change.path, data, context.read) > newest:
        return []
    return judged or [finding]


def _compile_source(path: str, data: bytes) -> Finding | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, "<staged>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return Finding(
            path,
            f"Python: {error.msg}",
            error.lineno or 0,
            error.offset or 0,
        )
    except (ValueError, MemoryError, RecursionError) as error:
        return Finding(
            path,
            f"Python: {str(error) or 'nested too deep'}",
        )
    return None
