"""Replay the last commits of a repository through the real `git commit` with Tierwise's hooks installed.

Works in a clone of its own; the repository given is only read.  Prints a line for every refused commit, with the
whole reason, and the totals; a person reads the reasons.

python bench/replay_commits.py REPOSITORY [REPOSITORY …] [--commits 250] [--messages]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PERSON = {
    "GIT_AUTHOR_NAME": "Replay",
    "GIT_AUTHOR_EMAIL": "replay@example.com",
    "GIT_COMMITTER_NAME": "Replay",
    "GIT_COMMITTER_EMAIL": "replay@example.com",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_LFS_SKIP_SMUDGE": "1",
}


@dataclass(frozen=True)
class Replayed:
    """One commit made again: git's exit code, and what the hooks said."""

    commit: str
    code: int
    said: str
    seconds: float


def make_environment(home: str) -> dict[str, str]:
    """An environment with a home folder of its own, so that nothing of this machine's user counts."""
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    return {"HOME": home, "PATH": path, "LC_ALL": "C.UTF-8", **PERSON}


class Clone:
    """A clone of a repository in which commits are made again."""

    def __init__(self, source: Path, folder: Path, home: str) -> None:
        self.folder = folder
        self.environment = make_environment(home)
        subprocess.run(
            ["git", "clone", "-q", "--shared", "--no-checkout", str(source), str(folder)],
            env=self.environment,
            check=True,
        )

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the clone."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )

    def git(self, *arguments: str) -> str:
        """Run git; its output.  Raises RuntimeError with git's own words where it fails."""
        done = self.run("git", *arguments)
        if done.returncode:
            raise RuntimeError(f"git {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def list_commits(self, number: int) -> list[str]:
        """The last ``number`` commits that are no merges and have a parent, oldest first."""
        listed = self.git("rev-list", "--no-merges", "--min-parents=1", "-n", str(number), "HEAD")
        return listed.split()[::-1]

    def install(self, at: str, messages: bool) -> str:
        """Install Tierwise at a commit, as its team would have had it from there on; what it said."""
        self.git("checkout", "-qf", "--detach", at)
        before = self.git("status", "--porcelain")
        said = self.run("tierwise", "install").stdout
        hooks = ["--hook", "pre-commit", *(["--hook", "commit-msg"] if messages else [])]
        if messages or "git hooks:" not in said:
            said += self.run("tierwise", "git-hooks", "install", "--force", *hooks).stdout
        added = self.git("status", "--porcelain", "--untracked-files=all")
        lines = [line[3:] for line in added.splitlines() if line not in before]
        exclude = self.folder / ".git" / "info" / "exclude"
        exclude.write_text("".join(f"/{line}\n" for line in lines), encoding="utf-8")
        return said

    def commit_again(self, commit: str) -> Replayed:
        """Stage what a commit changed on top of its parent, and commit it with its message."""
        self.git("checkout", "-qf", "--detach", f"{commit}^")
        self.git("read-tree", "--reset", "-u", commit)
        message = self.folder / ".git" / "REPLAYED_MESSAGE"
        raw = subprocess.run(
            ["git", "log", "-1", "--format=%B", commit],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            check=True,
        )
        message.write_bytes(raw.stdout)
        begin = time.perf_counter()
        done = self.run("git", "commit", "-q", "--allow-empty", "-F", str(message))
        seconds = time.perf_counter() - begin
        return Replayed(commit, done.returncode, done.stdout + done.stderr, seconds)


def replay(clone: Clone, number: int, messages: bool) -> Iterator[Replayed]:
    """Make the last ``number`` commits again, one after the other."""
    commits = clone.list_commits(number)
    print(clone.install(f"{commits[0]}^", messages))
    for commit in commits:
        yield clone.commit_again(commit)


def report(source: Path, results: list[Replayed]) -> None:
    """Print the refused commits with their reasons, and one line of totals."""
    refused = [one for one in results if one.code]
    for one in refused:
        print(f"--- {one.commit} exit {one.code}\n{one.said.rstrip()}")
    middle = sorted(one.seconds for one in results)[len(results) // 2]
    print(
        f"=== {source}: {len(results)} commits, {len(refused)} refused, median {middle:.2f} s",
        flush=True,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--commits", type=int, default=250)
    parser.add_argument("--messages", action="store_true", help="check messages everywhere")
    chosen = parser.parse_args()
    for repository in chosen.repositories:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            home = os.path.join(folder, "home")
            os.mkdir(home)
            clone = Clone(repository.resolve(), Path(folder) / "clone", home)
            report(repository, list(replay(clone, chosen.commits, chosen.messages)))
