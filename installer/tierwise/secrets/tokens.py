"""Tokens told by their own form: a public prefix, a mark inside, or parts of known lengths."""

from __future__ import annotations

import re
from binascii import Error, a2b_base64
from collections.abc import Iterator

from tierwise.secrets.randomness import looks_random
from tierwise.secrets.shapes import ALNUM, load_shapes

Candidate = tuple[int, int, str]  # offset, length, what it is

_ESCAPES = (b"\\n", b"\\t", b"\\r")
_WORD = ALNUM + b"_"
_TELEGRAM = re.compile(
    rb"""
    (?<![A-Za-z0-9_])
    \d{8,10} :
    (AA[A-Za-z0-9_-]{33})
    (?![A-Za-z0-9_-])
    """,
    re.VERBOSE,
)
_DISCORD = re.compile(
    rb"""
    (?<![A-Za-z0-9_-])
    ([MNO][A-Za-z0-9_-]{22,27})     # whose it is
    \. [A-Za-z0-9_-]{6}             # when it was made
    \. ([A-Za-z0-9_-]{27,38})
    (?![A-Za-z0-9_-])
    """,
    re.VERBOSE,
)
_AIRTABLE = re.compile(
    rb"""
    (?<![A-Za-z0-9_])
    pat [A-Za-z0-9]{14}
    \. ([0-9a-f]{64})
    (?![A-Za-z0-9])
    """,
    re.VERBOSE,
)
_WEB_TOKEN = re.compile(
    rb"""
    (?<![A-Za-z0-9_-])
    (eyJ[A-Za-z0-9_-]{8,4000})      # header
    \. ([A-Za-z0-9_-]{2,6000})      # claims
    \. ([A-Za-z0-9_-]{40,1000})     # signature
    """,
    re.VERBOSE,
)
_SIGNATURE = re.compile(rb"(?<![A-Za-z0-9])sig=([A-Za-z0-9_%-]{38,117}%3[Dd])")
_OPENAI_LENGTHS = (32, 48)  # characters after `sk-` in the oldest keys of OpenAI
# The inner structure of a body, by how the prefix begins.
_STRUCTURES = (
    (b"xox", re.compile(rb".*[0-9].*")),
    (b"SG.", re.compile(rb"[^.]{22}\.[^.]+")),
    (b"hooks.", re.compile(rb".*/.*/.*")),
    (b"discord", re.compile(rb"\d+/[^/]+")),
    (b"re_", re.compile(rb"[^_]{8}_[^_]+")),
)
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_BASE64_GROUP = 4  # characters
_NEARBY = 500  # bytes around a signature in which its address stands


def find_tokens(data: bytes) -> list[Candidate]:
    """Return every token that its own form gives away."""
    return [
        *_find_prefixed(data),
        *_find_marked(data),
        *_find_structured(data),
        *_find_web_tokens(data),
        *_find_signatures(data),
    ]


def _find_prefixed(data: bytes) -> Iterator[Candidate]:
    for shape in load_shapes().shapes:
        for at in find_all(data, shape.prefix):
            body = at + len(shape.prefix)
            length = measure_after(
                data,
                body,
                shape.alphabet,
                shape.most,
            )
            if not shape.least <= length <= shape.most or not starts_token(data, at):
                continue
            text = data[body : body + length]
            if looks_random(text) and _has_parts(shape.prefix, text):
                yield at, len(shape.prefix) + length, shape.what


def _find_marked(data: bytes) -> Iterator[Candidate]:
    for mark in load_shapes().marks:
        for at in find_all(data, mark.mark):
            after = at + len(mark.mark)
            length = measure_after(
                data,
                after,
                mark.after,
                mark.most,
            )
            before = _measure_before(
                data,
                at,
                mark.before,
                mark.before_length,
            )
            if not mark.least <= length <= mark.most or before != mark.before_length:
                continue
            start = at - before
            text = data[start:at] + data[after : after + length]
            if looks_random(text):
                yield start, before + len(mark.mark) + length, mark.what


def find_all(data: bytes, sign: bytes) -> Iterator[int]:
    """Yield each place of a sign, without overlaps."""
    at = data.find(sign)
    while at >= 0:
        yield at
        at = data.find(sign, at + len(sign))


def _find_structured(data: bytes) -> Iterator[Candidate]:
    kinds = (
        (b":AA", _TELEGRAM, "a Telegram bot token"),
        (b".", _DISCORD, "a Discord bot token"),
        (b"pat", _AIRTABLE, "an Airtable token"),
    )
    for sign, pattern, what in kinds:
        if sign not in data:
            continue
        for found in pattern.finditer(data):
            if all(looks_random(part) for part in found.groups()):
                yield found.start(), len(found[0]), what


def _find_web_tokens(data: bytes) -> Iterator[Candidate]:
    """Yield signed JSON Web Tokens: a header that names the algorithm, claims, and a signature."""
    if b"eyJ" not in data:
        return
    for found in _WEB_TOKEN.finditer(data):
        header, claims, signature = found.groups()
        is_signed = looks_random(signature) and b'"alg"' in _decode_part(header)
        if is_signed and _decode_part(claims).startswith(b"{"):
            yield found.start(), len(found[0]), "a JSON Web Token"


def _find_signatures(data: bytes) -> Iterator[Candidate]:
    """Yield signatures of Azure shared-access URLs: ``sig=`` beside ``sv=`` and ``se=``."""
    if b"sig=" not in data:
        return
    for found in _SIGNATURE.finditer(data):
        start, end = found.span()
        _, _, before = data[max(0, start - _NEARBY) : start].rpartition(b"\n")
        after, _, _ = data[end : end + _NEARBY].partition(b"\n")
        line = before + after
        is_address = b"sv=" in line and b"se=" in line
        if is_address and looks_random(found[1]):
            yield found.start(1), len(found[1]), "an Azure shared access signature"


def measure_after(
    data: bytes,
    start: int,
    alphabet: bytes,
    most: int,
) -> int:
    """Return how many bytes from ``start`` on are in ``alphabet``; more than ``most`` where the word goes on."""
    window = data[start : start + most + 1]
    length = len(window) - len(window.lstrip(alphabet))
    length = len(window[:length].rstrip(b"."))  # a sentence may end behind a token
    following = data[start + length : start + length + 1]
    # A narrower alphabet that ends inside a longer word is not a token.
    if following and following in ALNUM:
        return most + 1
    return length


def starts_token(data: bytes, at: int) -> bool:
    """Return whether a word can begin at ``at``: nothing of a word stands before it."""
    before = data[max(0, at - 1) : at]
    if not before or before not in _WORD:
        return True
    return data[max(0, at - 2) : at] in _ESCAPES


def _measure_before(
    data: bytes,
    end: int,
    alphabet: bytes,
    most: int,
) -> int:
    window = data[max(0, end - most - 1) : end]
    length = len(window) - len(window.rstrip(alphabet))
    if not starts_token(data, end - length):
        return most + 1
    return length


def _has_parts(prefix: bytes, text: bytes) -> bool:
    """Return whether the body has the inner structure of the few shapes that have one."""
    if prefix == b"sk-":
        return b"T3BlbkFJ" in text or len(text) in _OPENAI_LENGTHS
    for start, structure in _STRUCTURES:
        if prefix.startswith(start):
            return structure.fullmatch(text) is not None
    return True


def _decode_part(part: bytes) -> bytes:
    """Return URL-safe base64 without its padding, decoded; empty where it is none."""
    plain = part.translate(_URL_SAFE)
    padding = b"=" * (-len(part) % _BASE64_GROUP)
    try:
        return a2b_base64(plain + padding)
    except Error:
        return b""
