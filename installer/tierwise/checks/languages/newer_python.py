"""A newer Python than this one as a judge of syntax: found once a run, then asked file after file.

The search starts at most :data:`_CANDIDATES` processes and takes at most :data:`_SECONDS`, inactive shims of
version managers included; everything that is judged goes through the one process that answered.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time

from tierwise.domain.change import Finding
from tierwise.programs import find_program

_CANDIDATES = 4
_SECONDS = 10.0  # for the search and all answers of a run
# Reads "<bytes>\n<source>" again and again, and answers each with one line of JSON.
_PROGRAM = """
import json, sys, warnings
warnings.simplefilter("ignore")
print(sys.version_info[1], flush=True)
while True:
    size = sys.stdin.buffer.readline()
    if not size:
        break
    source = sys.stdin.buffer.read(int(size))
    answer = ["", 0, 0]
    try:
        compile(source, "<staged>", "exec", dont_inherit=True)
    except SyntaxError as error:
        answer = [error.msg, error.lineno or 0, error.offset or 0]
    except Exception as error:
        answer = [str(error) or "nested too deep", 0, 0]
    print(json.dumps(answer), flush=True)
"""


class NewerPython:
    """The newest interpreter on PATH, outside of the folder ``outside``, that is newer than this one and runs."""

    def __init__(self, outside: str) -> None:
        self.outside = outside
        self.minor = 0  # the 13 of Python 3.13; 0 where none was found, or none was looked for
        self._process: subprocess.Popen[bytes] | None = None
        self._is_searched = False
        self._seconds_left = _SECONDS

    def judge_code(
        self,
        path: str,
        source: bytes,
    ) -> list[Finding] | None:
        """Return what the judge finds in a file, or None where there is no newer Python or it has no time left."""
        if not self._is_searched:
            self._is_searched = True
            self._search_path()
        line = self._ask_program(b"%d\n%s" % (len(source), source))
        try:
            message, number, column = json.loads(line)
        except ValueError:
            return None
        if not message:
            return []
        return [Finding(path, f"Python: {message}", int(number), int(column))]

    def close(self) -> None:
        """End the judge's process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.communicate()

    def _search_path(self) -> None:
        ours = sys.version_info[1]
        for minor in range(ours + _CANDIDATES, ours, -1):
            program = find_program(
                f"python3.{minor}",
                self.outside,
            )
            if program is None or self._seconds_left <= 0:
                continue
            self._start_program(program)
            answer = self._ask_program(b"")
            if answer.strip().isdigit() and int(answer) > ours:
                self.minor = int(answer)
                return
            self.close()

    def _start_program(self, program: str) -> None:
        # Version managers' shims read files of the current folder: not those of a clone.
        try:
            self._process = subprocess.Popen(
                [program, "-I", "-S", "-c", _PROGRAM],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=os.sep,
            )
        except OSError:
            self._process = None

    def _ask_program(self, request: bytes) -> bytes:
        """Send a request and return the line that answers it; empty where none comes in time."""
        process = self._process
        if process is None or self._seconds_left <= 0:
            return b""
        assert process.stdin is not None and process.stdout is not None
        start = time.monotonic()
        timer = threading.Timer(
            self._seconds_left,
            process.kill,
        )
        timer.start()
        try:
            process.stdin.write(request)
            process.stdin.flush()
            return process.stdout.readline()
        except OSError:
            return b""
        finally:
            timer.cancel()
            self._seconds_left -= time.monotonic() - start
