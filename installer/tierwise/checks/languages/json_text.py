"""JSON, JSON with comments where the tools that read the file allow them, and JSON lines."""

from __future__ import annotations

import json
import re
from functools import cache

from tierwise import bundle
from tierwise.checks.model import CheckContext
from tierwise.domain.change import Change, Finding
from tierwise.json_comments import STRING, blank_comments

_STRING = STRING.encode()
_TRAILING_COMMA = re.compile(_STRING + rb"|,(?=\s*[\]}])", re.S)
_TOKEN = re.compile(_STRING + rb"|[{}\[\],:]", re.S)
_COMPILER_OPTIONS = b'"compilerOptions"'
# Keys that people repeat on purpose, because JSON has no comments.
_COMMENT_KEYS = ("//", "#", "_comment", "$comment", "comment")
_LINES = (".jsonl", ".ndjson")
_TWICE = "is there twice"


def find_errors(
    change: Change,
    data: bytes,
    context: CheckContext,
) -> list[Finding]:
    """Return a finding where ``data`` is not the JSON that a file of this name holds, or has a key twice."""
    path = change.path
    if path.endswith(_LINES):
        return _read_lines(path, data)
    if allows_comments(path, data):
        data = strip_comments(data)
    findings = _read_text(path, data)
    if findings and findings[0].message.endswith(_TWICE):
        # What the version before this change repeats already is not this change's fault.
        old = _read_text(
            path,
            strip_comments(context.read_old(change)),
        )
        if old and old[0].message == findings[0].message:
            return []
    return findings


def allows_comments(path: str, data: bytes = b"") -> bool:
    """Return whether the programs that read a file of this name take comments and trailing commas."""
    if _COMPILER_OPTIONS in data:
        return True  # TypeScript's, whatever it is called
    return _comment_pattern().search(path) is not None


@cache
def _comment_pattern() -> re.Pattern[str]:
    """Return one pattern for the names in ``templates/json-with-comments.txt``."""
    text = bundle.read_text(
        "templates",
        "json-with-comments.txt",
    )
    globs = [line.strip() for line in text.splitlines() if not line.startswith("#")]
    names = "|".join(re.escape(glob).replace(r"\*", "[^/]*") for glob in globs if glob)
    return re.compile(rf"(?:^|/)(?:{names})$")


def strip_comments(data: bytes) -> bytes:
    """Return ``data`` with comments and trailing commas blanked out; every other byte stays where it is."""
    text = data.decode("latin-1")  # a character a byte: what is no text stays, too
    without_comments = blank_comments(text).encode("latin-1")
    return _TRAILING_COMMA.sub(_blank_comma, without_comments)


def _blank_comma(found: re.Match[bytes]) -> bytes:
    if found[0] == b",":
        return b" "
    return found[0]


def _read_lines(path: str, data: bytes) -> list[Finding]:
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        for finding in _read_text(path, line):
            return [Finding(path, finding.message, number, finding.column)]
    return []


class _DuplicateKeyError(ValueError):
    pass


def _read_text(path: str, data: bytes) -> list[Finding]:
    """Return what the standard library's reader, told to refuse NaN and repeated keys, has to say."""
    plain = data.removeprefix(b"\xef\xbb\xbf")
    if not plain.strip():
        return []
    try:
        json.loads(
            plain,
            parse_constant=_refuse_constant,
            object_pairs_hook=_refuse_twice,
            strict=False,
        )
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return [Finding(path, "JSON: not UTF-8 text", line)]
    except ValueError as error:
        return [_explain_fault(path, plain, error)]
    except RecursionError:
        return [Finding(path, "JSON: nested too deep")]
    return []


def _explain_fault(
    path: str,
    data: bytes,
    error: ValueError,
) -> Finding:
    if isinstance(error, json.JSONDecodeError):
        message = f"JSON: {error.msg}"
        return Finding(path, message, error.lineno, error.colno)
    if isinstance(error, _DuplicateKeyError):
        key = str(error)
        message = f'JSON: the key "{key}" {_TWICE}'
        return Finding(
            path,
            message,
            _find_duplicate(data, key),
        )
    return Finding(path, f"JSON: {error}")


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _refuse_twice(pairs: list[tuple[str, object]]) -> None:
    seen = set()
    for key, _ in pairs:
        if key in seen and key not in _COMMENT_KEYS:
            raise _DuplicateKeyError(key)
        seen.add(key)


def _find_duplicate(data: bytes, key: str) -> int:
    """Return the line of the first key that its object has already; 0 where the bytes do not show it."""
    open_keys: list[set[bytes]] = []  # of every object, or list, that is open
    last: re.Match[bytes] | None = None
    for found in _TOKEN.finditer(data):
        token = found[0]
        if token in b"{[":
            open_keys.append(set())
        elif token in b"}]" and open_keys:
            open_keys.pop()
        elif token == b":" and last is not None and open_keys:
            if last[0] in open_keys[-1] and _read_key(last[0]) == key:
                return data.count(b"\n", 0, last.start()) + 1
            open_keys[-1].add(last[0])
        last = found
    return 0


def _read_key(token: bytes) -> object:
    """Return what a key says; None where it is not closed on its line."""
    try:
        return json.loads(token, strict=False)
    except ValueError:
        return None
