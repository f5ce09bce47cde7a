"""A booby-trapped clone in the real client, with the plugin of the user's and with project hooks of ours."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import CLIENTS_REQUIRED, real_client
from tests.support.checkout import copy_checkout, leave_out_all_but
from tests.support.hook import rows
from tests.support.repository import git, git_environment
from tests.support.stand_in import Loopback
from tests.support.trap import make_trap
from tests.support.turns import write

from tierwise import bundle
from tierwise.domain.hook_line import LAUNCHER
from tierwise.targets.claude import hook_groups
from tierwise.verify import clients
from tierwise.verify.client import Client
from tierwise.verify.turns import say, spawn, use

pytestmark = [pytest.mark.client, pytest.mark.slow]
# The newest client in every way; the one before it with all that may be sprung.
SESSIONS = (
    (clients.NEWEST, "plugin"),
    (clients.NEWEST, "plugin, user settings only"),
    (clients.NEWEST, "project hooks"),
    ("2.1.329", "plugin"),
)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The trap without what the client itself would start: a project's own hooks, servers and helpers."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("precious\n")
    make_trap(tmp_path / "origin", tmp_path / "sprung", outside)
    git(tmp_path, "clone", "-q", "origin", "clone")
    clone = tmp_path / "clone"
    for name in (
        ".claude/settings.json",
        ".mcp.json",
        ".claude/agents/bad.md",
        ".claude/agents/all",
    ):
        (clone / name).unlink()
    for name in (
        ".claude/settings.local.json",
        ".claude/agents/endless.md",
        ".claude/commands/endless.md",
    ):
        (clone / name).unlink()  # the client reads them without end
    return clone


def wire(clone: Path) -> None:
    """Wire our own hook, as a team that uses Tierwise would commit it."""
    (clone / ".claude" / "settings.json").write_text(json.dumps({"hooks": hook_groups()}))
    (clone / LAUNCHER).write_bytes(bundle.read_bytes("templates", "hook.sh"))


@pytest.mark.parametrize(("version", "way"), SESSIONS)
def test_a_session_in_it_springs_nothing(
    version: str, way: str, api: Loopback, clone: Path, home: Path, tmp_path: Path
) -> None:
    client = real_client(version, required=CLIENTS_REQUIRED)
    more: list[str] = []
    if way == "project hooks":
        wire(clone)
    else:
        checkout = copy_checkout(tmp_path / "tierwise")
        for call in (["marketplace", "add", str(checkout)], ["install", "tierwise@tierwise"]):
            done = client.run(["plugin", *call], cwd=home, home=home)
            assert done.returncode == 0, done.stdout + done.stderr
        more = ["--setting-sources", "user"] if "only" in way else []
    api.main = [use(spawn("general-purpose", "Fix the bug.", run_in_background=False)), say("over")]
    api.agents["general-purpose"] = [use(write(clone / "app.py", "a = 2\n")), say("Done.")]

    allowed = ["--allowedTools", "Read,Edit,Write"]
    answer = client.ask("go", *allowed, *more, cwd=clone, home=home, url=api.url)

    assert answer.code == 0
    assert (clone / "app.py").read_text() == "a = 2\n"
    assert any(request.is_subagent for request in api.requests)
    require_unharmed(clone, tmp_path)


def test_a_proof_in_it_springs_nothing(
    newest_client: Client, clone: Path, home: Path, tmp_path: Path
) -> None:
    for name in (".claude/settings.json", ".mcp.json", ".claude/agents/bad.md"):
        git(clone, "checkout", "-q", "--", name)
    with (clone / "tierwise.yaml").open("a") as policy:
        policy.write(leave_out_all_but("planner"))
    program = str(Path(sys.executable).parent / "tierwise")
    call = [program, "verify", "--client", str(newest_client.path)]
    environment = {**git_environment(), "HOME": str(home)}
    done = subprocess.run(
        call, cwd=clone, env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode in (0, 1), done.stderr
    assert "bad" in done.stdout
    require_unharmed(clone, tmp_path)


def require_unharmed(clone: Path, tmp_path: Path) -> None:
    assert not (tmp_path / "sprung").exists()
    assert [path.name for path in (tmp_path / "outside").iterdir()] == ["precious"]
    assert (tmp_path / "outside" / "precious").read_text() == "precious\n"
    assert rows(clone) == []  # git tracks its local state, so nothing is written there
