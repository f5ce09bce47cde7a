"""What did not come from us, made safe to show.  Standard library only; hooks load this.

Names in a policy, a branch, a transcript or a file may hold terminal escapes, marks that turn the reading direction,
or line ends that fake a line of ours.  Each becomes visible text, ``\\u001b``, which JSON reads as the same
character.
"""

import os
import sys

TYPE_CHECKING = False  # typing itself costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TextIO

WIDTH = 80
"""Columns that a screen of ours fits."""

_LINE_ENDS = ("\n", "\t")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Our own colours pass the stream as characters for private use, so that an escape in a name does not.
COLOURS = {"red": 31, "green": 32, "yellow": 33, "cyan": 36}
_MARKS = {name: chr(0xF8D0 + number) for number, name in enumerate(COLOURS)}
_RESET = chr(0xF8CF)
_ESCAPES = {_MARKS[name]: f"\x1b[{code}m" for name, code in COLOURS.items()}
_ESCAPES[_RESET] = "\x1b[0m"


def _list_dangerous() -> "Iterable[int]":
    yield from range(0x20)  # C0: escape, backspace, carriage return …
    yield from range(0x7F, 0xA0)  # delete, and C1: one-byte control sequences
    yield from (0x061C, 0x200E, 0x200F, 0x2028, 0x2029)  # direction marks, line and paragraph ends
    yield from range(0x202A, 0x202F)  # direction overrides
    yield from range(0x2066, 0x206A)  # direction isolates


_ONE_LINE = {code: f"\\u{code:04x}" for code in _list_dangerous()}
_MANY_LINES = {code: text for code, text in _ONE_LINE.items() if chr(code) not in _LINE_ENDS}


def neutralise(text: str) -> str:
    """Make one value safe inside a line: no control character, direction mark or line end is left."""
    return text.translate(_ONE_LINE)


def neutralise_lines(text: str) -> str:
    """As :func:`neutralise`, for a text of several lines: line feeds and tabs stay."""
    return text.translate(_MANY_LINES)


def neutralise_cell(value: "Any") -> "Any":
    """Make one cell of a CSV file safe: a text that a spreadsheet would take for a formula is quoted with ``'``."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def cut_text(text: str, most: int) -> str:
    """Return a text of at most ``most`` characters, with an ellipsis where more was cut off."""
    if len(text) <= most:
        return text
    return f"{text[: most - 1]}…"


def mark_colour(text: str, name: str) -> str:
    """Colour a text of ours; a :class:`CleanStream` turns the marks into escapes on a terminal."""
    mark = _MARKS.get(name)
    if mark is None:
        return text
    return f"{mark}{text}{_RESET}"


def colour_text(text: str, name: str) -> str:
    """Return ``text`` in a colour, where standard output is a terminal and NO_COLOR is not set."""
    if os.environ.get("NO_COLOR") or not sys.stdout.isatty():
        return text
    return mark_colour(text, name)


class CleanStream:
    """A text stream that shows nothing raw but line ends, tabs and our own colours."""

    def __init__(self, stream: "TextIO") -> None:
        self.raw = stream

    def write(self, text: str) -> int:
        """Write a text, neutralised."""
        safe = neutralise_lines(text)
        shown = _show_colours(safe, self.raw.isatty())
        self.raw.write(shown)
        return len(text)

    def writelines(self, lines: "Iterable[str]") -> None:
        """Write texts, neutralised."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> "Any":
        return getattr(self.raw, name)


def takes_unicode() -> bool:
    """Return whether standard output takes more than ASCII."""
    encoding = getattr(sys.stdout, "encoding", None) or ""
    return "utf" in encoding.lower()


def find_width() -> int:
    """Return columns of the terminal that standard output is, at most :data:`WIDTH`; as many where it is none."""
    if not sys.stdout.isatty():
        return WIDTH
    try:
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):  # a stream without a descriptor
        return WIDTH
    return min(columns or WIDTH, WIDTH)  # some terminals say 0


def fit_width(text: str, width: int = WIDTH) -> str:
    """Return a screen's text with lines of at most ``width``, broken between words and indented below."""
    import textwrap  # which hooks need not load

    lines = []
    for line in text.split("\n"):
        if len(line) <= width:
            lines.append(line)
            continue
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        lines += textwrap.wrap(
            line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
    return "\n".join(lines)


def json_text(value: "Any") -> str:
    """Return one JSON document as standard output takes it: in ASCII where that takes nothing else."""
    import json

    return json.dumps(
        value,
        indent=2,
        ensure_ascii=not takes_unicode(),
        default=str,
    )


def raw_stream(stream: "Any") -> "Any":
    """Return the stream behind a :class:`CleanStream`, for a library that draws by itself with neutralised values."""
    if isinstance(stream, CleanStream):
        return stream.raw
    return stream


def _show_colours(text: str, is_terminal: bool) -> str:
    if _RESET not in text:
        return text
    for mark, escape in _ESCAPES.items():
        if not is_terminal:
            escape = ""
        text = text.replace(mark, escape)
    return text
