"""What commitlint reads in a message, and which messages it ignores.  Standard library only, no imports.

Source: @commitlint 21.2.4 with conventional-commits-parser 7.1 and the preset conventionalcommits 10.4, read and
tested against over tests/checks/data/commit_verdicts.jsonl; 20.5.3 gives the same verdicts.  JavaScript's rules
hold here: lengths count UTF-16 units, ``\\w`` is ASCII, and blanks are JavaScript's.
"""

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
# What the package semver takes at most.
_LONGEST_VERSION = 256
_WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"


class Parts:
    """What commitlint's parser makes of a message; ``None`` where it finds nothing."""

    __slots__ = ("body", "footer", "header", "scope", "subject", "type")

    def __init__(self) -> None:
        self.header: str | None = None
        self.type: str | None = None
        self.scope: str | None = None
        self.subject: str | None = None
        # Each with the number of its first line among those parsed, from 0.
        self.body: tuple[int, list[str]] | None = None
        self.footer: tuple[int, list[str]] | None = None


def parse(message: str) -> "tuple[Parts, list[int]]":
    """The parts, and for every line that the parser keeps its number in ``message``, from 1."""
    parts = Parts()
    text = message.strip("\r\n")
    skipped = message[: len(message) - len(message.lstrip("\r\n"))].count("\n")
    lines = split_lines(text)
    numbers = list(range(1 + skipped, 1 + skipped + len(lines)))
    if "gpg:" in text:
        kept = [n for n, line in enumerate(lines) if not line.lstrip(BLANKS).startswith("gpg:")]
        lines, numbers = [lines[n] for n in kept], [numbers[n] for n in kept]
    if not lines:
        return parts, numbers
    if lines[0]:
        parts.header = lines[0]
        _read_header(parts, lines[0])
    start = next((n for n in range(1, len(lines)) if _starts_footer(lines[n])), len(lines))
    parts.body = _section(lines, 1, start)
    parts.footer = _section(lines, start, len(lines))
    return parts, numbers


def _section(lines: "list[str]", start: int, end: int) -> "tuple[int, list[str]] | None":
    """The lines between two places without the empty ones around them; None when nothing is left."""
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
    """``/^(\\w*)(?:\\((.*)\\))?!: (.*)$/`` first, then the same with the ``!`` optional."""
    rest = header.lstrip(_WORD)
    end = len(header) - len(rest)
    scope = ""
    subject: str | None = None
    if rest.startswith("("):
        # Greedy: the last closing parenthesis that a colon follows, one with a ! before one without.
        at = rest.rfind(")!: ")
        skip = 4
        if at < 0:
            at, skip = rest.rfind("): "), 3
        if at >= 0:
            scope, subject = rest[1:at], rest[at + skip :]
    elif rest.startswith("!: "):
        subject = rest[3:]
    elif rest.startswith(": "):
        subject = rest[2:]
    if subject is None or any(mark in scope or mark in subject for mark in _TERMINATORS):
        return
    parts.type, parts.scope, parts.subject = header[:end] or None, scope or None, subject or None


def _starts_footer(line: str) -> bool:
    """A breaking-change note, or what the parser takes for a trailer: ``Token: value`` or ``Token #value``."""
    note = (
        line[1:].lstrip(BLANKS) if line.startswith("*") and line[1:2].strip(BLANKS) == "" else line
    )
    if note[:16].upper() in ("BREAKING CHANGE:", "BREAKING-CHANGE:"):
        return True
    rest = line[15:] if line[:15].upper() == "BREAKING CHANGE" else line.lstrip(_WORD + "-")
    if rest == line:
        return False
    if rest[:1] == ":":
        return _has_text(rest[1:])
    mark = rest.lstrip(BLANKS)
    return mark != rest and mark[:1] == "#" and mark[1:2] not in ("", *_TERMINATORS)


def _has_text(after: str) -> bool:
    """``\\s+.+`` from the start: the blanks give one back when nothing else follows them on the line."""
    blanks = len(after) - len(after.lstrip(BLANKS))
    for at in range(blanks, 0, -1):
        following = after[at : at + 1]
        if following and following not in _TERMINATORS:
            return True
    return False


def is_ignored(message: str) -> bool:
    """commitlint's default ignores.  Its ``m`` flag makes any line that names a merge exempt the whole message."""
    text = message.rstrip(BLANKS)
    first = _line(text, 0)
    if text.startswith(
        ("Revert ", "revert ", "Reapply ", "reapply ", "amend!", "fixup!", "squash!")
    ):
        return True
    if text.startswith(("Merge remote-tracking branch", "Automatic merge")):
        return True
    if first.startswith("Auto-merged ") and " into " in first[12:]:
        return True
    if first.startswith("Merged "):
        rest = first[7:]
        if "in " in rest or "into " in rest or (rest.startswith("PR ") and ": " in rest[3:]):
            return True
    return _is_version(text.split("\n", 1)[0]) or _names_merge(text)


def _line(text: str, start: int) -> str:
    """The text from ``start`` up to the next of JavaScript's line terminators."""
    ends = [at for at in (text.find(mark, start) for mark in _TERMINATORS) if at >= 0]
    return text[start : min(ends)] if ends else text[start:]


def _names_merge(text: str) -> bool:
    """Whether any line is one that git or a forge writes for a merge."""
    if "Merge " not in text:
        return False
    for mark in _TERMINATORS[1:]:
        text = text.replace(mark, "\n")
    for line in text.split("\n"):
        if line.startswith("Merge ") and (
            line.startswith(("Merge branch ", "Merge tag ", "Merge pull request"))
            or " into " in line[6:]
        ):
            return True
    return False


def _is_version(line: str) -> bool:
    """A release commit: ``1.2.3``, ``v1.2.3-rc.1 [skip ci]``, ``chore(release): 1.2.3``."""
    if line.startswith("chore"):
        rest = line[5:]
        closed = rest.find(")") if rest.startswith("(") else -1
        if closed > 1:
            rest = rest[closed + 1 :]
        if rest.startswith(":"):
            line = rest[1:]
    line = line.strip(BLANKS)
    if len(line) > _LONGEST_VERSION + 2 * len("[skip-skip]"):
        return False
    for opened, closed_by in ("[]", "()"):
        line = _without_skip(line, opened, closed_by)
    version = line.strip(BLANKS)
    if len(version) > _LONGEST_VERSION:
        return False
    version = version[1:] if version.startswith("v") else version
    version, plus, build = version.partition("+")
    version, dash, early = version.partition("-")
    numbers = version.split(".")
    if len(numbers) != 3 or not all(_is_number(n) and int(n) < 2**53 for n in numbers):
        return False
    if dash and not all(
        _is_identifier(part) and (not _digits(part) or _is_number(part))
        for part in early.split(".")
    ):
        return False
    return not plus or all(_is_identifier(part) for part in build.split("."))


def _without_skip(line: str, opened: str, closed: str) -> str:
    """The line without its first ``[skip ci]``, in any of the ways that commitlint knows."""
    at = line.find(opened)
    while at >= 0:
        mark = line[at + 1 : at + 1 + len("skip skip]")]
        end = mark.find(closed)
        word = mark[:end].lower() if end >= 0 else ""
        if _is_skip(word):
            return line[:at] + line[at + 1 + end + 1 :]
        at = line.find(opened, at + 1)
    return line


def _is_skip(word: str) -> bool:
    """``skip ci``, ``ci-skip`` and their like."""
    first = "skip" if word.startswith("skip") else "ci"
    separator = word[len(first) : len(first) + 1]
    joined = separator == "-" or (separator != "" and separator in BLANKS)
    return word.startswith(first) and joined and word[len(first) + 1 :] in ("skip", "ci")


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _is_number(text: str) -> bool:
    return _digits(text) and (text == "0" or text[0] != "0")


def _is_identifier(text: str) -> bool:
    return bool(text) and text.isascii() and all(c.isalnum() or c == "-" for c in text)
