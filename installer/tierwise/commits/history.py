"""The messages of commits that are already there: what CI checks and what a release is derived from.

``revert``, ``cherry-pick`` and ``rebase`` run no commit-msg hook, so only a look at the range is a guarantee.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tierwise.commits.message import check, exempted
from tierwise.commits.state import (
    LOG,
    LOG_OF_SUBJECTS,
    REVERTS,
    SHORTEST_ID,
    autosquash_target,
    names_target,
)
from tierwise.commits.verdict import MessageVerdict
from tierwise.domain.change import decode_path
from tierwise.errors import TierwiseError
from tierwise.git.plumbing import (
    find_commit,
    read_git,
    read_git_line,
)

if TYPE_CHECKING:
    from tierwise.commits.policy import Settings

# On a line below the first; a SHA-256 id has 64 digits.
_REVERTED = re.compile(
    rf"\nThis reverts commit[ \t]+([0-9a-f]{{{SHORTEST_ID},64}})\.*[ \t\r]*(?:,|\n|$)",
)


@dataclass(frozen=True)
class Commit:
    """A commit: its full id, its parents' ids and its whole message."""

    id: str
    parents: tuple[str, ...]
    message: str

    @property
    def subject(self) -> str:
        first, _, _ = self.message.strip("\r\n").partition("\n")
        return first.rstrip("\r")


@dataclass(frozen=True)
class Checked:
    """A commit and the verdict on its message."""

    commit: Commit
    verdict: MessageVerdict

    def as_dict(self) -> dict[str, Any]:
        """Return one entry of ``--json``."""
        return {
            "commit": self.commit.id,
            **self.verdict.as_dict(),
            "warnings": [fault.as_dict() for fault in self.verdict.warnings],
            "exempt": self.verdict.exempt or None,
        }


def read_commits(
    root: str,
    revisions: str = "",
) -> list[Commit]:
    """Return the commits of a range (``A..B``), newest first; of a single revision, that commit alone.

    Without ``revisions``: those that the upstream branch does not have, or HEAD where there is no upstream.
    Raises TierwiseError for a range that git does not know.
    """
    if not revisions:
        upstream = find_commit(root, "@{upstream}")
        revisions = "HEAD"
        if upstream:
            revisions = f"{upstream}..HEAD"
    if revisions.startswith("-"):
        raise TierwiseError(
            f'"{revisions}" is no range of commits', remedy="Give one like origin/main..HEAD."
        )
    if revisions == "HEAD" and not find_commit(root, "HEAD"):
        return []
    return _read_log(
        root,
        revisions,
        alone=".." not in revisions,
    )


def read_history(root: str) -> list[Commit]:
    """Return every commit that HEAD has behind it, newest first; none in a repository without commits."""
    if not find_commit(root, "HEAD"):
        return []
    return _read_log(root, "HEAD", alone=False)


def _read_log(
    root: str,
    revisions: str,
    alone: bool,
) -> list[Commit]:
    options = ["-z", "--no-color", "--format=%H%n%P%n%B"]
    if alone:
        options.append("-1")
    try:
        text = decode_path(read_git(root, *LOG, *options, revisions, "--"))
    except TierwiseError as error:
        raise TierwiseError(
            f'git does not know the range "{revisions}"',
            place=root,
            remedy=f"Fetch the commits it names (in CI, clone with the whole history). git said: {error.message}",
        ) from None
    commits = []
    for entry in filter(str.strip, text.split("\0")):
        name, parents, message = entry.lstrip("\n").split("\n", 2)
        commits.append(Commit(name, tuple(parents.split()), message))
    return commits


def check_commits(
    root: str,
    commits: list[Commit],
    settings: Settings,
) -> list[Checked]:
    """Return the verdicts, in the order given; what git itself wrote is exempt, told by the commits and not by words."""
    checked = []
    for commit in commits:
        verdict = check(commit.message, settings)
        if verdict.faults:
            why = _written_by_git(root, commit, commits)
            if why:
                verdict = exempted(
                    verdict,
                    commit.message,
                    why,
                    settings,
                )
        checked.append(Checked(commit, verdict))
    return checked


def _written_by_git(
    root: str,
    commit: Commit,
    commits: list[Commit],
) -> str:
    subject = commit.subject
    if subject.startswith("Merge ") and len(commit.parents) > 1:
        return "a merge"
    if _is_plain_revert(root, commit):
        return "a revert"
    target = autosquash_target(subject)
    if target:
        earlier = commits[commits.index(commit) + 1 :]
        is_here = any(other.subject.startswith(target) for other in earlier)
        if is_here or _is_below(root, commit, target):
            return "a fixup of an earlier commit"
    return ""


def _is_plain_revert(root: str, commit: Commit) -> bool:
    """Return whether the subject is what git writes for a revert of the commit that is named."""
    subject = commit.subject
    if not subject.startswith(REVERTS) or not subject.endswith('"'):
        return False
    original = _read_reverted_subject(root, commit)
    words = _unquote_subject(f'Revert "{original}"')
    return bool(original) and words == _unquote_subject(subject)


def _read_reverted_subject(root: str, commit: Commit) -> str:
    """Return the subject of the commit that this one reverts; empty when it names none that is here."""
    reverted = reverted_id(commit)
    if not reverted:
        return ""
    return read_git_line(
        root,
        *LOG,
        "-1",
        "--format=%s",
        reverted,
        "--",
    )


def reverted_id(commit: Commit) -> str:
    """Return the id of the commit that this one says it reverts; empty when it names none."""
    found = _REVERTED.search(commit.message)
    if found is None:
        return ""
    return found[1]


def _unquote_subject(subject: str) -> str:
    """Undo git's quoting: it says ``Reapply "x"`` for ``Revert "Revert "x""`` from 2.43 on."""
    return subject.replace('Revert "Revert "', 'Reapply "').replace(
        '""',
        '"',
    )


def _is_below(
    root: str,
    commit: Commit,
    target: str,
) -> bool:
    log = read_git_line(
        root,
        *LOG_OF_SUBJECTS,
        f"{commit.id}^",
        "--",
    )
    return names_target(log, target)
