"""Conflict markers that were left in a file."""

from tierwise.domain.change import Change, Finding

# Seven characters at the start of a line, then a blank or the line's end; `=======` alone may be a heading's
# underline, so it counts only beside one of the others.
_MARKERS = (b"<<<<<<<", b"|||||||", b">>>>>>>")
_SEPARATOR = b"======="


def check(change: Change, data: bytes, settings: "dict[str, object]") -> "list[Finding]":
    """One finding a marker line."""
    if not any(marker in data for marker in _MARKERS):
        return []
    found = []
    separators = []
    for number, line in enumerate(data.split(b"\n"), 1):
        head = line[:7]
        if head in _MARKERS and line[7:8] in (b"", b" ", b"\r"):
            found.append((number, line))
        elif line.rstrip(b"\r") == _SEPARATOR:
            separators.append((number, line))
    if found:
        found = sorted(found + separators)
    return [
        Finding(change.path, f"conflict marker `{line[:7].decode()}`", number, 1, evidence=line)
        for number, line in found
    ]
