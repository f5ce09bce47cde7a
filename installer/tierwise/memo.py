"""What a function makes of a text, worked out once for each text.  Standard library only: hooks import this.

A look into a dictionary is the cheapest call that Python has; ``functools`` would cost a hook some milliseconds.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    Found = TypeVar("Found")
else:
    Found = object

MOST = 20_000
"""Texts that are remembered; a long batch must not fill the memory."""


class Memo(dict[str, Found]):
    """Text -> what ``find`` says of it.  It must say the same every time."""

    __slots__ = ("_find",)

    def __init__(self, find: "Callable[[str], Found]") -> None:
        super().__init__()
        self._find = find

    def __missing__(self, text: str) -> "Found":
        if len(self) >= MOST:
            self.clear()
        found = self[text] = self._find(text)
        return found
