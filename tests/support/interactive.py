"""The interactive client, routed by this checkout, on a screen of its own."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.checkout import tierwise
from tests.support.screen import Screen

from tierwise.verify.client import Client, environment
from tierwise.verify.stand_in import Loopback

POLICY = "version: 1\nextends: balanced\nsession: {routing: on}\n"


@contextmanager
def open_client(
    client: Client, api: Loopback, plugin: Path, repository: Path, home: Path
) -> Iterator[Screen]:
    """Yield the client after its start, with the plugin's module and the status line."""
    (repository / "tierwise.yaml").write_text(POLICY)
    assert tierwise(repository, "sync").returncode == 0
    more = {"TIERWISE_DEADLINE_MS": "10000", "TERM": "xterm-256color"}
    env = environment(home, api.url, more)
    accept_everything(home, repository, env["ANTHROPIC_API_KEY"])
    call = [str(client.path), "--plugin-dir", str(plugin), "--model", "opus"]
    short = tempfile.TemporaryDirectory()  # the path of a socket is at most 108 bytes
    with short as folder, Screen(call, repository, env, Path(folder) / "tmux") as shown:
        shown.wait_for("❯")
        yield shown


def accept_everything(home: Path, repository: Path, key: str) -> None:
    """Answer the client's questions of a first start."""
    project = {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}
    state = {
        "hasCompletedOnboarding": True,
        "theme": "dark",
        "customApiKeyResponses": {"approved": [key[-20:]], "rejected": []},
        "projects": {str(repository): project},
    }
    (home / ".claude.json").write_text(json.dumps(state))
    line = f"{Path(sys.executable).parent / 'tierwise-hook'} statusline"
    settings = {"statusLine": {"type": "command", "command": line}}
    (home / ".claude").mkdir(exist_ok=True)
    (home / ".claude" / "settings.json").write_text(json.dumps(settings))
