"""The text of our hook script, and how one is told from everybody else's.  Pure but for reading the template."""

from __future__ import annotations

import os
import sys

from tierwise import bundle
from tierwise.digests import hash_sha256

# Every version starts its second line so.
MARK = b"# Tierwise git hook "
_PLACE = b"checksum "
_DIGITS = 64


def render(hook: str, *, portable: bool = False) -> bytes:
    """The script for one hook.

    It names this interpreter and this package absolutely; a ``portable`` one, for a folder that is shared or
    committed, names neither and finds ``tierwise-hook`` when it runs.
    """
    package = os.path.dirname(os.path.abspath(bundle.__file__))
    program = os.path.join(package, "hook_main.py")
    text = bundle.read_text("templates", "git-hook.sh")
    text = text.replace("@PYTHON@", _quote_word("" if portable else sys.executable))
    text = text.replace("@PROGRAM@", _quote_word("" if portable else program))
    text = text.replace("@HOOK@", hook).replace("@CHECKSUM@", "0" * _DIGITS)
    script = os.fsencode(text)
    return script.replace(b"0" * _DIGITS, _sum_script(script).encode(), 1)


def is_ours(script: bytes) -> bool:
    """Whether Tierwise wrote this script, whatever was done to it since."""
    return script.partition(b"\n")[2].startswith(MARK)


def is_edited(script: bytes) -> bool:
    """Whether a script of ours was changed after it was written."""
    at = script.find(_PLACE) + len(_PLACE)
    known = script[at : at + _DIGITS]
    return _sum_script(script[:at] + b"0" * _DIGITS + script[at + _DIGITS :]).encode() != known


def recorded(script: bytes) -> tuple[str, str]:
    """The interpreter and the program that a script of ours names; empty for a portable one."""
    values = {}
    for line in os.fsdecode(script).split("\n"):
        name, sign, value = line.partition("=")
        if sign and name in ("python", "program"):
            values[name] = value.strip("'").replace("'\\''", "'")
    return values.get("python", ""), values.get("program", "")


def _sum_script(script: bytes) -> str:
    return hash_sha256(script)


def _quote_word(path: str) -> str:
    """A word for sh that stands for exactly this path."""
    return "'" + path.replace("\\", "/" if os.name == "nt" else "\\").replace("'", "'\\''") + "'"
