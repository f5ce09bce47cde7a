"""What one check of a run said.  Standard library only; the hook imports this."""

from tierwise.domain.change import Finding

PASSED, FAILED, SKIPPED, UNFINISHED, BROKEN = "passed", "failed", "skipped", "unfinished", "broken"


class Result:
    """What one check said.

    ``status``: passed, failed, skipped (asked for), unfinished (out of time: counts as failed) or broken
    (the check itself failed: said, and not counted against the files).  ``output`` is what a command printed.
    """

    __slots__ = ("findings", "fix", "name", "note", "output", "seconds", "status")

    def __init__(
        self, name: str, status: str = PASSED, fix: str = "", note: str = "", output: str = ""
    ) -> None:
        self.name = name
        self.status = status
        self.findings: list[Finding] = []
        self.fix = fix
        self.note = note
        self.output = output
        self.seconds = 0.0

    @property
    def stops(self) -> bool:
        """Whether this result makes the answer of the whole run a no."""
        return self.status in (FAILED, UNFINISHED)
