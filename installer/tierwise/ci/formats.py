"""Annotations as text, as GitHub's workflow commands, as GitLab's code quality report and as SARIF 2.1.0."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from tierwise import __version__
from tierwise.ci.annotation import Annotation
from tierwise.digests import hash_sha256

_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
_INFORMATION = "https://github.com/tierwise/tierwise/blob/main/docs/ci.md"
_GITHUB = {"error": "error", "warning": "warning", "note": "notice"}
_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}
_NO_FILE = "tierwise.yaml"
"""Where GitLab and SARIF, which want a file, show what is about none."""

Format = Callable[[Sequence[Annotation]], str]


def format_text(annotations: Sequence[Annotation]) -> str:
    """One line an annotation; empty where there is none."""
    return "".join(f"{_write_line(one)}\n" for one in annotations)


def _write_line(one: Annotation) -> str:
    numbers = [str(number) for number in (one.line, one.column) if number]
    place = ":".join([one.path, *numbers]) if one.path else ""
    return ": ".join(part for part in (one.level, one.check, place, one.message) if part)


def format_github(annotations: Sequence[Annotation]) -> str:
    """Workflow commands, which GitHub shows beside the lines of a change."""
    return "".join(f"{_write_command(one)}\n" for one in annotations)


def _write_command(one: Annotation) -> str:
    properties = {"file": one.path, "line": one.line, "col": one.column, "title": one.check}
    written = ",".join(
        f"{key}={_escape_property(str(value))}" for key, value in properties.items() if value
    )
    return f"::{_GITHUB[one.level]} {written}::{_escape_message(one.message)}"


def _escape_message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_message(text).replace(":", "%3A").replace(",", "%2C")


def format_gitlab(annotations: Sequence[Annotation]) -> str:
    """GitLab's code quality report, a JSON list."""
    return json.dumps([_write_quality(one) for one in annotations], indent=1) + "\n"


def _write_quality(one: Annotation) -> dict[str, object]:
    identity = "\0".join((one.check, one.path, str(one.line), one.message))
    return {
        "description": one.message,
        "check_name": one.check,
        "fingerprint": hash_sha256(identity.encode("utf-8", "surrogateescape")),
        "severity": _SEVERITIES[one.level],
        "location": {"path": one.path or _NO_FILE, "lines": {"begin": max(one.line, 1)}},
    }


def format_sarif(annotations: Sequence[Annotation]) -> str:
    """A SARIF log with one run."""
    checks = sorted({one.check for one in annotations})
    driver = {
        "name": "tierwise",
        "version": __version__,
        "informationUri": _INFORMATION,
        "rules": [{"id": check} for check in checks],
    }
    run = {"tool": {"driver": driver}, "results": [_write_result(one) for one in annotations]}
    return json.dumps({"$schema": _SARIF, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _write_result(one: Annotation) -> dict[str, object]:
    place: dict[str, object] = {"artifactLocation": {"uri": one.path or _NO_FILE}}
    if one.line:
        column = {"startColumn": one.column} if one.column else {}
        place["region"] = {"startLine": one.line, **column}
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
