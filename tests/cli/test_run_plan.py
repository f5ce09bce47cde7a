"""`tierwise run --plan`: the top tier's plan and test first, with the real client; `gates.second_test` beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.cascade import (
    MENDED,
    TASK,
    by_model,
    ledger_rows,
    no_worktrees_left,
    run,
    writing,
)
from tests.support.repository import git
from tests.support.stand_in import Loopback

from tierwise.verify.stand_in import Request
from tierwise.verify.turns import ScriptedTurn, say

pytestmark = pytest.mark.client

TEST = """import unittest

from app import add


class PlanTest(unittest.TestCase):
    def test_negative_numbers(self):
        self.assertEqual(add(-2, 1), -1)
"""
WRITTEN = json.dumps(
    {"path": "test_plan.py", "content": TEST, "plan": "Return the sum, not the difference."}
)
BY_HEART = "def add(a, b):\n    return abs(a) + abs(b)\n"


def planning(request: Request) -> ScriptedTurn:
    return say(WRITTEN)


def test_the_cheap_tier_works_against_the_top_tiers_plan_and_test(
    project: Path, home: Path, api: Loopback
) -> None:
    api.main = by_model(opus=planning, haiku=writing(MENDED))

    ended = run(TASK, "--plan", "--from", "light", cwd=project, home=home, url=api.url)

    assert ended.code == 0, ended.progress
    assert ended.record["tier"] == "light" and ended.record["plan_usd"] > 0
    spent = sum(entry["cost_usd"] for entry in ended.record["attempts"])
    assert ended.record["cost_usd"] == pytest.approx(spent + ended.record["plan_usd"])
    attempt = next(request for request in api.requests if "haiku" in request.model)
    assert "Return the sum" in attempt.text and "test_negative_numbers" in attempt.text
    listed = git(project, "ls-tree", "--name-only", ended.record["branch"]).split()
    assert "test_plan.py" not in listed
    (plan,) = [row for row in ledger_rows(project) if row["row"] == "plan"]
    assert (plan["tier"], plan["cost_usd"]) == ("frontier", ended.record["plan_usd"])
    (row,) = [row for row in ledger_rows(project) if row["row"] == "run"]
    assert row["planned"] is True and row["plan_usd"] == ended.record["plan_usd"]
    assert no_worktrees_left(project, home)


def test_what_the_plans_test_refuses_climbs(project: Path, home: Path, api: Loopback) -> None:
    def judging_or_writing(request: Request) -> ScriptedTurn | None:
        if "Does the task" in request.text:
            return say('{"score": 1, "reason": "a sum of any numbers"}')
        return writing(BY_HEART)(request)

    api.main = by_model(opus=planning, haiku=judging_or_writing, sonnet=writing(MENDED))

    ended = run(TASK, "--plan", "--from", "light", cwd=project, home=home, url=api.url)

    assert ended.record["tier"] == "mid", ended.progress
    first = ended.record["attempts"][0]["gates"][-1]
    assert first["name"] == "plan-test" and "test_negative_numbers" in first["evidence"]


def test_an_answer_without_a_test_leaves_the_run_as_it_is(
    project: Path, home: Path, api: Loopback
) -> None:
    api.main = by_model(opus=lambda request: say("I would rather not."), haiku=writing(MENDED))

    ended = run(TASK, "--plan", "--from", "light", cwd=project, home=home, url=api.url)

    assert ended.code == 0 and ended.record["plan_usd"] > 0
    assert any(note.startswith("no plan") for note in ended.record["notes"])
