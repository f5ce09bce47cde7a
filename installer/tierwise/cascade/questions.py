"""What a run asks models besides its attempts: what it costs, and that it ends with the run."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from tierwise.cascade.model import Answer, Engine, Order
from tierwise.scratch import scratch_prefix

_LAST_WORDS = 7.0  # seconds that a question has to end when the run does


class Questions:
    """What judges and authors of tests are asked by now, so that a run that ends takes it with it.

    ``spent_usd``: what all questions have cost by now, in US dollars, whether or not somebody waits for the answer.
    """

    def __init__(self) -> None:
        self.cancel = threading.Event()
        self.spent_usd = 0.0
        self._asked = 0
        self._changed = threading.Condition()

    def ask(
        self,
        engine: Engine,
        order: Order,
    ) -> Answer:
        """Have an engine answer in an empty folder; it is cancelled when the run ends."""
        with self._counted(), tempfile.TemporaryDirectory(prefix=scratch_prefix()) as folder:
            asked = replace(
                order,
                folder=folder,
                cancel=self.cancel,
            )
            answer = engine(asked, lambda line: None)
            with self._changed:
                self.spent_usd += answer.cost_usd
            return answer

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """As long as a question has a process or a folder, the run that ends waits for it."""
        with self._changed:
            self._asked += 1
        try:
            yield
        finally:
            with self._changed:
                self._asked -= 1
                self._changed.notify_all()

    def end(self) -> None:
        """Cancel what is asked, and wait until its processes and folders are gone."""
        self.cancel.set()
        with self._changed:
            self._changed.wait_for(
                lambda: self._asked == 0,
                _LAST_WORDS,
            )
