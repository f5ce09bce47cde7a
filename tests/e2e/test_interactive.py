"""The routed conversation as a person sees it: the interactive client on a screen of its own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.checkout import copy_checkout
from tests.support.interactive import open_client
from tests.support.npm_tools import fetch_tool
from tests.support.screen import Screen
from tests.support.stand_in import Loopback

from tierwise.verify.client import Client

pytestmark = [
    pytest.mark.client,
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed"),
]

SONNET, OPUS = "claude-sonnet-5-5", "claude-opus-5-5"
TYPES = ".claude-plugin/types/claude-code/index.d.ts"
STRICT = ("--allowJs", "--checkJs", "--noEmit", "--skipLibCheck", "--target", "es2023")
MODULES = ("--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2023")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return copy_checkout(tmp_path / "tierwise")


@pytest.fixture
def screen(
    modern_client: Client, api: Loopback, checkout: Path, repository: Path, home: Path
) -> Iterator[Screen]:
    """The client after its start, with the module and the status line."""
    with open_client(modern_client, api, checkout, repository, home) as shown:
        yield shown


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
    screen.say("/clear")
    screen.wait_without("frontier ([tier: frontier])")
    check_types(checkout)


def check_types(checkout: Path) -> None:
    """Check the module and its tests against the declarations that this client wrote beside it, where npm is."""
    assert (checkout / TYPES).exists()
    if shutil.which("npm") is None:
        return
    compiler = fetch_tool("typescript", "5.9.3", "tsc")
    modules = ("hooks/session.mjs", "hooks/session.test.ts")
    call = [str(compiler), *STRICT, *MODULES, *modules, TYPES]
    done = subprocess.run(call, cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
