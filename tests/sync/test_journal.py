"""Whatever happens while Tierwise writes, a repository is as before or as after, never half."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.checkout import shipped
from tests.support.faults import kill_everywhere, run_with_fault
from tests.support.policies import snapshot, write_policy

from tierwise.sync.journal import recover
from tierwise.sync.repository import plan_sync, sync, uninstall

pytestmark = pytest.mark.skipif(os.name == "nt", reason="fork, signals and mode bits are POSIX")

# A handful of files is enough: each step of writing them is a process to kill.
AGENTS = ", ".join(
    f"{name}: off" for name in shipped("agents") if name not in ("explorer", "debugger")
)
COMMANDS = ", ".join(f"{name}: off" for name in shipped("commands") if name != "light")
FEW = f"agents: {{poet: light, {AGENTS}}}\ncommands: {{{COMMANDS}}}\nsession: {{model: sonnet}}\n"
CHEAPER = f"{FEW}tiers: {{light: {{model: sonnet, effort: low}}}}\n"
OWN = b"---\r\nname: poet\r\nmodel: opus # dear\r\n---\r\nrhyme\r\n"


def shared(root: Path) -> dict[str, bytes]:
    """The files that are not this machine's own."""
    return {
        path: data
        for path, data in snapshot(root).items()
        if not path.startswith(".tierwise/local/")
    }


def folders(root: Path) -> set[str]:
    return {
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_dir() and ".tierwise" not in path.parts
    }


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """A repository with a policy and the user's own agent and settings, not installed."""
    root = tmp_path / "before"
    (root / ".claude/agents").mkdir(parents=True)
    (root / ".claude/agents/poet.md").write_bytes(OWN)
    (root / ".claude/settings.json").write_bytes(b'{\r\n\t"model": "opus"}')
    write_policy(root, FEW)
    return root


def copy_of(root: Path, name: str) -> Path:
    return Path(shutil.copytree(root, root.parent / name))


def assert_old_or_new(copies: list[Path], old: dict[str, bytes], new: dict[str, bytes]) -> None:
    """Each file is whole at once; the whole is old or new as soon as any command looks at it."""
    reached = set()
    for copy in copies:
        for path, data in shared(copy).items():
            assert ".tmp" in path or data in (old.get(path), new.get(path)), (
                f"step {copy.name}: {path}"
            )
        recover(str(copy))
        assert shared(copy) in (old, new), f"step {copy.name}"
        reached.add(shared(copy) == new)
    assert reached == {False, True}


@pytest.mark.slow
def test_a_kill_at_any_step_of_install_leaves_nothing_or_all(before: Path, tmp_path: Path) -> None:
    after = copy_of(before, "after")
    sync(str(after))
    copies = kill_everywhere(before, tmp_path / "killed", "install")
    assert_old_or_new(copies, shared(before), shared(after))


@pytest.mark.slow
def test_a_kill_at_any_step_of_sync_leaves_old_or_new(before: Path, tmp_path: Path) -> None:
    sync(str(before))
    write_policy(before, CHEAPER)
    after = copy_of(before, "after")
    sync(str(after))
    copies = kill_everywhere(before, tmp_path / "killed", "sync")
    assert_old_or_new(copies, shared(before), shared(after))
    for copy in copies:
        sync(str(copy))
        assert shared(copy) == shared(after)


@pytest.mark.slow
def test_a_kill_at_any_step_of_uninstall_leaves_all_or_nothing(
    before: Path, tmp_path: Path
) -> None:
    installed = copy_of(before, "installed")
    sync(str(installed))
    copies = kill_everywhere(installed, tmp_path / "killed", "uninstall")
    assert_old_or_new(copies, shared(installed), shared(before))
    for copy in copies:
        uninstall(str(copy))
        assert snapshot(copy) == snapshot(before)


@pytest.mark.slow
def test_a_second_kill_while_the_first_is_mended_does_no_harm(before: Path, tmp_path: Path) -> None:
    sync(str(before))
    write_policy(before, CHEAPER)
    after = copy_of(before, "after")
    sync(str(after))
    killed = kill_everywhere(before, tmp_path / "killed", "sync")
    halfway = next(copy for copy in killed if shared(copy) not in (shared(before), shared(after)))
    for copy in kill_everywhere(halfway, tmp_path / "again", "sync"):
        recover(str(copy))
        assert shared(copy) == shared(after), f"step {copy.name}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "limit"),
    [
        ("install", 0),
        ("install", 400),
        ("install", 6000),
        ("sync", 0),
        ("sync", 400),
        ("sync", 6000),
        ("uninstall", 0),
    ],
)
def test_where_a_file_cannot_grow_nothing_changes(before: Path, command: str, limit: int) -> None:
    if command != "install":
        sync(str(before))
        write_policy(before, CHEAPER.replace("poet: light", "poet: light, debugger: off"))
    old, there = shared(before), folders(before)
    done = run_with_fault("size", limit, before, command)
    assert done.returncode == 4, done.stderr
    assert "nothing was changed" in done.stderr
    assert (shared(before), folders(before)) == (old, there)
    assert (before / ".tierwise").exists() == (command != "install")
    assert plan_sync(str(before)).drift


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "folder"),
    [("sync", folder) for folder in (".claude/agents", ".tierwise", ".")]
    + [("uninstall", folder) for folder in (".claude/agents", ".claude", ".tierwise", ".")],
)
def test_a_read_only_folder_leaves_the_old_state(before: Path, command: str, folder: str) -> None:
    sync(str(before))
    write_policy(before, CHEAPER.replace("poet: light", "poet: light, debugger: off"))
    old = shared(before)
    (before / folder).chmod(0o555)
    try:
        done = run_with_fault("rights", 0, before, command)
    finally:
        (before / folder).chmod(0o755)
    assert done.returncode == 4, done.stderr
    assert shared(before) == old


@pytest.mark.slow
def test_a_read_only_repository_is_named_and_left_as_it_was(before: Path) -> None:
    old, there = snapshot(before), folders(before)
    before.chmod(0o555)
    try:
        done = run_with_fault("rights", 0, before, "install")
    finally:
        before.chmod(0o755)
    assert done.returncode == 4
    assert str(before) in done.stderr
    assert (snapshot(before), folders(before)) == (old, there)


def in_small_disk(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a shell script that sees a disk of 300 kB at ``folder``, in a name space of its own."""
    mount = f"mount -t tmpfs -o size=300k tierwise-test '{folder}' && cd '{folder}' && {script}"
    call = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount]
    return subprocess.run(call, capture_output=True, encoding="utf-8", check=False)


@pytest.mark.slow
def test_a_full_disk_leaves_the_old_state(before: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if not shutil.which("unshare") or in_small_disk("true", disk).returncode:
        pytest.skip("this system does not let a test mount a small disk")
    sync(str(before))
    write_policy(before, CHEAPER)
    script = f"""
        for free in 0 8 16 32 48 64 96; do
          cp -R '{before}' work && cd work
          find . -type f ! -path '*/local/*' -exec cksum {{}} + | sort >../old
          dd if=/dev/zero of=../filler bs=1k count=$free 2>/dev/null; cat /dev/zero >../rest 2>/dev/null; rm ../filler
          '{sys.executable}' -m tierwise sync >/dev/null 2>&1; code=$?
          rm ../rest
          find . -type f ! -path '*/local/*' -exec cksum {{}} + | sort >../new
          cmp -s ../old ../new && state=old || state=new
          echo $free $code $state
          cd .. && rm -rf work
        done"""
    lines = [line.split() for line in in_small_disk(script, disk).stdout.splitlines()]
    assert len(lines) == 7
    assert {(code, state) for _, code, state in lines} == {("4", "old"), ("0", "new")}, lines
