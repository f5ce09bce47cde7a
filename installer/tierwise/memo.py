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

LINES = 500
"""The same of whole lines; the prompts of one workflow have many in common."""


class Memo(dict[str, Found]):
    """Text -> what ``find`` says of it.  It must say the same every time."""

    __slots__ = ("_find", "_most")

    def __init__(
        self,
        find: "Callable[[str], Found]",
        most: int = 0,
    ) -> None:
        super().__init__()
        self._find = find
        self._most = most or MOST

    def __missing__(self, text: str) -> "Found":
        if len(self) >= self._most:
            self.clear()
        found = self[text] = self._find(text)
        return found
