"""`tierwise run` with the real client: what of the user's files an attempt starts from, and where a result goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.cascade import (
    BROKEN,
    MENDED,
    TASK,
    make_project,
    no_worktrees_left,
    run,
    worktree_of,
    writing,
)
from tests.support.repository import git
from tests.support.stand_in import Loopback
from tests.support.trust import trust
from tests.support.turns import read, write

from tierwise.verify.client import Client
from tierwise.verify.stand_in import Request
from tierwise.verify.turns import ScriptedTurn, say, use

pytestmark = pytest.mark.client


def test_uncommitted_and_untracked_files_are_part_of_what_attempts_start_from(
    project: Path, home: Path, api: Loopback
) -> None:
    (project / "app.py").write_text(BROKEN + "\n\nMINE = 1\n")
    (project / "notes.txt").write_text("mine\n")
    seen: list[str] = []

    def answer(request: Request) -> ScriptedTurn | None:
        place = worktree_of(request)
        if request.turn == 0:
            seen.extend([(place / "app.py").read_text(), (place / "notes.txt").read_text()])
        return writing(MENDED + "\n\nMINE = 1\n")(request)

    api.main = answer

    ended = run(TASK, "--apply", cwd=project, home=home, url=api.url)

    assert ended.code == 0
    assert seen == [BROKEN + "\n\nMINE = 1\n", "mine\n"]
    assert (project / "app.py").read_text() == MENDED + "\n\nMINE = 1\n"
    assert git(project, "status", "--porcelain") == " M app.py\n?? notes.txt\n"


def test_apply_puts_the_result_into_the_users_files_uncommitted(
    project: Path, home: Path, api: Loopback
) -> None:
    api.main = writing(MENDED)

    ended = run(TASK, "--apply", cwd=project, home=home, url=api.url)

    assert ended.code == 0 and ended.record["applied"]
    assert (project / "app.py").read_text() == MENDED
    assert git(project, "status", "--porcelain") == " M app.py\n"


def test_a_tree_that_changed_meanwhile_gets_a_branch_instead(
    project: Path, home: Path, api: Loopback
) -> None:
    def answer(request: Request) -> ScriptedTurn | None:
        (project / "app.py").write_text("# rewritten by the user\n")
        return writing(MENDED)(request)

    api.main = answer

    ended = run(TASK, "--apply", cwd=project, home=home, url=api.url)

    assert ended.code == 0 and not ended.record["applied"]
    assert (project / "app.py").read_text() == "# rewritten by the user\n"
    assert git(project, "show", f"{ended.record['branch']}:app.py") == MENDED


def test_in_a_policy_below_the_top_folder_attempts_work_where_the_user_does(
    tmp_path: Path, newest_client: Client, home: Path, api: Loopback
) -> None:
    project = make_project(tmp_path / "mono", newest_client.path)
    package = project / "packages" / "one"
    package.mkdir(parents=True)
    for name in ("app.py", "test_app.py", "tierwise.yaml", ".gitignore"):
        (project / name).rename(package / name)
    git(project, "add", "-A")
    git(project, "commit", "-qm", "refactor: move")
    trust(package)

    def answer(request: Request) -> ScriptedTurn | None:
        folder = worktree_of(request) / "packages" / "one"
        steps = [read(folder / "app.py"), write(folder / "app.py", MENDED)]
        return use(steps[request.turn]) if request.turn < len(steps) else say("Done.")

    api.main = answer

    ended = run(TASK, "--apply", cwd=package, home=home, url=api.url)

    assert (ended.code, ended.record["stop"]) == (0, "accepted"), ended.progress
    assert (package / "app.py").read_text() == MENDED
    assert git(project, "status", "--porcelain") == " M packages/one/app.py\n"
    assert no_worktrees_left(project, home)
