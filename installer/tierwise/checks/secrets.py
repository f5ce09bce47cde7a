"""Private keys and tokens that are about to be committed.  What was found is never printed.

A candidate starts with a public prefix (:mod:`tierwise.checks.token_shapes`), stands on its own, has the
right length and alphabet, and looks random: enough entropy, more than one class of characters, no runs,
no word that only placeholders have.
"""

from tierwise.checks.change import Change, Finding
from tierwise.checks.token_shapes import ALNUM, BASE64, DIGITS, LOWER, SHAPES, UPPER
from tierwise.table import sha256

PRAGMAS = (b"tierwise: allow-secret", b"pragma: allowlist secret", b"gitleaks:allow")
_PLACEHOLDERS = (
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
_SECRET_NAMES = (b"SECRET", b"TOKEN", b"PASSWORD", b"PASSWD", b"API_KEY", b"APIKEY", b"PRIVATE_KEY", b"CREDENTIAL")
_TEMPLATES = (".example", ".sample", ".template", ".dist", ".defaults")
_ESCAPES = (b"\\n", b"\\t", b"\\r")
_AWS_SECRET = (b"aws_secret_access_key", b"aws_secret_key", b"secretaccesskey")


def check(change: Change, data: bytes, settings: "dict[str, object]") -> "list[Finding]":
    """Every secret in ``data``.  ``settings["allow"]`` lists fingerprints that may be committed."""
    allowed = settings.get("allow") or ()
    findings = []
    seen: set[int] = set()
    for start, length, what in candidates(data):
        secret = data[start : start + length]
        fingerprint = sha256(secret)[:16]
        if start in seen or fingerprint in allowed or _line_allows(data, start):  # type: ignore[operator]
            continue
        seen.add(start)
        line = data.count(b"\n", 0, start) + 1
        column = start - (data.rfind(b"\n", 0, start) + 1) + 1
        message = f"{what} (fingerprint {fingerprint})"
        findings.append(Finding(change.path, message, line, column, evidence=secret))
    return findings + _dotenv(change, data)


def candidates(data: bytes) -> "list[tuple[int, int, str]]":
    """(offset, length, what it is) of everything in ``data`` that looks like a secret, by offset."""
    found = []
    for prefix, what, alphabet, least, most in SHAPES:
        at = data.find(prefix)
        while at >= 0:
            body = at + len(prefix)
            length = _run(data, body, alphabet, most)
            if least <= length <= most and _starts_token(data, at):
                text = data[body : body + length]
                if looks_random(text) and _has_parts(prefix, text):
                    found.append((at, len(prefix) + length, what))
            at = data.find(prefix, at + len(prefix))
    found += _private_keys(data) + _aws_secrets(data) + _telegram_tokens(data)
    return sorted(found)


def looks_random(text: bytes) -> bool:
    """Whether ``text`` could be a generated key rather than a placeholder, a word or a counting sequence.

    The floors leave random text of each alphabet in and keep what people type out; the tests measure both.
    """
    lower = text.lower()
    if any(word in lower for word in _PLACEHOLDERS):
        return False
    # itertools.pairwise would be one more shared library to load.
    steps = sum(1 for left, right in zip(lower, lower[1:], strict=False) if right - left in (0, 1, -1))  # noqa: RUF007
    if steps > 0.4 * len(text):
        return False
    classes = sum(1 for group in (DIGITS, UPPER, LOWER) if _any(text, group))
    if classes < 2 and len(text) > 16:  # so few characters may well be letters alone
        return False
    return entropy(text) >= (2.6 if len(text) <= 20 else 3.0)


def entropy(text: bytes) -> float:
    """Shannon entropy of the bytes in ``text``, in bits a byte."""
    from math import log2

    counts = [text.count(byte) for byte in set(text)]
    return -sum(count / len(text) * log2(count / len(text)) for count in counts)


def _any(text: bytes, group: bytes) -> bool:
    return len(text.translate(None, group)) != len(text)


def _run(data: bytes, start: int, alphabet: bytes, most: int) -> int:
    """How many bytes from ``start`` on are in ``alphabet``; at most ``most`` + 1 are looked at."""
    window = data[start : start + most + 1]
    length = len(window) - len(window.lstrip(alphabet))
    following = data[start + length : start + length + 1]
    # A narrower alphabet that ends inside a longer word is not a token.
    return length if not following or following not in ALNUM else most + 1


def _starts_token(data: bytes, at: int) -> bool:
    before = data[max(0, at - 1) : at]
    return not before or before not in ALNUM + b"_" or data[max(0, at - 2) : at] in _ESCAPES


def _has_parts(prefix: bytes, text: bytes) -> bool:
    """The inner structure of the few shapes that have one."""
    if prefix.startswith(b"xox"):
        return _any(text, DIGITS)
    if prefix == b"SG.":
        return text.count(b".") == 1 and text.index(b".") == 22
    if prefix == b"sk-":
        return b"T3BlbkFJ" in text or len(text) == 48
    if prefix.startswith(b"hooks."):
        return text.count(b"/") == 2
    return True


def _private_keys(data: bytes) -> "list[tuple[int, int, str]]":
    found = []
    at = data.find(b"-----BEGIN ")
    while at >= 0:
        name, dashes, _ = data[at + 11 : at + 80].partition(b"-----")
        if dashes and b"PRIVATE KEY" in name and b"\n" not in name:
            start = at + 11 + len(name) + 5
            end = data.find(b"-----END", start, start + 20_000)
            block = data[start : end if end >= 0 else start + 4_000]
            if _has_key_material(block):
                found.append((at, start + len(block) - at, "a private key"))
        at = data.find(b"-----BEGIN ", at + 11)
    at = data.find(b"PuTTY-User-Key-File-")
    if at >= 0 and b"Private-Lines:" in data[at:]:
        found.append((at, 21, "a PuTTY private key"))
    return found


def _has_key_material(block: bytes) -> bool:
    lines = block.replace(b"\\n", b"\n").replace(b"\\r", b"").split(b"\n")
    stripped = [line.strip(b" \t\r\"'`+,;\\#*") for line in lines]
    body = b"".join(line for line in stripped if len(line) >= 8 and not line.strip(BASE64))
    # The shortest key in use, Ed25519 in PKCS#8, is 64 characters long; a cut-off one is still a leak.
    return len(body) >= 32 and entropy(body) > 3.0


def _aws_secrets(data: bytes) -> "list[tuple[int, int, str]]":
    lower = data.lower()
    found = []
    for name in _AWS_SECRET:
        at = lower.find(name)
        while at >= 0:
            after = at + len(name)
            gap = data[after : after + 16]
            start = after + len(gap) - len(gap.lstrip(b" \t\"':=>,"))
            length = _run(data, start, BASE64, 41)
            if length == 40 and looks_random(data[start : start + 40]):
                found.append((start, 40, "an AWS secret access key"))
            at = lower.find(name, after)
    return found


def _telegram_tokens(data: bytes) -> "list[tuple[int, int, str]]":
    found = []
    at = data.find(b":AA")
    while at >= 0:
        head = data[max(0, at - 11) : at]
        digits = len(head) - len(head.rstrip(DIGITS))
        length = _run(data, at + 1, ALNUM + b"_-", 36)
        if 8 <= digits <= 10 and length == 35 and looks_random(data[at + 1 : at + 36]):
            found.append((at - digits, digits + 36, "a Telegram bot token"))
        at = data.find(b":AA", at + 3)
    return found


def _dotenv(change: Change, data: bytes) -> "list[Finding]":
    """A new file of environment variables that gives values to secrets, whatever the values look like."""
    name = change.path.rpartition("/")[2].lower()
    if change.status != "A" or not (name == ".env" or name.startswith(".env.")) or name.endswith(_TEMPLATES):
        return []
    findings = []
    for number, line in enumerate(data.split(b"\n"), 1):
        variable, sign, value = line.strip().removeprefix(b"export ").partition(b"=")
        value = value.strip().strip(b"\"'")
        named = any(word in variable.upper() for word in _SECRET_NAMES)
        if not sign or not named or len(value) < 8 or value[:1] in b"<$":
            continue
        if not any(word in value.lower() for word in _PLACEHOLDERS) and not _line_allows(data, data.find(line)):
            message = f"{variable.decode('utf-8', 'replace').strip()} has a value in a {name} file"
            findings.append(Finding(change.path, message, number, evidence=line))
    return findings


def _line_allows(data: bytes, at: int) -> bool:
    end = data.find(b"\n", at)
    line = data[data.rfind(b"\n", 0, at) + 1 : end if end >= 0 else len(data)]
    return any(pragma in line for pragma in PRAGMAS)
