"""Secrets told by the name that they are given to, whoever issued them.

``ACME_API_KEY = "…"``, ``{"acmeToken": "…"}``, ``acme.client_secret: …``: the value stands right behind a name that
ends in a word for a secret, and looks generated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tierwise.secrets.randomness import (
    count_classes,
    count_turns,
    looks_random,
)
from tierwise.secrets.tokens import Candidate, find_all

_LEAST_CLASSES = 2  # of small letters, capitals and digits, in what a program generates
_WORDS = (
    b"key",
    b"secret",
    b"token",
    b"passw",
    b"pwd",
    b"pass",
    b"credential",
)
# The end of a name, read from the word on.
_REST_OF_NAME = re.compile(rb"(?:ord|d|phrase|s)?", re.I)
_ASSIGNED = re.compile(
    rb"""
    (?P<close> ["'`\])]{0,3} )                  # what closes the name
    [ \t]{0,20}
    (?: => | := | \?\?= | \|\|= | \.= | [=:>]
      | , (?= [ \t]* ["'`] ) )                  # the next argument, a text
    [ \t]{0,20}
    (?:
        [a-zA-Z]{0,2}                           # the prefix of a text: as in rb"..."
        (?P<quote> ["'`] )
        (?P<quoted> [A-Za-z0-9_\-./+=~]{16,200} )
        (?P=quote)
      | (?P<plain> [A-Za-z0-9_\-+/=~]{16,200} )
        (?= [\s,;&<] | \\n | $ )
    )
    """,
    re.VERBOSE,
)
_NAME = re.compile(rb"[A-Za-z0-9_.\-]*$")
# A key alone is anybody's; these are keys that open something.
_SECRET_KEY = re.compile(
    rb"""
    (?: api | app | access | secret | auth | private
      | encryption | signing | master | account | license
      | service | admin | write | integration | subscription
      | consumer | storage | management | deploy | ssh
      | rest | personal | user | customer | server )
    [_.\-]? $
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Names of what only looks like a secret.
_HARMLESS = re.compile(
    rb"""
    public | publishable | csrf | xsrf | site[_.\-]?key
    | cache | primary | foreign | page | next | continuation | cursor | sync
    | idempoten | partition | sort | hash | digest | checksum | integrity | fingerprint
    | max_?token | num_?token | stop_?token
    | (?:pub|public_?)key | keyid | key_id
    | translation | i18n | locale | registry | object
    """,
    re.IGNORECASE | re.VERBOSE,
)
_DIGIT = re.compile(rb"[0-9]")
_CUT_OFF = b"..."
# Code has blanks around the sign, a file of environment variables has not.
_SPACED = re.compile(rb"[ \t]+=[ \t]")
_WEB_TOKEN = b"eyJ"  # has a shape of its own, see tokens.py
_IDENTIFIER = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*")
_UUID = re.compile(
    rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    re.I,
)
# A word for a secret that is the whole name.
_BARE = re.compile(
    rb"""
    (?: ["'] | ^ | [^A-Za-z0-9_.\-] )
    (?: token | secret | password | passwd | pwd | pass | credentials? )
    $
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Names of secrets that say nothing of whose they are.
_UNNAMED = re.compile(
    rb"""
    (?: ^ | [^A-Za-z0-9_.\-] )
    (?: my | the | your )?
    [_.\-]?
    (?:
        (?: api | app | access | secret | auth | private
          | client | encryption | signing | bearer )
        [_.\-]?
    ){0,2}
    (?: key | token | secret | password | passwd | pwd | pass | passphrase | credentials? )
    $
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NAME_LENGTH = 80
_SHORTEST_BARE = 24
_LEAST_TURNS = 0.18  # changes between letters and digits, capitals and small ones, a character


def find_named(
    data: bytes,
    is_document: bool = False,
) -> Iterator[Candidate]:
    """Yield every value that its name gives away; in a document only under an issuer's name.

    Documents show what ``apiKey`` or ``private_key`` may look like; ``ACME_API_KEY`` is somebody's.
    """
    seen: set[int] = set()
    for word, at in _find_words(data):
        found = _match_assignment(data, at + len(word))
        if found is None:
            continue
        group = "plain"
        if found["quote"]:
            group = "quoted"
        start, value = found.start(group), found[group]
        name = data[max(0, at - _NAME_LENGTH) : found.start("close")]
        is_example = is_document and _UNNAMED.search(name) is not None
        if start in seen or is_example or not _is_secret_name(name, word):
            continue
        if not _may_be_code(data, found, value) and _is_generated(value, name):
            seen.add(start)
            yield start, len(value), "a secret by its name"


def _find_words(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield each word for a secret and where it stands, word after word."""
    lower = data.lower()
    for word in _WORDS:
        for at in find_all(lower, word):
            yield word, at


def _match_assignment(
    data: bytes,
    end: int,
) -> re.Match[bytes] | None:
    """Return what gives a value to the name whose word for a secret ends at ``end``."""
    rest = _REST_OF_NAME.match(data, end)
    if rest is not None:
        end = rest.end()
    return _ASSIGNED.match(data, end)


def _is_secret_name(before: bytes, word: bytes) -> bool:
    """Return whether the name at the end of ``before`` is one of a secret."""
    name = b""
    found = _NAME.search(before)
    if found is not None:
        name = found[0]
    if _HARMLESS.search(name):
        return False
    if word != b"key":
        return True
    head = name[: name.lower().rfind(b"key")]
    return _SECRET_KEY.search(head) is not None


def _may_be_code(
    data: bytes,
    found: re.Match[bytes],
    value: bytes,
) -> bool:
    """Return whether a value without a digit stands where code has a name: unquoted inside of a line, or in backticks."""
    if _DIGIT.search(value):
        return False
    if found["quote"]:
        return found["quote"] == b"`"
    end = found.end()
    ends_line = data[end : end + 1] in (b"", b"\r", b"\n")
    return not ends_line or _SPACED.match(found[0]) is not None


def _names_secret(value: bytes) -> bool:
    """Return whether a value is the name of a variable that holds a secret: ``privateKey: derivedPrivateKey2``.

    At the beginning the word is an issuer's prefix (``key…``).
    """
    if _IDENTIFIER.fullmatch(value) is None:
        return False
    rest = value.lower()[1:]
    return any(word in rest for word in _WORDS)


def _is_generated(value: bytes, name: bytes) -> bool:
    """Return whether a value was made by a program: no path, no words, no name of something else, no example cut off."""
    if value.startswith(_WEB_TOKEN) or value.endswith(_CUT_OFF):
        return False
    if _names_secret(value):
        return False
    is_uuid = _UUID.fullmatch(value) is not None
    if _BARE.search(name) and (is_uuid or len(value) < _SHORTEST_BARE):
        return False
    if not is_uuid and not _mixes_characters(value):
        return False
    return looks_random(value)


def _mixes_characters(value: bytes) -> bool:
    """Return whether letters and digits take turns, as in what a program draws, with little else between them."""
    plain = re.sub(rb"[^A-Za-z0-9]", b"", value)
    if len(plain) < len(value) * 3 // 4 or count_classes(plain) < _LEAST_CLASSES:
        return False
    return count_turns(value) >= _LEAST_TURNS * len(value)
