"""Tests before and after, compared: what was taken away that nothing makes up for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from tierwise.gates.reading.paths import is_collected
from tierwise.gates.tests_intact.bounds import describe_looser
from tierwise.gates.tests_intact.model import (
    PRESENCE,
    TestCase,
    Weakening,
)

_ASKS_KIND = re.compile(
    r"\b(?:instanceof|typeof|isinstance|assertIsInstance|toBeInstanceOf|isa_ok|can_ok|instance_of)\b"
)
_SAME_TEST = 0.6  # share of the body that a renamed test keeps
_Pair = tuple[TestCase, TestCase]


@dataclass(frozen=True)
class _Spare:
    """What a test demands that may stand for one that is gone."""

    test: TestCase
    weight: int


def compare(
    before: Iterable[TestCase],
    after: Iterable[TestCase],
    gone: frozenset[str] = frozenset(),
    *,
    may_expect_otherwise: bool = True,
    nothing_ran: bool = False,
) -> list[Weakening]:
    """Find what is weaker.  ``gone``: names that the code no longer defines; a test that needs one may go.

    ``may_expect_otherwise``: whether a test has a reason to expect another value: the code itself changed too.
    ``nothing_ran``: no run tells of looser bounds.
    """
    old_tests = list(before)
    new_tests = list(after)
    pairs, removed, added = _pair_tests(old_tests, new_tests)
    found: list[Weakening] = []
    for old, new in pairs:
        if old.calls & gone:
            continue
        found += _find_weakened(old, new, added)
        if not may_expect_otherwise:
            found += _expects_otherwise(old, new)
        if nothing_ran:
            found += _find_looser(old, new)
    lost = _list_lost(removed, gone)
    spare = list(_list_spare(pairs, added))
    unmet = [test for test in lost if not _made_up_for(test, lost, spare)]
    found += _find_deleted(unmet, old_tests, new_tests)
    found += _find_empty(added)
    return found


def _find_deleted(
    lost: list[TestCase], before: list[TestCase], after: list[TestCase]
) -> Iterator[Weakening]:
    for test in lost:
        if not _is_demanded_as_ever(test, before, after):
            yield _make_finding(test, "deleted", "is gone")


def _list_lost(
    removed: Iterable[TestCase],
    gone: frozenset[str],
) -> list[TestCase]:
    """List the tests that ran, and did not go with the code that they need."""
    return [test for test in removed if not test.calls & gone and not test.skipped]


def _find_empty(added: list[TestCase]) -> Iterator[Weakening]:
    for test in added:
        if not test.demands:
            continue
        if not any(test.demands):
            yield _make_finding(
                test,
                "trivial",
                "can never fail",
            )
        elif max(test.demands) <= PRESENCE and _ASKS_KIND.search(test.body):
            yield _make_finding(
                test,
                "trivial",
                "asks for nothing but the kind of an answer",
            )
        elif test.ways_out:
            yield _make_finding(
                test,
                "trivial",
                "may end, or fail unseen, before it has asserted",
            )


def _find_looser(
    old: TestCase,
    new: TestCase,
) -> Iterator[Weakening]:
    for text in describe_looser(old, new):
        yield _make_finding(new, "threshold", text)


def _list_spare(
    pairs: list[_Pair],
    added: list[TestCase],
) -> Iterator[_Spare]:
    """Yield what makes up for a test that is gone: new tests, and what others demand beyond what they did."""
    for test in added:
        if not test.skipped:
            yield _Spare(test, test.weight)
    for old, new in pairs:
        more = new.weight - old.weight
        is_opened = new.open_cases and not old.open_cases
        if not new.skipped and (more > 0 or is_opened):
            yield _Spare(new, more)


def _pair_tests(
    before: list[TestCase], after: list[TestCase]
) -> tuple[list[_Pair], list[TestCase], list[TestCase]]:
    """Join old and new: by path and name, by name in another file, then by likeness (a rename)."""
    pairs: list[_Pair] = []
    left, right = before, list(after)
    for same in (_same_place, _same_name, _same_body):
        unmatched = []
        for old in left:
            alike = [test for test in right if same(old, test)]
            if alike:
                pairs.append((old, alike[0]))
                right.remove(alike[0])
            else:
                unmatched.append(old)
        left = unmatched
    return pairs, left, right


def _same_place(old: TestCase, new: TestCase) -> bool:
    return (old.path, old.name) == (new.path, new.name)


def _same_name(old: TestCase, new: TestCase) -> bool:
    return old.name == new.name


def _same_body(old: TestCase, new: TestCase) -> bool:
    if old.calls and old.calls.isdisjoint(new.calls):
        return False
    matcher = SequenceMatcher(
        None,
        old.body,
        new.body,
        autojunk=False,
    )
    ratios = (
        matcher.real_quick_ratio,
        matcher.quick_ratio,
        matcher.ratio,
    )  # the fast ones first
    return all(ratio() > _SAME_TEST for ratio in ratios)


def _find_weakened(
    old: TestCase,
    new: TestCase,
    added: list[TestCase],
) -> Iterator[Weakening]:
    for rule, message in _list_weaker(old, new):
        yield _make_finding(new, rule, message)
    if not _is_moved(old, new, added):
        loss = _describe_loss(old, new)
        if loss:
            yield _make_finding(new, "weakened", loss)


def _list_weaker(
    old: TestCase,
    new: TestCase,
) -> Iterator[tuple[str, str]]:
    """Yield rule and message of each way in which a test is weaker, but for what it demands."""
    if new.skipped and not old.skipped:
        yield "skipped", "is skipped, or expected to fail, now"
    if new.ways_out > old.ways_out:
        yield "skipped", "may end, or fail unseen, before it has asserted all that it did"
    if is_collected(old.path) and not is_collected(new.path):
        yield "deleted", "is in a file that no test runner collects"
    if old.calls and old.calls.isdisjoint(new.calls):
        yield "weakened", f"no longer uses {', '.join(sorted(old.calls))}"
    if new.trivial > old.trivial:
        yield "trivial", "has an assertion that can never fail"


def _describe_loss(old: TestCase, new: TestCase) -> str:
    """Describe what a test demands less than it did; empty where it does not."""
    if new.cases < old.cases and not new.open_cases and new.demands == old.demands:
        return f"runs {new.cases} cases, and ran {old.cases}"
    expected = old.weight
    if new.open_cases and not old.open_cases:
        expected = sum(old.demands)
    if new.weight_at_most >= expected:
        return ""
    was = len(old.demands) * old.cases
    now = len(new.demands) * new.cases
    if was > now:
        return "asserts less"
    return "asserts less strictly"


def _expects_otherwise(
    old: TestCase,
    new: TestCase,
) -> Iterator[Weakening]:
    for subject, value in new.expects.items():
        was = old.expects.get(subject, value)
        if was != value:
            message = f"expects {subject} to be {value}; it was {was}"
            yield _make_finding(new, "expected", message)


def _is_moved(
    old: TestCase,
    new: TestCase,
    added: list[TestCase],
) -> bool:
    """Tell whether a test was split: what it lost is demanded, of the same names, by new tests."""
    heirs = [test for test in added if test.calls & old.calls and not test.skipped]
    inherited = sum(test.weight for test in heirs)
    return bool(heirs) and new.weight + inherited >= old.weight


def _made_up_for(
    test: TestCase,
    removed: list[TestCase],
    spare: list[_Spare],
) -> bool:
    """Tell whether several tests became one with parameters: of the same names, demanding as much in sum."""
    heirs = [one for one in spare if test.calls <= one.test.calls]
    if not heirs:
        return False
    if any(heir.test.open_cases for heir in heirs):
        return True  # it runs as often as its list is long
    inherited = sum(heir.weight for heir in heirs)
    demanded = sum(old.weight for old in removed if _has_heir(old, heirs))
    return inherited >= demanded


def _is_demanded_as_ever(
    test: TestCase,
    before: list[TestCase],
    after: list[TestCase],
) -> bool:
    """Tell whether all new tests that use what it used demand as much together as the old ones did."""
    if not test.calls:
        return False
    return _sum_demands(test.calls, after) >= _sum_demands(test.calls, before)


def _sum_demands(
    calls: frozenset[str],
    tests: list[TestCase],
) -> int:
    return sum(test.weight for test in tests if calls <= test.calls and not test.skipped)


def _has_heir(test: TestCase, heirs: list[_Spare]) -> bool:
    return any(test.calls <= heir.test.calls for heir in heirs)


def _make_finding(
    test: TestCase,
    rule: str,
    message: str,
) -> Weakening:
    words = tuple(re.findall(r"\w+", test.name))
    return Weakening(
        test.path,
        rule,
        f"{test.name} {message}",
        test.line,
        names=(test.name, *words[-1:]),
        subjects=tuple(sorted(test.calls)),
    )
