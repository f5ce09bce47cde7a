"""Two users on one machine, each with a process of its own: the hook obeys its own user and root, nobody else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.hook import compiled, event, spawn_event
from tests.support.hooked import HOOK_MAIN
from tests.support.repository import make_repository

from tierwise import bundle

ROOT, SECOND, THIRD = 0, 12345, 12346
# The repository's policy puts the agent on top; without a policy the shipped one has it on the cheapest tier.
WRITTEN = [(ROOT, "opus"), (SECOND, "opus"), (THIRD, "haiku")]
pytestmark = pytest.mark.skipif(os.geteuid() != ROOT, reason="only root can become another user")


def _runs_for_second_user(python: str) -> bool:
    try:
        done = subprocess.run([python, "-I", "-c", ""], user=SECOND, group=SECOND, check=False)
    except OSError:
        return False
    return done.returncode == 0


@pytest.fixture(scope="module")
def python() -> str:
    """An interpreter that the second user may start; a private one in root's home is not."""
    for candidate in (os.path.realpath(sys.executable), "/usr/bin/python3"):
        if _runs_for_second_user(candidate):
            return candidate
    pytest.skip("no Python here that another user may start")


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that every user may enter, with Tierwise and a repository of root's in it."""
    folder = Path(tempfile.mkdtemp(prefix="two-users-"))
    folder.chmod(0o755)
    _copy_package(folder / "tierwise")
    home = folder / "home"
    home.mkdir()
    os.chown(home, SECOND, SECOND)
    compiled(make_repository(folder / "repo"), "agents: {Explore: frontier}\n")
    yield folder
    shutil.rmtree(folder)


def _copy_package(place: Path) -> None:
    """Lay the package and its shipped files where the second user can read them, as a wheel has them."""
    skipped = shutil.ignore_patterns("*.pyc", "_bundle")
    shutil.copytree(HOOK_MAIN.parent, place, ignore=skipped)
    shutil.copytree(bundle.path("templates"), place / "_bundle" / "templates", ignore=skipped)


def _give(repository: Path, user: int) -> None:
    for folder, _, names in os.walk(repository):
        for name in (".", *names):
            os.chown(os.path.join(folder, name), user, user)


def _ask_as_second(python: str, shared: Path, data: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [python, "-I", str(shared / "tierwise" / "hook_main.py"), data["hook_event_name"]],
        input=json.dumps(data),
        text=True,
        capture_output=True,
        user=SECOND,
        group=SECOND,
        extra_groups=[],
        cwd=shared / "repo",
        env={"HOME": str(shared / "home"), "PATH": "/usr/bin:/bin"},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout or "{}")  # type: ignore[no-any-return]


def _find_model(answer: dict[str, Any]) -> str | None:
    written = answer.get("hookSpecificOutput", {}).get("updatedInput", {})
    return written.get("model")  # type: ignore[no-any-return]


@pytest.mark.slow
@pytest.mark.parametrize(("owner", "model"), WRITTEN)
def test_a_spawn_follows_the_policy_of_the_own_user_or_root(
    owner: int, model: str, python: str, shared: Path
) -> None:
    _give(shared / "repo", owner)
    answer = _ask_as_second(python, shared, spawn_event(shared / "repo"))
    assert _find_model(answer) == model


@pytest.mark.slow
def test_a_session_in_a_third_users_repository_says_what_is_ignored(
    python: str, shared: Path
) -> None:
    _give(shared / "repo", THIRD)
    start = event("SessionStart", shared / "repo", source="startup")
    said = _ask_as_second(python, shared, start)["systemMessage"]
    assert "belongs to another user and is ignored" in said


@pytest.mark.slow
def test_the_state_that_a_hook_leaves_is_its_users_alone(python: str, shared: Path) -> None:
    _give(shared / "repo", SECOND)
    _ask_as_second(python, shared, spawn_event(shared / "repo"))
    local = shared / "repo" / ".tierwise" / "local"
    assert (local.stat().st_uid, local.stat().st_mode & 0o777) == (SECOND, 0o700)
    states = [path.stat() for path in local.iterdir() if path.is_file()]
    assert states
    assert {(state.st_uid, state.st_mode & 0o777) for state in states} == {(SECOND, 0o600)}


@pytest.mark.slow
def test_a_repository_of_roots_is_routed_without_a_trace_in_it(python: str, shared: Path) -> None:
    before = sorted(path.name for path in (shared / "repo" / ".tierwise").iterdir())
    assert _find_model(_ask_as_second(python, shared, spawn_event(shared / "repo"))) == "opus"
    assert sorted(path.name for path in (shared / "repo" / ".tierwise").iterdir()) == before
