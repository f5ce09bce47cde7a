"""What a run asks models besides its attempts ends with the run, and leaves nothing."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from tierwise.cascade.model import Answer, Order, Say, TierSpec
from tierwise.cascade.questions import Questions

ORDER = Order(
    prompt="Is it right?",
    stable="",
    spec=TierSpec("light", "claude-haiku-5-5", "", {}),
    folder="",
    max_usd=1,
    seconds=60,
    session="",
    edits=False,
)
LITTERED = 200  # files that take a moment to remove


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, empty."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_a_run_that_ends_waits_until_the_folder_of_a_question_is_gone(home: Path) -> None:
    asked = threading.Event()

    def litter_until_cancelled(order: Order, say: Say) -> Answer:
        for number in range(LITTERED):
            Path(order.folder, str(number)).touch()
        asked.set()
        order.cancel.wait()
        return Answer.empty("cancelled")

    questions = Questions()
    thread = threading.Thread(target=questions.ask, args=(litter_until_cancelled, ORDER))
    thread.start()
    assert asked.wait(60) and len(os.listdir(home)) == 1
    questions.end()
    left = os.listdir(home)
    thread.join()
    assert left == []


def test_a_question_that_fails_is_waited_for_no_longer(home: Path) -> None:
    def fail(order: Order, say: Say) -> Answer:
        raise OSError("no client")

    questions = Questions()
    with pytest.raises(OSError, match="no client"):
        questions.ask(fail, ORDER)
    questions.end()
    assert os.listdir(home) == []
