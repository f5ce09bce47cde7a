"""`tierwise run --batch`: the Message Batches API at half the price."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from tests.support.api_calls import ASK, ask, until
from tests.support.cascade import command, run_environment
from tests.support.json_api import Call, JsonApi, Reply

pytestmark = pytest.mark.slow


class Batches:
    """The Message Batches API: a batch ends after it was looked at ``looks`` times."""

    def __init__(self, looks: int) -> None:
        self.looks = looks
        self.on_submission: Callable[[], object] = lambda: None
        self.submitted: list[dict[str, Any]] = []

    def __call__(self, call: Call) -> Reply:
        if call.method == "POST":
            self.submitted.append(call.body)
            self.on_submission()
            return self._state("in_progress")
        if call.path.endswith("/results"):
            message = {
                "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-5-5",
                "stop_sequence": None,
                "content": [{"type": "text", "text": "From the batch."}], "stop_reason": "end_turn",
                "usage": {"input_tokens": 1000, "output_tokens": 100},
            }  # fmt: skip
            line = {
                "custom_id": self._custom_id(),
                "result": {"type": "succeeded", "message": message},
            }
            return json.dumps(line).encode() + b"\n"
        if call.path.endswith("/batches"):
            found = [self._state("ended")] if self.submitted else []
            return {"data": found, "has_more": False, "first_id": None, "last_id": None}
        self.looks -= 1
        return self._state("ended" if self.looks <= 0 else "in_progress")

    def _custom_id(self) -> str:
        return str(self.submitted[0]["requests"][0]["custom_id"])

    def _state(self, status: str) -> dict[str, Any]:
        counts = dict.fromkeys(("processing", "succeeded", "errored", "canceled", "expired"), 0)
        return {
            "id": "msgbatch_1", "type": "message_batch", "processing_status": status, "request_counts": counts,
            "created_at": datetime.now(timezone.utc).isoformat(), "expires_at": "2126-11-22T00:00:00Z",
            "ended_at": None, "cancel_initiated_at": None, "archived_at": None,
            "results_url": f"{self.url}/v1/messages/batches/msgbatch_1/results" if status == "ended" else None,
        }  # fmt: skip

    url = ""


@pytest.fixture
def batches() -> Iterator[tuple[Batches, JsonApi]]:
    answer = Batches(looks=3)
    with JsonApi(answer) as server:
        answer.url = server.url
        yield answer, server


def test_a_batch_is_submitted_polled_fetched_and_costs_half(
    project: Path, home: Path, batches: tuple[Batches, JsonApi]
) -> None:
    answer, server = batches

    ended = ask(project, home, server.url, "--batch", "--from", "light")

    assert ended.code == 0
    assert ended.record["answer"] == "From the batch."
    assert ended.record["cost_usd"] == pytest.approx((1000 * 0.1e-6 + 100 * 0.5e-6) / 2)
    assert len(answer.submitted) == 1
    assert answer.submitted[0]["requests"][0]["params"]["system"][0]["cache_control"] == {
        "type": "ephemeral"
    }


def test_a_batch_survives_a_kill_and_is_not_submitted_twice(
    project: Path, home: Path, batches: tuple[Batches, JsonApi]
) -> None:
    answer, server = batches
    answer.looks = 10_000
    process = subprocess.Popen(
        command(ASK, "--engine", "api", "--kind", "summary", "--batch", "--from", "light"), cwd=project,
        env=run_environment(home, server.url), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    # Looked at once, it is submitted and its id is noted: killed before, its submission may still be on the way.
    until(lambda: answer.looks < 10_000, process)
    process.kill()
    process.wait()
    (ticket,) = (project / ".tierwise/local/batches").glob("[!.]*.json")
    ticket.with_name(f".{ticket.name}.1.tmp").touch()  # as a kill while it was written leaves it
    answer.looks = 1

    ended = ask(project, home, server.url, "--batch", "--from", "light")

    assert (ended.code, ended.record["answer"]) == (0, "From the batch.")
    assert len(answer.submitted) == 1
    assert not list((project / ".tierwise/local/batches").iterdir())


def test_a_batch_whose_id_was_never_noted_is_found_again(
    project: Path, home: Path, batches: tuple[Batches, JsonApi]
) -> None:
    answer, server = batches
    process = subprocess.Popen(
        command(ASK, "--engine", "api", "--kind", "summary", "--batch", "--from", "light"), cwd=project,
        env=run_environment(home, server.url), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    answer.on_submission = process.kill  # submitted, and the answer with its id arrives nowhere
    process.wait()
    answer.looks = 1
    answer.on_submission = lambda: None

    ended = ask(project, home, server.url, "--batch", "--from", "light")

    assert (ended.code, ended.record["answer"]) == (0, "From the batch.")
    assert len(answer.submitted) == 1
    assert not list((project / ".tierwise/local/batches").iterdir())
