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
_NO_SUM = b"0" * _DIGITS
_QUOTE = "'\\''"  # a quote within quotes, in sh


def render(hook: str, *, portable: bool = False) -> bytes:
    """Return the script for one hook.

    It names this interpreter and this package absolutely; a ``portable`` one, for a folder that is shared or
    committed, names neither and finds ``tierwise-hook`` when it runs.
    """
    package = os.path.dirname(os.path.abspath(bundle.__file__))
    program = os.path.join(package, "hook_main.py")
    text = bundle.read_text("templates", "git-hook.sh")
    python = sys.executable
    if portable:
        python = program = ""
    values = {
        "@PYTHON@": _quote_word(python),
        "@PROGRAM@": _quote_word(program),
        "@HOOK@": hook,
        "@CHECKSUM@": _NO_SUM.decode(),
    }
    for place, value in values.items():
        text = text.replace(place, value)
    script = os.fsencode(text)
    checksum = hash_sha256(script).encode()
    return script.replace(_NO_SUM, checksum, 1)


def is_ours(script: bytes) -> bool:
    """Return whether Tierwise wrote this script, whatever was done to it since."""
    _, _, below = script.partition(b"\n")
    return below.startswith(MARK)


def is_edited(script: bytes) -> bool:
    """Return whether a script of ours was changed after it was written."""
    start = script.find(_PLACE) + len(_PLACE)
    end = start + _DIGITS
    unsummed = script[:start] + _NO_SUM + script[end:]
    return hash_sha256(unsummed).encode() != script[start:end]


def recorded(script: bytes) -> tuple[str, str]:
    """Return the interpreter and the program that a script of ours names; empty for a portable one."""
    values = {}
    for line in os.fsdecode(script).split("\n"):
        name, sign, value = line.partition("=")
        if sign and name in ("python", "program"):
            values[name] = value.strip("'").replace(_QUOTE, "'")
    return values.get("python", ""), values.get("program", "")


def _quote_word(path: str) -> str:
    """Return a word for sh that stands for exactly this path."""
    if os.name == "nt":
        path = path.replace("\\", "/")
    quoted = path.replace("'", _QUOTE)
    return f"'{quoted}'"
