"""Blanks at the end of a line, and the newline at the end of a file.  Both checks are off by default."""

from tierwise.domain.change import Change, Finding

_MARKDOWN = (".md", ".markdown", ".mdx")


def check_trailing(change: Change, data: bytes, settings: "dict[str, object]") -> "list[Finding]":
    """One finding a line that ends in blanks; Markdown's line break (two blanks after text) is one on purpose."""
    markdown = change.path.lower().endswith(_MARKDOWN)
    findings = []
    for number, line in enumerate(data.split(b"\n"), 1):
        line = line.removesuffix(b"\r")
        text = line.rstrip(b" \t")
        if len(text) == len(line) or (markdown and text and line == text + b"  "):
            continue
        findings.append(
            Finding(change.path, "blanks at the end of the line", number, len(text) + 1, line)
        )
    return findings


def check_final(change: Change, data: bytes, settings: "dict[str, object]") -> "list[Finding]":
    """A finding where a non-empty file ends without a newline, or with empty lines."""
    if not data:
        return []
    last = data.count(b"\n") + (not data.endswith(b"\n"))
    if not data.endswith(b"\n"):
        return [Finding(change.path, "no newline at the end of the file", last)]
    if data.endswith((b"\n\n", b"\n\r\n")):
        return [Finding(change.path, "empty lines at the end of the file", last)]
    return []
