"""How a run meets Ctrl-C and SIGTERM."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from contextlib import contextmanager


def stop_on_sigterm() -> None:
    """SIGTERM ends a run as Ctrl-C does: the client is ended, its folders go, nothing is delivered."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    # Not in the main thread: whoever embeds us handles signals.
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGTERM, stop)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ctrl-C and SIGTERM are ignored: a delivery that has begun is through in a moment, and would else stay half done.

    git inherits that it ignores them; a Ctrl-C on a terminal goes to it too.
    """
    before = {}
    with contextlib.suppress(ValueError):
        for number in (signal.SIGINT, signal.SIGTERM):
            before[number] = signal.signal(number, signal.SIG_IGN)
    try:
        yield
    finally:
        for number, action in before.items():
            # None: set by code that is not Python's, which cannot be put back.
            if action is not None:
                signal.signal(number, action)
