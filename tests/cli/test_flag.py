"""``tierwise flag`` as a person types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.measured import DECIDED, EXPLORE, MAIN, report_json, tierwise, write_calls

from tierwise import ledger


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_calls(tmp_path / "claude", MAIN, EXPLORE)


def test_a_judgement_on_the_last_task_reaches_the_ratio(repository: Path, root: Path) -> None:
    ledger.append(str(repository), dict(DECIDED))
    done = tierwise(repository, "flag", "last", "cheaper", "--note", "a grep would do")
    assert done.stdout == "flagged Explore (search) s1/toolu_a1 as cheaper\n"
    assert [*ledger.read(str(repository))][-1]["note"] == "a grep would do"
    found = report_json(repository, "--root", str(root))["baselines"]["routing_efficiency"]
    assert (found["ratio"], found["flags"]) == (0, {"cheaper": 1})


def test_a_judgement_needs_a_known_word_and_a_task(repository: Path) -> None:
    assert tierwise(repository, "flag", "last", "splendid").returncode == 2
    done = tierwise(repository, "flag", "last", "wrong")
    assert done.returncode == 2 and "no task is recorded here yet" in done.stderr
    assert tierwise(repository, "flag", "", "wrong").returncode == 2
    assert tierwise(repository, "flag", "s1/toolu_7", "wrong").returncode == 0
    assert "\nforged" not in tierwise(repository, "flag", "s1\nforged", "wrong").stdout


def test_a_judgement_on_what_nobody_knows_is_recorded_and_said(
    repository: Path, root: Path
) -> None:
    ledger.append(str(repository), dict(DECIDED))
    assert tierwise(repository, "flag", "s1/toolu_a1", "wrong").stderr == ""
    done = tierwise(repository, "flag", "lst", "wrong")
    assert done.returncode == 0 and "no ledger or transcript here names it" in done.stderr
    assert "names it" in tierwise(repository, "flag", "lst", "cheaper").stderr, (
        "its own flag makes it no better known"
    )
