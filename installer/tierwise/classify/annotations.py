"""The author's annotations: ``[scope: …] [domain: …] [ambiguity: …] [tier: …]``.  Standard library only.

The form is the seeds' ("Writing Complexity Signals Into Task Descriptions"), with ``tier`` as an explicit override.
Who may write them: whoever writes the task.  Text that the task merely carries (fences, quotes, logs) may not, so
only prose is read, and there only the beginning and the end of a line.  A ``tier`` at the head of the task, before
any other text, is an override; further down, where a paste may have slipped in, it can only raise.
"""

from __future__ import annotations

from tierwise.domain.kinds import AMBIGUITIES, SCOPES

KEYS = ("scope", "domain", "ambiguity", "tier")
_ORDERS = {"scope": SCOPES, "ambiguity": AMBIGUITIES}  # what asks for more stands further on
_LONGEST = 80
_HYPHENS = str.maketrans(" _", "--")


def take_tags(line: str) -> tuple[list[tuple[str, str]], str]:
    """The annotations at the beginning and at the end of a line, and the line without them.

    A malformed one (no closing bracket, no known key, no value) is left in the text.
    """
    tags = []
    rest = line.strip()
    while rest[:1] == "[":
        end = rest.find("]", 0, _LONGEST)
        if end < 0:
            break
        tag = _read_annotation(rest[1:end])
        if tag is None:
            break
        tags.append(tag)
        rest = rest[end + 1 :].lstrip(" \t,;")
    tail = []
    while rest[-1:] == "]":
        start = rest.rfind("[", -_LONGEST)
        if start < 0:
            break
        tag = _read_annotation(rest[start + 1 : -1])
        if tag is None:
            break
        tail.append(tag)
        rest = rest[:start].rstrip(" \t,;")
    return tags + tail[::-1], rest


def merge_tag(
    tags: dict[str, str],
    key: str,
    value: str,
) -> None:
    """Add one annotation; where two contradict each other, the one that asks for more stays."""
    for choice in _list_choices(key, value):
        known = tags.get(key)
        order = _ORDERS.get(key)
        if known is None or (order is not None and order.index(choice) > order.index(known)):
            tags[key] = choice


def _read_annotation(inner: str) -> tuple[str, str] | None:
    key, colon, value = inner.partition(":")
    if not colon:
        key, colon, value = inner.partition("=")
    key = key.strip().lower()
    value = value.strip().lower()
    if key not in KEYS or not value or "[" in value:
        return None
    return key, value


def _list_choices(key: str, value: str) -> list[str]:
    """The values of one annotation; none for the unfilled template, which names them all."""
    parts = value.replace(",", "|").split("|")
    if len(parts) > 2:
        return []
    choices = [part.strip().translate(_HYPHENS) for part in parts]
    known = _ORDERS.get(key, choices)
    return [choice for choice in choices if choice and choice in known]
