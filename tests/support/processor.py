"""A pytest plugin: what each test takes of the processor, and which of the fast set take too much.

Processor time is that of this process, of all that a test started and waited for, and of the warm
processes that answered its calls.  Unlike time on the clock it counts no waits and no neighbours::

    python3 tests --fast --processor-times 40
"""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import NamedTuple

import pytest
from tests.support import warm

MOST_SECONDS = 0.15
"""Of the processor, for a test of the fast set; what takes more is marked ``slow``."""

LEFT_OUT = frozenset({"slow", "client"})
PROPERTY = "processor"


class Times(NamedTuple):
    """Seconds of the processor that this process, its children and the warm processes took."""

    own: float
    started: float
    warm: float

    def since(self, start: Times) -> Times:
        """What was taken after ``start``."""
        return Times(*(now - then for now, then in zip(self, start, strict=True)))


class Taken(NamedTuple):
    """What one test took, and whether it is one of the fast set."""

    test: str
    times: Times
    is_fast: bool

    @property
    def seconds(self) -> float:
        return sum(self.times)


def read_times() -> Times:
    """What was taken up to now."""
    own, started = getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)
    return Times(
        own=own.ru_utime + own.ru_stime,
        started=started.ru_utime + started.ru_stime,
        warm=warm.read_spent(),
    )


class ProcessorTimes:
    """Adds its times to each test's last report, and tells them where the run ends."""

    def __init__(self, named: int, file: str) -> None:
        self._named = named
        self._file = file
        self._taken: list[Taken] = []
        self._start = read_times()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        self._start = read_times()
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.RunReport, pytest.RunReport]:
        report = yield
        if report.when == "teardown":
            is_fast = LEFT_OUT.isdisjoint(mark.name for mark in item.iter_markers())
            times = read_times().since(self._start)
            report.user_properties.append((PROPERTY, [*times, is_fast]))
        return report

    def pytest_runtest_logreport(self, report: pytest.RunReport) -> None:
        for name, value in report.user_properties:
            if name == PROPERTY:
                *times, is_fast = value
                self._taken.append(Taken(report.nodeid, Times(*times), is_fast))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        heaviest = sorted(self._taken, key=lambda taken: taken.seconds, reverse=True)
        too_heavy = [taken for taken in heaviest if taken.is_fast and taken.seconds > MOST_SECONDS]
        whole = sum(taken.seconds for taken in heaviest)
        terminalreporter.section(f"{whole:.0f} s of the processor in {len(heaviest)} tests")
        for taken in heaviest[: self._named]:
            terminalreporter.line(describe(taken))
        if too_heavy:
            title = f"not marked slow, though above {MOST_SECONDS} s of the processor"
            terminalreporter.section(f"{len(too_heavy)} {title}")
            for taken in too_heavy:
                terminalreporter.line(describe(taken))
        if self._file:
            lines = [json.dumps([*taken]) + "\n" for taken in heaviest]
            Path(self._file).write_text("".join(lines), encoding="utf-8")


def describe(taken: Taken) -> str:
    """One test on one line: all of its time, and how much of it other processes took."""
    return f"{taken.seconds:7.2f} s {taken.seconds - taken.times.own:7.2f} s started  {taken.test}"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("processor time")
    group.addoption(
        "--processor-times",
        type=int,
        default=0,
        metavar="N",
        help="name the N tests that take most of the processor, and those too heavy for the fast set",
    )
    group.addoption(
        "--processor-times-file",
        default="",
        metavar="FILE",
        help="write the times of every test there, as JSON lines",
    )


def pytest_configure(config: pytest.Config) -> None:
    named = config.getoption("--processor-times")
    file = config.getoption("--processor-times-file")
    if named or file:
        config.pluginmanager.register(ProcessorTimes(named, file))
