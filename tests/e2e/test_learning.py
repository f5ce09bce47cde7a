"""What the real client did on two tiers, and what `learn` makes of it; the next spawn follows the applied line."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from tests.support.checkout import tierwise
from tests.support.policies import synced
from tests.support.stand_in import Loopback
from tests.support.turns import bash
from tests.support.wire import on_wire

from tierwise import ledger
from tierwise.claude_hooks.explore import draw_number
from tierwise.verify.client import Client
from tierwise.verify.stand_in import Request
from tierwise.verify.turns import ScriptedTurn, say, spawn, use

pytestmark = [pytest.mark.client, pytest.mark.slow]

AGENT = "general-purpose"
AT_ONCE = 10
"""A client runs no more than twenty subagents at once."""

CERTIFIED = 59
"""So many tasks without a failure say that a tier fails as rarely."""

LIMIT = 900.0
SHARE = 0.5
POLICY = f"""extends: balanced
routes:
  refactor: mid
explore: {{share: {SHARE}, per_day: 1000, per_kind: 1000}}
"""


@pytest.fixture
def explored(repository: Path) -> Path:
    """A repository whose tests are a script that ends as it is told."""
    runner = repository / "pytest"
    runner.write_text("#!/bin/sh\nexit $1\n")
    runner.chmod(0o755)
    synced(repository, POLICY)
    return repository


def prompt_for(number: int) -> str:
    """A task of its own for each number."""
    return f"Refactor the parser in module_{number}.py into smaller functions."


def refactor_all(numbers: Iterable[int]) -> list[ScriptedTurn]:
    """Turns that spawn these refactorings, some at a time."""
    calls = []
    for number in numbers:
        # Short prompts under one description may look alike by chance, and count as retries.
        description = f"Refactor module_{number}.py"
        call = spawn(AGENT, prompt_for(number), description=description, run_in_background=False)
        calls.append(call)
    waves = [calls[start : start + AT_ONCE] for start in range(0, len(calls), AT_ONCE)]
    return [*(use(*wave) for wave in waves), say("all back")]


def choose_tasks(repository: Path, tried: int, kept: int) -> list[int]:
    """So many tasks that chance tries on the light tier, and so many that it keeps on theirs."""
    left = {True: tried, False: kept}
    chosen: list[int] = []
    numbers = itertools.count()
    while any(left.values()):
        number = next(numbers)
        task = ledger.fingerprint(str(repository), prompt_for(number))
        is_tried = draw_number(task) < SHARE
        if left[is_tried]:
            left[is_tried] -= 1
            chosen.append(number)
    return chosen


def count_tried(repository: Path) -> int:
    """How many spawns ran on the light tier."""
    decisions = [row for row in ledger.read(str(repository)) if row["row"] == "decision"]
    return sum(row["tier"] == "light" for row in decisions)


def work(rates: dict[str, float]) -> Callable[[Request], ScriptedTurn | None]:
    """An agent that finds red tests and leaves them green, but for a share of tasks by its model's family."""
    done: dict[str, int] = dict.fromkeys(rates, 0)
    failed: dict[str, int] = dict.fromkeys(rates, 0)

    def reply(request: Request) -> ScriptedTurn | None:
        if request.turn == 0:
            return use(bash("./pytest 1"))
        if request.turn == 1:
            family = next(name for name in rates if name in request.model)
            done[family] += 1
            fails = failed[family] + 1 <= rates[family] * done[family]
            failed[family] += fails
            return use(bash(f"./pytest {int(fails)}"))
        return say("Refactored.")

    return reply


def ask(client: Client, api: Loopback, repository: Path, home: Path) -> None:
    answer = client.ask(
        "go", "--allowedTools", "Bash", cwd=repository, home=home, url=api.url, limit=LIMIT
    )
    assert answer.text == "all back", answer


def learn(repository: Path, home: Path, *arguments: str) -> str:
    folders = {"HOME": str(home), "CLAUDE_CONFIG_DIR": str(home / ".claude")}
    done = tierwise(repository, "learn", *arguments, env=folders)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_tier_that_fails_as_rarely_is_proposed_and_the_next_spawn_follows(
    newest_client: Client, api: Loopback, explored: Path, home: Path
) -> None:
    api.main = refactor_all(choose_tasks(explored, tried=CERTIFIED, kept=1))
    api.agents[AGENT] = work({"haiku": 0.0, "sonnet": 0.0})
    ask(newest_client, api, explored, home)
    assert count_tried(explored) == CERTIFIED

    said = learn(explored, home, "--apply")
    assert f"{CERTIFIED} judged tasks on light, 0 failed" in said
    assert "+  refactor: light" in said

    api.forget()
    api.main = refactor_all(range(1000, 1004))
    ask(newest_client, api, explored, home)
    model, _ = on_wire(newest_client.version, "haiku", "")
    assert {request.model for request in api.of_agent(AGENT)} == {model}


def test_equal_rates_of_failure_propose_nothing(
    newest_client: Client, api: Loopback, explored: Path, home: Path
) -> None:
    api.main = refactor_all(choose_tasks(explored, tried=12, kept=8))
    api.agents[AGENT] = work({"haiku": 0.2, "sonnet": 0.2})
    ask(newest_client, api, explored, home)
    before = (explored / "tierwise.yaml").read_text()
    said = learn(explored, home, "--apply")
    assert "No recommendation." in said
    assert re.search(r"\d\d judged tasks on light, [1-9] failed; \d+ more without a failure", said)
    assert (explored / "tierwise.yaml").read_text() == before
