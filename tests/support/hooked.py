"""Real git repositories with Tierwise's hooks in them, and checks called on single files."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.support.repository import git_environment, make_repository
from tests.support.warm import run_tierwise_on_bytes

from tierwise.checks.git_hooks.manage import install
from tierwise.checks.model import CheckContext, ContentCheck
from tierwise.checks.registry import load_check
from tierwise.domain.change import REGULAR, Change, Finding

HOOK_MAIN = Path(__file__).resolve().parents[2] / "installer" / "tierwise" / "hook_main.py"


def hooked(folder: Path, files: dict[str, str | bytes] | None = None) -> Path:
    """A repository with one commit and the pre-commit hook installed."""
    root = make_repository(folder, files)
    install(str(root), ["pre-commit"])
    return root


def run(folder: Path, *argv: str | bytes, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a program; its exit code is the caller's to judge."""
    env = {name: value for name, value in git_environment().items() if name != "TIERWISE_SKIP"}
    return subprocess.run(
        argv, cwd=folder, env=env | environment, capture_output=True, timeout=120, check=False
    )


def git(
    folder: Path, *arguments: str | bytes, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run git; its exit code is the caller's to judge."""
    return run(folder, "git", *arguments, **environment)


def tierwise(
    folder: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the command line of this very installation."""
    env = {name: value for name, value in git_environment().items() if name != "TIERWISE_SKIP"}
    return run_tierwise_on_bytes(*arguments, cwd=folder, env=env | environment)


def commit(
    folder: Path, *arguments: str | bytes, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """``git commit -m … arguments``."""
    return git(folder, "commit", "-q", "-m", "feat: x", *arguments, **environment)


def stage(folder: Path, name: str | bytes, content: str | bytes) -> None:
    """Write a file and stage it."""
    path = os.path.join(os.fsencode(folder), os.fsencode(name))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    Path(os.fsdecode(path)).write_bytes(content.encode() if isinstance(content, str) else content)
    done = git(folder, "add", "--", name)
    assert done.returncode == 0, done.stderr


def policy(root: Path, text: str, is_trusted: bool = True) -> None:
    """Give the repository a compiled policy with these ``checks``, as sync would write it."""
    from tierwise import fastjson
    from tierwise.policy.compile import compile_table
    from tierwise.policy.load import load_policy
    from tierwise.trust.guard import note_trust

    (root / "tierwise.yaml").write_text("version: 1\nextends: balanced\n" + text)
    (root / ".tierwise").mkdir(exist_ok=True)
    table = compile_table(load_policy(str(root)))
    (root / ".tierwise" / "table.json").write_text(fastjson.dumps(table))
    if is_trusted:
        note_trust(str(root), table)


def check_text(name: str, path: str, content: str | bytes, **settings: object) -> list[Finding]:
    """What the content check ``name`` finds in one new file."""
    change = Change(path, "A", REGULAR, "1" * 40, "000000", "0" * 40)
    check = load_check(name)
    assert isinstance(check, ContentCheck)
    data = content.encode() if isinstance(content, str) else content
    context = CheckContext(options=settings, read=_read_here)
    try:
        return check.find(change, data, context)
    finally:
        if context.newer_python is not None:
            context.newer_python.close()


def _read_here(path: str) -> bytes | None:
    """The content of a file of the current folder."""
    return Path(path).read_bytes() if Path(path).is_file() else None


def head_files(folder: Path) -> set[bytes]:
    """The paths in HEAD."""
    return set(git(folder, "ls-tree", "-r", "-z", "--name-only", "HEAD").stdout.split(b"\0")) - {
        b""
    }
