"""Whether git itself wrote a subject: told by what the repository is in the middle of, never by the words alone.

A body line decides nothing here.  Standard library only; read only after a message has failed its check.
"""

import os

from tierwise.commits import clean as commit_clean
from tierwise.commits import git as commit_git

_AUTOSQUASH = ("fixup! ", "squash! ", "amend! ")
REVERTS = ('Revert "', 'Reapply "')
# How git's subject begins, the file that tells of the operation, and what the commit is.
_OPERATIONS = (
    (("Merge ",), "MERGE_HEAD", "a merge"),
    (REVERTS, "REVERT_HEAD", "a revert"),
)
# Whatever the user's configuration says, the same bytes.
LOG = ("log", "--no-show-signature", "--encoding=UTF-8")
# As far back as the target of a fixup is looked for; git's own autosquash sees only the commits being rebased.
LOG_OF_SUBJECTS = (*LOG, "-5000", "--format=%H %s")
SHORTEST_ID = 7  # digits of a commit id that git abbreviates


def written_by_git(subject: str, folder: str) -> str:
    """Return why this subject is git's own, in a few words; empty when it is the author's.

    ``folder`` is the git folder of this work tree; empty when there is no repository.
    """
    if not folder:
        return ""
    return _name_operation(subject, folder) or _name_earlier_commit(subject)


def _name_operation(subject: str, folder: str) -> str:
    """Say which operation in progress wrote the subject; empty when none did."""
    for beginnings, marker, operation in _OPERATIONS:
        if subject.startswith(beginnings) and _has_file(folder, marker):
            return operation
    if subject == "Squashed commit of the following:" and _has_file(folder, "SQUASH_MSG"):
        return "a squashed merge"
    picking = any(
        _has_file(folder, name) for name in ("CHERRY_PICK_HEAD", "rebase-merge", "rebase-apply")
    )
    if picking and subject and subject in _prepared_subjects(folder):
        return "a commit picked as it was"
    return ""


def _name_earlier_commit(subject: str) -> str:
    """Say how the subject stands for an earlier commit's; empty when it does not."""
    if autosquash_target(subject) and _is_in_history(autosquash_target(subject)):
        return "a fixup of an earlier commit"
    if subject.startswith(("Merge ", *REVERTS)) and _is_amended(subject):
        return "an amended commit that git named"
    return ""


def is_amending(folder: str) -> bool:
    """Return whether a rebase is at a commit that is made already: stopped to edit it, or asking for a new message."""
    if _has_file(folder, "rebase-merge/amend"):
        return True
    try:
        with open(f"{folder}/rebase-merge/done", "rb") as handle:
            step = handle.read().rstrip(b"\n").rpartition(b"\n")[2].split()
    except OSError:
        return False
    # git makes the commit before it asks for the new message; with something staged, it is another one.
    return (
        step[:1] in ([b"reword"], [b"r"])
        and commit_git.ask("diff-index", "--cached", "--quiet", "HEAD") is not None
    )


def autosquash_target(subject: str) -> str:
    """Return the subject that a ``fixup!``, ``squash!`` or ``amend!`` commit is for; empty for any other subject."""
    rest = subject
    while rest.startswith(_AUTOSQUASH):
        rest = rest.partition(" ")[2]
    if rest == subject:
        return ""
    return rest.strip()


def _has_file(folder: str, name: str) -> bool:
    return os.path.exists(f"{folder}/{name}")


def _prepared_subjects(folder: str) -> "list[str]":
    """Return the first lines of what git has laid ready: the message of the commit that is being picked."""
    subjects = []
    for name in ("MERGE_MSG", "rebase-merge/message", "rebase-apply/final-commit"):
        try:
            with open(f"{folder}/{name}", "rb") as handle:
                message = commit_clean.stripspace(handle.read())
        except OSError:
            continue
        if message:
            first, _, _ = _decode(message).partition("\n")
            subjects.append(first)
    return subjects


def _decode(data: "bytes | None") -> str:
    return (data or b"").decode("utf-8", "surrogateescape")


def _is_in_history(target: str) -> bool:
    log = commit_git.ask(*LOG_OF_SUBJECTS, "HEAD")
    return names_target(_decode(log), target)


def names_target(log: str, target: str) -> bool:
    """Return whether git's autosquash would find the target in a log of ids and subjects: by either one's beginning."""
    for line in log.split("\n"):
        commit, _, subject = line.partition(" ")
        if not commit:
            continue
        while subject.startswith(_AUTOSQUASH):
            subject = subject.partition(" ")[2]
        is_named = len(target) >= SHORTEST_ID and commit.startswith(target)
        if is_named or subject.startswith(target):
            return True
    return False


def _is_amended(subject: str) -> bool:
    """Return whether HEAD is a merge, or a revert, with exactly this subject: then its author keeps git's words."""
    shown = _decode(commit_git.ask(*LOG, "-1", "--format=%P%n%s", "HEAD"))
    parents, _, current = shown.rstrip("\n").partition("\n")
    if current != subject:
        return False
    is_merge = subject.startswith("Merge ")
    return not is_merge or " " in parents
