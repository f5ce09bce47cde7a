"""What the last line of a client says of how it ended."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.cascade import order_for
from tests.support.scripted_client import ScriptedClient, Step

from tierwise.cascade.engines.claude import claude_engine
from tierwise.cascade.model import LEAVING_STOPS, TierSpec

pytestmark = pytest.mark.slow
ERROR = {"is_error": True, "subtype": "error_during_execution"}


@pytest.mark.parametrize(
    ("step", "stop"),
    [
        (Step(message={"stop_reason": "refusal"}, last="I will not."), "refused"),
        (Step(event={"error": "max_output_tokens"}, result=ERROR), "truncated"),
        (Step(message={"stop_reason": "max_tokens"}, result=ERROR), "truncated"),
        (Step(result={**ERROR, "api_error_status": 413}), "too-long"),
        (Step(result={**ERROR, "result": "API Error: 413 too large"}), "too-long"),
        (Step(result={**ERROR, "terminal_reason": "prompt_too_long"}), "too-long"),
        (Step(event={"error": "model_not_found"}, result=ERROR), "refused"),
        (Step(result={**ERROR, "subtype": "error_max_budget_usd"}), "budget"),
    ],
)
def test_what_the_client_says_of_one_model_is_meant_of_its_tier_only(
    tmp_path: Path, step: Step, stop: str
) -> None:
    client = ScriptedClient(tmp_path / "client", haiku=step)
    engine = claude_engine(str(client.path), lambda model, usage: 0.0)
    answer = engine(order_for(tmp_path, TierSpec("light", "haiku")), lambda line: None)
    assert (answer.stop, answer.for_all, answer.cost_usd) == (stop, False, 0.01)
    assert answer.stop in LEAVING_STOPS
