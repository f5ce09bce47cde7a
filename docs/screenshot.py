"""Take the picture of a routed conversation in the real client: docs/assets/session.svg.

``python -m docs.screenshot`` runs Claude Code with this checkout's plugin in a terminal of its own, below an empty home
and against a stand-in API on this machine, says two things, and draws the screen once the tier has changed.  It needs tmux
and npm, which fetches the client.
"""

from __future__ import annotations

import re
import tempfile
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text
from tests.support.checkout import ROOT, copy_checkout
from tests.support.interactive import open_client
from tests.support.repository import make_repository
from tests.support.screen import COLUMNS, Screen
from tests.support.stand_in import Loopback

from tierwise.user_launcher import write_launcher
from tierwise.verify import clients
from tierwise.verify.client import Client, make_home
from tierwise.verify.turns import ScriptedUsage, say

VERSION = "2.1.332"
PICTURE = ROOT / "docs" / "assets" / "session.svg"
TITLE = f"Claude Code {VERSION}, the main conversation routed by Tierwise"
SMALL_TASK = "Add a --since option to the report"
LARGE_TASK = "Fix all the findings of the review"
ANSWERS = ("Added, with a test.", "All of them are fixed.")
FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
"""A font of another host, which a page should not load."""

USAGE = ScriptedUsage(output=2_000, cache_write_5m=40_000)


def take_picture() -> None:
    """Write the picture.  Raises AssertionError where the client shows no change of tier."""
    with tempfile.TemporaryDirectory() as folder:
        world = Path(folder)
        home = make_home(world / "home")
        write_launcher({"HOME": str(home)})
        repository = make_repository(home / "shop")
        plugin = copy_checkout(world / "tierwise")
        client = Client(VERSION, clients.fetch(VERSION))
        answers = [say(answer, usage=USAGE) for answer in ANSWERS]
        with (
            Loopback(main=answers) as api,
            open_client(client, api, plugin, repository, home) as screen,
        ):
            shown = converse(screen)
    for path in (folder, str(ROOT)):
        assert path not in shown, "the screen names a path of this machine"
    PICTURE.write_text(draw_screen(shown), encoding="utf-8")


def converse(screen: Screen) -> str:
    """Say a small and a large task; return the screen as it is once the tier has changed."""
    screen.say(SMALL_TASK)
    screen.wait_for("mid, routed")
    screen.say(LARGE_TASK)
    screen.wait_for("frontier, routed")
    return screen.read_styled()


def draw_screen(shown: str) -> str:
    """Draw a screen with its escape codes as SVG; empty lines at its end are left out."""
    console = Console(width=COLUMNS, record=True, file=StringIO())
    console.print(Text.from_ansi(shown.rstrip()))
    picture = console.export_svg(title=TITLE, theme=MONOKAI, unique_id="session")
    return FONT.sub("", picture)


if __name__ == "__main__":
    take_picture()
