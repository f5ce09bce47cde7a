"""A conversation in the real client with the plugin, whose module routes its turns."""

from __future__ import annotations

from pathlib import Path

from tests.support.checkout import tierwise
from tests.support.stand_in import Loopback

from tierwise.verify.client import Client, ClientSession

_POLICY = "version: 1\nextends: balanced\nsession:\n  routing: {routing}\n"
PATIENT = {"TIERWISE_DEADLINE_MS": "10000"}
"""A busy machine that runs tests is slower than the 300 ms that a person's would be given."""


def set_routing(repository: Path, routing: str) -> None:
    (repository / "tierwise.yaml").write_text(_POLICY.format(routing=routing))
    done = tierwise(repository, "sync")
    assert done.returncode == 0, done.stderr


def talk(client: Client, api: Loopback, checkout: Path, project: Path, home: Path) -> ClientSession:
    return client.session(
        "--plugin-dir",
        str(checkout),
        "--model",
        "opus",
        "--allowedTools",
        "Bash,Write",
        cwd=project,
        home=home,
        url=api.url,
        env=PATIENT,
    )
