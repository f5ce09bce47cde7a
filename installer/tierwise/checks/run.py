"""Running the checks of one stage over one snapshot."""

from __future__ import annotations

import os
import time
from dataclasses import replace

from tierwise.checks.baseline import (
    Baseline,
    drop_accepted,
    read_baseline,
)
from tierwise.checks.model import (
    CheckContext,
    ContentCheck,
    ProjectCheck,
    TreeCheck,
)
from tierwise.checks.registry import list_active
from tierwise.checks.result import SKIPPED, UNFINISHED, CheckResult
from tierwise.checks.settings import RunSettings, read_settings
from tierwise.domain.change import Change, Finding, Snapshot
from tierwise.domain.check_names import (
    BUILTIN_CHECKS,
    PRE_COMMIT,
)
from tierwise.errors import OutsideError, TierwiseError
from tierwise.globs import any_matches
from tierwise.loose import list_texts
from tierwise.repo import POLICY

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierwise.checks.known_clean import KnownClean
    from tierwise.checks.model import Drift

READ_LIMIT = 5 << 20  # bytes; larger files are for the check of sizes, not to be parsed in a hook
_BINARY_HEAD = 8000  # bytes in which git looks for a NUL to tell a binary file
_SKIP = "TIERWISE_SKIP"


def run_checks(
    snapshot: Snapshot,
    table: Mapping[str, object] | None,
    stage: str,
    *,
    root: str = "",
    drift: Drift | None = None,
    plan: str = "",
    uses_baseline: bool = True,
    known: KnownClean | None = None,
) -> list[CheckResult]:
    """Return the result of every check that is on in ``stage``, built-in ones first.

    ``table`` is the compiled policy, or None for the built-in checks' own settings.  ``root`` is where the
    policy lies.  ``drift`` compares generated files with the policy.  Files that are ``known`` to be clean are not
    looked into.
    """
    settings = read_settings(table)
    context = CheckContext(
        root=root or snapshot.root,
        stage=stage,
        read=snapshot.read,
        read_old=snapshot.old_content,
        drift=drift,
        review_date=settings.review_date,
        plan=plan or settings.plan,
    )
    baseline = Baseline()
    if uses_baseline:
        baseline = read_baseline(context.root)
    deadline = time.monotonic() + settings.budget
    run = _Run(
        snapshot,
        settings,
        context,
        baseline,
        deadline,
        known,
    )
    return run.run_builtins() + run.run_commands()


def list_skipped() -> set[str]:
    """Return the names in ``TIERWISE_SKIP``, separated by commas; ``all`` means every check."""
    named = os.environ.get(_SKIP, "").split(",")
    return set(filter(None, map(str.strip, named)))


def list_unknown_names(
    skip: set[str],
    table: Mapping[str, object] | None,
) -> list[str]:
    """Return what ``TIERWISE_SKIP`` names and no check is called: most likely a slip of the pen."""
    known = {
        *BUILTIN_CHECKS,
        *read_settings(table).commands,
        "all",
        "commit-msg",
        PRE_COMMIT,
    }
    return sorted(skip - known)


class _Run:
    """One run of the checks."""

    def __init__(
        self,
        snapshot: Snapshot,
        settings: RunSettings,
        context: CheckContext,
        baseline: Baseline,
        deadline: float,
        known: KnownClean | None,
    ) -> None:
        self.known = known
        self.snapshot = snapshot
        self.settings = settings
        self.context = context
        self.baseline = baseline
        self.deadline = deadline
        self.changes = _leave_out(
            snapshot.changes,
            settings.exclude,
        )

    def run_commands(self) -> list[CheckResult]:
        """Return the results of the policy's own commands."""
        if not self.settings.commands:
            return []
        from tierwise.checks.commands import run_commands

        return run_commands(
            self.snapshot,
            self.settings,
            self.context.stage,
            list_skipped(),
            self.deadline,
        )

    def run_builtins(self) -> list[CheckResult]:
        skip = list_skipped()
        results = []
        content: list[tuple[ContentCheck, CheckResult]] = []
        whole: list[tuple[TreeCheck | ProjectCheck, CheckResult]] = []
        for check in list_active(self.settings.choices, self.context.stage):
            result = CheckResult(check.name, fix=check.fix)
            results.append(result)
            if check.name in skip or "all" in skip:
                result.status = SKIPPED
            elif isinstance(check, ContentCheck):
                content.append((check, result))
            else:
                whole.append((check, result))
        self._check_contents(content)
        for other, result in whole:
            self._check_whole(other, result)
        for result in results:
            drop_accepted(self.baseline, result, self.snapshot)
        return results

    def _context_of(self, name: str) -> CheckContext:
        return replace(
            self.context,
            options=self.settings.find_options(name),
        )

    def _check_contents(
        self,
        checks: list[tuple[ContentCheck, CheckResult]],
    ) -> None:
        """Read every file once, however many checks there are."""
        if not checks:
            return
        files = self._list_readable()
        judges = [
            _ContentJudge(
                check,
                result,
                self._context_of(check.name),
                self.snapshot,
            )
            for check, result in checks
        ]
        if self.known is not None:
            options = {judge.check.name: judge.context.options for judge in judges}
            self.known.note_settings(options)
        self._judge_files(files, judges)
        for judge in judges:
            judge.close()

    def _list_readable(self) -> list[Change]:
        """Return the files that are neither empty nor too large to be read."""
        files = [change for change in self.changes if change.is_file]
        if not files:
            return []
        sizes = self.snapshot.sizes(files)
        measured = zip(files, sizes, strict=True)
        return [file for file, size in measured if 0 < size <= READ_LIMIT]

    def _judge_files(
        self,
        files: list[Change],
        judges: list[_ContentJudge],
    ) -> None:
        known = self.known
        for done, (change, data) in enumerate(self.snapshot.contents(files)):
            if time.monotonic() > self.deadline:
                left = len(files) - done
                for judge in judges:
                    judge.result.status = UNFINISHED
                    judge.result.note = (
                        f"out of time: {left} of {len(files)} files were not checked"
                    )
                return
            is_binary = b"\0" in data[:_BINARY_HEAD]
            if is_binary or (known is not None and known.knows(change, data)):
                continue
            verdicts = [judge.judge_file(change, data) for judge in judges]
            if known is not None and all(verdicts):
                known.remember()

    def _check_whole(
        self,
        check: TreeCheck | ProjectCheck,
        result: CheckResult,
    ) -> None:
        context = self._context_of(check.name)
        start = time.perf_counter()
        try:
            if isinstance(check, ProjectCheck):
                found = check.find(context)
            else:
                wanted = _leave_out(
                    self.changes,
                    list_texts(context.options["exclude"]),
                )
                found = check.find(
                    self.snapshot,
                    wanted,
                    context,
                )
            for finding in found:
                result.add_finding(finding)
        except OutsideError as error:
            result.mark_broken(error)
        except TierwiseError as error:
            # A policy that cannot be read, a plan that is not there: a fault in what is checked.
            message = f"{error.message}. {error.remedy}".strip()
            result.add_finding(Finding(error.place or POLICY, message))
        except Exception as error:
            result.mark_broken(error)
        result.seconds += time.perf_counter() - start


class _ContentJudge:
    """One content check at work on one file after the other."""

    def __init__(
        self,
        check: ContentCheck,
        result: CheckResult,
        context: CheckContext,
        snapshot: Snapshot,
    ) -> None:
        self.check = check
        self.result = result
        self.context = replace(
            context,
            read=self._read,
            read_old=self._read_old,
        )
        self.snapshot = snapshot

    def judge_file(
        self,
        change: Change,
        data: bytes,
    ) -> bool:
        """Return whether there is nothing to find in the file, whatever else there is."""
        start = time.perf_counter()
        exclude = list_texts(self.context.options["exclude"])
        self.context.looks_further = False
        is_clean = True
        try:
            if not any_matches(change.path, exclude):
                found = self.check.find(
                    change,
                    data,
                    self.context,
                )
                is_clean = not found and not self.context.looks_further
                self._keep_new(change, found)
        except Exception as error:
            is_clean = False
            self.result.mark_broken(error, change.path)
        self.result.seconds += time.perf_counter() - start
        return is_clean

    def _read(self, path: str) -> bytes | None:
        self.context.looks_further = True
        return self.snapshot.read(path)

    def _read_old(self, change: Change) -> bytes:
        self.context.looks_further = True
        return self.snapshot.old_content(change)

    def close(self) -> None:
        if self.context.newer_python is not None:
            self.context.newer_python.close()

    def _keep_new(
        self,
        change: Change,
        found: list[Finding],
    ) -> None:
        """Record what this change brought in; what was committed before is not its fault."""
        old: bytes | None = None
        for finding in found:
            if not finding.evidence:
                self.result.add_finding(finding)
                continue
            if change.moved:
                continue
            if old is None:
                old = self.snapshot.old_content(change)
            if finding.evidence not in old:
                self.result.add_finding(finding)


def _leave_out(
    changes: list[Change],
    globs: list[str],
) -> list[Change]:
    return [change for change in changes if not any_matches(change.path, globs)]
