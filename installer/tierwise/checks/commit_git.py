"""What a commit-msg hook must ask of git: its configuration, and what it is in the middle of.

Standard library only.  ``subprocess`` costs 9 ms to import, so git is started with ``posix_spawn`` where there
is one.
"""

import os

from tierwise.checks.commit_clean import automatic_comment, mode_of, numbered

_KEYS = r"^(commit\.(cleanup|verbose|template)|core\.comment(char|string)|i18n\.commitencoding)$"


class Rules:
    """How git will clean and read this message."""

    __slots__ = ("comment", "encoding", "mode", "template", "verbose")

    def __init__(self) -> None:
        self.mode = "whitespace"
        self.comment = b"#"
        self.encoding = "utf-8"
        self.verbose = False
        self.template = ""


def ask(*arguments: str) -> "bytes | None":
    """What a git command prints; None when it fails or there is no git."""
    if not hasattr(os, "posix_spawnp"):
        return _ask_slowly(arguments)
    reader, writer = os.pipe()
    null = os.open(os.devnull, os.O_RDWR)
    try:
        try:
            process = os.posix_spawnp(
                "git",
                ["git", *arguments],
                os.environ,
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, null, 0),
                    (os.POSIX_SPAWN_DUP2, writer, 1),
                    (os.POSIX_SPAWN_DUP2, null, 2),
                ],
            )
        except OSError:
            return None
        finally:
            os.close(writer)
            os.close(null)
        pieces = []
        while piece := os.read(reader, 1 << 16):
            pieces.append(piece)
    finally:
        os.close(reader)
    _, status = os.waitpid(process, 0)
    return b"".join(pieces) if status == 0 else None


def _ask_slowly(arguments: "tuple[str, ...]") -> "bytes | None":
    import subprocess

    try:
        done = subprocess.run(["git", *arguments], capture_output=True, stdin=subprocess.DEVNULL)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def read_rules(raw: bytes, editor: bool) -> Rules:
    """The rules for the message file ``raw``, from git's configuration in one process."""
    settings: dict[str, str] = {}
    comment = ""
    answer = ask("config", "-z", "--get-regexp", _KEYS) or b""
    for entry in answer.split(b"\0"):
        # A key without a value ("verbose" alone on its line) has no line feed: it means true.
        name, separator, value = entry.decode("utf-8", "surrogateescape").partition("\n")
        settings[name] = value if separator else "true"
        if name == "core.commentchar" or (name == "core.commentstring" and _knows_comment_string()):
            comment = value
    rules = Rules()
    rules.mode = mode_of(settings.get("commit.cleanup", ""), editor)
    rules.encoding = settings.get("i18n.commitencoding", "utf-8")
    rules.template = settings.get("commit.template", "")
    rules.verbose = editor or settings.get("commit.verbose", "0").lower() not in ("0", "false", "no", "off", "")
    if comment == "auto":
        # Without an editor git picks a character that starts no line, so that nothing is taken for a comment.
        rules.comment = automatic_comment(numbered(raw)) if editor else b""
    elif comment:
        rules.comment = comment.encode("utf-8", "surrogateescape")
    return rules


def _knows_comment_string() -> bool:
    """core.commentString is git 2.45's; an older git does not read it."""
    words = (ask("version") or b"").split()
    numbers = words[2].split(b".") if len(words) > 2 else []
    if len(numbers) < 2 or not (numbers[0].isdigit() and numbers[1].isdigit()):
        return True
    return (int(numbers[0]), int(numbers[1])) >= (2, 45)


def git_folder(message_file: str) -> str:
    """The folder that holds MERGE_HEAD and its like; git puts COMMIT_EDITMSG and MERGE_MSG in the same one."""
    beside = os.path.dirname(message_file) or "."
    if os.path.exists(os.path.join(beside, "HEAD")):
        return beside
    named = os.environ.get("GIT_DIR")
    if named:
        return named
    answer = ask("rev-parse", "--git-dir")
    return os.fsdecode(answer.rstrip(b"\n")) if answer else ""
