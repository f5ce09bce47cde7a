"""What a test run says of each test: JUnit XML where there is some, else the runner's own words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

_OK, _FAILED, _SKIPPED = "passed", "failed", "skipped"
_Row = tuple[str, str]  # (name, how it went)


@dataclass(frozen=True)
class Report:
    """Tests by how they went.  ``total``: how many ran, where the runner says so."""

    passed: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    total: int | None = None

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


def read_report(output: str, xml_files: Iterable[str] = ()) -> Report:
    """Read what a test run left: its XML reports, or what it printed."""
    text = _without_colours(output)
    rows: list[_Row] = []
    for path in xml_files:
        rows += _read_xml(path)
    if not rows:
        for reader in _READERS:
            rows += list(reader(text))
    passed = _list_names(rows, _OK)
    failed = _list_names(rows, _FAILED)  # once is enough, whatever else ran under the name
    skipped = _list_names(rows, _SKIPPED)
    return Report(
        passed=passed - failed - skipped,
        failed=failed,
        skipped=skipped - failed,
        total=_read_total(text, rows),
    )


def _list_names(rows: list[_Row], state: str) -> frozenset[str]:
    """The tests that went so."""
    return frozenset(name for name, went in rows if went == state)


def strip_case(name: str) -> str:
    """A test's name without the values that it is run with: they may follow a change."""
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


def _read_pytest(text: str) -> Iterator[_Row]:
    for match in re.finditer(r"^(FAILED|ERROR) (\S+\.py\S*)", text, re.M):
        yield match[2], _FAILED
    for match in re.finditer(r"^(\S+\.py::\S+) (PASSED|FAILED|ERROR|SKIPPED|XFAIL)", text, re.M):
        states = {"PASSED": _OK, "SKIPPED": _SKIPPED, "XFAIL": _SKIPPED}
        yield match[1], states.get(match[2], _FAILED)


def _read_unittest(text: str) -> Iterator[_Row]:
    for match in re.finditer(r"^(?:FAIL|ERROR): (\S+) \(([\w.]+)\)", text, re.M):
        yield _name_unittest(match[1], match[2]), _FAILED
    pattern = r"^(\w+) \(([\w.]+)\)(?:\n.*)? \.\.\. (ok|FAIL|ERROR|skipped|expected failure)"
    for match in re.finditer(pattern, text, re.M):
        states = {"ok": _OK, "skipped": _SKIPPED, "expected failure": _SKIPPED}
        yield _name_unittest(match[1], match[2]), states.get(match[3], _FAILED)


def _name_unittest(method: str, owner: str) -> str:
    """One name for what Python before and after 3.11 prints."""
    if owner.endswith(f".{method}"):
        return owner
    return f"{owner}.{method}"


def _read_tap(text: str) -> Iterator[_Row]:
    depth = 0
    for match in re.finditer(r"^([ \t]*)(not ok|ok) \d+(?: -)? (.*)$", text, re.M):
        name, _, directive = match[3].partition(" # ")
        inner, depth = depth, len(match[1])
        if inner > depth:
            continue  # a suite: its tests have been told
        state = _OK if match[2] == "ok" else _FAILED
        if directive.upper().startswith(("SKIP", "TODO")):
            state = _SKIPPED
        if name.strip():
            yield name.strip(), state
    for match in re.finditer(r"^#\s+Failed test '(.+)'$", text, re.M):
        yield match[1], _FAILED  # all that prove prints of a test without -v


def _read_marks(text: str) -> Iterator[_Row]:
    """``✔ name (1.2ms)``: node's spec reporter, jest, vitest, mocha."""
    states = {
        **dict.fromkeys("✔✓√", _OK),
        **dict.fromkeys("✖✕×✗", _FAILED),
        **dict.fromkeys("﹣○↓", _SKIPPED),
    }
    for match in re.finditer(
        r"^[ \t]*([✔✓√✖✕×✗﹣○↓]) (.+?)(?: \(?\d[\d.]* ?m?s\)?)?(?: # .*)?$", text, re.M
    ):
        name = match[2].strip()
        if name and not name.startswith("failing tests"):
            yield name, states[match[1]]
    for match in re.finditer(r"^[ \t]*● (.+ › .+)$", text, re.M):
        yield match[1].split(" › ")[-1].strip(), _FAILED


def _read_go(text: str) -> Iterator[_Row]:
    states = {"PASS": _OK, "FAIL": _FAILED, "SKIP": _SKIPPED}
    for match in re.finditer(r"^[ \t]*--- (FAIL|PASS|SKIP): (\S+)", text, re.M):
        yield match[2], states[match[1]]
    for match in re.finditer(r"^(ok|FAIL)\s+(\S+/\S+|\S+\.\S+)\s", text, re.M):
        yield f"package {match[2]}", _OK if match[1] == "ok" else _FAILED


def _read_cargo(text: str) -> Iterator[_Row]:
    states = {"ok": _OK, "FAILED": _FAILED, "ignored": _SKIPPED}
    for match in re.finditer(
        r"^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)", text, re.M
    ):
        yield match[1], states[match[2]]


def _read_rspec(text: str) -> Iterator[_Row]:
    for match in re.finditer(r"^rspec (\./\S+)", text, re.M):
        yield match[1], _FAILED


def _read_maven(text: str) -> Iterator[_Row]:
    for match in re.finditer(r"^\[ERROR\]\s+(\w+(?:\.\w+)+):\d+", text, re.M):
        yield match[1], _FAILED


_READERS: tuple[Callable[[str], Iterator[_Row]], ...] = (
    _read_pytest, _read_unittest, _read_tap, _read_marks, _read_go, _read_cargo, _read_rspec, _read_maven,
)  # fmt: skip
_TOTALS = (
    r"^Ran (\d+) tests? in",
    r"^Files=\d+, Tests=(\d+)",
    r"^# tests (\d+)",
    r"^ℹ tests (\d+)",
    r"^Tests run: (\d+)",
    r"^(\d+) examples?,",
    r"^running (\d+) tests?$",
)


def _read_total(text: str, rows: list[_Row]) -> int | None:
    counts: list[int] = []
    for pattern in _TOTALS:
        counts += map(int, re.findall(pattern, text, re.M))
    pytest = re.findall(r"^=* ?((?:\d+ [a-z]+,? ?)+)in [\d.]+", text, re.M)
    for line in pytest:
        for number, word in re.findall(r"(\d+) ([a-z]+)", line):
            if word in _RAN:
                counts.append(int(number))
    if pytest or counts:
        return sum(counts)
    names = {name for name, state in rows if state != _SKIPPED}
    return len(names) or None


_RAN = ("passed", "failed", "error", "errors")


def _without_colours(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
