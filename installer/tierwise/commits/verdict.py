"""What was found in one commit message.  Standard library only."""

from tierwise.commits.parse import (
    BREAKING,
    Body,
    Fault,
    Header,
    read_body,
)


class MessageVerdict:
    """What was found in one message.  ``exempt`` says why a message passes that is no conventional one."""

    __slots__ = (
        "_body",
        "exempt",
        "faults",
        "header",
        "lines",
        "warnings",
    )

    def __init__(self, lines: "list[str]") -> None:
        self.lines = lines
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []
        self.header: Header | None = None
        self.exempt = ""
        self._body: Body | None = None

    @property
    def body(self) -> Body:
        """What follows the header; read when it is first asked for, which the hook seldom does."""
        if self._body is None:
            blank = 0
            while blank < len(self.lines) and not self.lines[blank]:
                blank += 1
            self._body = read_body(self.lines[blank:] or self.lines)
        return self._body

    @property
    def parsed(self) -> "dict[str, object] | None":
        """What machines get of the message's parts; None for one that has no header."""
        header = self.header
        if header is None:
            return None
        return {
            "type": header.type,
            "scope": header.scope,
            "breaking": is_breaking(header, self.body),
            "description": header.description.strip(),
            "body": (self.body.text or "").strip() or None,
            "footers": [
                {"token": token, "separator": separator, "value": value}
                for token, separator, value, _ in self.body.footers
            ],
        }

    def as_dict(self) -> "dict[str, object]":
        """Return ``{"valid", "errors", "parsed"}``."""
        return {
            "valid": not self.faults,
            "errors": [fault.as_dict() for fault in self.faults],
            "parsed": self.parsed,
        }


def is_breaking(header: Header, body: Body) -> bool:
    """Check clauses 11 to 13 and 16."""
    tokens = [footer[0] for footer in body.footers]
    return header.bang or any(token in BREAKING for token in tokens)
