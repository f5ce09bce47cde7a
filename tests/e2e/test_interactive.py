"""The routed conversation as a person sees it: the interactive client on a screen of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import real_client
from tests.support.checkout import copy_checkout, tierwise
from tests.support.screen import Screen

from tierwise.verify.client import Client, environment
from tierwise.verify.stand_in import Loopback

pytestmark = [
    pytest.mark.client,
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed"),
]

POLICY = "version: 1\nextends: balanced\nsession: {routing: on}\n"
SONNET, OPUS = "claude-sonnet-5-5", "claude-opus-5-5"
COMPILER = "typescript@5.9.3"
TYPES = ".claude-plugin/types/claude-code/index.d.ts"
STRICT = ("--allowJs", "--checkJs", "--noEmit", "--skipLibCheck", "--target", "es2023")
MODULES = ("--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2023")


@pytest.fixture(params=["2.1.329", "2.1.332"])
def modern_client(request: pytest.FixtureRequest) -> Client:
    """The clients that load modules."""
    return real_client(str(request.param))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return copy_checkout(tmp_path / "tierwise")


@pytest.fixture
def screen(
    modern_client: Client, api: Loopback, checkout: Path, repository: Path, home: Path
) -> Iterator[Screen]:
    """The client after its start, with the module and the status line."""
    (repository / "tierwise.yaml").write_text(POLICY)
    assert tierwise(repository, "sync").returncode == 0
    env = environment(home, api.url, {"TIERWISE_DEADLINE_MS": "10000", "TERM": "xterm-256color"})
    accept_everything(home, repository, env["ANTHROPIC_API_KEY"])
    call = [str(modern_client.path), "--plugin-dir", str(checkout), "--model", "opus"]
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


def test_the_line_says_where_the_conversation_is(
    screen: Screen, api: Loopback, checkout: Path
) -> None:
    screen.say("Add a helper to the parser")
    shown = screen.wait_for("mid, routed")
    assert "tierwise: " not in shown  # on its start the module says nothing
    screen.say("[tier: frontier] Say hello")
    shown = screen.wait_for("frontier, routed")
    assert "frontier ([tier: frontier])" in shown
    assert [request.model for request in api.of_main()] == [SONNET, OPUS]
    check_types(checkout)


def check_types(checkout: Path) -> None:
    """Check the module against the declarations that this client wrote beside it, where npm is."""
    assert (checkout / TYPES).exists()
    npm = shutil.which("npm")
    if npm is None or _call([npm, "install", "--silent", "--no-save", COMPILER], checkout):
        return
    compiler = [str(checkout / "node_modules" / ".bin" / "tsc"), *STRICT, *MODULES]
    assert not _call([*compiler, "hooks/session.mjs", TYPES], checkout)


def _call(command: list[str], folder: Path) -> int:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    print(done.stdout, done.stderr)
    return done.returncode
