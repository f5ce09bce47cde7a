"""How far a token reaches: runs of one alphabet, before and after a place in the data."""

from tierwise.secrets.token_shapes import ALNUM

_ESCAPES = (b"\\n", b"\\t", b"\\r")


def run_after(data: bytes, start: int, alphabet: bytes, most: int) -> int:
    """How many bytes from ``start`` on are in ``alphabet``; more than ``most`` where the word goes on."""
    window = data[start : start + most + 1]
    length = len(window) - len(window.lstrip(alphabet))
    length = len(window[:length].rstrip(b"."))  # a sentence may end behind a token
    following = data[start + length : start + length + 1]
    # A narrower alphabet that ends inside a longer word is not a token.
    return length if not following or following not in ALNUM else most + 1


def run_before(data: bytes, end: int, alphabet: bytes, most: int) -> int:
    """How many bytes right before ``end`` are in ``alphabet``; more than ``most`` where the word began earlier."""
    window = data[max(0, end - most - 1) : end]
    length = len(window) - len(window.rstrip(alphabet))
    return length if starts_token(data, end - length) else most + 1


def starts_token(data: bytes, at: int) -> bool:
    """Whether a word can begin at ``at``: nothing of a word stands before it."""
    before = data[max(0, at - 1) : at]
    return not before or before not in ALNUM + b"_" or data[max(0, at - 2) : at] in _ESCAPES
