"""Private keys and tokens that are about to be committed.  What was found is never printed.

A candidate is told by its own form (:mod:`tierwise.secrets.tokens`), by its name, or by its place in an address; it
stands on its own and looks random: enough entropy, more than one class of characters, no runs, no word that only
placeholders have.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from tierwise.digests import hash_sha256
from tierwise.domain.change import Change, Finding
from tierwise.secrets.named_values import find_named
from tierwise.secrets.private_keys import find_private_keys
from tierwise.secrets.randomness import has_placeholder
from tierwise.secrets.shapes import load_shapes
from tierwise.secrets.tokens import Candidate, find_tokens
from tierwise.secrets.url_passwords import find_url_passwords

_FINGERPRINT = 16  # digits of a SHA-256
_PRAGMA = re.compile(
    rb"""
    tierwise:\ allow-secret
    | pragma:\ allowlist\ secret
    | gitleaks:allow
    """,
    re.VERBOSE,
)
_DOCUMENT = re.compile(r"\.(?:mdx?|markdown|rst|adoc)$", re.I)
_DOTENV = re.compile(r"(?:^|/)\.env(?:\.[^/]*)?$")
_TEMPLATES = (
    ".example",
    ".sample",
    ".template",
    ".dist",
    ".defaults",
)
_ASSIGNMENT = re.compile(
    rb"""
    \s* (?:export[ ])?
    ([^=#]+?)           # the variable
    \s* = \s*
    (.*?)               # its value
    \s* $
    """,
    re.VERBOSE,
)
_SECRET_NAME = re.compile(
    rb"""
    SECRET
    | TOKEN
    | PASSWORD
    | PASSWD
    | API_?KEY
    | PRIVATE_KEY
    | CREDENTIAL
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SHORTEST_VALUE = 8


def find_secrets(
    change: Change,
    data: bytes,
    allowed: Collection[str],
) -> list[Finding]:
    """Return every secret in ``data``, but those whose fingerprints are ``allowed``."""
    known = load_shapes().published.union(allowed)
    findings = []
    is_document = _DOCUMENT.search(change.path) is not None
    for start, length, what in list_candidates(data, is_document):
        secret = data[start : start + length]
        fingerprint = hash_sha256(secret)[:_FINGERPRINT]
        if fingerprint in known or _is_allowed(data, start):
            continue
        line = data.count(b"\n", 0, start) + 1
        column = start - data.rfind(b"\n", 0, start)
        message = f"{what} (fingerprint {fingerprint})"
        findings.append(Finding(change.path, message, line, column, evidence=secret))
    return [*findings, *_find_dotenv_values(change, data)]


def list_candidates(
    data: bytes,
    is_document: bool = False,
) -> list[Candidate]:
    """Return (offset, length, what it is) of everything in ``data`` that looks like a secret, by offset.

    One secret is told once, whatever else can be seen in it: no two of them overlap, and a token's own kind counts
    before what only its name says.
    """
    certain = [
        *find_tokens(data),
        *find_private_keys(data),
        *find_url_passwords(data),
    ]
    found = _take_apart(certain)
    by_name = find_named(data, is_document)
    apart = [one for one in by_name if not any(_overlap(one, other) for other in found)]
    return sorted([*found, *apart])


def _overlap(one: Candidate, other: Candidate) -> bool:
    start, length, _ = one
    other_start, other_length, _ = other
    return start < other_start + other_length and other_start < start + length


def _take_apart(candidates: list[Candidate]) -> list[Candidate]:
    apart: list[Candidate] = []
    end = 0
    longest_first = sorted(
        candidates,
        key=lambda each: (each[0], -each[1], each[2]),
    )
    for start, length, what in longest_first:
        if start >= end:
            apart.append((start, length, what))
            end = start + length
    return apart


def _find_dotenv_values(
    change: Change,
    data: bytes,
) -> Iterator[Finding]:
    """Yield what a new file of environment variables gives to secrets, whatever the values look like."""
    path = change.path.lower()
    is_filled = _DOTENV.search(path) and not path.endswith(_TEMPLATES)
    if change.status != "A" or not is_filled:
        return
    _, _, name = path.rpartition("/")
    for number, line in enumerate(data.split(b"\n"), 1):
        variable = _find_filled_variable(line)
        if variable and not _PRAGMA.search(line):
            message = f"{variable} has a value in a {name} file"
            yield Finding(
                change.path,
                message,
                number,
                evidence=line,
            )


def _find_filled_variable(line: bytes) -> str:
    """Return the variable of a secret that a line gives a value to; empty where it is none, or holds the place of one."""
    found = _ASSIGNMENT.match(line)
    if found is None or not _SECRET_NAME.search(found[1]):
        return ""
    value = found[2].strip(b"\"'")
    if value.startswith((b"<", b"$")) or len(value) < _SHORTEST_VALUE:
        return ""
    if has_placeholder(value.lower()):
        return ""
    return found[1].decode("utf-8", "replace")


def _is_allowed(data: bytes, at: int) -> bool:
    """Return whether a pragma on the line lets the secret through."""
    start = data.rfind(b"\n", 0, at) + 1
    end = data.find(b"\n", at)
    if end < 0:
        end = len(data)
    return _PRAGMA.search(data[start:end]) is not None
