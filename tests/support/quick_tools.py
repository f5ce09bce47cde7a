"""Tools of other languages that start sooner, for tests that run many small projects by them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.support import quick_npm

# No debugger reads what the tests build, and nothing is built twice in one folder.
CARGO = {
    "CARGO_INCREMENTAL": "0",
    "CARGO_PROFILE_DEV_DEBUG": "0",
    "CARGO_PROFILE_TEST_DEBUG": "0",
}


def write_quick_tools(folder: Path) -> None:
    """Write what stands in for the tools that are here; with it first on PATH they are found there."""
    for name, prefix in (("java", "-"), ("javac", "-J-")):
        # Without the compiler that pays only in long runs.
        options = f"{prefix}XX:TieredStopAtLevel=1 {prefix}XX:+UseSerialGC"
        write_tool(folder, name, '"{program}" ' + options)
    write_tool(folder, "npm", f'"{sys.executable}" -SE "{quick_npm.__file__}" "{{program}}"')


def write_tool(folder: Path, name: str, call: str) -> None:
    """Write one tool; ``call`` is what it does, with ``{program}`` for the real one."""
    program = shutil.which(name)
    if program is None:
        return
    tool = folder / name
    tool.write_text(f'#!/bin/sh\nexec {call.format(program=program)} "$@"\n')
    tool.chmod(0o755)
