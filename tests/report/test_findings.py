"""Each anti-pattern is found where it is, with its money and its fix, and not where it is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
from tests.support.spending import HAIKU, OPUS, SONNET, decision, default_table, record, report_of

from tierwise.report.findings.finding import CostFinding, money
from tierwise.transcripts.records import UsageRecord


def find(
    name: str,
    records: Iterable[UsageRecord],
    rows: Iterable[Mapping[str, Any]] = (),
    policy: Mapping[str, Any] | None = None,
) -> CostFinding | None:
    found = [item for item in report_of(records, list(rows), policy).findings if item.name == name]
    return found[0] if found else None


def thrice(agent: str, **fields: Any) -> list[UsageRecord]:
    """Three tasks of one agent: enough for a line of the policy."""
    return [record(number, agent=agent, agent_id=f"a{number}", **fields) for number in (1, 2, 3)]


def flag(agent: str, word: str) -> dict[str, Any]:
    return {"row": "flag", "flag": word, "session_id": "s1", "agent_id": f"a-{agent}"}


def test_a_subagent_that_inherited_the_top_tier_is_found_with_a_line_for_the_policy() -> None:
    found = find("inherited-top-tier", thrice("stranger", output_tokens=100_000))
    assert found
    assert found.patch == ((("agents", "stranger"), "mid"),)
    assert found.usd.high == Decimal(3)  # $2 a call on Opus, $1 on Sonnet with the same tokens
    assert "stranger: 3 calls on the top tier, $6.00" in found.evidence[0]


def test_one_that_the_policy_names_needs_the_hook_and_no_line() -> None:
    found = find("inherited-top-tier", [record(1, agent="Explore")])
    assert found and found.patch == () and "tierwise doctor" in found.fix


def test_a_subagent_that_was_decided_to_the_top_is_no_finding() -> None:
    calls = [record(1, agent="stranger")]
    assert find("inherited-top-tier", calls, [decision("stranger", "frontier", "security")]) is None
    assert find("inherited-top-tier", [record(1, agent="Plan")]) is None


def test_a_decision_that_was_advice_and_not_followed_is_found() -> None:
    found = find(
        "policy-not-followed",
        thrice("x"),
        [decision("x", "light", "docs", mode="advise")],
    )
    assert found and found.patch == ((("hooks", "mode"), "enforce"),)
    assert "decided light, ran on frontier" in found.evidence[0]
    assert (
        find(
            "policy-not-followed",
            [record(1, agent="x", model=HAIKU)],
            [decision("x", "light", "docs")],
        )
        is None
    )


def test_a_kind_without_a_route_is_found() -> None:
    calls = thrice("x", model=SONNET)
    found = find("kind-never-routed", calls, [decision("x", "mid", "graphql")])
    assert found and found.patch == ((("routes", "graphql"), "light"),)
    assert find("kind-never-routed", calls, [decision("x", "mid", "feature")]) is None
    assert find("kind-never-routed", calls, [decision("x", "mid", "unknown")]) is None
    assert (
        find("kind-never-routed", calls, [decision("x", "mid", "lint")]) is None
    )  # a command's work, not a tier's


def test_everything_on_the_top_tier_without_a_subagent_is_found() -> None:
    found = find("never-routed", [record(1), record(2, session="s2"), record(3, session="s3")])
    assert found and found.patch == ((("session", "model"), "sonnet"),)
    assert find("never-routed", [record(1), record(2, session="s2", model=SONNET)]) is None


def test_a_check_that_a_model_did_is_found_with_the_command_for_it() -> None:
    calls = thrice("x", model=HAIKU)
    bare = default_table(automated={})
    found = find("checks-by-a-model", calls, [decision("x", "light", "preflight")], bare)
    assert found and found.patch == ((("automated", "preflight"), "tierwise preflight"),)
    assert found.usd.low == Decimal("0.0015")
    lint = find("checks-by-a-model", calls, [decision("x", "automated", "lint")])
    assert lint and lint.patch == () and "`lint: ruff check .`" in lint.fix
    assert find("checks-by-a-model", calls, [decision("x", "light", "docs")]) is None


def test_a_switch_in_mid_conversation_costs_the_refill_of_the_new_cache() -> None:
    before = record(1, model=SONNET, input_tokens=0, cache_read_tokens=100_000)
    after = record(2, cache_write_5m_tokens=100_000)
    found = find("model-switched", [before, after])
    assert found
    assert (
        found.usd.low == found.usd.high == Decimal("0.48")
    )  # $5 a million to write, $0.20 to read
    assert "claude-sonnet-5-5 to claude-opus-5-5" in found.evidence[0]


def test_a_switch_of_the_session_router_is_no_finding() -> None:
    before = record(1, model=SONNET, input_tokens=0, cache_read_tokens=100_000)
    after = record(2, cache_write_5m_tokens=100_000)
    later = datetime.fromtimestamp(after.timestamp / 1000 + 1, timezone.utc).isoformat()
    turn = {"row": "turn", "session_id": after.session, "routing": "on", "time": later}
    assert find("model-switched", [before, after], [turn]) is None
    for other in ({"routing": "paused"}, {"session_id": "s9"}, {"time": "2020-01-01T00:00:00Z"}):
        assert find("model-switched", [before, after], [{**turn, **other}])


def test_another_model_in_a_subagent_is_no_switch() -> None:
    calls = [record(1, cache_read_tokens=100_000)]
    calls.append(record(2, agent="x", model=HAIKU, cache_write_5m_tokens=100_000))
    assert find("model-switched", calls) is None


def test_an_hour_s_write_that_nothing_read_is_found() -> None:
    written = record(1, cache_write_1h_tokens=50_000)
    found = find("unread-hour-writes", [written])
    assert found and found.usd.low == Decimal("0.2")  # $8 a million instead of $4
    assert "FORCE_PROMPT_CACHING_5M=1" in found.fix
    assert find("unread-hour-writes", [written, record(2, cache_read_tokens=50_000)]) is None
    late = record(2, cache_read_tokens=50_000, timestamp=written.timestamp + 3_600_001)
    assert find("unread-hour-writes", [written, late]) is not None


def test_a_prompt_above_the_band_is_found_with_what_the_band_cost() -> None:
    call = record(1, model=HAIKU, input_tokens=200_000, output_tokens=0)
    found = find("prompt-above-band", [call])
    assert found and found.usd.low == Decimal("0.08")  # $0.50 a million instead of $0.10
    assert find("prompt-above-band", [record(1, model=HAIKU, input_tokens=100_000)]) is None
    assert find("prompt-above-band", [record(1, model=OPUS, input_tokens=200_000)]) is None


def test_effort_above_the_decided_one_costs_by_the_client_s_own_index() -> None:
    calls = thrice("x", model=SONNET, effort="high", output_tokens=100_000)
    found = find("effort-above-need", calls, [decision("x", "mid", "feature", effort="medium")])
    assert found and found.usd.low == 3 * Decimal("0.46")  # medium is 0.54 of high
    assert found.patch == ((("agents", "x"), "{tier: mid, effort: medium}"),)
    assert (
        find("effort-above-need", calls, [decision("x", "mid", "feature", effort="high")]) is None
    )


def test_thinking_many_times_the_usual_is_found() -> None:
    usual = [
        record(number, agent=name, thinking_tokens=1000)
        for number, name in enumerate(("a", "b", "c"))
    ]
    wild = thrice("d", output_tokens=50_000, thinking_tokens=41_000, effort="high")
    found = find("thinking-explodes", [*usual, *wild])
    # 40,000 tokens a call beyond the usual, at $20 a million
    assert found and found.usd.low == 3 * Decimal("0.8")
    assert found.patch == ((("agents", "d"), "{tier: mid, effort: medium}"),)
    assert find("thinking-explodes", usual) is None


def test_a_fix_of_the_effort_keeps_the_tier_that_the_policy_means() -> None:
    usual = [
        record(number, agent=name, thinking_tokens=1000)
        for number, name in enumerate(("a", "b", "c"))
    ]
    wild = thrice("d", output_tokens=50_000, thinking_tokens=41_000, effort="high")
    decided = decision("d", "light", "search", effort="medium")
    found = find(
        "thinking-explodes", [*usual, *wild], [decided]
    )  # it ran on the top tier against the decision
    assert found and found.patch == ((("agents", "d"), "{tier: light, effort: medium}"),)
    named = default_table(agents={"d": {"tier": "light", "effort": "medium"}})
    found = find("thinking-explodes", [*usual, *wild], policy=named)
    assert found and found.patch == ()  # the policy says so already
    other = record(10, agent="d", agent_id="a-2", tool_use_id="toolu_2", thinking_tokens=41_000)
    found = find(
        "thinking-explodes",
        [*usual, *wild, other],
        [decided, {**decided, "tool_use_id": "toolu_2", "tier": "mid"}],
    )
    assert found and found.patch == ()  # one line for all its work would undo the routes


def test_climbs_that_cost_more_than_the_top_are_found() -> None:
    def attempt(tier: str, cost: float, run: int = 0) -> dict[str, Any]:
        return {
            "row": "attempt",
            "run": f"r{run}",
            "kind": "schema",
            "tier": tier,
            "cost_usd": cost,
            "model": OPUS,
        }

    once = [attempt("light", 0.5), attempt("frontier", 2.0)]
    found = find("retries-cost-more", [record()], once)
    assert found and found.usd.low == Decimal("0.5")
    assert found.patch == ()  # one failed run is no reason to change the policy
    often = [
        attempt(tier, usd, run)
        for run in range(5)
        for tier, usd in (("light", 0.5), ("frontier", 2.0))
    ]
    found = find("retries-cost-more", [record()], often)
    assert found and found.usd.low == Decimal("2.5")
    assert found.patch == ((("routes", "schema"), "frontier"),)
    assert find("retries-cost-more", [record()], [attempt("frontier", 2.0)]) is None


def test_no_fix_routes_a_protected_kind_below_the_top() -> None:
    calls = [record(1, agent="a", model=SONNET), record(2, agent="b", model=SONNET)]
    rows = [decision("a", "mid", "schema"), decision("b", "mid", "schema")]
    flags = [
        {"row": "flag", "flag": "cheaper", "session_id": "s1", "agent_id": f"a-{agent}"}
        for agent in ("a", "b")
    ]
    found = find("judged-too-high", calls, [*rows, *flags])
    assert found and found.patch == ()


def test_two_judgements_move_a_kind_of_work_and_one_does_not() -> None:
    calls = [record(1, agent="a", model=SONNET), record(2, agent="b", model=SONNET)]
    decided = [decision("a", "mid", "tests"), decision("b", "mid", "tests")]
    once = [*decided, flag("a", "cheaper")]
    assert find("judged-too-high", calls, once) is None
    found = find("judged-too-high", calls, [*once, flag("b", "cheaper")])
    assert found and found.patch == ((("routes", "tests"), "light"),)
    low = find(
        "judged-too-low", calls, [*decided, flag("a", "wrong"), flag("b", "needed-frontier")]
    )
    assert low and low.patch == ((("routes", "tests"), "frontier"),)


def test_findings_come_with_most_money_first() -> None:
    calls = [
        record(1, agent="stranger", output_tokens=100_000),
        record(2, cache_write_1h_tokens=5_000, session="s2"),
    ]
    names = [item.name for item in report_of(calls).findings]
    assert names.index("inherited-top-tier") < names.index("unread-hour-writes")


def test_well_routed_work_has_no_finding() -> None:
    calls = [record(1, model=SONNET), record(2, agent="Explore", model=HAIKU)]
    assert report_of(calls, [decision("Explore", "light", "search")]).findings == []


@pytest.mark.parametrize(
    ("name", "fields", "rows", "policy"),
    [
        ("inherited-top-tier", {}, [], None),
        ("policy-not-followed", {}, [decision("x", "light", "docs", mode="advise")], None),
        ("kind-never-routed", {"model": SONNET}, [decision("x", "mid", "graphql")], None),
        (
            "checks-by-a-model",
            {"model": HAIKU},
            [decision("x", "light", "preflight")],
            default_table(automated={}),
        ),
        (
            "effort-above-need",
            {"model": SONNET, "effort": "high"},
            [decision("x", "mid", "feature", effort="medium")],
            None,
        ),
    ],
)
def test_two_tasks_are_found_and_change_no_policy(
    name: str,
    fields: dict[str, Any],
    rows: list[dict[str, Any]],
    policy: dict[str, Any] | None,
) -> None:
    calls = thrice("x", **fields)
    two, three = find(name, calls[:2], rows, policy), find(name, calls, rows, policy)
    assert two and three
    assert (len(two.patch), len(three.patch)) == (0, 1)


def test_two_sessions_on_the_top_tier_change_no_policy() -> None:
    found = find("never-routed", [record(1), record(2, session="s2")])
    assert found and found.patch == ()


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (-0.00001, "$0.00"),
        (0.00001, "$0.00"),
        (-0.002, "-$0.0020"),
        (0.004, "$0.0040"),
        (12, "$12.00"),
    ],
)
def test_a_sum_that_rounds_to_nothing_has_no_sign(amount: float, shown: str) -> None:
    assert money(amount) == shown
