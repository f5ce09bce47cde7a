"""Tokens whose public mark is in their middle, and tokens of several parts."""

from tierwise.secrets.randomness import looks_random
from tierwise.secrets.token_runs import run_after, run_before
from tierwise.secrets.token_shapes import ALNUM, DIGITS, DOTTED, HEX, URL

# mark, what it is, alphabet and length before the mark, alphabet, least and most length after it
_MARKS: "tuple[tuple[bytes, str, bytes, int, bytes, int, int], ...]" = (
    (b".atlasv1.", "a Terraform Cloud token", ALNUM, 14, URL, 60, 70),
    (b"AZDO", "an Azure DevOps token", ALNUM, 76, ALNUM, 4, 4),
    (b"-us", "a Mailchimp API key", HEX, 32, DIGITS, 1, 2),
    (b"Q~", "an Azure client secret", DOTTED + b"~", 4, DOTTED + b"~", 31, 34),
)


def marked_tokens(data: bytes) -> "list[tuple[int, int, str]]":
    """(offset, length, what it is) of each token that a mark inside gives away."""
    found = []
    for mark, what, first, before, second, least, most in _MARKS:
        at = data.find(mark)
        while at >= 0:
            after = at + len(mark)
            length = run_after(data, after, second, most)
            if least <= length <= most and run_before(data, at, first, before) == before:
                start = at - before
                if looks_random(data[start:at] + data[after : after + length]):
                    found.append((start, before + len(mark) + length, what))
            at = data.find(mark, after)
    return found + _telegram_tokens(data) + _dotted_tokens(data) + _web_tokens(data)


def _telegram_tokens(data: bytes) -> "list[tuple[int, int, str]]":
    found = []
    at = data.find(b":AA")
    while at >= 0:
        digits = run_before(data, at, DIGITS, 10)
        length = run_after(data, at + 1, URL, 36)
        if 8 <= digits <= 10 and length == 35 and looks_random(data[at + 1 : at + 36]):
            found.append((at - digits, digits + 36, "a Telegram bot token"))
        at = data.find(b":AA", at + 3)
    return found


def _dotted_tokens(data: bytes) -> "list[tuple[int, int, str]]":
    """Discord's bot tokens, three parts, and Airtable's, two: told by the lengths of their parts."""
    found = []
    parts = data.split(b".")
    at = len(parts[0])  # of the dot before the part that is looked at
    for number in range(1, len(parts)):
        part = parts[number]
        if len(part) == 6 and number + 1 < len(parts) and not part.strip(URL):
            first = run_before(data, at, URL, 28)
            last = run_after(data, at + 8, URL, 38)
            start, end = at - first, at + 8 + last
            sized = (
                23 <= first <= 28
                and 27 <= last <= 38
                and data[start : start + 1] in (b"M", b"N", b"O")
            )
            if sized and looks_random(data[start:at]) and looks_random(data[at + 8 : end]):
                found.append((start, end - start, "a Discord bot token"))
        sized = data[at - 17 : at - 14] == b"pat" and run_after(data, at + 1, HEX, 64) == 64
        if sized and run_before(data, at, ALNUM, 17) == 17 and looks_random(part[:64]):
            found.append((at - 17, 82, "an Airtable token"))
        at += len(part) + 1
    return found


def _web_tokens(data: bytes) -> "list[tuple[int, int, str]]":
    """Signed JSON Web Tokens: a header that names the algorithm, claims, and a signature."""
    found = []
    at = data.find(b"eyJ")
    while at >= 0:
        window = data[at : at + 8_000]
        token = window[: len(window) - len(window.lstrip(DOTTED))].rstrip(b".")
        parts = token.split(b".")
        signed = len(parts) == 3 and len(parts[2]) >= 40 and run_before(data, at, URL, 0) == 0
        if (
            signed
            and looks_random(parts[2])
            and b'"alg"' in _decoded(parts[0])
            and _decoded(parts[1])[:1] == b"{"
        ):
            found.append((at, len(token), "a JSON Web Token"))
        at = data.find(b"eyJ", at + max(len(token), 3))
    return found


def _decoded(part: bytes) -> bytes:
    """URL-safe base64 without its padding; empty where it is none."""
    from binascii import Error, a2b_base64

    try:
        return a2b_base64(part.replace(b"-", b"+").replace(b"_", b"/") + b"=" * (-len(part) % 4))
    except Error:
        return b""
