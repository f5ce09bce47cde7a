"""What git will store of the message file it hands to a commit-msg hook.  Standard library only, no imports.

The hook runs before git's own clean-up.  With an editor the file still holds git's comment lines and, with
``commit -v``, the diff; without one (``-m``, ``-F``) git keeps lines that start with the comment character.
The rules here are those of git's ``cleanup_message`` and ``strbuf_stripspace``.
"""

# A line of the message and its 1-based number in the file, so that a fault is shown where it was typed.
TYPE_CHECKING = False
if TYPE_CHECKING:
    Lines = list[tuple[int, bytes]]

CUT_LINE = b"------------------------ >8 ------------------------"
# git's choices for core.commentChar=auto, in its order (builtin/commit.c, adjust_comment_line_char).
AUTO_CHARACTERS = b"#;@!$%^&|:"
# What git's isspace() knows; a form feed or a no-break space is not among them.
_BLANK = b" \t\r\n"


def numbered(raw: bytes) -> "Lines":
    """The lines of a file, without their line feeds; a carriage return stays."""
    lines = raw.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return list(enumerate(lines, start=1))


def stripspace(lines: "Lines", comment: bytes = b"") -> "Lines":
    """Blank ends of lines, blank lines at both ends and all but one in between go; so do comment lines."""
    kept: Lines = []
    blank = 0
    for number, line in lines:
        if comment and line.startswith(comment):
            continue
        line = line.rstrip(_BLANK)
        if not line:
            blank = number
            continue
        if blank and kept:
            kept.append((blank, b""))
        blank = 0
        kept.append((number, line))
    return kept


def mode_of(configured: str, editor: bool) -> str:
    """The clean-up that git will do: ``strip``, ``whitespace``, ``scissors`` or ``verbatim``.

    ``configured`` is commit.cleanup, or empty.  Unknown values make git itself stop.
    """
    if configured in ("strip", "whitespace", "verbatim"):
        return configured
    if configured == "scissors":
        return "scissors" if editor else "whitespace"
    return "strip" if editor else "whitespace"


def cut(lines: "Lines", comment: bytes) -> "Lines":
    """The lines above git's scissors, which stand alone on their line."""
    scissors = comment + b" " + CUT_LINE
    for index, (_, line) in enumerate(lines):
        if line == scissors:
            return lines[:index]
    return lines


def has_gits_scissors(lines: "Lines", comment: bytes) -> bool:
    """Whether git wrote scissors, as with ``-v``: its hints stand below them, and below pasted ones anything else."""
    return any(_are_gits(lines, index, comment) for index in range(len(lines)))


def _are_gits(lines: "Lines", index: int, comment: bytes) -> bool:
    below = lines[index + 1][1] if index + 1 < len(lines) else b""
    return lines[index][1] == comment + b" " + CUT_LINE and below.startswith(comment + b" ")


def automatic_comment(lines: "Lines") -> bytes:
    """The character that git chose for ``core.commentChar=auto``, read off the comments that it wrote.

    git chose before the editor ran, so the choice cannot be repeated here: it shows in the scissors, or in
    the last line of the file, which is always one of git's hints.
    """
    for index, (_, line) in enumerate(lines):
        if line[2:] == CUT_LINE and line[:1] in AUTO_CHARACTERS and _are_gits(lines, index, line[:1]):
            return line[:1]
    for _, line in reversed(lines):
        if line.strip(_BLANK):
            first = line[:1]
            return first if first in AUTO_CHARACTERS else b"#"
    return b"#"


def clean(raw: bytes, mode: str, comment: bytes, verbose: bool) -> "tuple[bytes, list[int]]":
    """The message as git will store it, and for each of its lines the number that it had in the file.

    ``verbose`` says that everything below scissors goes in any mode.
    """
    lines = numbered(raw)
    if verbose or mode == "scissors":
        lines = cut(lines, comment)
    if mode != "verbatim":
        lines = stripspace(lines, comment if mode == "strip" else b"")
    text = b"".join(line + b"\n" for _, line in lines)
    return text, [number for number, _ in lines]


def is_settled(raw: bytes) -> bool:
    """Whether every clean-up mode, encoding and ordinary comment character gives this same text.

    Then git's configuration need not be asked and nothing need be cleaned; so said without a loop over lines.
    """
    if not raw.isascii() or not raw.endswith(b"\n") or raw.startswith(b"\n"):
        return False
    if b"\n\n\n" in raw or raw.endswith(b"\n\n"):
        return False
    if b" \n" in raw or b"\t\n" in raw or b"\r\n" in raw:
        return False
    starts = [bytes((character,)) for character in AUTO_CHARACTERS + b"/>" if character in raw]
    return not any(raw.startswith(start) or b"\n" + start in raw for start in starts)
