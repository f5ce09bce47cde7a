"""The findings' fixes as a diff of ``tierwise.yaml``: single lines, the rest byte for byte as it was."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable

from tierwise import repo
from tierwise.policy.complaints import PolicyError
from tierwise.policy.load import parse_policy
from tierwise.policy.source import Source, read_source
from tierwise.report.findings.finding import Patch

_NEW = "version: 1\nextends: balanced\n"
_PLAIN = re.compile(r"[A-Za-z][\w.-]*")


def policy_diff(
    data: bytes | None,
    patch: Iterable[Patch],
) -> tuple[str, list[str]]:
    """Return a unified diff that makes every line of ``patch`` true, and why lines were left out.

    ``data`` is the policy file, None where there is none.  Raises PolicyError for a bad policy.
    """
    before = ""
    name_before = "/dev/null"
    if data is not None:
        before = data.decode("utf-8-sig")
        name_before = f"a/{repo.POLICY}"
    text, left_out = patch_policy(data, patch)
    if not before and text == _NEW:
        return "", left_out
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        text.splitlines(keepends=True),
        name_before,
        f"b/{repo.POLICY}",
    )
    return "".join(lines), left_out


def patch_policy(
    data: bytes | None,
    patch: Iterable[Patch],
) -> tuple[str, list[str]]:
    """Return the policy's text with every line of ``patch``, and why lines were left out.

    Where two lines speak of the same place the first wins.  Every step must leave a valid policy;
    one that would not is left out.  Raises PolicyError for a bad policy.
    """
    text = _NEW
    if data:
        text = data.decode("utf-8-sig")
    parse_policy(text.encode())
    done: dict[tuple[str, ...], str] = {}
    left_out = []
    for path, value in patch:
        if done.get(path) == value:
            continue
        try:
            if path in done:
                raise ValueError(f"a more expensive finding sets it to {done[path]}")
            text = _set_line(text, path, value)
            done[path] = value
        except ValueError as error:
            left_out.append(f"left out: {'.'.join(path)}: {value}, {error}")
    return text, left_out


def _set_line(
    text: str,
    path: tuple[str, ...],
    value: str,
) -> str:
    """Return the text with one more line.

    Raises ValueError where the section's form is none that a line can be put into, or the policy would be bad.
    """
    changed = _insert_line(text, path, value)
    if changed is None:
        raise ValueError("write it by hand")
    try:
        parse_policy(changed.encode())
    except PolicyError as error:
        first_line = str(error).splitlines()[0]
        raise ValueError(first_line) from None
    return changed


def _insert_line(
    text: str,
    path: tuple[str, ...],
    value: str,
) -> str | None:
    section, key = path
    source = read_source(text, repo.POLICY)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    entry = f"{_write_key(key)}: {value}"
    if section not in source.data:
        return "".join([*lines, f"{section}:\n", f"  {entry}\n"])
    known = source.data[section]
    if not isinstance(known, dict):
        return None
    if not _is_block(source, section):
        return _insert_into_braces(source, lines, path, entry)
    if key in known:
        at = source.places[section, key].line - 1
        if isinstance(known[key], (dict, list)) and "{" not in lines[at]:
            return None
        lines[at] = _write_line(lines[at], entry)
        return "".join(lines)
    head = source.places[(section,)].line
    first = min(source.places[section, name].line for name in known) - 1
    lines.insert(head, f"{_read_indent(lines[first])}{entry}\n")
    return "".join(lines)


def _insert_into_braces(
    source: Source,
    lines: list[str],
    path: tuple[str, ...],
    entry: str,
) -> str | None:
    section, key = path
    head = source.places[(section,)].line - 1
    known = source.data[section]
    if key in known or "{" not in lines[head]:
        return None
    opened = "{" + entry
    if known:
        opened += ", "
    lines[head] = lines[head].replace("{", opened, 1)
    return "".join(lines)


def _is_block(source: Source, section: str) -> bool:
    head = source.places[(section,)].line
    names = source.data[section]
    return bool(names) and all(source.places[section, name].line > head for name in names)


def _write_line(old: str, entry: str) -> str:
    """Return the same line with another entry; its indentation and its comment stay."""
    comment = re.search(r"\s+#.*$", old.rstrip("\n"))
    kept = ""
    if comment is not None:
        kept = comment[0]
    return f"{_read_indent(old)}{entry}{kept}\n"


def _read_indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _write_key(name: str) -> str:
    if _PLAIN.fullmatch(name):
        return name
    return json.dumps(name, ensure_ascii=False)
