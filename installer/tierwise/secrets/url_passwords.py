"""Passwords in addresses: ``postgres://user:password@host``.

Only what looks made by a program is one: templates, words, the user's own name and what documentation puts
there are let through.
"""

from tierwise.secrets.randomness import classes, entropy, looks_random
from tierwise.secrets.token_shapes import ALNUM

_LONGEST = 300
_END = b" \t\r\n\"'`<>/\\?#,"
_TEMPLATE_STARTS = (b"$", b"{", b"%", b":", b"[", b"(")
_TEMPLATES = (b"${", b"$(", b"{{", b"#{", b"%s", b"%(", b"{", b"*", b"(", b"|", b"...")
_WORDS = (
    *(
        b"password",
        b"passwd",
        b"passw0rd",
        b"pass",
        b"pwd",
        b"12345",
        b"qwerty",
        b"letmein",
        b"hunter2",
        b"admin",
    ),
    *(
        b"test",
        b"guest",
        b"demo",
        b"root",
        b"postgres",
        b"mysql",
        b"mongo",
        b"redis",
        b"rabbit",
        b"local",
        b"foobar",
    ),
)


def url_passwords(data: bytes) -> "list[tuple[int, int, str]]":
    """(offset, length, what it is) of each password in an address."""
    found = []
    at = data.find(b"://")
    while at >= 0:
        start = at + 3
        window = data[start : start + _LONGEST]
        ends = [
            place
            for place in map(window.find, (_END[n : n + 1] for n in range(len(_END))))
            if place >= 0
        ]
        place = window[: min(ends, default=len(window))]
        account, sign, host = place.rpartition(b"@")
        user, colon, password = account.partition(b":")
        if sign and colon and host[:1] not in (b"", b"$", b"{") and _is_generated(user, password):
            found.append((start + len(user) + 1, len(password), "a password in an address"))
        at = data.find(b"://", start)
    return found


def _is_generated(user: bytes, password: bytes) -> bool:
    if (
        len(password) < 8
        or password.startswith(_TEMPLATE_STARTS)
        or any(mark in password for mark in _TEMPLATES)
    ):
        return False
    lower = password.lower()
    if any(word in lower for word in _WORDS) or (len(user) > 3 and user.lower() in lower):
        return False
    plain = password.strip(ALNUM)
    if len(plain) > len(password) // 3 or classes(password) < 2 or entropy(password) < 2.6:
        return False
    return looks_random(password)
