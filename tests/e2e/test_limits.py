"""A subscription's limits in the real client: read off its API's headers, spared, said once."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from tests.conftest import real_client
from tests.support.checkout import copy_checkout, tierwise
from tests.support.hook import rows
from tests.support.stand_in import Loopback

from tierwise.verify.turns import say

pytestmark = pytest.mark.client

POLICY = """\
version: 1
extends: balanced
session: {routing: on}
limits: {conserve_from: 70 %, conserve: economy}
"""
SUBSCRIBED = {
    "CLAUDE_CODE_OAUTH_TOKEN": "dummy",
    "ANTHROPIC_API_KEY": "",
    "TIERWISE_DEADLINE_MS": "10000",
}
UNIFIED = "anthropic-ratelimit-unified"


def tell_limits(used: float) -> dict[str, str]:
    """The headers with which the API tells a subscription what is used of both windows."""
    now = int(time.time())
    return {
        f"{UNIFIED}-status": "allowed",
        f"{UNIFIED}-representative-claim": "five_hour",
        f"{UNIFIED}-reset": str(now + 7_200),
        f"{UNIFIED}-5h-utilization": str(used),
        f"{UNIFIED}-5h-reset": str(now + 7_200),
        f"{UNIFIED}-7d-utilization": "0.3",
        f"{UNIFIED}-7d-reset": str(now + 400_000),
    }


@pytest.mark.parametrize("version", ["2.1.329", "2.1.332"])
def test_a_limit_is_spared_and_protected_work_keeps_its_floor(
    version: str, api: Loopback, repository: Path, home: Path, tmp_path: Path
) -> None:
    (repository / "tierwise.yaml").write_text(POLICY)
    assert tierwise(repository, "sync").returncode == 0
    plugin = copy_checkout(tmp_path / "tierwise")
    api.main = lambda _request: say("Done.").but(headers=tell_limits(0.72))
    options = ("--plugin-dir", str(plugin), "--model", "opus")
    with real_client(version).session(
        *options, cwd=repository, home=home, url=api.url, env=SUBSCRIBED
    ) as session:
        session.ask("Add a helper to the parser")
        session.ask("Add a flag to the command")
        session.ask("Review the authentication code for security holes")
        session.ask("Add a label")
    asked = [request.model for request in api.of_main()]
    cheapest = "claude-haiku-5-5"
    assert asked == ["claude-sonnet-5-5", cheapest, "claude-opus-5-5", cheapest]
    (told,) = rows(repository, "limits")
    assert (told["window"], told["used"], told["preset"]) == ("five_hour", 72.0, "economy")
    known = json.loads((repository / ".tierwise" / "local" / "limits.json").read_text())
    assert (known["five_hour"]["used"], known["seven_day"]["used"]) == (72.0, 30.0)
    assert "dummy" not in json.dumps(known)
    assert "five-hour limit: 72 % used" in tierwise(repository, "status").stdout
