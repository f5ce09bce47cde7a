"""What git will store of the message file it hands to a commit-msg hook.  Standard library only, no imports.

The hook runs before git's own clean-up.  With an editor the file still holds git's comment lines and, with
``commit -v``, the diff; without one (``-m``, ``-F``) git keeps lines that start with the comment character.
The rules here are those of git's ``cleanup_message`` and ``strbuf_stripspace``.
"""

CUT_LINE = b"------------------------ >8 ------------------------"
# git's choices for core.commentChar=auto, in its order (builtin/commit.c, adjust_comment_line_char).
AUTO_CHARACTERS = b"#;@!$%^&|:"
# What git's isspace() knows; a form feed or a no-break space is not among them.
_BLANK = b" \t\r\n"
_BLANK_ENDS = (b"\r\n", b" \n", b"\t\n")


def mode_of(configured: str, editor: bool) -> str:
    """Return the clean-up that git will do: ``strip``, ``whitespace``, ``scissors`` or ``verbatim``.

    ``configured`` is commit.cleanup, or empty.  Unknown values make git itself stop.
    """
    if configured in ("strip", "whitespace", "verbatim"):
        return configured
    if not editor:
        return "whitespace"
    if configured == "scissors":
        return "scissors"
    return "strip"


def clean(
    raw: bytes,
    mode: str,
    comment: bytes,
    verbose: bool,
) -> bytes:
    """Return the message as git will store it; ``verbose`` says that everything below scissors goes in any mode.

    A few passes over the whole text and none over its lines: a message may be a pasted log of a megabyte.
    """
    text = _end_line(raw)
    if verbose or mode == "scissors":
        scissors = b"\n%b %b\n" % (comment, CUT_LINE)
        above, _, _ = (b"\n" + text).partition(scissors)
        text = _end_line(above[1:])
    if mode == "verbatim":
        return text
    if mode == "strip" and comment and comment in text:
        text = _drop_comments(text, comment)
    return stripspace(text)


def _drop_comments(text: bytes, comment: bytes) -> bytes:
    first, *others = (b"\n" + text).split(b"\n" + comment)
    kept = [first[1:]]
    for other in others:
        _, line_end, below = other.partition(b"\n")
        kept.append(line_end + below)
    return b"".join(kept)


def _end_line(text: bytes) -> bytes:
    """Return a text with a line feed at its end; an empty one stays empty."""
    if not text or text.endswith(b"\n"):
        return text
    return text + b"\n"


def stripspace(text: bytes) -> bytes:
    """Take out blank ends of lines, blank lines at both ends and all but one in between."""
    for blank in _BLANK_ENDS:  # mostly there is one, if any
        text = text.replace(blank, b"\n")
    if not text.endswith(b"\n") or _has_blank_ends(text):
        lines = [line.rstrip(_BLANK) for line in text.split(b"\n")]
        text = b"\n".join(lines)
    for run in (b"\n" * 4096, b"\n" * 64, b"\n" * 3):
        while run in text:
            text = text.replace(run, b"\n\n")
    return _end_line(text.strip(b"\n"))


def _has_blank_ends(text: bytes) -> bool:
    return any(blank in text for blank in _BLANK_ENDS)


def line_numbers(
    raw: bytes,
    stored: bytes,
    count: int,
) -> "list[int]":
    """Return the numbers that the first ``count`` lines of :func:`clean`'s text had in the file.

    git takes whole lines and blank ends away and nothing else: a line that it keeps is the next one that says the same.
    """
    lines = enumerate(raw.split(b"\n"), start=1)
    numbers = []
    for kept in stored.split(b"\n")[:-1][:count]:
        text = kept.rstrip(_BLANK)
        number, _ = next(line for line in lines if line[1].rstrip(_BLANK) == text)
        numbers.append(number)
    return numbers


def has_gits_scissors(raw: bytes, comment: bytes) -> bool:
    """Return whether git wrote scissors, as with ``-v``: its hints stand below them, and below pasted ones anything else."""
    return _place_of_scissors(raw, comment) >= 0


def _place_of_scissors(raw: bytes, comment: bytes) -> int:
    scissors = b"\n%b %b\n%b " % (comment, CUT_LINE, comment)
    return (b"\n" + raw).find(scissors)


def automatic_comment(raw: bytes) -> bytes:
    """Return the character that git chose for ``core.commentChar=auto``, read off the comments that it wrote.

    git chose before the editor ran, so the choice cannot be repeated here: it shows in the scissors, or in
    the last line of the file, which is always one of git's hints.
    """
    marks = [bytes((character,)) for character in AUTO_CHARACTERS]
    places = {mark: _place_of_scissors(raw, mark) for mark in marks}
    found = [mark for mark in marks if places[mark] >= 0]
    if found:
        return min(found, key=places.__getitem__)
    _, _, last_line = raw.rstrip(_BLANK).rpartition(b"\n")
    first = last_line[:1]
    if first in marks:
        return first
    return b"#"


def is_settled(raw: bytes) -> bool:
    """Return whether every clean-up mode, encoding and ordinary comment character gives this same text.

    Then git's configuration need not be asked and nothing need be cleaned; so said without a loop over lines.
    """
    if not raw.isascii() or _has_blank_ends(raw):
        return False
    if raw.startswith(b"\n") or not raw.endswith(b"\n"):
        return False
    if b"\n\n\n" in raw or raw.endswith(b"\n\n"):
        return False
    lines_above = b"\n" + raw
    starts = [bytes((0x0A, character)) for character in AUTO_CHARACTERS + b"/>"]
    return not any(start in lines_above for start in starts)
