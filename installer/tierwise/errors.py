"""What can go wrong, said so that a person can act on it.  Standard library only: hooks import this.

Exit codes of every ``tierwise`` command:

====  ==========================================================================
0     done, and the answer is yes
1     done, and the answer is no (drift, a failed check, a budget passed)
2     the call or the policy is wrong; the message says where and what to do
3     a cascade ended without an accepted result: a person is needed
4     something outside failed (disk, permissions, git, network); nothing was half-written
====  ==========================================================================
"""

OK, NO, USAGE, NEEDS_PERSON, OUTSIDE = 0, 1, 2, 3, 4
STOPPED = 130  # what a shell says of a program that SIGINT ended


class TierwiseError(Exception):
    """An error with its place, its cause and its remedy.

    ``place`` is ``file``, ``file:line`` or ``file:line:column``, or a command's name; it may be empty.
    ``remedy`` is one sentence in the imperative, or empty where there is nothing to do.  As text each is one line,
    whatever names it holds.
    """

    exit_code = USAGE

    def __init__(
        self,
        message: str,
        *,
        place: str = "",
        remedy: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.remedy = remedy

    def __str__(self) -> str:
        from tierwise.shown import neutralise  # a hook loads this module and seldom shows an error

        text = neutralise(self.message)
        if self.place:
            text = f"{neutralise(self.place)}: {text}"
        if self.remedy:
            text = f"{text}\n  {neutralise(self.remedy)}"
        return text


class OutsideError(TierwiseError):
    """The disk, git, the network or another program failed; nothing was half-written."""

    exit_code = OUTSIDE
