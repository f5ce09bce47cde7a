"""The findings that stood in a repository when it adopted the checks, and that may stay.

``.tierwise/checks-baseline.json`` is committed and reviewed in the diff.  An entry names the check, the path and a
digest of what was found, so that it survives moved lines and covers nothing else.  It only shrinks: recording anew
drops what is gone and adds nothing.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping

from tierwise.checks.result import FAILED, PASSED, CheckResult
from tierwise.contained import find_inside
from tierwise.digests import hash_sha256
from tierwise.domain.change import (
    Finding,
    Snapshot,
    encode_path,
    show_path,
)
from tierwise.errors import TierwiseError
from tierwise.files import read_bytes, write_atomic
from tierwise.repo import FOLDER

BASELINE = f"{FOLDER}/checks-baseline.json"
_VERSION = 1
_DIGITS = 16

Key = tuple[str, str, str]  # check, path, digest


Baseline = Counter[Key]
"""How often each finding is accepted."""


def read_baseline(root: str) -> Baseline:
    """Return the baseline of a repository; an empty one without a file.

    Raises TierwiseError where the file is no baseline.
    """
    data = read_bytes(os.path.join(root, BASELINE))
    if data is None:
        return Baseline()
    try:
        accepted = Baseline()
        for entry in json.loads(data)["findings"]:
            key = (
                entry["check"],
                entry["path"],
                entry["digest"],
            )
            accepted[key] = int(entry["count"])
    except (ValueError, KeyError, TypeError):
        raise TierwiseError(
            "this is no baseline of findings",
            place=BASELINE,
            remedy="Restore it from git, or delete it and run `tierwise preflight --all --record-baseline`.",
        ) from None
    return accepted


def drop_accepted(
    baseline: Baseline,
    result: CheckResult,
    snapshot: Snapshot,
) -> None:
    """Take the findings that the baseline accepts out of a result, and count them."""
    if not baseline or not result.findings:
        return
    left = baseline.copy()
    kept = []
    for finding in result.findings:
        key = _make_key(result.name, finding, snapshot)
        if left[key] > 0:
            left[key] -= 1
            result.accepted += 1
        else:
            kept.append(finding)
    result.findings = kept
    if not kept and result.accepted and result.status == FAILED:
        result.status = PASSED


def record_baseline(
    root: str,
    results: list[CheckResult],
    snapshot: Snapshot,
) -> tuple[int, int, int]:
    """Write the baseline; return how many findings it holds, how many went, and how many are new and left out.

    ``results`` are those of every file, found without a baseline.  The first time all of them are accepted.
    """
    path = find_inside(root, BASELINE)
    if path is None:
        raise TierwiseError(
            "it is a link",
            place=BASELINE,
            remedy="Take the link away first.",
        )
    is_first = not os.path.lexists(path)
    old = read_baseline(root)
    found = Baseline()
    messages: dict[Key, str] = {}
    for result in results:
        for finding in result.findings:
            key = _make_key(result.name, finding, snapshot)
            found[key] += 1
            messages[key] = finding.message
    kept = found
    if not is_first:
        kept = found & old
    write_atomic(path, _write_entries(kept, messages))
    gone = old - kept
    new = found - kept
    return kept.total(), gone.total(), new.total()


def _write_entries(
    counts: Baseline,
    messages: Mapping[Key, str],
) -> bytes:
    entries = [
        {
            "check": key[0],
            "path": key[1],
            "digest": key[2],
            "count": count,
            "message": messages[key],
        }
        for key, count in sorted(counts.items())
    ]
    content = {"version": _VERSION, "findings": entries}
    text = json.dumps(content, indent=2, ensure_ascii=False)
    return f"{text}\n".encode()


def _make_key(
    check: str,
    finding: Finding,
    snapshot: Snapshot,
) -> Key:
    """Return what identifies a finding: its evidence, else its line's text, else the file's content."""
    what = finding.evidence or _read_line(finding, snapshot) or encode_path(finding.message)
    parts = (
        encode_path(check),
        encode_path(finding.path),
        what,
    )
    digest = hash_sha256(b"\0".join(parts))
    return check, show_path(finding.path), digest[:_DIGITS]


def _read_line(finding: Finding, snapshot: Snapshot) -> bytes:
    """Return the text of a finding's line; the whole content where it is of no line."""
    content = snapshot.read(finding.path) or b""
    lines = content.split(b"\n")
    if not 0 < finding.line <= len(lines):
        return content
    return lines[finding.line - 1].strip()
