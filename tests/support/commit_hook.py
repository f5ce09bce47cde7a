"""Real git repositories in which the commit-msg hook runs as it is installed: ``PYTHON -I -S …/hook_main.py``."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.repository import git_environment, make_repository

import tierwise

HOOK_MAIN = Path(tierwise.__file__).with_name("hook_main.py")


@dataclass
class Done:
    """What a program left: exit code and both outputs."""

    code: int
    out: str
    err: str


@dataclass
class HookedRepository:
    """A repository whose commits pass the hook; ``do`` runs git in it."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    def do(
        self,
        *arguments: str | bytes,
        editor: str | None = None,
        folder: Path | None = None,
        **variables: str,
    ) -> Done:
        """Run git; ``editor`` is a shell script that gets the message file as ``$1``."""
        environment = git_environment() | self.environment | variables
        if editor is not None:
            script = self.root.parent / "editor.sh"
            script.write_text(f"#!/bin/sh\n{editor}\n")
            script.chmod(0o755)
            environment["GIT_EDITOR"] = str(script)
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder or self.root,
            env=environment,
            capture_output=True,
            stdin=subprocess.DEVNULL,
        )
        return Done(
            done.returncode,
            done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"),
        )

    def commit(self, *arguments: str | bytes, editor: str | None = None, **variables: str) -> Done:
        """``git commit --allow-empty`` with these arguments."""
        return self.do("commit", "-q", "--allow-empty", *arguments, editor=editor, **variables)

    def must(self, *arguments: str, **variables: str) -> str:
        """Run git, which has to succeed; give its output."""
        done = self.do(*arguments, **variables)
        assert done.code == 0, done.err
        return done.out

    def put(self, name: str, text: str, message: str) -> None:
        """Commit one file under a message, past the hook."""
        (self.root / name).write_text(text)
        self.must("add", name)
        self.must("commit", "-q", "--no-verify", "-m", message)

    def stored(self, revision: str = "HEAD") -> str:
        """The message that git stored."""
        return self.must("log", "-1", "--format=%B", revision).rstrip("\n")

    def policy(self, **settings: object) -> None:
        """Compiled policy with these ``checks.commit`` settings."""
        (self.root / ".tierwise").mkdir(exist_ok=True)
        table = {"schema": 1, "checks": {"commit": settings}}
        (self.root / ".tierwise" / "table.json").write_text(json.dumps(table))


def install(git_folder: Path) -> None:
    """Put the hook where this git folder keeps hooks."""
    hook = git_folder / "hooks" / "commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{HOOK_MAIN}" commit-msg "$1"\n')
    hook.chmod(0o755)


def hooked_repository(folder: Path) -> HookedRepository:
    """A repository with one commit and the hook."""
    root = make_repository(folder / "repository")
    install(root / ".git")
    return HookedRepository(root)


def run_hook(message: bytes, folder: Path, **variables: str) -> Done:
    """The hook on a message file, as git would call it; without an editor unless ``GIT_EDITOR`` is given."""
    file = folder / "COMMIT_EDITMSG"
    file.write_bytes(message)
    environment = {**git_environment(), "GIT_EDITOR": ":", **variables}
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(HOOK_MAIN), "commit-msg", str(file)],
        cwd=folder,
        env={name: value for name, value in environment.items() if value},
        capture_output=True,
    )
    return Done(
        done.returncode,
        done.stdout.decode("utf-8", "replace"),
        done.stderr.decode("utf-8", "replace"),
    )


def type_in(text: str) -> str:
    """An editor that writes this text above what git has prepared."""
    return f'printf \'%s\\n\' \'{text}\' | cat - "$1" > "$1.new" && mv "$1.new" "$1"'
