"""The real client is our referee: our total is what it says a run cost, for each model, subagents included."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.support.stand_in import Loopback
from tests.support.turns import bash

from tierwise.pricing.prices import load_prices, price
from tierwise.transcripts.read import read_usage
from tierwise.transcripts.records import Usage as Read
from tierwise.verify.client import Client, ClientAnswer
from tierwise.verify.turns import ScriptedUsage, say, spawn, use

pytestmark = pytest.mark.client

CACHED = ScriptedUsage(
    input=1234, output=567, cache_read=45_678, cache_write_5m=8_901, cache_write_1h=2_345
)
# The subagents in the second test run on two more models.
MODELS = ("claude-fable-5-2", "claude-opus-4-6", "claude-haiku-4-5-20251001")


def _passes(*passes: dict[str, int]) -> list[dict[str, Any]]:
    empty = {"output_tokens": 0, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}
    return [{"type": "message", **empty, **told} for told in passes]


def _assert_agrees(answer: ClientAnswer, read: Read) -> None:
    """Every model's tokens and dollars, and the sum, to a hundredth of a cent."""
    prices = load_prices()
    ours: dict[str, list[float]] = {}
    for record in read.records:
        sums = ours.setdefault(record.model, [0.0] * 6)
        writes = record.cache_write_5m_tokens + record.cache_write_1h_tokens
        counts = (
            record.input_tokens,
            record.output_tokens,
            record.cache_read_tokens,
            writes,
            record.web_searches,
        )
        cost = price(record, prices).cost
        assert cost is not None
        ours[record.model] = [
            had + more for had, more in zip(sums, (*counts, float(cost)), strict=True)
        ]
    names = (
        "inputTokens",
        "outputTokens",
        "cacheReadInputTokens",
        "cacheCreationInputTokens",
        "webSearchRequests",
    )
    theirs = {
        model: [told[name] for name in (*names, "costUSD")]
        for model, told in answer.result["modelUsage"].items()
    }
    assert ours.keys() == theirs.keys()
    for model in ours:
        assert ours[model] == pytest.approx(theirs[model], abs=1e-6), model
    assert sum(sums[-1] for sums in ours.values()) == pytest.approx(answer.cost, abs=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_cached_and_fast_calls_cost_what_the_client_says(
    newest_client: Client, api: Loopback, repository: Path, home: Path, model: str
) -> None:
    fast = replace(CACHED, more={"speed": "fast"})
    api.main = [
        use(bash("true"), usage=CACHED),
        use(bash("true"), usage=fast),
        say("done", usage=CACHED),
    ]
    answer = newest_client.ask(
        "go", "--model", model, "--allowedTools", "Bash", cwd=repository, home=home, url=api.url
    )
    read = read_usage([home / ".claude"])
    assert [record.fast for record in read.records] == [False, True, False]
    _assert_agrees(answer, read)


def test_subagents_are_in_the_total_and_under_their_name(
    newest_client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    calls = (
        spawn("Explore", model="haiku", run_in_background=False),
        spawn("Plan", run_in_background=False),
    )
    api.main = [use(*calls, usage=CACHED), say("over", usage=CACHED)]
    api.agents["Explore"] = [use(bash("true"), usage=CACHED), say("found", usage=CACHED)]
    answer = newest_client.ask(
        "go", "--allowedTools", "Bash", cwd=repository, home=home, url=api.url
    )
    read = read_usage([home / ".claude"])
    _assert_agrees(answer, read)
    agents = {record.agent: record for record in read.records}
    assert agents.keys() == {"main", "Explore", "Plan"}
    assert agents["Explore"].tool_use_id == calls[0].id
    assert {record.session for record in read.records} == {answer.session}
    assert float(answer.cost) == pytest.approx(read.cost_states[answer.session].cost_usd)


def test_bands_geography_searches_and_advisors_cost_what_the_client_says(
    newest_client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    advice = {
        "type": "advisor_message",
        "model": "claude-fable-5-2",
        "input_tokens": 700,
        "output_tokens": 90,
    }
    advice |= {"cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}
    short = _passes({"input_tokens": 60_000}, {"input_tokens": 60_000, "output_tokens": 300})
    tools = {"server_tool_use": {"web_search_requests": 3, "web_fetch_requests": 0}}
    usages = [
        ScriptedUsage(input=100_000, output=300),
        ScriptedUsage(input=100_001, output=300),
        ScriptedUsage(input=50_000, output=300, cache_read=40_000, cache_write_1h=10_001),
        ScriptedUsage(input=120_000, output=300, more={"iterations": short}),
        ScriptedUsage(input=1000, output=300, more={"inference_geo": "us"} | tools),
        ScriptedUsage(
            input=1000,
            output=300,
            more={"iterations": [*_passes({"input_tokens": 1000, "output_tokens": 300}), advice]},
        ),
    ]
    api.main = [use(bash("true"), usage=told) for told in usages] + [say("done")]
    answer = newest_client.ask(
        "go", "--model", "haiku", "--allowedTools", "Bash", cwd=repository, home=home, url=api.url
    )
    _assert_agrees(answer, read_usage([home / ".claude"]))
