"""What an attempt does to git, to ignored files and to secrets, from the task to the branch."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.support.cascade import (
    BROKEN,
    MENDED,
    TASK,
    make_project,
    no_worktrees_left,
    run,
    tree_of,
)
from tests.support.repository import git
from tests.support.scripted_client import ScriptedClient, Step, writing_file

pytestmark = pytest.mark.slow

FIX = writing_file("app.py", MENDED)


def state_of(project: Path) -> tuple[str, str, str, str]:
    """Refs but Tierwise's own branches, the stash, the settings, and what git says of the files."""
    refs = git(project, "for-each-ref").splitlines()
    kept = "\n".join(ref for ref in refs if "refs/heads/tierwise/" not in ref)
    settings = (project / ".git/config").read_text()
    return kept, git(project, "stash", "list"), settings, git(project, "status", "--porcelain")


def test_an_attempts_git_commands_reach_nothing_of_the_users(tmp_path: Path, home: Path) -> None:
    commands = (
        "git stash; python3 -c pass; git stash pop; git stash pop; git stash clear",
        "git branch -D side; git tag -d v1; git update-ref -d refs/heads/main",
        "git config user.email model@example.invalid; git config core.hooksPath /nowhere",
        "git checkout -b other; git add -A; git commit -qm 'chore: mine' --no-verify; git gc --prune=now",
        "git worktree add ../elsewhere; git remote add origin /nowhere; git push origin main",
    )
    client = ScriptedClient(tmp_path / "client", opus=Step(shell=f"{FIX}\n" + "\n".join(commands)))
    project = make_project(tmp_path / "project", client.path)
    git(project, "branch", "side")
    git(project, "tag", "v1")
    (project / "app.py").write_text("# put away\n")
    git(project, "stash")
    before = state_of(project)

    ended = run(TASK, "--from", "frontier", cwd=project, home=home)

    assert ended.record["stop"] == "accepted", ended.progress
    assert state_of(project) == before
    assert git(project, "show", f"{ended.record['branch']}:app.py") == MENDED
    assert len(git(project, "log", "--format=%h", f"main..{ended.record['branch']}").split()) == 1
    assert no_worktrees_left(project, home)


def test_a_fix_in_an_ignored_file_is_refused_and_is_gone_for_the_next_attempt(
    tmp_path: Path, home: Path
) -> None:
    """The first attempt leaves a right module where git does not look, and bytecode of a right ``app``."""
    right = tmp_path / "right.py"
    right.write_text(MENDED.replace("a + b", "a  +b"))  # as long as the broken one
    bytecode = f"__pycache__/app.{sys.implementation.cache_tag}.pyc"
    hide = (
        "mkdir -p __pycache__ generated",
        f"{sys.executable} -c \"import py_compile; py_compile.compile('{right}', '{bytecode}', 'app.py',"
        ' invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)"',
        writing_file("generated/values.py", "SUM = 5\n"),
        f"echo note > notes.txt; {sys.executable} -m unittest -q && touch {tmp_path}/passed-in-its-folder",
    )
    look = f"ls -A > {tmp_path}/seen; {FIX}"
    client = ScriptedClient(
        tmp_path / "client", haiku=[Step(shell="\n".join(hide)), Step(shell=look)]
    )
    project = make_project(tmp_path / "project", client.path)
    (project / ".gitignore").write_text("__pycache__/\n.tierwise/local/\ngenerated/\n")
    git(project, "commit", "-qam", "chore: ignore what is generated")

    ended = run(TASK, "--from", "light", cwd=project, home=home)

    first, second = ended.record["attempts"]
    assert (tmp_path / "passed-in-its-folder").exists()
    assert (first["why"], second["accepted"]) == ("gate tests failed", True)
    seen = (tmp_path / "seen").read_text().split()
    assert "notes.txt" in seen and not {"__pycache__", "generated"} & set(seen)


@pytest.mark.parametrize(("link", "accepted"), [("[deps]", True), ("[]", False)])
def test_gates_see_what_the_policy_links_and_nothing_else_that_is_ignored(
    tmp_path: Path, home: Path, link: str, accepted: bool
) -> None:
    client = ScriptedClient(tmp_path / "client", opus=Step(shell=FIX))
    needs = f"{sys.executable} -c 'open(\"deps/lib.txt\")'"
    project = make_project(tmp_path / "project", client.path, f"  link: {link}\n")
    (project / ".gitignore").write_text("deps/\n.tierwise/local/\n")
    git(project, "commit", "-qam", "chore: ignore deps")
    (project / "deps").mkdir()
    (project / "deps/lib.txt").write_text("lib\n")

    ended = run(TASK, "--from", "frontier", "--gate", needs, cwd=project, home=home)

    assert ended.record["accepted"] is accepted, ended.progress
    assert (project / "deps/lib.txt").read_text() == "lib\n"


def test_a_nested_repository_arrives_as_files_and_a_file_of_secrets_is_said(
    tmp_path: Path, home: Path
) -> None:
    nested = (
        "mkdir -p vendor/lib/deep; git -C vendor/lib init -q; echo v > vendor/lib/deep/code.txt"
    )
    shell = f"{FIX}\n{nested}\ngit init -q empty\necho TOKEN=made > .env"
    client = ScriptedClient(tmp_path / "client", opus=Step(shell=shell))
    project = make_project(tmp_path / "project", client.path)
    (project / "own.pem").write_text("mine\n")

    ended = run(TASK, "--from", "frontier", cwd=project, home=home)

    branch = ended.record["branch"]
    listed = git(project, "ls-tree", "-r", branch)
    assert "vendor/lib/deep/code.txt" in listed and "160000" not in listed
    assert "own.pem" not in listed
    notes = "\n".join(ended.record["notes"])
    assert "own.pem: untracked and named like secrets" in notes
    assert "vendor/lib was made a repository of its own" in notes
    assert "the result has .env: look for secrets in it" in notes
    assert (project / "own.pem").read_text() == "mine\n"


def test_a_sparse_checkout_goes_from_the_task_to_the_branch(tmp_path: Path, home: Path) -> None:
    client = ScriptedClient(tmp_path / "client", opus=Step(shell=f"{FIX}\nls > {tmp_path}/seen"))
    project = make_project(tmp_path / "project", client.path)
    for folder in ("lib", "far"):
        (project / folder).mkdir()
        (project / folder / "text.txt").write_text("t\n")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "docs: more")
    git(project, "sparse-checkout", "set", "--cone", "lib")
    before = state_of(project), tree_of(project)

    ended = run(TASK, "--from", "frontier", cwd=project, home=home)

    assert ended.record["stop"] == "accepted", ended.progress
    assert "far" not in (tmp_path / "seen").read_text()
    assert git(project, "show", f"{ended.record['branch']}:far/text.txt") == "t\n"
    assert (state_of(project), tree_of(project)) == before
    assert (project / "app.py").read_text() == BROKEN
