"""The ``#!`` line of a script."""


def interpreter(data: bytes) -> str:
    """The program that the ``#!`` line names (``bash`` of ``#!/usr/bin/env -S bash -e``), else empty."""
    if data[:2] != b"#!":
        return ""
    words = data[2 : data.find(b"\n") if b"\n" in data else None].decode("latin-1").split()
    words = [word.rpartition("/")[2] for word in words]
    if words[:1] == ["env"]:
        words = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
    return words[0] if words else ""
