"""The ``#!`` line of a script."""

from __future__ import annotations


def read_interpreter(data: bytes) -> str:
    """Return the program that the ``#!`` line names (``bash`` of ``#!/usr/bin/env -S bash -e``), else empty."""
    if not data.startswith(b"#!"):
        return ""
    line, _, _ = data.removeprefix(b"#!").partition(b"\n")
    words = [word.rpartition("/")[2] for word in line.decode("latin-1").split()]
    if words[:1] == ["env"]:
        plain = [word for word in words[1:] if not word.startswith("-")]
        words = [word for word in plain if "=" not in word]
    return next(iter(words), "")
