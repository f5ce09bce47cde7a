"""The ``#!`` line of a script."""

from __future__ import annotations


def read_interpreter(data: bytes) -> str:
    """Return the program that the ``#!`` line names (``bash`` of ``#!/usr/bin/env -S bash -e``), else empty."""
    if not data.startswith(b"#!"):
        return ""
    line = data[2:].partition(b"\n")[0].decode("latin-1")
    words = [word.rpartition("/")[2] for word in line.split()]
    if words[:1] == ["env"]:
        words = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
    return words[0] if words else ""
