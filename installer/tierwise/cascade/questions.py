"""What a run asks models besides its attempts: what it costs, and that it ends with the run."""

from __future__ import annotations

import threading
from dataclasses import replace

from tierwise.cascade.model import Answer, Engine, Order

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

    def ask(self, engine: Engine, order: Order) -> Answer:
        """Have an engine answer; it is cancelled when the run ends."""
        with self._changed:
            self._asked += 1
        try:
            cancellable = replace(order, cancel=self.cancel)
            answer = engine(cancellable, lambda line: None)
            with self._changed:
                self.spent_usd += answer.cost_usd
            return answer
        finally:
            with self._changed:
                self._asked -= 1
                self._changed.notify_all()

    def end(self) -> None:
        """Cancel what is asked, and wait until its processes are gone."""
        self.cancel.set()
        with self._changed:
            self._changed.wait_for(lambda: self._asked == 0, _LAST_WORDS)
