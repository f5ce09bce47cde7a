"""The command line.  One module a command; see :mod:`tierwise.cli.registry`."""

from __future__ import annotations

import io
import os
import sys

from tierwise.errors import OK, STOPPED
from tierwise.shown import CleanStream

TYPE_CHECKING = False  # typing itself costs 10 ms
if TYPE_CHECKING:
    from typing import TextIO


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code; errors go to standard error as text."""
    # A file's name may be no text in the terminal's encoding.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    output, errors = _open_stream(sys.stdout), _open_stream(sys.stderr)
    sys.stdout, sys.stderr = CleanStream(output), CleanStream(errors)
    try:
        return _finish_output(output, _run_command(arguments))
    finally:
        sys.stdout, sys.stderr = output, errors


def _open_stream(stream: TextIO | None) -> TextIO:
    """Return the stream; where its caller has closed it, one that goes nowhere."""
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")
    return stream


def _finish_output(output: TextIO, code: int) -> int:
    """Write out what is buffered, and return the exit code.

    What cannot be written is dropped: the interpreter would try again at its end, and complain on standard error.
    """
    try:
        output.flush()
    except BrokenPipeError:
        _drop_output(output)
    except OSError as error:
        _drop_output(output)
        from tierwise.cli.group import show_error

        return show_error(error)
    return code


def _drop_output(output: TextIO) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, output.fileno())
    os.close(nowhere)


def _run_command(arguments: list[str]) -> int:
    from tierwise.cli.again import print_again
    from tierwise.cli.plain_report import print_report

    try:
        is_printed = print_again(arguments) or print_report(arguments)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        return OK  # whoever read it has gone
    except OSError as error:
        from tierwise.cli.group import show_error

        return show_error(error)
    if is_printed:
        return OK
    from tierwise.cli.group import run_command

    return run_command(arguments)
