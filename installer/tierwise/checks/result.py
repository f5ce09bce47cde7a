"""What one check of a run said."""

from __future__ import annotations

from dataclasses import dataclass, field

from tierwise.domain.change import Finding

PASSED, FAILED, SKIPPED, UNFINISHED, BROKEN = "passed", "failed", "skipped", "unfinished", "broken"


@dataclass
class CheckResult:
    """What one check said.

    ``status``: passed, failed, skipped (asked for), unfinished (out of time: counts as failed) or broken
    (the check itself failed: said, and not counted against the files).  ``output`` is what a command printed,
    ``accepted`` how many findings the baseline knows.
    """

    name: str
    status: str = PASSED
    fix: str = ""
    note: str = ""
    output: str = ""
    seconds: float = 0.0
    accepted: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def stops(self) -> bool:
        """Whether this result makes the answer of the whole run a no."""
        return self.status in (FAILED, UNFINISHED)

    def add_finding(self, finding: Finding) -> None:
        """Record a finding; the check has failed."""
        self.findings.append(finding)
        self.status = FAILED

    def mark_broken(
        self,
        error: Exception,
        path: str = "",
    ) -> None:
        """Record that the check itself failed; what it has found already stands."""
        self.note = describe_error(error)
        if path:
            self.note = f"{path}: {self.note}"
        if self.status == PASSED:
            self.status = BROKEN


def describe_error(error: BaseException) -> str:
    """Return an error's kind and words; never an empty reason."""
    words = str(error)
    kind = type(error).__name__
    if not words:
        return kind
    return f"{kind}: {words}"
