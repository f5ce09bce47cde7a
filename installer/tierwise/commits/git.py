"""What a commit-msg hook must ask of git: its configuration, and what it is in the middle of.

Standard library only, loaded for a message that is not settled by itself.
"""

from __future__ import annotations

import os
import re

from tierwise.commits.clean import (
    CUT_LINE,
    automatic_comment,
    clean,
    has_gits_scissors,
    mode_of,
)
from tierwise.commits.parse import Fault
from tierwise.errors import OutsideError

_FALSE = ("0", "false", "no", "off", "")
_COMMENT = "core.commentchar"
_VERBOSE = "commit.verbose"
_COMMENT_STRING = (2, 45)  # git's version
_KEYS = r"^(commit\.(cleanup|verbose|template)|core\.comment(char|string)|i18n\.commitencoding)$"


class GitRules:
    """How git will clean and read this message."""

    __slots__ = (
        "comment",
        "encoding",
        "mode",
        "template",
        "verbose",
    )

    def __init__(self) -> None:
        self.mode = "whitespace"
        self.comment = b"#"
        self.encoding = "utf-8"
        self.verbose = False
        self.template = ""


def ask(*arguments: str) -> bytes | None:
    """Return what a git command prints; None when it fails or there is no git."""
    from tierwise.git.plumbing import run_git

    try:
        done = run_git(".", *arguments)
    except OutsideError:
        return None
    if done.returncode != 0:
        return None
    return bytes(done.stdout)


def read_rules(raw: bytes, editor: bool) -> GitRules:
    """Return the rules for the message file ``raw``, from git's configuration in one process."""
    settings = _read_settings()
    rules = GitRules()
    rules.mode = mode_of(
        settings.get("commit.cleanup", ""),
        editor,
    )
    rules.encoding = settings.get(
        "i18n.commitencoding",
        "utf-8",
    )
    rules.template = settings.get("commit.template", "")
    comment = settings.get(_COMMENT, "")
    if comment == "auto":
        # Without an editor git picks a character that starts no line, so that nothing is taken for a comment.
        rules.comment = b""
        if editor:
            rules.comment = automatic_comment(raw)
    elif comment:
        rules.comment = comment.encode(
            "utf-8",
            "surrogateescape",
        )
    verbose = settings.get(_VERBOSE, "0")
    rules.verbose = verbose.lower() not in _FALSE
    # `-v` on the command line shows only in what git wrote.
    if editor and not rules.verbose and CUT_LINE in raw:
        rules.verbose = has_gits_scissors(raw, rules.comment)
    return rules


def _read_settings() -> dict[str, str]:
    """Read git's settings of messages, by lower-case name; the last of both for the comment's character counts."""
    settings: dict[str, str] = {}
    answer = ask("config", "-z", "--get-regexp", _KEYS) or b""
    for entry in answer.split(b"\0"):
        text = entry.decode("utf-8", "surrogateescape")
        name, separator, value = text.partition("\n")
        if not separator:
            if name != _VERBOSE:
                continue  # git stops at a text without a value
            value = "true"
        if name == "core.commentstring" and _knows_comment_string():
            name = _COMMENT
        settings[name] = value
    return settings


def _knows_comment_string() -> bool:
    """Return whether this git reads core.commentString, which is 2.45's."""
    found = re.search(rb"(\d+)\.(\d+)", ask("version") or b"")
    if found is None:
        return True
    return tuple(map(int, found.groups())) >= _COMMENT_STRING


def will_stop(stored: bytes, rules: GitRules) -> bool:
    """Return whether git aborts this commit by itself: the message is empty, only signed off, or the untouched template."""
    if rules.mode == "verbatim" and stored:
        return False
    rest = stored
    if rules.template:
        text = _read_template(rules.template)
        template = clean(text, rules.mode, rules.comment, False)
        if template and stored.startswith(template):
            rest = stored[len(template) :]
    lines = rest.split(b"\n")
    own = [line for line in lines if not line.startswith(b"Signed-off-by: ")]
    return not any(map(bytes.strip, own))


def _read_template(path: str) -> bytes:
    try:
        with open(os.path.expanduser(path), "rb") as handle:
            return handle.read()
    except OSError:
        return b""


def decode(
    stored: bytes,
    encoding: str,
) -> tuple[str, Fault | None]:
    """Return the message's text, whatever its bytes.

    Beside it a warning where they are not in the encoding that git will record.
    """
    try:
        return stored.decode(encoding), None
    except (UnicodeError, LookupError):
        pass
    text = stored.decode("utf-8", "surrogateescape")
    found = re.search("[\udc80-\udcff]", text)
    if found is None:
        return text, None
    at = found.start()
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    message = f"a byte that is not {encoding}; set i18n.commitEncoding"
    return text, Fault("encoding", line, column, message)


def folder_of(message_file: str) -> str:
    """Return the folder that holds MERGE_HEAD and its like; git puts COMMIT_EDITMSG and MERGE_MSG in the same one."""
    beside = message_file.rpartition("/")[0] or "."
    if os.path.exists(beside + "/HEAD"):
        return beside
    named = os.environ.get("GIT_DIR", "")
    if named:
        return named
    answer = ask("rev-parse", "--git-dir") or b""
    return os.fsdecode(answer.rstrip(b"\n"))
