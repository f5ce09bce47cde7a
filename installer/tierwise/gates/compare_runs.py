"""A failing command against the same command before the change: only new failures count."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tierwise.gates.reading.naming import names_in
from tierwise.gates.runs import Run

# Words by which a task asks for a check to turn green.
_WANTS_GREEN = re.compile(
    r"\b(fail\w*|broken|red|green)\b|\b(tests?|checks?|lint\w*|build|suite|ci)\b.{0,30}\bpass\w*"
    r"|\bpass\w*\b.{0,30}\b(tests?|checks?|lint\w*|build|suite|ci)\b"
    r"|\b(fix|mend|repair)\w*\b.{0,40}\b(tests?|checks?|lint\w*|types?|build|suite|ci)\b",
    re.I,
)
_FIXES = re.compile(
    r"\b(fix|mend|repair|correct|bug|wrong|broken|crash)\w*\b",
    re.I,
)
_LISTED = 8  # names shown
_SIGNAL = 128  # and its number: the exit code of what a signal ended (POSIX, XCU 2.8.2)


@dataclass(frozen=True)
class Comparison:
    """Failures now and before.

    ``new``: those that the base did not have; ``left``: those it had; ``unmet``: what the task wanted fixed and is not.
    """

    new: tuple[str, ...]
    left: tuple[str, ...]
    fixed: tuple[str, ...]
    unmet: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing new fails and nothing is left that the task was about."""
        return not self.new and not self.unmet

    def explain(self) -> str:
        """Say which is which, in a line each."""
        lines = []
        for title, names in (
            ("newly failing", self.new),
            ("to be fixed by this task, and still failing", self.unmet),
            ("fixed", self.fixed),
            ("failed before the change too", self.left),
        ):
            if names:
                more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
                lines.append(f"{title}: {', '.join(names[:_LISTED])}{more}")
        return "\n".join(lines)


def compare_with_base(
    now: Run,
    base: Run,
    task: str,
) -> Comparison:
    """Hold a run that failed against the run before the change."""
    failed_now = failures_of(now) | now.report.besides
    failed_before = failures_of(base) | base.report.besides
    if base.passed:
        return Comparison(tuple(sorted(failed_now)), (), (), ())
    new = failed_now - failed_before
    left = failed_now & failed_before
    fixed = failed_before - failed_now
    if not new and not fixed and _rank_code(now) > _rank_code(base):
        # Something else fails, and says nothing of itself.
        new = frozenset((f"exit code {now.code}, {base.code} before",))
    return Comparison(
        new=tuple(sorted(new)),
        left=tuple(sorted(left)),
        fixed=tuple(sorted(fixed)),
        unmet=tuple(sorted(_find_unmet(left, fixed, now, task))),
    )


def _rank_code(run: Run) -> int:
    """Return how badly a command ended; a signal is told as a shell tells it."""
    code = run.code or 0
    return code if code >= 0 else _SIGNAL - code


def failures_of(run: Run) -> frozenset[str]:
    """List what a failed run complains of: tests by name, else the lines that it printed, without what varies."""
    if run.report.failed:
        return run.report.failed
    lines = [without_numbers(line) for line in run.tail.splitlines()]
    return frozenset(line for line in lines if line) | {f"`{run.command}` failed"}


def _find_unmet(
    left: frozenset[str],
    fixed: frozenset[str],
    now: Run,
    task: str,
) -> frozenset[str]:
    """Find which of the failures that stay the task was about."""
    wanted = names_in(task)
    is_fix = _WANTS_GREEN.search(task) or _FIXES.search(task)
    named = frozenset(
        failure for failure in left if wanted & _words_of(failure if is_fix else _own_name(failure))
    )
    if named:
        return named
    if any(_own_name(test).lower() in wanted for test in now.report.passed):
        return frozenset()  # the task speaks of a test, and that one passes
    # The task speaks of failing checks without naming one: at least one has to turn green.
    if _WANTS_GREEN.search(task) and not fixed:
        return left
    return frozenset()


def _own_name(test: str) -> str:
    """Return a test's name without those of its file and class."""
    return re.split(r"::|\.(?=\w+$)", test)[-1]


def _words_of(failure: str) -> set[str]:
    """List the names that a failing test has, whole and in parts."""
    words = set(re.findall(r"[A-Za-z_]\w+", failure))
    words |= {part for word in set(words) for part in word.split("_")}
    words |= {part for word in set(words) for part in re.findall(r"[A-Z]?[a-z]+", word)}
    return {word.lower() for word in words}


def without_numbers(line: str) -> str:
    shown = re.sub(
        r"0x[0-9a-f]+|\d+(\.\d+)?",
        "#",
        line.strip(),
    )
    return re.sub(r"/\S*/(tierwise-[\w-]+|check-#)/", "", shown)
