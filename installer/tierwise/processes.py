"""Ending a process with all that it started, and what a failed one said.  Standard library only."""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence


def read_output(
    call: "Sequence[str]",
    folder: str,
    environ: "Mapping[str, str]",
    seconds: float,
) -> str:
    """Return what a program prints, however it ends; empty where it does not start, or does not end in time.

    Every line ends with a line feed, also on Windows.
    """
    import subprocess

    try:
        done = subprocess.run(
            call,
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout


def explain_failure(
    done: "subprocess.CompletedProcess[bytes] | subprocess.CompletedProcess[str]",
    most: int = 0,
) -> str:
    """Return what a failed program said: its errors, else its output, else how it ended. Never empty.

    Of more than ``most`` characters, where it is given, the last whole lines.
    """
    for printed in (done.stderr, done.stdout):
        text = printed.decode("utf-8", "replace") if isinstance(printed, bytes) else printed or ""
        if text.strip():
            return _cut_to_lines(text.strip(), most)
    if done.returncode < 0:
        return f"ended by signal {-done.returncode}, without a word"
    return f"exit code {done.returncode}, without a word"


def quote_failure(
    done: "subprocess.CompletedProcess[bytes] | subprocess.CompletedProcess[str]",
    most: int = 0,
) -> str:
    """As :func:`explain_failure`, in one line, for an error's message."""
    return "; ".join(explain_failure(done, most).splitlines())


def _cut_to_lines(text: str, most: int) -> str:
    if not most or len(text) <= most:
        return text
    whole_lines = text[-most - 1 :].partition("\n")[2]  # with what ends the line before
    return whole_lines or text[-most:]


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process started with ``start_new_session`` and everything it started; without waiting for the end."""
    import signal

    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):
        pass  # all of them have ended by themselves


def end_group(process: "subprocess.Popen[bytes]") -> None:
    """As :func:`kill_group`; the process is gone afterwards."""
    kill_group(process)
    process.wait()
