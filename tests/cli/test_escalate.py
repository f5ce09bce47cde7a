"""`tierwise escalate`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.cascade import tierwise_in_project as tierwise

from tierwise import ledger


def test_the_last_spawn_is_sent_a_tier_up_and_back(project: Path) -> None:
    assert tierwise(project, "escalate").returncode == 2
    ledger.append(str(project), {"row": "decision", "task": "ab" * 16})
    assert json.loads(tierwise(project, "escalate", "last", "--json").stdout)["up"] == 1
    assert json.loads(tierwise(project, "escalate", "abababab", "--json").stdout)["up"] == 2
    assert tierwise(project, "escalate", "--list").stdout.startswith("abababababab  +2")
    assert json.loads(tierwise(project, "escalate", "last", "--clear", "--json").stdout)["cleared"]
    assert json.loads(tierwise(project, "escalate", "--list", "--json").stdout) == []


def test_a_spawn_counts_as_failed_only_where_its_tier_was_enforced(project: Path) -> None:
    for number, (mode, counts) in enumerate(
        (("shadow", False), ("advise", False), ("enforce", True), ("shadow", True))
    ):
        row = {"row": "decision", "task": "cd" * 16, "mode": mode, "tool_use_id": f"t{number}"}
        ledger.append(str(project), row)
        told = tierwise(project, "escalate").stdout
        assert ("the last one that was routed counts as failed" in told) is counts


def test_an_escalation_that_is_cleared_leaves_the_failure_and_says_so(project: Path) -> None:
    tierwise(project, "escalate", "fix it")
    assert (
        tierwise(project, "escalate", "fix it", "--clear").stdout == "the escalation is cleared\n"
    )
    row = {"row": "decision", "task": "cd" * 16, "mode": "enforce", "tool_use_id": "t"}
    ledger.append(str(project), row)
    tierwise(project, "escalate")
    told = tierwise(project, "escalate", "--clear").stdout
    assert told == "the escalation is cleared; the spawn that it was for still counts as failed\n"


def test_a_tasks_own_words_find_the_same_escalation_whatever_the_white_space(project: Path) -> None:
    first = json.loads(tierwise(project, "escalate", "mend  it\nnow", "--json").stdout)
    assert first["task"] == ledger.fingerprint(str(project), "mend it now")


def test_an_empty_task_is_not_the_last_one(project: Path) -> None:
    ledger.append(str(project), {"row": "decision", "task": "ab" * 16})
    done = tierwise(project, "escalate", " ")
    assert (done.returncode, "the task is empty" in done.stderr) == (2, True)
    assert tierwise(project, "escalate", "").returncode == 2
