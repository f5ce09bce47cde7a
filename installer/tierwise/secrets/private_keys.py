"""Private keys in the forms that programs write: PEM (OpenSSL, OpenSSH, PGP), SSH2 and PuTTY."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tierwise.secrets.randomness import (
    count_classes,
    looks_random,
    measure_entropy,
)
from tierwise.secrets.shapes import BASE64
from tierwise.secrets.tokens import Candidate

_ALL_CLASSES = 3  # small letters, capitals and digits
_PEM = re.compile(
    rb"""
    -----BEGIN[ ] [^\n-]{0,60} PRIVATE[ ]KEY [^\n-]{0,60} -----
    | ----[ ]BEGIN[ ] [^\n-]{0,60} PRIVATE[ ]KEY [^\n-]{0,60} [ ]----
    """,
    re.VERBOSE,
)
_END = re.compile(rb"---(?:-- ?|-)? ?END")
_LONGEST_BLOCK = 20_000
_LONGEST_OPEN_BLOCK = 4_000
# The shortest key in use, Ed25519 in PKCS#8, is 64 characters long; a cut-off one is still a leak.
_SHORTEST = 64
_SHORTEST_CUT = 16
_LEAST_ENTROPY = 3.0
# Lines of a key are as long as each other; identifiers that happen to be base64 are not.
_LINE = 32
_PUTTY = b"PuTTY-User-Key-File-"


def find_private_keys(data: bytes) -> Iterator[Candidate]:
    """Yield each private key; a header with no key right below it is none."""
    if b"PRIVATE KEY" in data:
        yield from _find_pem_keys(data)
    at = data.find(_PUTTY)
    if at >= 0 and b"Private-Lines:" in data[at:]:
        yield at, len(_PUTTY), "a PuTTY private key"


def _find_pem_keys(data: bytes) -> Iterator[Candidate]:
    for header in _PEM.finditer(data):
        start = header.end()
        stop = start + _LONGEST_OPEN_BLOCK
        end = _END.search(data, start, start + _LONGEST_BLOCK)
        if end is not None:
            stop = end.start()
        block = data[start:stop]
        if _is_key(block, is_closed=end is not None):
            length = len(header[0]) + len(block)
            yield header.start(), length, "a private key"


def _is_key(block: bytes, is_closed: bool) -> bool:
    """Return whether a key's base64 follows a header at once, apart from the header's own fields."""
    lines = _list_base64(block)
    body = b"".join(lines)
    if len(body) < _SHORTEST:
        is_cut = len(body) >= _SHORTEST_CUT and b"..." not in block
        return is_cut and count_classes(body) >= _ALL_CLASSES and looks_random(body)
    is_even = is_closed or all(len(line) >= _LINE for line in lines[:-1])
    return is_even and count_classes(body) > 1 and measure_entropy(body) > _LEAST_ENTROPY


def _list_base64(block: bytes) -> list[bytes]:
    """Return the lines of base64 that follow the header, up to the first that is something else."""
    text = block.replace(b"\\n", b"\n").replace(b"\\r", b"")
    found: list[bytes] = []
    for line in text.split(b"\n"):
        plain = line.strip(b" \t\r\"'`+,;\\#*")
        is_field = b": " in plain or plain.endswith(b":")
        if not plain or (is_field and not found):
            continue
        if plain.strip(BASE64):
            break
        found.append(plain)
    return found
