"""Shell scripts, read by the shell they name with `-n`: nothing is executed."""

from __future__ import annotations

import os
import re
import subprocess

from tierwise.checks.languages.shebang import read_interpreter
from tierwise.checks.model import CheckContext
from tierwise.domain.change import Change, Finding
from tierwise.programs import find_program

# Those whose `-n` reads and does not run; other programs know that letter for something else (perl and ruby run).
_SHELLS = (
    "",
    "sh",
    "bash",
    "dash",
    "ash",
    "ksh",
    "ksh93",
    "mksh",
    "zsh",
)
# `bash: line 3: syntax error …` or `sh: 3: Syntax error: …`
_COMPLAINT = re.compile(r"^[^:]*: (?:[^:]*: )?(?:line )?(\d+): (.*)$")
_START_FILES = ("BASH_ENV", "ENV")  # variables that name files which a shell reads first
_SECONDS = 10.0  # a shell reads a megabyte in much less


def find_errors(
    change: Change,
    data: bytes,
    context: CheckContext,
) -> list[Finding]:
    """Return a finding where no shell here reads the script; none where no shell is installed.

    bash comes last as the most permissive reader, once more with `extglob`, which scripts switch on only when
    they run.  What every reader refuses is a fault under any of them.
    """
    named = read_interpreter(data)
    if named not in _SHELLS:
        return []
    context.looks_further = True
    first = ""
    readers = _list_readers(named, context.root)
    for reader in readers:
        complaint = _read_complaint(reader, data)
        if complaint is None:
            return []
        first = first or complaint
    if not readers:
        return []
    return [_describe_complaint(change.path, first)]


def _list_readers(named: str, root: str) -> list[list[str]]:
    bash = own = find_program("bash", outside=root)
    if named:
        own = find_program(named, outside=root)
    if named == "zsh" and own is None:
        return []
    readers = []
    if own and own != bash:
        readers.append([own, "-n"])
    if bash:
        readers += [[bash, "-n", "-s"], [bash, "-O", "extglob", "-n"]]
    if readers:
        return readers
    plain = find_program("sh", outside=root)
    if plain is None:
        return []
    return [[plain, "-n"]]


def _read_complaint(
    reader: list[str],
    data: bytes,
) -> str | None:
    """Return what a shell says of the script, or None where it is content or does not answer."""
    environment = dict(os.environ)
    for name in _START_FILES:
        environment.pop(name, None)
    try:
        done = subprocess.run(
            reader,
            input=data,
            capture_output=True,
            cwd=os.sep,
            env=environment,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode == 0:
        return None
    return done.stderr.decode("utf-8", "replace").strip() or "does not parse"


def _describe_complaint(path: str, complaint: str) -> Finding:
    line, _, _ = complaint.partition("\n")
    found = _COMPLAINT.match(line)
    if found is None:
        return Finding(path, f"shell: {line}")
    return Finding(path, f"shell: {found[2]}", int(found[1]))
