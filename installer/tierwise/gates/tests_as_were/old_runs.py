"""What a run under the old tests tells, beside the run on the base and the run of the change as delivered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import filterfalse

from tierwise.gates.compare_runs import failures_of
from tierwise.gates.following.product import Product
from tierwise.gates.reading.blocks import own_name
from tierwise.gates.reading.naming import mentions
from tierwise.gates.reports import strip_case
from tierwise.gates.runs import Run

_WHOLE_COMMAND = "the command as a whole"
_SAYS_OK = re.compile(r"\W*(?:ok|pass(?:ed)?)\b", re.I)
_UNLOADED = re.compile(
    r"not found|cannot (?:open|find)|can't (?:open|locate)|no such|undefined|undeclared|unresolved|error|exception|unknown"
    r"|missing|denied|usage",
    re.I,
)
_FILE = re.compile(r"[\w./-]*/[\w.-]+\.\w+|\S+\.[cm]?[jt]sx?")


def _leave_out_files(names: Iterable[str]) -> frozenset[str]:
    """Leave out what are files: some runners tell of each file besides, or in place of its tests."""
    return frozenset(filterfalse(_FILE.fullmatch, names))


def _leaves_unnamed(run: Run) -> bool:
    """Tell whether tests ran that passed without a name: jest and vitest name those of a file only where one fails."""
    passed = _leave_out_files(run.report.passed)
    if run.report.total is None or (passed and passed == run.report.passed):
        return False
    failed = _leave_out_files(run.report.failed)
    return run.report.total > len(passed) + len(failed)


def _list_not_run(base: Run, run: Run) -> frozenset[str]:
    """List tests that passed on the base and that a run does not name, where it names what it runs."""
    if _leaves_unnamed(run):
        return frozenset()
    passed = base.report.passed
    if _leaves_unnamed(base):
        passed = _leave_out_files(passed)
    return passed - run.report.ran


def list_turned(
    old: Run,
    delivered: Run,
    missing: tuple[str, ...],
) -> tuple[str, ...]:
    """List the tests that fail, or do not run, as they were, and do not fail as delivered.

    Where the command passes as delivered although it names failing tests, its own word counts for nothing.
    """
    turned = old.report.failed.union(missing)
    if not delivered.passed:
        turned |= old.report.besides
        turned -= delivered.report.failed | delivered.report.besides
        return tuple(sorted(turned))
    return tuple(sorted(turned)) or (_WHOLE_COMMAND,)


def _has_run(
    base: Run | None,
    old: Run,
    delivered: Run,
) -> bool:
    """Tell whether old tests without names could be built and ran, where they failed before the change too."""
    if base is None or base.passed:
        return False
    if not base.ran or not old.ran:
        return False
    return _complains_as_before(base, old, delivered) or _was_built(old, delivered)


def _complains_as_before(
    base: Run,
    old: Run,
    delivered: Run,
) -> bool:
    """Tell whether a run fails with nothing but what it did before; a passing run's prints are no complaint."""
    return failures_of(old) - failures_of(delivered) <= failures_of(base)


def _was_built(old: Run, delivered: Run) -> bool:
    """Tell whether a run says ok as the delivered one does, and tells of nothing that it could not load."""
    printed = failures_of(old)
    expected = failures_of(delivered)
    if any(map(_UNLOADED.search, printed - expected)):
        return False
    return any(map(_SAYS_OK.match, printed & expected))


def _cannot_be_loaded(
    base: Run | None,
    old: Run,
    delivered: Run,
) -> bool:
    """Tell whether none of the tests of the base runs any more as it was, and all of them do as delivered."""
    if base is None:
        return False
    tests = _leave_out_files(base.report.passed)
    if not tests or not tests.isdisjoint(old.report.ran):
        return False
    return tests <= delivered.report.passed


def is_undecided(
    base: Run | None,
    last: Run,
    delivered: Run,
) -> bool:
    """Tell whether old tests cannot be built or loaded on the change."""
    is_nameless = last.report.is_empty or not last.ran
    if is_nameless and not _has_run(base, last, delivered):
        return True
    return _cannot_be_loaded(base, last, delivered)


def list_red(
    base: Run | None,
    delivered: Run,
) -> frozenset[str]:
    """List the tests that failed before the change and are delivered as passing."""
    if base is None or base.passed:
        return frozenset()
    if base.report.is_empty or not base.report.failed:
        return frozenset({_WHOLE_COMMAND})
    return base.report.failed - delivered.report.failed


def list_fixed(base: Run | None, old: Run) -> tuple[str, ...]:
    """List the tests that failed on the base and pass under the old tests."""
    if base is None:
        return ()
    fixed = base.report.failed & old.report.passed
    return tuple(sorted(fixed))


def list_gone(
    base: Run | None,
    delivered: Run,
) -> tuple[str, ...]:
    """List tests that passed on the base and are not delivered; nameless where the runner tells only a number."""
    if base is None:
        return ()
    was, now = base.report, delivered.report
    if was.total is None or (was.passed and not _leaves_unnamed(delivered)):
        return tuple(_list_not_run(base, delivered))
    left = now.total or 0
    return ("",) * max(0, was.total - left)


def list_undelivered(
    old: Run,
    delivered: Run,
    product: Product,
) -> list[str]:
    """List the tests that pass as they were and are not delivered, under no name and with no other values."""
    missing = list_missing(old, delivered, product=product)
    ran = set(map(strip_case, delivered.report.ran))
    return [name for name in missing if strip_case(name) not in ran]


def list_renamed(
    base: Run | None, again: Run, files: Mapping[str, bytes | None]
) -> tuple[str, ...]:
    """List the base's tests whose names are nowhere in the files that were followed, where as many others ran."""
    if base is None:
        return ()
    text = b"\n".join(filter(None, files.values())).decode(
        "utf-8",
        "replace",
    )
    missing = _list_not_run(base, again)
    renamed = [name for name in missing if not mentions(text, own_name(name))]
    others = again.report.ran - base.report.ran
    if len(others) < len(missing):
        return ()
    return tuple(renamed)


def list_missing(
    base: Run | None,
    run: Run,
    gone: tuple[str, ...] = (),
    product: Product | None = None,
) -> tuple[str, ...]:
    """List the tests that passed on the base and did not run now, although the same tests were to run.

    ``gone``: those that may be missing; ``product``: after whose renames tests may be called otherwise.
    """
    if base is None or base.report.is_empty:
        return ()
    ran = run.report.ran
    missing = _list_not_run(base, run).difference(gone)
    extra = Counter(map(strip_case, ran - base.report.passed))
    lost = []
    for name in sorted(missing):
        found = _find_renamed(name, extra, product) or _find_elsewhere(name, extra)
        if found is None:
            lost.append(name)
        else:
            extra[found] -= 1
    return tuple(lost) or _count_missing(base, run, len(gone))


def _count_missing(
    base: Run,
    run: Run,
    gone: int,
) -> tuple[str, ...]:
    """Count how many tests ran of how many, where fewer did than were to run."""
    was = base.report.total
    if was is None or run.report.failed:
        return ()
    now = run.report.total or 0
    if now < was - gone:
        return (f"{now} of {was} tests",)
    return ()


def _find_renamed(
    name: str,
    extra: Counter[str],
    product: Product | None,
) -> str | None:
    """Find a test that ran with other values, or is named after what its function is called now."""
    names = {name}
    if product is not None:
        names |= product.list_renames(name)
    for other in map(strip_case, sorted(names)):
        if extra[other]:
            return other
    return None


def _find_elsewhere(
    name: str,
    extra: Counter[str],
) -> str | None:
    """Find a test of the same name that ran in another file."""
    own = own_name(name)
    if own == strip_case(name):
        return None
    for other, times in extra.items():
        if times and own_name(other) == own:
            return other
    return None
