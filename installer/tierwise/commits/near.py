"""Near-misses: what is legal, and probably not what was meant.  They warn and never refuse.

A release is derived from these messages, so a breaking change that no parser sees is a wrong version.
Standard library only, no imports.
"""

from tierwise.commits.parse import BIDI, BREAKING, Fault, Header, read_body, read_footer

# Trailers that people and git write; a line of the body that starts with one was meant as a footer.
TRAILERS = ("refs", "ref", "closes", "fixes", "resolves", "see-also", "issue", "change-id", "cc")
# Dependabot puts YAML into its messages, from `---` to `...`.
_DEPENDABOT = "updated-dependencies:"
_MARKERS = ("<<<<<<< ", ">>>>>>> ", "||||||| ")
_CONTROL = "".join(chr(code) for code in range(0x20) if chr(code) not in "\t\n\r") + "\x7f"


def near_misses(lines: "list[str]", header: "Header | None") -> "list[Fault]":
    """The near-misses of a message's ``lines``, in their order."""
    found: list[Fault] = []
    if header and header.description[:1].isspace():
        column = len(lines[0]) - len(header.description) + 1
        found.append(
            Fault("description-space", 1, column, "more than one space after the colon", 5)
        )
    tokens = {number: token for token, _, _, number in read_body(lines).footers}
    first_footer = min(tokens, default=len(lines) + 1)
    for number, line in enumerate(lines, start=1):
        if not line.isprintable():
            found.extend(_odd_characters(number, line))
        token = tokens.get(number, "")
        if (
            number == 1
            or not line
            or (token and (token in BREAKING or _breaking_words(token) not in BREAKING))
        ):
            continue
        after_blank = not lines[number - 2].strip()
        fault = _near_breaking(number, line) or _near_footer(
            number, line, after_blank, number < first_footer
        )
        if fault is None and line.startswith(_MARKERS):
            fault = Fault("conflict-marker", number, 1, "a merge conflict marker", width=7)
        following = lines[number] if number < len(lines) else ""
        is_metadata = line == "---" and following == _DEPENDABOT
        if fault is None and (line == "---" or line.startswith("diff -")) and not is_metadata:
            fault = Fault(
                "mail-cut",
                number,
                1,
                "`git am` would end the message before this line",
                width=len(line),
            )
        if fault:
            found.append(fault)
    return found


def _near_breaking(number: int, line: str) -> "Fault | None":
    start = line[:40].lstrip(" \t*_#>-`")
    lead = len(line[:40]) - len(start)
    words = start[:15]
    if _breaking_words(words) not in BREAKING:
        return None
    rest = start[15:]
    plain = rest.lstrip("Ss*_`")
    if words not in BREAKING:
        # Prose may well begin with "Breaking changes in …"; only a colon shows that a footer was meant.
        why = "is not in capitals" if words.upper() in BREAKING else "is written with an underscore"
        if not plain.startswith(":"):
            return None
    elif lead or rest[:1] in ("*", "_", "`"):
        why = "has marks around it"
    elif rest[:1] in ("S", "s"):
        why = "is in the plural"
    elif not rest.startswith(":"):
        why = "is not followed by a colon"
    elif not rest[1:].strip():
        why = "has its description on another line"
    elif rest[1] != " ":
        why = "has no space after its colon"
    else:
        why = "does not follow a blank line or another footer"
    message = f'"{words}" {why}, so this is no breaking change; write "BREAKING CHANGE: …" after a blank line'
    return Fault(
        "breaking-change", number, lead + 1, message, 8 if why.startswith("does not") else 12, 15
    )


def _breaking_words(text: str) -> str:
    return text.upper().replace("-", " ").replace("_", " ")


def _near_footer(
    number: int,
    line: str,
    after_blank: bool,
    in_body: bool,
) -> "Fault | None":
    head, colon, value = line[:60].partition(": ")
    if not colon or not value.strip():
        return None
    token = head.lower()
    if " " in token:
        joined = token.replace(" ", "-")
        if joined.endswith("-by") and joined.count("-") == 1 and (after_blank or not in_body):
            message = f'"{head}" is no footer: a token has - in place of blanks'
            return Fault("footer-token", number, 1, message, 9, len(head))
        return None
    if (
        in_body
        and not after_blank
        and (token.endswith("-by") or token in TRAILERS)
        and read_footer(line)
    ):
        message = f'"{head}" is read as body text: footers begin after a blank line'
        return Fault("footer-leading-blank", number, 1, message, 8, len(head))
    return None


def _odd_characters(number: int, line: str) -> "list[Fault]":
    """The first control or direction character of a line, if there is one."""
    places = [line.index(character) for character in _CONTROL + BIDI if character in line]
    if not places:
        return []
    column = min(places)
    message = f"an invisible character, U+{ord(line[column]):04X}"
    return [Fault("control-character", number, column + 1, message)]
