"""How a run meets Ctrl-C, SIGTERM, and a terminal that is closed (SIGHUP)."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from contextlib import contextmanager

_STOPPING = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP


def stop_on_signals() -> None:
    """SIGTERM and SIGHUP end a run as Ctrl-C does: the client is ended, its folders go, nothing is delivered.

    What the caller ignores (``nohup``) stays ignored.
    """

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    # Not in the main thread: whoever embeds us handles signals.
    with contextlib.suppress(ValueError):
        for number in _find_signals():
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, stop)


@contextmanager
def undisturbed() -> Iterator[None]:
    """These signals are ignored: a delivery that has begun is through in a moment, and would else stay half done.

    git inherits that it ignores them; a Ctrl-C on a terminal goes to it too.
    """
    before = {}
    with contextlib.suppress(ValueError):
        for number in _find_signals():
            before[number] = signal.signal(number, signal.SIG_IGN)
    try:
        yield
    finally:
        for number, action in before.items():
            # None: set by code that is not Python's, which cannot be put back.
            if action is not None:
                signal.signal(number, action)


def _find_signals() -> list[signal.Signals]:
    known = signal.Signals.__members__
    return [known[name] for name in _STOPPING if name in known]
