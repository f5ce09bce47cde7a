"""Running git and reading its answers: the one place from which checks, commits and gates start it.

git sets ``GIT_INDEX_FILE`` for ``git commit PATH`` and ``git commit -a``; the processes started here inherit it
unless a caller replaces it, so what is read is what will be committed.
"""

from __future__ import annotations

import os
import subprocess

from tierwise.domain.change import GITLINK, Change, decode_path
from tierwise.errors import OutsideError
from tierwise.processes import quote_failure
from tierwise.programs import find_program

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import IO

# Settings of the user's that would change a listing are overridden; renames are told by blob name.
RAW_DIFF = (
    "diff",
    "--raw",
    "-z",
    "--no-renames",
    "--no-abbrev",
    "--no-ext-diff",
    "--no-color",
)
NO_BLOB = "0" * 40
# git exports these to hooks; a program that makes a repository of its own would write into the user's.
HOOK_VARIABLES = (
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_WORK_TREE",
    "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY",
    "GIT_COMMON_DIR",
)
# So many requests of 41 to 65 bytes each fit into the smallest pipe, hence never block.
_REQUESTS = 200
_BLOB_ANSWER = 3  # words of "<name> blob <size>"


def run_git(
    root: str,
    *arguments: str,
    data: bytes | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run git in ``root`` and return exit code and both outputs.  Raises OutsideError without git."""
    return subprocess.run(
        [_git_program(root), "-C", root, *arguments],
        capture_output=True,
        env=environment,
        input=data or b"",
    )


def read_git(
    root: str,
    *arguments: str,
    data: bytes | None = None,
    environment: Mapping[str, str] | None = None,
) -> bytes:
    """Return what a git command prints.  Raises OutsideError, with git's own words, when it fails."""
    done = run_git(
        root,
        *arguments,
        data=data,
        environment=environment,
    )
    if done.returncode != 0:
        command = _name_command(arguments)
        raise OutsideError(
            f"git {command}: {quote_failure(done)}",
            place=root,
        )
    return bytes(done.stdout)


def read_git_line(root: str, *arguments: str) -> str:
    """Return what a git command prints, as text without the last line end; empty where it fails."""
    done = run_git(root, *arguments)
    if done.returncode != 0:
        return ""
    return decode_path(done.stdout).rstrip("\n")


def find_commit(root: str, revision: str) -> str:
    """Return the id of a commit; empty where it is not here, or is no revision but an option."""
    if revision.startswith("-"):
        return ""
    return read_git_line(
        root,
        "rev-parse",
        "--verify",
        "--quiet",
        f"{revision}^{{commit}}",
    )


def copy_environment(**changes: str) -> dict[str, str]:
    """Return the caller's environment without what git exports to hooks, with ``changes``."""
    environment = dict(os.environ)
    for name in HOOK_VARIABLES:
        environment.pop(name, None)
    return {**environment, **changes}


def find_git_folder(root: str) -> str:
    """Return the folder with HEAD, MERGE_HEAD and the like: this work tree's own, not the shared one."""
    named = os.environ.get("GIT_DIR")
    if named:
        return os.path.join(root, named)
    path = os.path.join(root, ".git")
    if not os.path.isfile(path):
        return path
    with open(path, encoding="utf-8", errors="surrogateescape") as handle:
        text = handle.read()
    named = text.removeprefix("gitdir:").strip()
    return os.path.join(root, named)


def write_git_file(
    git_folder: str,
    name: str,
    data: bytes,
) -> None:
    """Write a file into a git folder of our own; the folders above it are made."""
    path = os.path.join(git_folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as handle:
        handle.write(data)


def find_index(root: str) -> str:
    """Return the path of the index that git uses now: a temporary one during ``git commit PATH``."""
    named = read_git(root, "rev-parse", "--git-path", "index")
    path = decode_path(named).rstrip("\n")
    return os.path.join(root, path)


def list_entries(root: str) -> list[tuple[str, str, str]]:
    """Return (mode, blob name, path) of every path in the index."""
    listing = read_git(
        root,
        "ls-files",
        "--stage",
        "-z",
        "--full-name",
    )
    found = []
    for record in _split_records(listing):
        facts, _, path = record.partition(b"\t")
        mode, sha, _stage = facts.decode("ascii").split(" ")
        found.append((mode, sha, decode_path(path)))
    return found


def list_unstaged(root: str) -> list[str]:
    """Return the tracked paths whose content in the work tree is not what will be committed."""
    listing = read_git(
        root,
        "diff",
        "--name-only",
        "-z",
        "--no-ext-diff",
        "--ignore-submodules",
    )
    return _split_names(listing)


def list_untracked(root: str) -> list[str]:
    """Return the files that git neither tracks nor ignores, without nested repositories."""
    listing = read_git(
        root,
        "ls-files",
        "--others",
        "--exclude-standard",
        "-z",
        "--full-name",
    )
    return [name for name in _split_names(listing) if not name.endswith("/")]


def list_lfs_paths(root: str, names: bytes) -> list[str]:
    """Return those of ``names`` (each ended by NUL, as ``ls-files -z`` prints them) that Git LFS keeps.

    git answers with path, attribute and value, one after the other.
    """
    answer = read_git(
        root,
        "check-attr",
        "--stdin",
        "-z",
        "filter",
        data=names,
    )
    fields = answer.split(b"\0")
    values = zip(fields[::3], fields[2::3], strict=False)
    return [decode_path(name) for name, value in values if value == b"lfs"]


def parse_raw(listing: bytes) -> list[Change]:
    """Return the changes in what ``git diff --raw -z --no-renames`` printed, without unmerged paths."""
    fields = listing.split(b"\0")
    changes = []
    for raw, path in zip(fields[0::2], fields[1::2], strict=False):
        facts = raw.decode("ascii").lstrip(":")
        old_mode, mode, old_sha, sha, status = facts.split(" ")
        if status == "U":
            continue
        change = Change(
            decode_path(path),
            status[0],
            mode,
            sha,
            old_mode,
            old_sha,
        )
        changes.append(change)
    deleted = {change.old_sha for change in changes if change.status == "D"}
    for change in changes:
        change.moved = change.status == "A" and change.sha in deleted
    return changes


def read_blobs(
    root: str,
    changes: Iterable[Change],
) -> Iterator[tuple[Change, bytes]]:
    """Yield (change, new content) one at a time; what this clone does not hold is empty."""
    files = [change for change in changes if change.mode != GITLINK]
    wanted = [change for change in files if is_blob(change.sha)]
    names = [change.sha for change in wanted]
    answers = _answer_requests(root, names, "--batch")
    for change, (_, content) in zip(wanted, answers, strict=True):
        yield change, content


def read_blob(root: str, name: str) -> bytes:
    """Return one blob's content; empty where there is none."""
    if not is_blob(name):
        return b""
    done = run_git(root, "cat-file", "blob", name)
    return bytes(done.stdout)


def measure_blobs(root: str, names: list[str]) -> list[int]:
    """Return the bytes of each blob; 0 for no blob and for what this clone does not hold."""
    blobs = filter(is_blob, names)
    wanted = list(dict.fromkeys(blobs))
    answers = _answer_requests(root, wanted, "--batch-check")
    sizes = {name: size for name, (size, _) in zip(wanted, answers, strict=True)}
    return [sizes.get(name, 0) for name in names]


def is_blob(name: str) -> bool:
    """Return whether ``name`` is a blob's, not the one of all zeros."""
    return bool(name.strip("0"))


def _answer_requests(
    root: str,
    names: list[str],
    how: str,
) -> Iterator[tuple[int, bytes]]:
    """Yield (size, content) of each object from one ``git cat-file``; content only with ``--batch``."""
    if not names:
        return
    call = [_git_program(root), "-C", root, "cat-file", how]
    with subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        requests = process.stdin
        answers = process.stdout
        assert requests is not None and answers is not None
        for start in range(0, len(names), _REQUESTS):
            batch = names[start : start + _REQUESTS]
            lines = [f"{name}\n" for name in batch]
            requests.write("".join(lines).encode())
            requests.flush()
            for _ in batch:
                yield _read_answer(
                    answers,
                    has_content=how == "--batch",
                )
        requests.close()


def _read_answer(
    answers: IO[bytes],
    has_content: bool,
) -> tuple[int, bytes]:
    """Return the size and content of one object; 0 and nothing for what is no blob or not here."""
    words = answers.readline().split()
    if len(words) != _BLOB_ANSWER or not words[2].isdigit():
        return 0, b""
    size = int(words[2])
    content = b""
    if has_content:
        content = answers.read(size)
        answers.read(1)  # the line end behind it
    return size, content


_programs: dict[str, str] = {}


def _git_program(root: str) -> str:
    """Return git's absolute path, looked up once a work tree; a clone's own `git` is passed over."""
    if root not in _programs:
        program = find_program("git", outside=root)
        if program is None:
            raise OutsideError(
                "git was not found",
                remedy="Install git and put it on PATH.",
            )
        _programs[root] = program
    return _programs[root]


def _name_command(arguments: tuple[str, ...]) -> str:
    """Return the git command among its arguments: what follows the ``-c name=value`` pairs."""
    rest = list(arguments)
    while rest[:1] == ["-c"]:
        rest = rest[2:]
    return next(iter(rest), "")


def _split_names(listing: bytes) -> list[str]:
    return [decode_path(name) for name in _split_records(listing)]


def _split_records(listing: bytes) -> list[bytes]:
    """Return the records that git ends with NUL."""
    return [record for record in listing.split(b"\0") if record]
