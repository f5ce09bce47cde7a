"""A guard against code that does not end."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

PATIENCE = 30  # seconds of the processor


@contextmanager
def guard_against_hanging() -> Iterator[None]:
    """Fail where a piece of code takes the processor for half a minute.

    No measure of speed: what is guarded takes a fraction of a second, and would take minutes or hours if a pattern
    were tried anew from each place of a long text.  That is one call, however long it takes, so no count shows it.
    """

    def stop(number: int, frame: object) -> None:
        pytest.fail(f"still at it after {PATIENCE} seconds of the processor")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
