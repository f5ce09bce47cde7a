"""What commitlint reads in a message, and which messages it ignores.

Source: @commitlint 21.2.4 with conventional-commits-parser 7.1 and the preset conventionalcommits 10.4, read and
tested against over tests/commits/data/commit_verdicts.jsonl; 20.5.3 gives the same verdicts.  JavaScript's rules
hold here: lengths count UTF-16 units, ``\\w`` is ASCII, and blanks are JavaScript's.
"""

from __future__ import annotations

import re

from tierwise.commits.parse import split_lines

TYPES = (
    "build",
    "chore",
    "ci",
    "docs",
    "feat",
    "fix",
    "perf",
    "refactor",
    "revert",
    "style",
    "test",
)
# What String.prototype.trim() and \\s know.
BLANKS = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
# What the dot of a JavaScript pattern does not match.
_TERMINATORS = "\n\r\u2028\u2029"
_IGNORED_STARTS = (
    "Revert ",
    "revert ",
    "Reapply ",
    "reapply ",
    "amend!",
    "fixup!",
    "squash!",
    "Merge remote-tracking branch",
    "Automatic merge",
)
# What the package semver takes at most.
_LONGEST_VERSION = 256
_LARGEST_NUMBER = 2**53  # what JavaScript counts without loss
_DOT = f"[^{_TERMINATORS}]"
_BLANK = f"[{BLANKS}]"
# `/^(\\w*)(?:\\((.*)\\))?!: (.*)$/` first, then the same with the `!` optional.
_HEADERS = tuple(
    re.compile(rf"(\w*)(?:\(({_DOT}*)\))?{bang}: ({_DOT}*)", re.ASCII) for bang in ("!", "!?")
)
_NOTE = re.compile(
    rf"(?:\*(?:{_BLANK}+|$))?BREAKING[ -]CHANGE:",
    re.ASCII | re.IGNORECASE,
)
_TRAILER = re.compile(
    rf"(?:(?i:BREAKING CHANGE)|[\w-]+)(?::{_BLANK}+{_DOT}+|{_BLANK}+#{_DOT}+)", re.ASCII
)
# The first line that Bitbucket or Azure DevOps writes for a merge.
_FORGE = re.compile(
    rf"Auto-merged {_DOT}* into |Merged (?:PR {_DOT}*: |{_DOT}*in(?:to)? )",
)
# Any line that git or a forge writes for a merge.
_MERGE = re.compile(
    rf"(?:^|[{_TERMINATORS}])Merge (?:branch |tag |pull request|{_DOT}* into )",
)
_RELEASE = re.compile(rf"chore(?:\([^)]+\))?:{_BLANK}*")
_SKIPS = tuple(
    re.compile(rf"{opened}(?:skip|ci)(?:-|{_BLANK})(?:skip|ci){closed}", re.ASCII | re.IGNORECASE)
    for opened, closed in ((r"\[", r"\]"), (r"\(", r"\)"))
)
_NUMBER = r"(?:0|[1-9]\d*)"
_EARLY = rf"(?:{_NUMBER}|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
_VERSION = re.compile(
    rf"v?({_NUMBER})\.({_NUMBER})\.({_NUMBER})(?:-{_EARLY}(?:\.{_EARLY})*)?"
    r"(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?",
    re.ASCII,
)


class Parts:
    """What commitlint's parser makes of a message; ``None`` where it finds nothing."""

    __slots__ = (
        "body",
        "footer",
        "header",
        "scope",
        "subject",
        "type",
    )

    def __init__(self) -> None:
        self.header: str | None = None
        self.type: str | None = None
        self.scope: str | None = None
        self.subject: str | None = None
        # Each with the number of its first line among those parsed, from 0.
        self.body: tuple[int, list[str]] | None = None
        self.footer: tuple[int, list[str]] | None = None


def parse(message: str) -> tuple[Parts, list[int]]:
    """Return the parts, and for every line that the parser keeps its number in ``message``, from 1."""
    parts = Parts()
    text = message.strip("\r\n")
    lead = len(message) - len(message.lstrip("\r\n"))
    first = 1 + message.count("\n", 0, lead)
    lines = split_lines(text)
    numbers = list(range(first, first + len(lines)))
    if "gpg:" in text:
        numbered = [
            entry
            for entry in zip(numbers, lines, strict=True)
            if not entry[1].lstrip(BLANKS).startswith("gpg:")
        ]
        numbers = [number for number, _ in numbered]
        lines = [line for _, line in numbered]
    if not lines:
        return parts, numbers
    if lines[0]:
        parts.header = lines[0]
        _read_header(parts, lines[0])
    start = 1
    while start < len(lines) and not _starts_footer(lines[start]):
        start += 1
    parts.body = _find_section(lines, 1, start)
    parts.footer = _find_section(lines, start, len(lines))
    return parts, numbers


def _find_section(
    lines: list[str],
    start: int,
    end: int,
) -> tuple[int, list[str]] | None:
    """Return the lines between two places without the empty ones around them; None when nothing is left."""
    while start < end and not lines[start].strip("\r"):
        start += 1
    while end > start and not lines[end - 1].strip("\r"):
        end -= 1
    if start == end:
        return None
    # commitlint joins the lines again and splits them once more, so a second carriage return goes too.
    section = split_lines("\n".join(lines[start:end]))
    section[0] = section[0].lstrip("\r")
    section[-1] = section[-1].rstrip("\r")
    return start, section


def _read_header(parts: Parts, header: str) -> None:
    """Fill in type, scope and subject where the header has them."""
    for pattern in _HEADERS:
        found = pattern.fullmatch(header)
        if found:
            kind, scope, subject = found.groups()
            parts.type, parts.scope = kind or None, scope or None
            parts.subject = subject or None
            return


def _starts_footer(line: str) -> bool:
    """Return whether it is a breaking-change note or what the parser calls a trailer: ``Token: value``, ``Token #value``."""
    return _NOTE.match(line) is not None or _TRAILER.match(line) is not None


def is_ignored(message: str) -> bool:
    """Apply commitlint's default ignores.  Its ``m`` flag makes any line that names a merge exempt the whole message."""
    text = message.rstrip(BLANKS)
    if text.startswith(_IGNORED_STARTS) or _FORGE.match(text):
        return True
    if "Merge " in text and _MERGE.search(text):
        return True
    line, _, _ = text.partition("\n")
    return _is_version(line)


def _is_version(line: str) -> bool:
    """Return whether it is a release commit: ``1.2.3``, ``v1.2.3-rc.1 [skip ci]``, ``chore(release): 1.2.3``."""
    release = _RELEASE.match(line)
    rest = line.strip(BLANKS)
    if release:
        rest = line[release.end() :].strip(BLANKS)
    if len(rest) > _LONGEST_VERSION + 2 * len("[skip-skip]"):
        return False
    for skip in _SKIPS:
        rest = skip.sub("", rest, count=1)
    version = rest.strip(BLANKS)
    if len(version) > _LONGEST_VERSION:
        return False
    found = _VERSION.fullmatch(version)
    if found is None:
        return False
    return all(int(number) < _LARGEST_NUMBER for number in found.groups())
