"""``tierwise budget`` as a person or a pipeline calls it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.measured import MAIN, now, tierwise, write_calls
from tests.support.policies import write_policy
from tests.support.transcripts import Call


@pytest.mark.slow
def test_the_budget_exits_1_when_a_limit_is_passed_and_0_below(
    repository: Path, tmp_path: Path
) -> None:
    root = write_calls(tmp_path / "claude", replace(MAIN, at=now()))
    for limits, code in (
        ("per_day: 0.19", 1),
        ("per_day: 0.21", 0),
        ("per_session: 0.1", 1),
        ("warn: true", 0),
    ):
        write_policy(repository, f"budget: {{{limits}}}\n")
        done = tierwise(repository, "budget", "--root", str(root), "--json")
        found = json.loads(done.stdout)
        assert (done.returncode, found["passed"]) == (code, bool(code)), limits
        assert found["spent_usd"] == 0.2
    write_policy(repository, "budget: {per_day: 0.19, per_session: 0.1}\n")
    said = tierwise(repository, "budget", "--root", str(root)).stdout
    assert (
        "today    $0.20 of $0.19 (105%): passed" in said
        and "session  s1 $0.20 of $0.10: passed" in said
    )


@pytest.mark.slow
def test_no_session_fakes_a_line(repository: Path, tmp_path: Path) -> None:
    forged = replace(MAIN, session="s\ntoday    $0.00", at=now())
    root = write_calls(tmp_path / "claude", forged)
    write_policy(repository, "budget: {per_session: 0.1}\n")
    said = tierwise(repository, "budget", "--root", str(root)).stdout
    assert "s\\u000atoday" in said
    assert "\ntoday" not in said


@pytest.mark.slow
def test_yesterday_s_spend_is_not_today_s(repository: Path, tmp_path: Path) -> None:
    root = write_calls(tmp_path / "claude", replace(MAIN, at=now() - 2 * 86_400))
    write_policy(repository, "budget: {per_day: 0.01}\n")
    assert tierwise(repository, "budget", "--root", str(root)).returncode == 0


@pytest.mark.slow
def test_a_budget_of_calls_without_a_price_is_not_green(repository: Path, tmp_path: Path) -> None:
    root = write_calls(
        tmp_path / "u", Call("msg_1", "s1", model="claude-opus-99", at=now(), input=9)
    )
    assert tierwise(repository, "budget", "--root", str(root)).returncode == 0  # no limit
    write_policy(repository, "budget: {per_day: 10}\n")
    done = tierwise(repository, "budget", "--root", str(root))
    assert done.returncode == 1 and "unknown  whether a limit is passed" in done.stdout
    found = json.loads(tierwise(repository, "budget", "--root", str(root), "--json").stdout)
    assert (found["passed"], found["unknown"]) == (False, True)
