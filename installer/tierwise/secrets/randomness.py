"""Whether text could be a generated key rather than a placeholder, a word or a counting sequence."""

from tierwise.secrets.token_shapes import DIGITS, LOWER, UPPER

PLACEHOLDERS = (
    b"example",
    b"placeholder",
    b"changeme",
    b"replace",
    b"redacted",
    b"sample",
    b"dummy",
    b"fake",
    b"your",
    b"xxxx",
    b"secret",
    b"token",
)


def looks_random(text: bytes) -> bool:
    """Whether ``text`` could be a generated key.

    The floors leave random text of each alphabet in and keep what people type out; the tests measure both.
    """
    lower = text.lower()
    if any(word in lower for word in PLACEHOLDERS):
        return False
    # itertools.pairwise would be one more shared library to load.
    steps = sum(
        1
        for left, right in zip(lower, lower[1:], strict=False)  # noqa: RUF007
        if right - left in (0, 1, -1)
    )
    if steps > 0.4 * len(text):
        return False
    if classes(text) < 2 and len(text) > 16:  # so few characters may well be letters alone
        return False
    return entropy(text) >= (2.6 if len(text) <= 20 else 3.0)


def classes(text: bytes) -> int:
    """How many of digits, capitals and small letters occur in ``text``."""
    return sum(has_any(text, group) for group in (DIGITS, UPPER, LOWER))


def entropy(text: bytes) -> float:
    """Shannon entropy of the bytes in ``text``, in bits a byte."""
    from math import log2

    counts = [text.count(byte) for byte in set(text)]
    return -sum(count / len(text) * log2(count / len(text)) for count in counts)


def has_any(text: bytes, group: bytes) -> bool:
    """Whether one of the bytes in ``group`` occurs in ``text``."""
    return len(text.translate(None, group)) != len(text)
