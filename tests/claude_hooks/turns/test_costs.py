"""What a turn cost, and what it would have cost on the person's own model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.hook import rows
from tests.support.session_turns import OPUS, begin, end, set_routing


@pytest.fixture
def root(repository: Path) -> Path:
    set_routing(repository, "on")
    return repository


def test_a_turns_cost_stands_beside_the_persons_own_model(root: Path) -> None:
    begin(root)
    end(root)
    (row,) = rows(root, "turn")
    # Sonnet 5.5: $2 a million in, $10 out, $0.10 read, $2.50 written.
    sonnet = (10 * 2 + 100 * 10 + 50_000 * 0.1 + 1_000 * 2.5) / 1e6
    # Opus 5.5 the same tokens at $4, $20, $0.20, $5; down to 1 / 1.48 of them.
    opus = (10 * 4 + 100 * 20 + 50_000 * 0.2 + 1_000 * 5) / 1e6
    assert row["own_model"] == OPUS
    assert row["cost_usd"] == pytest.approx(sonnet)
    assert row["own_usd"] == pytest.approx([opus / 1.48, opus])


def test_a_cache_that_the_own_model_would_hold_is_read_there(root: Path) -> None:
    begin(root, "[tier: light] Say hello")
    end(root, model="claude-haiku-5-5")
    begin(root, "[tier: mid] Say hello", 2)
    end(root, 2)
    row = rows(root, "turn")[1]
    # The turn before left 51,000 tokens in Opus' cache: all are read, nothing is written.
    opus = (10 * 4 + 100 * 20 + 51_000 * 0.2) / 1e6
    assert row["own_usd"][1] == pytest.approx(opus)


def test_a_turn_is_priced_by_the_policys_own_prices(repository: Path) -> None:
    set_routing(repository, "on", "prices:\n  sonnet: {input: 2, output: 10, cache_read: 1.0}\n")
    begin(repository)
    end(repository)
    (row,) = rows(repository, "turn")
    assert row["cost_usd"] == pytest.approx((10 * 2 + 100 * 10 + 50_000 * 1.0 + 1_000 * 2.5) / 1e6)


@pytest.mark.parametrize("moment", ["yesterday", None, 10**400], ids=["text", "none", "digits"])
def test_a_damaged_time_of_a_cache_makes_it_a_cold_one(moment: object, root: Path) -> None:
    begin(root)
    (path,) = (root / ".tierwise" / "local" / "session").glob("*.json")
    known = json.loads(path.read_text())
    damaged = {"tokens": 50_000, "at": moment}
    caches = dict.fromkeys(("claude-haiku-5-5", "claude-sonnet-5-5"), damaged)
    path.write_text(json.dumps({**known, "caches": caches, "own_cache": damaged}))
    assert begin(root, number=2)["record"] is True
    assert not (root / ".tierwise/local/hook.log").exists()
