"""Data that went elsewhere, and not all of which arrived."""

from __future__ import annotations

import pytest

from tierwise.gates.moved_data import find_lost_data
from tierwise.git.snapshot import Change

WORDS = ["market", "bakery", "butcher", "taxi", "railway"]
TABLE = f"const RULES = [\n  {WORDS},\n];\n"
READ = "const RULES = JSON.parse(readFileSync('rules.json'));\n"


def find(arrived: list[str], task: str, code: str = READ) -> list[str]:
    data = str(arrived).replace("'", '"')
    changes = [
        Change("src/rules.js", TABLE.encode(), code.encode()),
        Change("src/rules.json", None, data.encode()),
    ]
    return list(find_lost_data(changes, task))


@pytest.mark.parametrize(
    ("arrived", "task", "code"),
    [
        (WORDS, "move the rules to rules.json", READ),
        (WORDS[1:], "move the rules to rules.json, the market is closed", READ),
        (WORDS[1:], "drop the first word and move the rules to rules.json", READ),
        (WORDS[1:], "move the rules to rules.json", f"{READ}const DEFAULT = 'market';\n"),
        (WORDS[:2], "read the rules from rules.json", READ),
    ],
)
def test_data_that_arrive_or_that_the_task_speaks_of(
    arrived: list[str], task: str, code: str
) -> None:
    assert not find(arrived, task, code)


def test_what_did_not_arrive_is_named() -> None:
    found = find(WORDS[2:], "move the rules to rules.json")
    assert found == ["src/rules.js:1: went elsewhere without bakery, market"]
