"""Near-misses: what is legal, and probably not what was meant.  They warn and never refuse.

A release is derived from these messages, so a breaking change that no parser sees is a wrong version.
Standard library only, no imports.
"""

from tierwise.commits.parse import (
    BIDI,
    BREAKING,
    Fault,
    Header,
    read_body,
    read_footer,
)

# Trailers that people and git write; a line of the body that starts with one was meant as a footer.
TRAILERS = (
    "refs",
    "ref",
    "closes",
    "fixes",
    "resolves",
    "see-also",
    "issue",
    "change-id",
    "cc",
)
# Dependabot puts YAML into its messages, from `---` to `...`.
_DEPENDABOT = "updated-dependencies:"
_MARKERS = ("<<<<<<< ", ">>>>>>> ", "||||||| ")
_CONTROL = "".join(chr(code) for code in range(0x20) if chr(code) not in "\t\n\r") + "\x7f"


def near_misses(
    lines: "list[str]",
    header: "Header | None",
) -> "list[Fault]":
    """Return the near-misses of a message's ``lines``, in their order."""
    found: list[Fault] = []
    if header and header.description[:1].isspace():
        found.append(
            Fault(
                "description-space",
                line=1,
                column=len(lines[0]) - len(header.description) + 1,
                message="more than one space after the colon",
                clause=5,
            )
        )
    footers = read_body(lines).footers
    tokens = {number: token for token, _, _, number in footers}
    first_footer = min(tokens, default=len(lines) + 1)
    for number, line in enumerate(lines, start=1):
        if not line.isprintable():
            found.extend(_odd_characters(number, line))
        token = tokens.get(number, "")
        if number == 1 or not line or _is_sound_token(token):
            continue
        fault = _near_miss(
            lines,
            number,
            in_body=number < first_footer,
        )
        if fault:
            found.append(fault)
    return found


def _near_miss(
    lines: "list[str]",
    number: int,
    in_body: bool,
) -> "Fault | None":
    """Return the near-miss of one line below the first."""
    line = lines[number - 1]
    after_blank = not lines[number - 2].strip()
    fault = _near_breaking(number, line)
    fault = fault or _near_footer(number, line, after_blank, in_body)
    return fault or _misplaced(number, line, lines[number : number + 1])


def _is_sound_token(token: str) -> bool:
    """Return whether it is a footer's token, and no other way to write a breaking change."""
    if not token:
        return False
    return token in BREAKING or _breaking_words(token) not in BREAKING


def _misplaced(
    number: int,
    line: str,
    following: "list[str]",
) -> "Fault | None":
    """Return a line that git or its mails give a meaning of their own."""
    if line.startswith(_MARKERS):
        return Fault(
            "conflict-marker",
            line=number,
            column=1,
            message="a merge conflict marker",
            width=7,
        )
    is_metadata = line == "---" and following == [_DEPENDABOT]
    if is_metadata or not (line == "---" or line.startswith("diff -")):
        return None
    return Fault(
        "mail-cut",
        line=number,
        column=1,
        message="`git am` would end the message before this line",
        width=len(line),
    )


def _near_breaking(number: int, line: str) -> "Fault | None":
    start = line[:40].lstrip(" \t*_#>-`")
    lead = len(line[:40]) - len(start)
    words = start[:15]
    if _breaking_words(words) not in BREAKING:
        return None
    rest = start[15:]
    clause = 12
    if words not in BREAKING:
        # Prose may well begin with "Breaking changes in …"; only a colon shows that a footer was meant.
        if not rest.lstrip("Ss*_`").startswith(":"):
            return None
        why = "is written with an underscore"
        if words.upper() in BREAKING:
            why = "is not in capitals"
    elif lead or rest[:1] in ("*", "_", "`"):
        why = "has marks around it"
    else:
        why = _describe_ending(rest)
    if not why:
        why = "does not follow a blank line or another footer"
        clause = 8
    advice = 'so this is no breaking change; write "BREAKING CHANGE: …" after a blank line'
    message = f'"{words}" {why}, {advice}'
    return Fault(
        "breaking-change",
        line=number,
        column=lead + 1,
        message=message,
        clause=clause,
        width=len(words),
    )


def _describe_ending(rest: str) -> str:
    """Return what is wrong with the text behind the words of a breaking change; empty where nothing is."""
    if rest[:1] in ("S", "s"):
        return "is in the plural"
    if not rest.startswith(":"):
        return "is not followed by a colon"
    if not rest[1:].strip():
        return "has its description on another line"
    if rest[1] != " ":
        return "has no space after its colon"
    return ""


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
    is_lost = in_body and not after_blank
    if not is_lost and _is_spaced_signature(head.lower()):
        return Fault(
            "footer-token",
            line=number,
            column=1,
            message=f'"{head}" is no footer: a token has - in place of blanks',
            clause=9,
            width=len(head),
        )
    if is_lost and _is_trailer(head.lower()) and read_footer(line):
        return Fault(
            "footer-leading-blank",
            line=number,
            column=1,
            message=f'"{head}" is read as body text: footers begin after a blank line',
            clause=8,
            width=len(head),
        )
    return None


def _is_trailer(token: str) -> bool:
    return token in TRAILERS or (token.endswith("-by") and " " not in token)


def _is_spaced_signature(token: str) -> bool:
    """Return whether it is a trailer such as ``signed-off-by`` of two words, with a blank for the hyphen."""
    joined = token.replace(" ", "-")
    return " " in token and joined.endswith("-by") and joined.count("-") == 1


def _odd_characters(number: int, line: str) -> "list[Fault]":
    """Return the first control or direction character of a line, if there is one."""
    found = [character for character in _CONTROL + BIDI if character in line]
    places = [line.index(character) for character in found]
    if not places:
        return []
    column = min(places)
    message = f"an invisible character, U+{ord(line[column]):04X}"
    return [Fault("control-character", number, column + 1, message)]
