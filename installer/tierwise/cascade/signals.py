"""How a run meets Ctrl-C, SIGTERM, and a terminal that is closed (SIGHUP)."""

from __future__ import annotations

import _thread
import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_STOPPING = (
    "SIGINT",
    "SIGTERM",
    "SIGHUP",
)  # Windows has no SIGHUP
_SOON = 0.05  # seconds: the callback that dropped an exception is through


def stop_on_signals() -> None:
    """Let SIGTERM and SIGHUP end a run as Ctrl-C does: the client is ended, its folders go, nothing is delivered.

    What the caller ignores (``nohup``) stays ignored.  A signal that arrives where Python drops exceptions, such as
    a callback of its import system, is raised once more a moment later; one of :func:`undisturbed` is lost with it.
    """
    arrived = signal.SIGINT

    def stop(number: int, frame: object) -> None:
        nonlocal arrived
        arrived = signal.Signals(number)
        raise KeyboardInterrupt

    tell = sys.unraisablehook

    def tell_or_stop(dropped: sys.UnraisableHookArgs) -> None:
        if dropped.exc_type is not KeyboardInterrupt:
            tell(dropped)
            return
        again = threading.Timer(
            _SOON,
            _signal_main_thread,
            [arrived],
        )
        again.daemon = True
        again.start()

    sys.unraisablehook = tell_or_stop
    # Not in the main thread: whoever embeds us handles signals.
    with contextlib.suppress(ValueError):
        for number in _find_signals():
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, stop)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ignore these signals: a delivery that has begun is through in a moment, and would else stay half done.

    git inherits that it ignores them; a Ctrl-C on a terminal goes to it too.
    """
    before = {}
    with contextlib.suppress(ValueError):
        for number in _find_signals():
            before[number] = signal.signal(
                number,
                signal.SIG_IGN,
            )
    try:
        yield
    finally:
        for number, action in before.items():
            # None: set by code that is not Python's, which cannot be put back.
            if action is not None:
                signal.signal(number, action)


def _signal_main_thread(number: signal.Signals) -> None:
    """Send a real signal where there is one: it ends a wait as well."""
    main = threading.main_thread().ident
    if sys.platform == "win32" or main is None:
        _thread.interrupt_main(number)
    else:
        signal.pthread_kill(main, number)


def _find_signals() -> list[signal.Signals]:
    known = signal.Signals.__members__
    return [known[name] for name in _STOPPING if name in known]
