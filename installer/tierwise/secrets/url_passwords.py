"""Passwords in addresses: ``postgres://user:password@host``.

Only what looks made by a program is one: templates, words, the user's own name and what documentation puts
there are let through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tierwise.secrets.randomness import (
    count_classes,
    looks_random,
    measure_entropy,
)
from tierwise.secrets.tokens import Candidate

_LEAST_USER = 4  # characters; a shorter name stands in many a password by chance
_LEAST_CLASSES = 2  # of small letters, capitals and digits
_ADDRESS = re.compile(
    rb"""
    ://
    ([^\s"'`<>/\\?#,:@]{0,120})     # the user
    :
    ([^\s"'`<>/\\?#,]{8,200})       # the password
    @
    (?=[^\s"'`<>/\\?#,@${])         # a host
    """,
    re.VERBOSE,
)
# What stands where a template puts the password.
_TEMPLATE = re.compile(
    rb"""
    ^ [${%:\[(]
    | [{*(|]
    | %s
    | \$
    | \.\.\.
    """,
    re.VERBOSE,
)
# Words that people type and documentation shows.
_WORDS = re.compile(
    rb"""
    password | passwd | passw0rd | pass | pwd
    | 12345 | qwerty | letmein | hunter2
    | admin | test | guest | demo | root
    | postgres | mysql | mongo | redis | rabbit
    | local | foobar | hidden
    """,
    re.VERBOSE,
)
# What people type where a value belongs: a few digits or letters in their order.
_COUNTED = re.compile(rb"0?1234|4321|abcd|(?<!\d)123(?!\d)")
_SHORT = 16
_LEAST_ENTROPY = 2.6


def find_url_passwords(data: bytes) -> Iterator[Candidate]:
    """Yield each generated password in an address."""
    if b"://" not in data:
        return
    for found in _ADDRESS.finditer(data):
        user, password = found.groups()
        if _is_generated(user, password):
            yield found.start(2), len(password), "a password in an address"


def _is_generated(user: bytes, password: bytes) -> bool:
    lower = password.lower()
    if _TEMPLATE.search(password) or _WORDS.search(lower):
        return False
    if len(user) >= _LEAST_USER and user.lower() in lower:
        return False
    if len(password) < _SHORT and _COUNTED.search(lower):
        return False
    plain = re.sub(
        rb"^[A-Za-z0-9]+|[A-Za-z0-9]+$",
        b"",
        password,
    )
    if len(plain) > len(password) // 3 or count_classes(password) < _LEAST_CLASSES:
        return False
    return measure_entropy(password) >= _LEAST_ENTROPY and looks_random(password)
