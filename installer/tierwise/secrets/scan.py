"""Private keys and tokens that are about to be committed.  What was found is never printed.

A candidate starts with a public prefix (:mod:`tierwise.secrets.token_shapes`), stands on its own, has the
right length and alphabet, and looks random: enough entropy, more than one class of characters, no runs,
no word that only placeholders have.  What has no prefix is told by a mark inside it, by its name, or by
its place in an address; each has a module.
"""

from tierwise.digests import sha256
from tierwise.domain.change import Change, Finding
from tierwise.secrets.marked_tokens import marked_tokens
from tierwise.secrets.named import named_secrets
from tierwise.secrets.private_keys import private_keys
from tierwise.secrets.randomness import PLACEHOLDERS, has_any, looks_random
from tierwise.secrets.token_runs import run_after, starts_token
from tierwise.secrets.token_shapes import DIGITS, PUBLISHED, SHAPES
from tierwise.secrets.url_passwords import url_passwords

PRAGMAS = (b"tierwise: allow-secret", b"pragma: allowlist secret", b"gitleaks:allow")
_SECRET_NAMES = (
    b"SECRET",
    b"TOKEN",
    b"PASSWORD",
    b"PASSWD",
    b"API_KEY",
    b"APIKEY",
    b"PRIVATE_KEY",
    b"CREDENTIAL",
)
_TEMPLATES = (".example", ".sample", ".template", ".dist", ".defaults")


def check(change: Change, data: bytes, settings: "dict[str, object]") -> "list[Finding]":
    """Every secret in ``data``.  ``settings["allow"]`` lists fingerprints that may be committed."""
    allowed = settings.get("allow") or ()
    findings = []
    line, counted = 1, 0
    for start, length, what in candidates(data):
        line += data.count(b"\n", counted, start)
        counted = start
        secret = data[start : start + length]
        fingerprint = sha256(secret)[:16]
        known = fingerprint in PUBLISHED or fingerprint in allowed  # type: ignore[operator]
        if known or _line_allows(data, start):
            continue
        column = start - (data.rfind(b"\n", 0, start) + 1) + 1
        message = f"{what} (fingerprint {fingerprint})"
        findings.append(Finding(change.path, message, line, column, evidence=secret))
    return findings + _dotenv(change, data)


def candidates(data: bytes) -> "list[tuple[int, int, str]]":
    """(offset, length, what it is) of everything in ``data`` that looks like a secret, by offset.

    One secret is told once, whatever else can be seen in it: no two of them overlap.
    """
    found = (
        _by_prefix(data)
        + private_keys(data)
        + marked_tokens(data)
        + named_secrets(data)
        + url_passwords(data)
    )
    apart: list[tuple[int, int, str]] = []
    end = 0
    for start, length, what in sorted(found, key=lambda each: (each[0], -each[1], each[2])):
        if start >= end:
            apart.append((start, length, what))
            end = start + length
    return apart


def _by_prefix(data: bytes) -> "list[tuple[int, int, str]]":
    found = []
    for prefix, what, alphabet, least, most in SHAPES:
        at = data.find(prefix)
        while at >= 0:
            body = at + len(prefix)
            length = run_after(data, body, alphabet, most) if starts_token(data, at) else 0
            if least <= length <= most:
                text = data[body : body + length]
                if looks_random(text) and _has_parts(prefix, text):
                    found.append((at, len(prefix) + length, what))
            at = data.find(prefix, body)
    return found


def _has_parts(prefix: bytes, text: bytes) -> bool:
    """The inner structure of the few shapes that have one."""
    if prefix.startswith(b"xox"):
        return has_any(text, DIGITS)
    if prefix == b"SG.":
        return text.count(b".") == 1 and text.index(b".") == 22
    if prefix == b"sk-":
        return b"T3BlbkFJ" in text or len(text) in (32, 48)
    if prefix.startswith(b"hooks."):
        return text.count(b"/") >= 2
    if prefix.startswith(b"discord"):
        return text.count(b"/") == 1 and text.partition(b"/")[0].isdigit()
    if prefix == b"re_":
        return text[8:9] == b"_" and text.count(b"_") == 1
    return True


def _dotenv(change: Change, data: bytes) -> "list[Finding]":
    """A new file of environment variables that gives values to secrets, whatever the values look like."""
    name = change.path.rpartition("/")[2].lower()
    if (
        change.status != "A"
        or not (name == ".env" or name.startswith(".env."))
        or name.endswith(_TEMPLATES)
    ):
        return []
    findings = []
    for number, line in enumerate(data.split(b"\n"), 1):
        variable, sign, value = line.strip().removeprefix(b"export ").partition(b"=")
        value = value.strip().strip(b"\"'")
        named = any(word in variable.upper() for word in _SECRET_NAMES)
        if not sign or not named or len(value) < 8 or value[:1] in b"<$":
            continue
        if not any(word in value.lower() for word in PLACEHOLDERS) and not _line_allows(
            data, data.find(line)
        ):
            message = f"{variable.decode('utf-8', 'replace').strip()} has a value in a {name} file"
            findings.append(Finding(change.path, message, number, evidence=line))
    return findings


def _line_allows(data: bytes, at: int) -> bool:
    end = data.find(b"\n", at)
    line = data[data.rfind(b"\n", 0, at) + 1 : end if end >= 0 else len(data)]
    return any(pragma in line for pragma in PRAGMAS)
