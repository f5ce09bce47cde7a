"""What shows a turn to be large while it runs.  Standard library only: a hook asks this."""

MANY_FILES = 4
"""Code files whose edit raises a turn: hindsight calls it large at the sixth, and most edits should be made on top."""

MANY_STEPS = 6
"""Steps on a turn's list of what is to be done that show it to be large before its first edit."""

MANY_READ = 12
"""Different files read that show the same."""

MANY_EDITS = 20
"""Edits of code in one turn that show it to be large, in however few files."""

SAME_CALLS = 3
"""Calls of one tool on one target that may show a turn to be stuck: the module in the client asks at each third."""


class WorkSoFar:
    """What a turn has done while it runs: files edited and read, steps on its list, edits of code."""

    __slots__ = (
        "edits",
        "files_edited",
        "files_read",
        "steps_listed",
    )

    def __init__(
        self, files_edited: int = 0, files_read: int = 0, steps_listed: int = 0, edits: int = 0
    ) -> None:
        self.edits = edits
        self.files_edited = files_edited
        self.files_read = files_read
        self.steps_listed = steps_listed

    def explain_size(self) -> str:
        """Say why the turn shows to be large; empty where it does not."""
        if self.files_edited >= MANY_FILES:
            return f"{self.files_edited} files edited in one turn"
        if self.steps_listed >= MANY_STEPS:
            return f"{self.steps_listed} steps on its list"
        if self.files_read >= MANY_READ:
            return f"{self.files_read} files read in one turn"
        if self.edits >= MANY_EDITS:
            return f"{self.edits} edits in one turn"
        return ""
