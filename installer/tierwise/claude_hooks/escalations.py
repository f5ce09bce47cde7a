"""Tasks whose next spawn goes up: fingerprint -> how many tiers.  Standard library only: hooks import this.

``.tierwise/local/marks.jsonl``, append-only; the last line of a fingerprint counts.
"""

from tierwise import fastjson, ledger, local_state

NAME = "marks.jsonl"
_KEPT_BYTES = 256 << 10  # older lines are dropped beyond this


def marked_up(root: str, fingerprint: str) -> int:
    """Tell how many tiers above the decided one the next spawn of this task goes; 0 for most."""
    up: object = 0
    for mark in _read_marks(root):
        if mark.get("fingerprint") == fingerprint:
            up = mark.get("up")
    if not isinstance(up, int):
        return 0
    return up


def any_marks(root: str) -> bool:
    """Tell whether this clone has ever marked a task: one look at the disk, for the many that never did."""
    return local_state.has_file(root, NAME)


def mark_up(
    root: str,
    fingerprint: str,
    why: str,
    by: int = 1,
) -> int:
    """Send the task's next spawns ``by`` tiers further up; how far it goes up now.  Raises OSError."""
    up = marked_up(root, fingerprint) + by
    _append_mark(root, fingerprint, up, why)
    return up


def clear(root: str, fingerprint: str) -> bool:
    """Take a mark away; whether there was one.  Raises OSError."""
    if not marked_up(root, fingerprint):
        return False
    _append_mark(root, fingerprint, 0, "cleared")
    return True


def all_marks(root: str) -> "dict[str, dict[str, object]]":
    """Return every mark that stands, by fingerprint."""
    found: dict[str, dict[str, object]] = {}
    for mark in _read_marks(root):
        found[str(mark.get("fingerprint"))] = mark
    return {fingerprint: mark for fingerprint, mark in found.items() if mark.get("up")}


def _read_marks(root: str) -> "list[dict[str, object]]":
    marks = []
    data = local_state.read_tail(root, NAME, size=_KEPT_BYTES)
    for line in data.split(b"\n"):
        mark = fastjson.read_object(line)
        if mark:  # neither an empty line nor a torn one
            marks.append(mark)
    return marks


def _append_mark(
    root: str,
    fingerprint: str,
    up: int,
    why: str,
) -> None:
    mark = {
        "fingerprint": fingerprint,
        "up": up,
        "why": why,
        "time": ledger.now(),
    }
    line = fastjson.dumps(mark) + "\n"
    local_state.append(root, NAME, data=line.encode())
