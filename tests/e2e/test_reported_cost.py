"""A routed session of the real client: our report says what the client says it cost, and that it was routed right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.checkout import tierwise
from tests.support.stand_in import Loopback

from tierwise.verify.client import Client
from tierwise.verify.turns import ScriptedUsage, say, spawn, use

pytestmark = pytest.mark.client

CALL = ScriptedUsage(input=1200, output=800, cache_read=30_000, cache_write_5m=4_000)


def report(repository: Path, home: Path, by: str) -> dict[str, Any]:
    done = tierwise(
        repository, "report", "--json", "--no-store", "--root", str(home / ".claude"), "--by", by
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_routed_session_costs_what_the_client_says_and_its_spawns_are_known(
    newest_client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    assert tierwise(repository, "install").returncode == 0
    search = spawn("Explore", "Find where the port is configured.", run_in_background=False)
    docs = spawn("doc-writer", "Write the README section on installing.", run_in_background=False)
    api.main = [use(search, docs, usage=CALL), say("over", usage=CALL)]
    api.agents["Explore"] = [say("found", usage=CALL)]
    api.agents["doc-writer"] = [say("written", usage=CALL)]
    answer = newest_client.ask("go", "--model", "opus", cwd=repository, home=home, url=api.url)

    by_agent = report(repository, home, "agent")
    assert {row["key"] for row in by_agent["rows"]} == {"main", "Explore", "doc-writer"}
    assert by_agent["total"]["cost_usd"] == pytest.approx(answer.cost, abs=1e-6)
    assert by_agent["baselines"]["routing_efficiency"]["ratio"] == 1
    assert by_agent["baselines"]["counterfactuals"]["all-frontier"]["saved_low_usd"] > 0

    tiers = {row["key"]: row["messages"] for row in report(repository, home, "tier")["rows"]}
    assert tiers == {"frontier": 2, "light": 2}
    assert "docs" in {row["key"] for row in report(repository, home, "domain")["rows"]}

    assert tierwise(repository, "flag", "last", "cheaper").stdout.startswith("flagged ")
    assert report(repository, home, "tier")["baselines"]["routing_efficiency"]["ratio"] == 0.5
