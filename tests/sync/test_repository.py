"""Install, sync and uninstall on real files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.policies import snapshot, status, synced, write_policy
from tests.support.repository import git

from tierwise import bundle
from tierwise.policy.complaints import PolicyError
from tierwise.sync.options import SyncOptions
from tierwise.sync.repository import plan_sync, sync, uninstall
from tierwise.targets.splice import read_lines

NASTY = {
    "crlf.md": b"---\r\nname: crlf\r\nmodel: opus\r\n---\r\nbody\r\n",
    "bom.md": b"\xef\xbb\xbf---\nname: bom\n---\n",
    "tabs.md": b"---\nname:\ttabs\ntools:\t[Read]\n---\n\tbody",
    "comments.md": b"---\n# mine\nname: comments # really\nmodel: opus # dear\n---\n",
    "noend.md": b"---\nname: noend\n---",
    "umlaut.md": "---\nname: umlaut\ndescription: für Größe 漢字\n---\n".encode(),
    "broken.md": b"---\nname: broken\ndescription: a: [b\n---\nbody\n",
    "latin.md": b"---\nname: latin\ndescription: \xe9\n---\n",
    "plain.md": b"no frontmatter at all\n",
}
LIGHT = ("crlf", "bom", "tabs", "comments", "noend", "umlaut", "broken", "latin")
NAMED = "agents: {" + ", ".join(f"{name}: light" for name in LIGHT) + "}\n"


def put_agents(root: Path) -> None:
    folder = root / ".claude" / "agents"
    folder.mkdir(parents=True)
    for name, data in NASTY.items():
        (folder / name).write_bytes(data)


def test_every_shipped_agent_is_written_with_the_policy_s_model_and_effort(
    repository: Path,
) -> None:
    synced(repository, "tiers: {light: {model: sonnet, effort: low}}\n")
    names = bundle.names("agents", ".md")
    assert len(names) == 20
    for name in names:
        written = read_lines(
            (repository / f".claude/agents/{name}.md").read_bytes(), ["model", "effort"]
        )
        assert written["model"] in {"sonnet", "opus"}
    explorer = (repository / ".claude/agents/explorer.md").read_bytes()
    assert read_lines(explorer, ["model", "effort"]) == {"model": "sonnet", "effort": "low"}


def test_an_agent_on_a_tier_that_claude_code_cannot_serve_gets_the_next_one_up(
    repository: Path,
) -> None:
    local = "local: {model: qwen, provider: openai, base_url: 'http://127.0.0.1:1/v1'}"
    synced(
        repository,
        f"tiers: {{{local}, light: {{}}, mid: {{}}, frontier: {{}}}}\nagents: {{planner: local}}\n",
    )
    planner = (repository / ".claude/agents/planner.md").read_bytes()
    assert read_lines(planner, ["model", "effort"]) == {"model": "haiku", "effort": "medium"}


def test_an_agent_of_the_user_s_with_a_shipped_name_in_another_file_keeps_the_name(
    repository: Path,
) -> None:
    own = repository / ".claude/agents/team/mine.md"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"---\nname: researcher\n---\nmine\n")
    synced(repository, "agents: {researcher: mid}\n")
    assert not (repository / ".claude/agents/researcher.md").exists()
    assert own.read_bytes() == b"---\nname: researcher\nmodel: sonnet\neffort: medium\n---\nmine\n"
    own.unlink()
    sync(str(repository))
    assert (repository / ".claude/agents/researcher.md").exists()
    assert plan_sync(str(repository)).drift == ()


def test_the_shipped_agents_are_what_the_default_preset_renders(repository: Path) -> None:
    synced(repository)
    for name in bundle.names("agents", ".md"):
        assert (repository / f".claude/agents/{name}.md").read_bytes() == bundle.read_bytes(
            "agents", f"{name}.md"
        )


def test_syncing_twice_changes_nothing(repository: Path) -> None:
    put_agents(repository)
    synced(repository, NAMED)
    before = {path: os.stat(repository / path).st_mtime_ns for path in snapshot(repository)}
    plan = sync(str(repository))
    assert plan.drift == ()
    assert {path: os.stat(repository / path).st_mtime_ns for path in snapshot(repository)} == before


def test_uninstall_restores_every_byte(repository: Path) -> None:
    put_agents(repository)
    before = snapshot(repository)
    synced(repository, NAMED)
    assert snapshot(repository) != before
    (repository / "tierwise.yaml").unlink()
    uninstall(str(repository))
    assert snapshot(repository) == before
    assert not (repository / ".tierwise").exists()


def test_a_user_s_own_agent_gets_its_two_lines_only_when_the_policy_names_it(
    repository: Path,
) -> None:
    put_agents(repository)
    synced(repository, "agents: {crlf: light}\n")
    folder = repository / ".claude/agents"
    assert (
        folder / "crlf.md"
    ).read_bytes() == b"---\r\nname: crlf\r\nmodel: haiku\r\neffort: medium\r\n---\r\nbody\r\n"
    assert (folder / "comments.md").read_bytes() == NASTY["comments.md"]


def test_an_agent_switched_off_is_taken_out(repository: Path) -> None:
    synced(repository)
    plan = synced(repository, "agents: {debugger: off}\n")
    assert not (repository / ".claude/agents/debugger.md").exists()
    assert status(plan)[".claude/agents/debugger.md"] == "orphan"


def test_a_user_s_file_in_the_way_is_never_overwritten(repository: Path) -> None:
    mine = repository / ".claude/agents/debugger.md"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"---\nname: debugger\n---\nmine\n")
    plan = synced(repository)
    assert ".claude/agents/debugger.md" not in status(plan)  # the owner's word: it is no drift
    assert mine.read_bytes() == b"---\nname: debugger\n---\nmine\n"


def test_force_replaces_it_and_uninstall_brings_it_back(repository: Path) -> None:
    mine = repository / ".claude/agents/debugger.md"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"mine\n")
    synced(repository, options=SyncOptions(force=[".claude/agents/debugger.md"]))
    assert mine.read_bytes() != b"mine\n"
    uninstall(str(repository))
    assert mine.read_bytes() == b"mine\n"


def test_adopt_leaves_it_theirs_for_good(repository: Path) -> None:
    mine = repository / ".claude/commands/plan.md"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"my own plan\n")
    plan = synced(repository, options=SyncOptions(adopt=None))
    assert plan.kept == ()
    assert plan_sync(str(repository)).drift == ()
    uninstall(str(repository))
    assert mine.read_bytes() == b"my own plan\n"


def test_a_hand_edit_is_drift_and_is_kept(repository: Path) -> None:
    synced(repository)
    agent = repository / ".claude/agents/explorer.md"
    agent.write_bytes(agent.read_bytes() + b"\nmy line\n")
    assert status(sync(str(repository))) == {".claude/agents/explorer.md": "edited"}
    assert agent.read_bytes().endswith(b"my line\n")
    uninstall(str(repository))
    assert agent.read_bytes().endswith(b"my line\n")


def test_a_deleted_file_is_written_again_by_sync_but_not_without_repair(repository: Path) -> None:
    synced(repository)
    agent = repository / ".claude/agents/explorer.md"
    agent.unlink()
    assert status(sync(str(repository), SyncOptions(repair=False))) == {
        ".claude/agents/explorer.md": "missing"
    }
    assert not agent.exists()
    sync(str(repository))
    assert agent.exists()


def test_a_broken_policy_changes_nothing(repository: Path) -> None:
    synced(repository)
    before = snapshot(repository)
    write_policy(repository, "routes: {docs: ligth}\n")
    with pytest.raises(PolicyError):
        sync(str(repository))
    assert {
        path: data for path, data in snapshot(repository).items() if path != "tierwise.yaml"
    } == {path: data for path, data in before.items() if path != "tierwise.yaml"}


def test_a_link_out_of_the_repository_is_never_written_through(
    repository: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (repository / ".claude").symlink_to(outside)
    plan = synced(repository)
    assert {status for path, status in status(plan).items() if path.startswith(".claude/")} == {
        "blocked"
    }
    assert list(outside.iterdir()) == []


def test_a_folder_in_the_way_is_named(repository: Path) -> None:
    (repository / "ROUTING.md").mkdir()
    plan = synced(repository)
    assert [(c.status, c.reason) for c in plan.changes if c.path == "ROUTING.md"] == [
        ("blocked", "is a folder")
    ]


def test_a_linked_worktree_has_its_own_files(repository: Path, tmp_path: Path) -> None:
    synced(repository)
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "chore: tierwise")
    git(repository, "worktree", "add", "-q", str(tmp_path / "linked"))
    assert plan_sync(str(tmp_path / "linked")).drift == ()


def test_generated_files_hold_no_machine_path_and_no_time(repository: Path) -> None:
    synced(repository)
    for path, data in snapshot(repository).items():
        if "/local/" not in path:
            assert str(repository).encode() not in data, path
            assert sys.executable.encode() not in data, path


def test_what_is_local_is_ignored_by_git(repository: Path) -> None:
    synced(repository)
    assert (repository / ".tierwise/local").is_dir()
    assert ".tierwise/local" not in git(repository, "status", "--porcelain", "-uall")


def test_a_checkout_with_other_line_ends_is_in_sync_runs_its_hook_and_comes_out_whole(
    repository: Path, tmp_path: Path
) -> None:
    synced(repository, "# mine\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "feat: routing")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "-c", "core.autocrlf=true", str(repository), str(clone))
    assert b"\r\n" in (clone / "ROUTING.md").read_bytes()
    assert b"\r\n" in (clone / "tierwise.yaml").read_bytes()
    before = snapshot(clone)
    assert plan_sync(str(clone)).drift == ()
    sync(str(clone))
    (clone / ".tierwise/local/.gitignore").unlink(missing_ok=True)
    assert snapshot(clone) == before
    assert (
        subprocess.run(
            ["/bin/sh", clone / ".tierwise/hook", "PreToolUse"], env={"PATH": ""}, check=True
        ).returncode
        == 0
    )
    write_policy(clone, "tiers: {light: {effort: low}}\n")
    assert not any(change.backups for change in plan_sync(str(clone)).changes)
    uninstall(str(clone))
    assert list(snapshot(clone)) == ["README.md", "tierwise.yaml"]
