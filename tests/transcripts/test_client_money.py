"""The real client makes what a report has to see through: continued and forked sessions, `/clear`, two models.

What each call cost is known, because the test wrote its usage: so is every sum.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.support.spending import default_table
from tests.support.stand_in import Loopback

from tierwise.domain.ladder import ladder_of
from tierwise.pricing.prices import load_prices, price
from tierwise.report.budget import budget_of
from tierwise.report.counterfactual import baselines
from tierwise.report.reconcile import reconcile_bills
from tierwise.report.rows import enrich_records
from tierwise.report.turn_ends import TurnEnds
from tierwise.transcripts.read import read_usage
from tierwise.transcripts.records import Usage as Read
from tierwise.verify import stream
from tierwise.verify.client import Client, ClientAnswer
from tierwise.verify.turns import ScriptedTurn, ScriptedUsage, say

pytestmark = pytest.mark.client

OPUS, SONNET = "claude-opus-5-5", "claude-sonnet-5-5"
# 1000 in, 200 out on Opus 5.5: 1000 * $4/M + 200 * $20/M
CALL = ScriptedUsage(input=1000, output=200)
COST = Decimal("0.008")


def total_of(read: Read) -> Decimal:
    prices = load_prices()
    return sum((price(record, prices).cost or Decimal(0) for record in read.records), Decimal(0))


def assert_no_gap(read: Read) -> None:
    """What each session says itself is what its calls cost, a fork's without its origin's."""
    assert read.cost_states
    for gap in reconcile_bills(read, load_prices()):
        assert abs(gap.missing) < Decimal("0.000001"), gap


def spent_today(read: Read) -> Decimal:
    """What the day's budget counts; the test began and ended on the calls' day."""
    rows = enrich_records(read.records, [], ladder_of(default_table()), load_prices())
    return sum(
        (budget_of(rows, day, default_table()).spent for day in {row.day for row in rows}),
        Decimal(0),
    )


class Conversation:
    """One person's calls of the client in one folder."""

    def __init__(self, client: Client, api: Loopback, repository: Path, home: Path) -> None:
        self.client, self.api, self.repository, self.home = client, api, repository, home

    def ask(self, usage: ScriptedUsage, *arguments: str) -> ClientAnswer:
        """Say one more thing; the stand-in goes on in its script where the conversation stands."""
        self.api.main = [*self.api.main, say("done", usage=usage)]
        places = {"cwd": self.repository, "home": self.home, "url": self.api.url}
        answer = self.client.ask("go on", *arguments, **places)
        assert answer.code == 0, answer
        return answer

    def read(self) -> Read:
        return read_usage([self.home / ".claude"])


@pytest.fixture
def conversation(
    newest_client: Client, api: Loopback, repository: Path, home: Path
) -> Conversation:
    return Conversation(newest_client, api, repository, home)


def test_a_session_that_is_continued_and_forked_is_counted_once(
    conversation: Conversation,
) -> None:
    first = conversation.ask(CALL, "--model", "opus")
    second = conversation.ask(CALL, "--model", "opus", "--continue")
    assert second.session == first.session
    fork = conversation.ask(CALL, "--model", "opus", "--resume", first.session, "--fork-session")
    assert fork.session != first.session
    read = conversation.read()
    assert [record.session for record in read.records] == [first.session] * 2 + [fork.session]
    assert total_of(read) == spent_today(read) == 3 * COST
    assert_no_gap(read)


def test_what_comes_after_clear_is_counted_once(conversation: Conversation) -> None:
    api = conversation.api
    api.main = [say("one", usage=CALL), say("two", usage=CALL)]
    places = {"cwd": conversation.repository, "home": conversation.home, "url": api.url}
    with conversation.client.session("--model", "opus", **places) as session:
        session.ask("begin")
        session.ask("/clear")
        session.ask("begin anew")
    read = conversation.read()
    assert len(read.records) == 2
    assert total_of(read) == spent_today(read) == 2 * COST
    assert_no_gap(read)


def test_calls_behind_a_relay_with_one_id_for_all_are_calls(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer_under_one_id(turn: ScriptedTurn, asked_for: str, number: int) -> dict[str, Any]:
        return {**as_message(turn, asked_for, number), "id": "chatcmpl-1"}

    as_message = stream.as_message
    monkeypatch.setattr(stream, "as_message", answer_under_one_id)
    usages = [ScriptedUsage(input=1000 * number, output=200) for number in (1, 2, 3)]
    first, *more = usages
    conversation.ask(first, "--model", "opus")
    for usage in more:
        conversation.ask(usage, "--model", "opus", "--continue")
    read = conversation.read()
    # 6000 in and 600 out
    assert total_of(read) == spent_today(read) == Decimal("0.036")
    assert read.coverage.shared_id_records == 2
    assert_no_gap(read)


def test_the_range_holds_what_a_planned_conversation_costs_on_one_model(
    conversation: Conversation,
) -> None:
    """Plan on Opus and build on Sonnet, twice: each model's cache is filled for itself."""
    prompts = (20_000, 26_000, 40_000, 45_000)
    held = {True: 0, False: 0}
    truth = Decimal(0)
    before = 0
    rates = load_prices().rates(OPUS)
    assert rates
    _, output, write, _, hit = (rate or Decimal(0) for rate in rates.tokens)
    arguments: tuple[str, ...] = ()
    for number, prompt in enumerate(prompts):
        planning = number % 2 == 0
        usage = ScriptedUsage(
            input=0,
            output=300,
            cache_read=held[planning],
            cache_write_5m=prompt - held[planning],
        )
        mode = ("--permission-mode", "plan") if planning else ()
        conversation.ask(usage, "--model", "opusplan", *mode, *arguments)
        held[planning] = prompt
        truth += (300 * output + (prompt - before) * write + before * hit) / 1_000_000
        before, arguments = prompt, ("--continue",)
    read = conversation.read()
    assert [record.model for record in read.records] == [OPUS, SONNET] * 2
    table = default_table()
    rows = enrich_records(read.records, [], ladder_of(table), load_prices())
    top = baselines(rows, ladder_of(table), table, load_prices(), TurnEnds([]))[0]
    assert top.cost.low <= truth <= top.cost.high
    assert_no_gap(read)
