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


def policy_diff(data: bytes | None, patch: Iterable[Patch]) -> tuple[str, list[str]]:
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


def patch_policy(data: bytes | None, patch: Iterable[Patch]) -> tuple[str, list[str]]:
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
        name = f"{'.'.join(path)}: {value}"
        if path in done:
            if done[path] != value:
                left_out.append(
                    f"left out: {name}, a more expensive finding sets it to {done[path]}"
                )
            continue
        changed = _set_line(text, path, value)
        reason = "" if changed is None else _find_fault(changed)
        if changed is None or reason:
            left_out.append(f"left out: {name}, {reason or 'write it by hand'}")
            continue
        text, done[path] = changed, value
    return text, left_out


def _set_line(text: str, path: tuple[str, ...], value: str) -> str | None:
    """The text with one more line; None where the section's form is none that a line can be put into."""
    section, key = path
    source = read_source(text, repo.POLICY)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    entry = f"{_write_key(key)}: {value}"
    if section not in source.data:
        return "".join([*lines, f"{section}:\n", f"  {entry}\n"])
    head = source.places[(section,)].line - 1
    known = source.data[section]
    if not isinstance(known, dict):
        return None
    if not _is_block(source, section):
        if key in known or lines[head].count("{") < 1:
            return None
        opened = "{" + entry
        if known:
            opened += ", "
        lines[head] = lines[head].replace("{", opened, 1)
    elif key in known:
        at = source.places[section, key].line - 1
        if isinstance(known[key], (dict, list)) and "{" not in lines[at]:
            return None
        lines[at] = _write_line(lines[at], entry)
    else:
        first = min(source.places[section, name].line for name in known) - 1
        indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
        lines.insert(head + 1, f"{indent}{entry}\n")
    return "".join(lines)


def _is_block(source: Source, section: str) -> bool:
    head = source.places[(section,)].line
    names = source.data[section]
    return bool(names) and all(source.places[section, name].line > head for name in names)


def _write_line(old: str, entry: str) -> str:
    """The same line with another entry; its indentation and its comment stay."""
    indent = old[: len(old) - len(old.lstrip())]
    comment = re.search(r"\s+#.*$", old.rstrip("\n"))
    kept = ""
    if comment is not None:
        kept = comment[0]
    return f"{indent}{entry}{kept}\n"


def _write_key(name: str) -> str:
    if _PLAIN.fullmatch(name):
        return name
    return json.dumps(name, ensure_ascii=False)


def _find_fault(text: str) -> str:
    """Why a policy text is no valid policy; empty where it is one."""
    try:
        parse_policy(text.encode())
    except PolicyError as error:
        return str(error).splitlines()[0]
    return ""
