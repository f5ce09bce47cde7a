"""The parts of a conventional commit message, by hand and in linear time.  Standard library only, no imports.

The grammar is that of Conventional Commits 1.0.0; ``clause`` numbers are those of its specification section.
"""

BREAKING = ("BREAKING CHANGE", "BREAKING-CHANGE")
# What `git commit --fixup` and `--squash` put before a subject.
AUTOSQUASH = ("fixup!", "squash!", "amend!")
# Direction marks, which make text read otherwise than it is stored.
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# Besides letters and digits; "a noun" (clause 1) leaves this open, and real histories use these.
_IN_TYPE = "-_./+&@"
# No type or token is longer; without a bound, one unbroken line of a megabyte would be walked in Python.
_WORD_LIMIT = 200


class Fault:
    """One thing wrong (or nearly wrong) at a place: ``line`` and ``column`` count from 1, in characters."""

    __slots__ = (
        "clause",
        "column",
        "line",
        "message",
        "rule",
        "width",
    )

    def __init__(
        self,
        rule: str,
        line: int,
        column: int,
        message: str,
        clause: int = 0,
        width: int = 1,
    ) -> None:
        self.rule = rule
        self.line = line
        self.column = column
        self.message = message
        self.clause = clause
        self.width = max(width, 1)

    @property
    def source(self) -> str:
        """What says so: the rule's name, and the specification's clause where there is one."""
        if not self.clause:
            return self.rule
        return f"{self.rule}, clause {self.clause}"

    def as_dict(self) -> "dict[str, object]":
        """Return the four keys that a machine gets."""
        source = ""
        if self.clause:
            source = f" (Conventional Commits 1.0.0, clause {self.clause})"
        return {
            "rule": self.rule,
            "line": self.line,
            "column": self.column,
            "message": self.message + source,
        }


class Header:
    """The first line, taken apart: ``type(scope)!: description``."""

    __slots__ = ("bang", "description", "scope", "type")

    def __init__(
        self,
        kind: str,
        scope: "str | None",
        bang: bool,
        description: str,
    ) -> None:
        self.type = kind
        self.scope = scope
        self.bang = bang
        self.description = description


class Body:
    """What follows the first line.  A footer is ``(token, separator, value, line)``, ``line`` from 1."""

    __slots__ = ("footers", "text")

    def __init__(
        self,
        text: "str | None",
        footers: "list[tuple[str, str, str, int]]",
    ) -> None:
        self.text = text
        self.footers = footers


def split_lines(text: str) -> "list[str]":
    """Return lines that end in LF or CRLF, as git and every parser of these messages split them."""
    lines = text.split("\n")
    if "\r" in text:
        *ended, last = lines
        lines = [line.removesuffix("\r") for line in ended]
        lines.append(last)
    return lines


def read_header(line: str) -> "Header | Fault":
    """Return the header's parts, or the first thing that keeps it from being one (its line number is 1)."""
    end = 0
    limit = min(len(line), _WORD_LIMIT)
    while end < limit and not _ends_word(line[end]):
        end += 1
    kind = line[:end]
    fault = _type_fault(line, kind)
    if fault:
        return fault
    scope = None
    at = end
    if line[at] == "(":
        closed = line.find(")", at)
        fault = _scope_fault(line, at, closed)
        if fault:
            return fault
        scope = line[at + 1 : closed]
        at = closed + 1
    bang = line[at : at + 1] == "!"
    at += bang
    if line[at : at + 1] != ":":
        return _colon_fault(line, at, scope, bang)
    if not line[at + 1 :].strip():
        return Fault(
            "subject-empty",
            1,
            at + 2,
            "nothing is described after the colon",
            5,
        )
    if line[at + 1] != " ":
        return Fault(
            "colon-space",
            1,
            at + 2,
            "the colon is not followed by a space",
            1,
        )
    return Header(kind, scope, bang, line[at + 2 :])


def _ends_word(character: str) -> bool:
    return character.isspace() or character in "()!:"


def _type_fault(line: str, kind: str) -> "Fault | None":
    rest = line[len(kind) :]
    if line[:1] == "\ufeff" or line[:1].isspace():
        return _start_fault(line)
    if not rest or (not kind and rest[0] != ":"):
        return _missing_type(kind)
    if not kind:
        return Fault(
            "type-empty",
            1,
            1,
            "there is no type before the colon",
            1,
        )
    if rest[0].isspace():
        return _blank_fault(kind, rest.lstrip())
    return _type_form_fault(kind, rest)


def _missing_type(kind: str) -> Fault:
    return Fault(
        "type-empty",
        line=1,
        column=1,
        message='the first line does not start with a type, as in "feat: …"',
        clause=1,
        width=len(kind),
    )


def _start_fault(line: str) -> Fault:
    if line[0] == "\ufeff":
        message = "the message starts with a byte order mark, not with a type"
        return Fault("type-empty", 1, 1, message, 1)
    return Fault(
        "type-empty",
        line=1,
        column=1,
        message="the first line starts with blanks, not with a type",
        clause=1,
        width=len(line) - len(line.lstrip()),
    )


def _blank_fault(kind: str, after: str) -> Fault:
    """Name the fault of a blank that follows the first word; ``after``: what comes behind it."""
    if after[:1] in ("(", ":", "!") and ":" in after:
        message = "a blank stands between the type and what belongs to it"
        return Fault("type-form", 1, len(kind) + 1, message, 1)
    return _missing_type(kind)


def _type_form_fault(kind: str, rest: str) -> "Fault | None":
    if len(kind) == _WORD_LIMIT:
        return Fault(
            "type-empty",
            line=1,
            column=1,
            message="the first line is one long word, not a type and a description",
            clause=1,
            width=len(kind),
        )
    if rest[0] == ")":
        return Fault(
            "type-form",
            1,
            len(kind) + 1,
            "this parenthesis was never opened",
            1,
        )
    plain = kind
    for sign in _IN_TYPE:
        plain = plain.replace(sign, "")
    if not plain.isalnum() or not any(map(str.isalpha, plain)):
        return Fault(
            "type-form",
            line=1,
            column=1,
            message=f'"{kind}" is not a noun, as a type must be',
            clause=1,
            width=len(kind),
        )
    return None


def _scope_fault(
    line: str,
    opened: int,
    closed: int,
) -> "Fault | None":
    if closed < 0:
        return Fault(
            "scope-form",
            1,
            opened + 1,
            "the scope's parenthesis is not closed",
            4,
        )
    scope = line[opened + 1 : closed]
    if not scope.strip():
        return Fault(
            "scope-empty",
            line=1,
            column=opened + 1,
            message="the scope is empty; leave the parentheses out",
            clause=4,
            width=len(scope) + 2,
        )
    if "(" in scope:
        column = opened + 2 + scope.index("(")
        return Fault(
            "scope-form",
            1,
            column,
            "a scope is one noun: no parenthesis inside it",
            4,
        )
    return None


def _colon_fault(
    line: str,
    at: int,
    scope: "str | None",
    bang: bool,
) -> Fault:
    """Return what to say where the colon should be and is not."""
    found = line[at : at + 1]
    if bang and line.startswith(AUTOSQUASH):
        return Fault(
            "autosquash",
            line=1,
            column=1,
            message="a commit to be squashed, and the one that it is for is not known here",
            clause=1,
            width=at,
        )
    if bang:
        message = "the ! must stand immediately before the colon"
        return Fault("bang-position", 1, at + 1, message, 13)
    if found == "(":
        return Fault(
            "scope-form",
            1,
            at + 1,
            "there is more than one scope",
            4,
        )
    if found.isspace() and line[at:].lstrip()[:1] in ("!", ":"):
        return Fault(
            "colon-space",
            1,
            at + 1,
            "a blank stands before the colon",
            1,
        )
    where = "the scope"
    if scope is None:
        where = "the type"
    message = f"{where} is not followed by a colon and a space"
    return Fault("colon-space", 1, at + 1, message, 1)


def read_footer(line: str) -> "tuple[str, str, str] | None":
    """Return a footer's token, separator and the first line of its value (clauses 8, 9 and 12); None if it is none."""
    at = _token_end(line)
    if line.startswith(BREAKING):
        at = len(BREAKING[0])
    token = line[:at]
    separator = line[at : at + 2]
    value = line[at + 2 :]
    if separator == ": " and value.strip():
        return token, separator, value
    is_number = separator == " #" and value[:1].strip()
    if is_number and token not in BREAKING:
        return token, separator, value
    return None


def _token_end(line: str) -> int:
    """Return where the token that a line begins with ends; the line's own end where it begins with none."""
    colon = line.find(": ", 0, _WORD_LIMIT)
    mark = line.find(" #", 0, _WORD_LIMIT)
    found = [place for place in (colon, mark) if place >= 0]
    at = min(found, default=0)
    word = line[:at].replace("-", "").replace("_", "")
    if not word.isalnum():
        return len(line)
    return at


def read_body(lines: "list[str]") -> Body:
    """Return the body and the footers of a message's ``lines`` (the first is the header).

    Footers begin after a blank line; from there on everything belongs to them, and a value ends where the next
    token and separator stand (clauses 8 and 10).
    """
    if not any(": " in line or " #" in line for line in lines[1:]):
        return Body(_join_text(lines[1:]), [])
    body: list[str] = []
    footers: list[tuple[str, str, str, int]] = []
    open_value: list[str] = []
    after_blank = False
    for number, line in enumerate(lines[1:], start=2):
        found = None
        if after_blank or footers:
            found = read_footer(line)
        if found:
            _close_footer(footers, open_value)
            token, separator, value = found
            open_value = [value]
            footers.append((token, separator, "", number))
        elif footers:
            open_value.append(line)
        else:
            body.append(line)
        after_blank = not line.strip()
    _close_footer(footers, open_value)
    return Body(_join_text(body), footers)


def _join_text(lines: "list[str]") -> "str | None":
    """Return the text of lines without blank ones around it; None where there is none."""
    return "\n".join(lines).strip("\r\n") or None


def _close_footer(
    footers: "list[tuple[str, str, str, int]]",
    value: "list[str]",
) -> None:
    if footers:
        token, separator, _, number = footers[-1]
        text = "\n".join(value).strip()
        footers[-1] = (token, separator, text, number)
