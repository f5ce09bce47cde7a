"""Annotations as text, as GitHub's workflow commands, as GitLab's code quality report and as SARIF 2.1.0."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote

from tierwise import __version__
from tierwise.ci.annotation import Annotation
from tierwise.digests import hash_sha256
from tierwise.shown import neutralise

_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
_INFORMATION = "https://github.com/tierwise/tierwise/blob/main/docs/ci.md"
_GITHUB = {
    "error": "error",
    "warning": "warning",
    "note": "notice",
}
_SEVERITIES = {
    "error": "major",
    "warning": "minor",
    "note": "info",
}
_NO_FILE = "tierwise.yaml"
"""Where GitLab and SARIF, which want a file, show what is about none."""

Format = Callable[[Sequence[Annotation]], str]


def format_text(annotations: Sequence[Annotation]) -> str:
    """Return one line an annotation; empty where there is none."""
    return "".join(f"{_write_line(one)}\n" for one in annotations)


def _write_line(one: Annotation) -> str:
    parts = (
        one.level,
        one.check,
        _write_place(one),
        one.message,
    )
    return neutralise(": ".join(filter(None, parts)))


def _write_place(one: Annotation) -> str:
    if not one.path:
        return ""
    numbers = filter(None, (one.line, one.column))
    return ":".join([one.path, *map(str, numbers)])


def format_github(annotations: Sequence[Annotation]) -> str:
    """Return workflow commands, which GitHub shows beside the lines of a change."""
    return "".join(f"{_write_command(one)}\n" for one in annotations)


def _write_command(one: Annotation) -> str:
    properties = {
        "file": one.path,
        "line": one.line,
        "col": one.column,
        "title": one.check,
    }
    written = []
    for key, value in properties.items():
        if value:
            escaped = _escape_characters(str(value), "%\r\n:,")
            written.append(f"{key}={escaped}")
    message = _escape_characters(one.message, "%\r\n")
    return f"::{_GITHUB[one.level]} {','.join(written)}::{message}"


def _escape_characters(text: str, special: str) -> str:
    """Return each special character as ``%`` and two hexadecimal digits; ``%`` itself comes first."""
    for character in special:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def format_gitlab(annotations: Sequence[Annotation]) -> str:
    """Return GitLab's code quality report, a JSON list."""
    return _dump_json([_write_quality(one) for one in annotations])


def _dump_json(value: object) -> str:
    return f"{json.dumps(value, indent=1)}\n"


def _write_quality(one: Annotation) -> dict[str, object]:
    parts = (one.check, one.path, str(one.line), one.message)
    identity = "\0".join(parts).encode(
        "utf-8",
        "surrogateescape",
    )
    return {
        "description": one.message,
        "check_name": one.check,
        "fingerprint": hash_sha256(identity),
        "severity": _SEVERITIES[one.level],
        "location": {
            "path": one.path or _NO_FILE,
            "lines": {"begin": max(one.line, 1)},
        },
    }


def format_sarif(annotations: Sequence[Annotation]) -> str:
    """Return a SARIF log with one run."""
    checks = sorted({one.check for one in annotations})
    driver = {
        "name": "tierwise",
        "version": __version__,
        "informationUri": _INFORMATION,
        "rules": [{"id": check} for check in checks],
    }
    run = {
        "tool": {"driver": driver},
        "results": [_write_result(one) for one in annotations],
    }
    log = {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}
    return _dump_json(log)


def _write_result(one: Annotation) -> dict[str, object]:
    uri = quote(one.path or _NO_FILE, errors="surrogateescape")
    place: dict[str, object] = {"artifactLocation": {"uri": uri}}
    region = {"startLine": one.line, "startColumn": one.column}
    if one.line:
        place["region"] = {key: number for key, number in region.items() if number}
    return {
        "ruleId": one.check,
        "level": one.level,
        "message": {"text": one.message},
        "locations": [{"physicalLocation": place}],
    }


FORMATS: Mapping[str, Format] = {
    "text": format_text,
    "github": format_github,
    "gitlab": format_gitlab,
    "sarif": format_sarif,
}
