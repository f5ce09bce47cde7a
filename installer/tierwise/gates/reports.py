"""What a test run says of each test: in JUnit XML, and in the runners' own words beyond it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

_OK, _FAILED, _SKIPPED = "passed", "failed", "skipped"
_Row = tuple[str, str]  # (name, how it went)
# What the counts of a summary add to the number of tests that ran; rspec's examples have those that are pending.
_WEIGHTS = {
    **dict.fromkeys(("passed", "failed", "error", "errors"), 1),
    **dict.fromkeys(("example", "examples"), 1),
    "pending": -1,
}
# How runners say that a test went well, or was left out; whatever else they say, it failed.
_STATES = {
    **dict.fromkeys(("PASSED", "PASS", "ok", *"✔✓√"), _OK),
    **dict.fromkeys(
        ("SKIPPED", "XFAIL", "skipped", "expected failure"),
        _SKIPPED,
    ),
    **dict.fromkeys(("SKIP", "ignored", *"﹣○↓"), _SKIPPED),
}
# Lines that name a test, and say how it went; those that do not say it tell of failures alone.
_LINES = (
    # pytest
    re.compile(r"^(?:FAILED|ERROR) (?P<name>\S+\.py\S*)", re.M),
    re.compile(
        r"^(?P<name>\S+\.py::\S+) (?P<state>PASSED|FAILED|ERROR|SKIPPED|XFAIL)",
        re.M,
    ),
    # prove, which prints no more of a test without -v
    re.compile(r"^#\s+Failed test '(?P<name>.+)'$", re.M),
    # go test
    re.compile(
        r"^[ \t]*--- (?P<state>FAIL|PASS|SKIP): (?P<name>\S+)",
        re.M,
    ),
    # cargo test
    re.compile(
        r"^test (?P<name>.+?)(?: - should panic)? \.\.\. (?P<state>ok|FAILED|ignored)", re.M
    ),
    # cargo test -q
    re.compile(r"^(?P<name>\S+) --- FAILED$", re.M),
    # rspec: what it calls the example, for its line moves with those above it
    re.compile(r"^rspec (?:\./\S+ # )?(?P<name>\S.*)$", re.M),
    # jest: a file with something that fails
    re.compile(
        r"^FAIL +(?P<name>\S+\.[cm]?[jt]sx?)(?: \(.*\))?$",
        re.M,
    ),
    # vitest: a file that cannot be loaded
    re.compile(
        r"^ FAIL +(?:\|[^|\n]+\| +)?(?P<name>\S+ \[ \S+ \])$",
        re.M,
    ),
    # Maven
    re.compile(r"^\[ERROR\]\s+(?P<name>\w+(?:\.\w+)+):\d+", re.M),
)
_UNITTEST = (
    re.compile(
        r"^(?P<state>FAIL|ERROR): (?P<method>\S+) \((?P<owner>[\w.]+)\)",
        re.M,
    ),
    re.compile(
        r"^(?P<method>\w+) \((?P<owner>[\w.]+)\)(?:\n.*)?"
        r" \.\.\. (?P<state>ok|FAIL|ERROR|skipped|expected failure)",
        re.M,
    ),
)
_TAP = re.compile(
    r"^(?P<indent>[ \t]*)(?P<state>not ok|ok) \d+(?: -)? (?P<title>.*)$",
    re.M,
)
_MARKED = re.compile(
    r"^[ \t]*(?P<state>[✔✓√✖✕×✗﹣○↓]) (?P<name>.+?)(?: \(\d+ tests?[^()\n]*\))?"
    r"(?: \(?\d[\d.]* ?m?s\)?)?(?: # .*)?$",
    re.M,
)
# jest: a test with its suites, or a file that cannot be loaded
_JEST = re.compile(
    r"^ *● (?!Console$|.*:$)(?:.+ › )?(?P<name>.+)$",
    re.M,
)
# With its time, "(cached)" or "[build failed]" behind it, or it is another runner's line.
_GO_PACKAGE = re.compile(
    r"^(?P<state>ok|FAIL)[ \t]+(?P<name>\S+/\S+|\S+\.\S+)[ \t]+(?:\d[\d.]*s\b|\(cached\)|\[)",
    re.M,
)

# Lines in which what starts several runners says which of them failed: make, npm, pnpm, cargo, Maven, Gradle.
_PARTS = (
    re.compile(
        r"^make(?:\[\d+\])?: \*\*\* \[(?:[^\]\s]+:\d+: )?([^\]]+)\] ",
        re.M,
    ),
    re.compile(r"^npm (?:error|ERR!) workspace (\S+)", re.M),
    re.compile(r"^(\S+ \S+): Failed$", re.M),
    re.compile(
        r"^error: test failed, to rerun pass `([^`]+)`",
        re.M,
    ),
    re.compile(
        r"^\[ERROR\] Failed to execute goal .+ on project (\S+):",
        re.M,
    ),
    re.compile(r"^Execution failed for task '([^']+)'", re.M),
    # a process that did not get to its end: cargo's words, and a shell's
    re.compile(
        r"^ *process didn't exit successfully: .+ \((signal: .+)\)$",
        re.M,
    ),
    re.compile(
        r"^(?:.*: )?((?:Segmentation fault|Aborted|Bus error|Killed))\b.*$",
        re.M,
    ),
)
_OWN_LINE = re.compile(
    r"^(?P<state>ok|not ok) (?P<name>[\w./-]*[A-Za-z][\w./-]*)(?::.*)?$",
    re.M,
)


@dataclass(frozen=True)
class RunReport:
    """Tests by how they went.  ``total``: how many ran, where the runner says so.

    ``besides``: what failed besides: tests beyond the first of each name, ``works (2)``, for suites and crates have some
    alike; parts of the command (a make target, a workspace), for they may name no test.
    """

    passed: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    total: int | None = None
    besides: frozenset[str] = frozenset()

    @property
    def ran(self) -> frozenset[str]:
        """The tests that came to a verdict."""
        return self.passed | self.failed

    @property
    def is_empty(self) -> bool:
        """Whether nothing could be read: then only the exit code tells."""
        if self.total is not None:
            return False
        return not (self.ran or self.skipped)


def read_report(
    output: str,
    xml_files: Iterable[str] = (),
) -> RunReport:
    """Read what a test run left: its XML reports, and what it printed beyond them."""
    text = _without_colours(output)
    written = [list(_read_xml(path)) for path in xml_files]
    counted = _count_tests(text)
    told = [
        *written,
        *_leave_out_written(_read_words(text), written, counted or 0),
    ]
    rows = list(chain.from_iterable(told))
    passed = _list_names(rows, _OK)
    failed = _list_names(
        rows,
        _FAILED,
    )  # once is enough, whatever else ran under the name
    skipped = _list_names(rows, _SKIPPED)
    total = counted
    if counted is None:
        ran = {name for name, went in rows if went != _SKIPPED}
        total = len(ran) or None
    return RunReport(
        passed=passed - failed - skipped,
        failed=failed,
        skipped=skipped - failed,
        total=total,
        besides=frozenset((*_list_again(told), *_list_parts(text))),
    )


def _leave_out_written(
    told: list[list[_Row]],
    written: list[list[_Row]],
    counted: int,
) -> Iterator[list[_Row]]:
    """Yield what a run said beyond its XML, which may be of one runner among several.

    These are failures that no report has; and all, where more tests were counted than the reports have.
    """
    rows_of_xml = chain.from_iterable(written)
    in_xml = [(_last_word(name), went) for name, went in rows_of_xml]
    ran = sum(went != _SKIPPED for _, went in in_xml)
    for rows in told:
        known = Counter(in_xml)
        left: list[_Row] = []
        for name, went in rows:
            key = _last_word(name), went
            if known[key]:
                known[key] -= 1
            elif went == _FAILED or counted > ran or not in_xml:
                left.append((name, went))
        yield left


def _last_word(name: str) -> str:
    """Return what a test is called in a report as well as in a runner's own words."""
    words = re.findall(r"\w+", strip_case(name))
    return words[-1] if words else name


def _list_parts(text: str) -> Iterator[str]:
    """Yield the parts of a command that failed."""
    for pattern in _PARTS:
        yield from (f"`{name}`" for name in pattern.findall(text))


def _list_again(told: Iterable[Iterable[_Row]]) -> Iterator[str]:
    """Yield the second failed test of a name and those after it, by whatever way of telling has most."""
    most: Counter[str] = Counter()
    for rows in told:
        most |= Counter(name for name, went in rows if went == _FAILED)
    for name, times in most.items():
        for number in range(2, times + 1):
            yield f"{name} ({number})"


def _list_names(rows: list[_Row], state: str) -> frozenset[str]:
    """List the tests that went so."""
    return frozenset(name for name, went in rows if went == state)


def strip_case(name: str) -> str:
    """Return a test's name without the values that it is run with: they may follow a change."""
    return name.split("[", 1)[0]


def _read_xml(path: str) -> Iterator[_Row]:
    try:
        root = ElementTree.parse(path).getroot()
    except (ElementTree.ParseError, OSError):
        return
    for case in root.iter("testcase"):
        name = f"{case.get('classname', '')}::{case.get('name', '')}".lstrip(":")
        yield name, _read_state(case)


def _read_state(case: ElementTree.Element) -> str:
    kinds = {child.tag for child in case}
    if not kinds.isdisjoint(("failure", "error")):
        return _FAILED
    if "skipped" in kinds:
        return _SKIPPED
    return _OK


def _read_words(text: str) -> list[list[_Row]]:
    """Read what a runner says in its own words, each way of saying it by itself."""
    told = [list(_read_lines(line, text)) for line in _LINES]
    told += [list(_read_unittest(line, text)) for line in _UNITTEST]
    told += [list(reader(text)) for reader in _READERS]
    return told


def _read_lines(
    line: re.Pattern[str],
    text: str,
) -> Iterator[_Row]:
    """Read what a runner tells in one line a test."""
    for match in line.finditer(text):
        groups = match.groupdict()
        yield groups["name"], _STATES.get(groups.get("state", ""), _FAILED)


def _read_unittest(
    line: re.Pattern[str],
    text: str,
) -> Iterator[_Row]:
    for match in line.finditer(text):
        name = _name_unittest(
            match["method"],
            match["owner"],
        )
        yield name, _STATES.get(match["state"], _FAILED)


def _name_unittest(method: str, owner: str) -> str:
    """Give one name to what Python before and after 3.11 prints."""
    if owner.endswith(f".{method}"):
        return owner
    return f"{owner}.{method}"


def _read_tap(text: str) -> Iterator[_Row]:
    depth = 0
    for match in _TAP.finditer(text):
        inner, depth = depth, len(match["indent"])
        if inner > depth:
            continue  # a suite: its tests have been told
        name, _, directive = match["title"].partition(" # ")
        state = _STATES.get(match["state"], _FAILED)
        if directive.upper().startswith(("SKIP", "TODO")):
            state = _SKIPPED
        if name.strip():
            yield name.strip(), state


def _read_marks(text: str) -> Iterator[_Row]:
    """Read ``✔ name (1.2ms)``: node's spec reporter, jest, vitest, mocha."""
    for match in _MARKED.finditer(text):
        name = match["name"].strip()
        if name and not name.startswith("failing tests"):
            yield name, _STATES.get(match["state"], _FAILED)


def _read_jest(text: str) -> Iterator[_Row]:
    """Read failing tests, which a long run tells of once more at its end."""
    found = {match[0]: match["name"] for match in _JEST.finditer(text)}
    for name in found.values():
        yield name.strip(), _FAILED


def _read_go_packages(text: str) -> Iterator[_Row]:
    for match in _GO_PACKAGE.finditer(text):
        yield f"package {match['name']}", _STATES.get(match["state"], _FAILED)


def _read_own_lines(text: str) -> Iterator[_Row]:
    """Read ``ok name`` and ``not ok name: why`` of a project's own runner, if it names what went well too."""
    rows = [
        (match["name"], _STATES.get(match["state"], _FAILED)) for match in _OWN_LINE.finditer(text)
    ]
    if any(went == _OK for _, went in rows):
        yield from rows


_READERS: tuple[Callable[[str], Iterator[_Row]], ...] = (
    _read_tap, _read_marks, _read_jest, _read_go_packages, _read_own_lines,
)  # fmt: skip
_TOTALS = (
    r"^Ran (\d+) tests? in",
    r"^Files=\d+, Tests=(\d+)",
    r"^# tests (\d+)",
    r"^ℹ tests (\d+)",
    r"^Tests run: (\d+)",
    r"^running (\d+) tests?$",
)


# Lines in which a runner counts its tests by how they went: pytest, jest, vitest, rspec.
_SUMMARIES = (
    re.compile(r"^=* ?((?:\d+ [a-z]+,? ?)+)in [\d.]+", re.M),
    re.compile(r"^Tests: +(\d.* total)$", re.M),
    re.compile(r"^ +Tests  (\d.*)$", re.M),
    re.compile(r"^(\d+ examples?, \d+ failures?.*)$", re.M),
)


def _count_tests(text: str) -> int | None:
    """Count the tests that ran by what the runners say at their ends; None where none does."""
    counts: list[int] = []
    for pattern in _TOTALS:
        counts += map(int, re.findall(pattern, text, re.M))
    lines: list[str] = []
    for summary in _SUMMARIES:
        lines += summary.findall(text)
    for line in lines:
        for number, word in re.findall(r"(\d+) ([a-z]+)", line):
            counts.append(_WEIGHTS.get(word, 0) * int(number))
    if lines or counts:
        return sum(counts)
    return None


def _without_colours(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
