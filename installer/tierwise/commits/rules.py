"""What the policy asks of a message beyond its form: types, scopes, lengths, case.  Standard library only.

``settings`` is the ``checks.commit`` part of the compiled policy (see ``policy.commit``); any key may be absent
or None, which means what the preset means.
"""

from tierwise.commits.commitlint import (
    BLANKS,
    TYPES,
    Parts,
    is_ignored,
    parse,
)
from tierwise.commits.lengths import check_header_length, list_long_lines, utf16_length
from tierwise.commits.parse import (
    Body,
    Fault,
    Header,
    split_lines,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tierwise.commits.policy import Settings

_LAST_OF_ONE_UNIT = 0xFFFF  # the last code point that UTF-16 writes as one unit
_COMMITLINT = {
    "types": TYPES,
    "header_max_length": 100,
    "body_max_line_length": 100,
    "footer_max_line_length": 100,
    "type_case": "lower",
    "description_case": "lower",
    "full_stop": False,
}


def complete(settings: "Settings") -> "Settings":
    """Return the settings with the preset's own values where the policy says nothing."""
    chosen: Settings = {}
    if settings.get("preset") == "commitlint":
        chosen.update(_COMMITLINT)
    for key, value in settings.items():
        if value is not None:
            chosen[key] = value
    return chosen


def style_faults(
    header: Header,
    body: Body,
    lines: "list[str]",
    settings: "Settings",
) -> "list[Fault]":
    """Return what the settings of the preset ``spec`` refuse in a message that is well formed."""
    chosen = complete(settings)
    faults = _type_and_scope(
        header.type,
        header.scope,
        chosen,
        exact=False,
    )
    described = header.description.lstrip()
    column = len(lines[0]) - len(described) + 1
    faults += _description_case(
        described,
        column,
        chosen.get("description_case"),
    )
    first_line = lines[0].rstrip()
    if chosen.get("full_stop") is False and _ends_with_stop(first_line):
        faults.append(_full_stop(len(first_line)))
    faults += check_header_length(lines[0], len, chosen)
    first_footer = len(lines) + 1
    if body.footers:
        first_footer = body.footers[0][3]
    numbered = list(enumerate(lines, start=1))
    end = first_footer - 1
    faults += list_long_lines("body", numbered[1:end], len, chosen)
    faults += list_long_lines("footer", numbered[end:], len, chosen)
    return faults


def check_commitlint(
    message: str, settings: "Settings"
) -> "tuple[list[Fault], list[Fault], Parts | None]":
    """Return errors, warnings and parts of a message as commitlint sees it; no parts where commitlint ignores it.

    Blanks alone are refused: commitlint's parser throws there, though it passes a message without any character at all.
    """
    if message and not message.strip(BLANKS):
        faults = [_empty_part(part, 1, 0) for part in ("subject", "type")]
        return faults, [], None
    if not message or is_ignored(message):
        return [], [], None
    parts, numbers = parse(message)
    if (parts.header, parts.body, parts.footer) == (None, None, None):
        return [], [], None
    faults = _commitlint_faults(parts, numbers, settings)
    warnings = _leading_blanks(parts, numbers, message)
    return faults, warnings, parts


def _empty_part(
    part: str,
    line: int,
    width: int,
) -> Fault:
    """Name the fault of a header without its type or its subject; ``width``: the header's."""
    message = f"{part} may not be empty"
    return Fault(f"{part}-empty", line, 1, message, width=width)


def _commitlint_faults(
    parts: Parts,
    numbers: "list[int]",
    settings: "Settings",
) -> "list[Fault]":
    """Return errors by commitlint's rules and names; the settings take the place of its values."""
    chosen = complete(settings)
    line = numbers[0]
    width = len(parts.header or "")
    faults: list[Fault] = []
    if parts.subject is None:
        faults.append(_empty_part("subject", line, width))
    if parts.type is None:
        faults.append(_empty_part("type", line, width))
    faults += _type_and_scope(
        parts.type,
        parts.scope,
        chosen,
        exact=True,
    )
    if parts.header is None:
        faults.append(Fault("header-max-length", line, 1, "there is no header to measure"))
    else:
        faults += _header_faults(
            parts.header,
            parts.subject,
            chosen,
        )
    for name, section in (("body", parts.body), ("footer", parts.footer)):
        if section:
            first, texts = section
            placed = [*zip(numbers[first:], texts, strict=False)]
            faults += list_long_lines(
                name,
                placed,
                utf16_length,
                chosen,
            )
    for fault in faults:
        # The rules on the header count its line from 1; blank lines may stand above it.
        if fault.line == 1:
            fault.line = line
    return faults


def _header_faults(
    header: str,
    subject: "str | None",
    chosen: "Settings",
) -> "list[Fault]":
    """Return faults of a first line and of its description, as commitlint sees them."""
    faults: list[Fault] = []
    if subject is not None:
        column = len(header) - len(subject) + 1
        case = chosen.get("description_case")
        faults += _description_case(
            subject,
            column,
            case,
            commitlint=True,
        )
    faults += _header_trim(header)
    if chosen.get("full_stop") is False and _ends_with_stop(header):
        faults.append(_full_stop(len(header)))
    return faults + check_header_length(header, utf16_length, chosen)


def _type_and_scope(
    kind: "str | None",
    scope: "str | None",
    chosen: "Settings",
    exact: bool,
) -> "list[Fault]":
    faults = []
    types = chosen.get("types")
    if kind and types and not _is_listed(kind, types, exact):
        faults.append(
            Fault(
                "type-enum",
                line=1,
                column=1,
                message=f'type "{kind}" is not one of {", ".join(types)}',
                width=len(kind),
            )
        )
    # For commitlint a word that begins with a digit is in every case.
    if not (exact and kind and kind[0] in "0123456789"):
        faults += _check_case(
            "type",
            kind,
            1,
            chosen.get("type_case"),
        )
    column = len(kind or "") + 2
    return faults + _scope_faults(scope, column, chosen)


def _scope_faults(
    scope: "str | None",
    column: int,
    chosen: "Settings",
) -> "list[Fault]":
    rule = chosen.get("scope", "optional")
    if not scope and rule == "required":
        message = "a scope is required, as in feat(scope): …"
        return [Fault("scope-empty", 1, column - 1, message)]
    if not scope:
        return []
    if rule == "forbidden":
        faults = [
            Fault(
                "scope-empty",
                line=1,
                column=column,
                message="a scope is not allowed here",
                width=len(scope),
            )
        ]
    else:
        faults = _unknown_scope(
            scope,
            column,
            chosen.get("scopes"),
        )
    return faults + _check_case("scope", scope, column, chosen.get("scope_case"))


def _is_listed(
    kind: str,
    types: "list[str]",
    exact: bool,
) -> bool:
    if kind in types:
        return True
    return not exact and kind.lower() in [name.lower() for name in types]


def _unknown_scope(
    scope: str,
    column: int,
    scopes: "list[str] | None",
) -> "list[Fault]":
    """Name the first part of a scope that is none of ``scopes``; a scope may have several."""
    if not scopes or scope in scopes:
        return []
    separated = scope.replace("/", ",").replace("\\", ",")
    for part in separated.split(","):
        name = part.strip()
        if name not in scopes:
            message = f'scope "{name}" is not one of {", ".join(scopes)}'
            at = column + scope.index(name)
            return [Fault("scope-enum", 1, at, message, width=len(name))]
    return []


def _check_case(
    name: str,
    text: "str | None",
    column: int,
    case: "str | None",
) -> "list[Fault]":
    if not text:
        return []
    wanted = {"lower": text.lower(), "upper": text.upper()}
    if wanted.get(str(case), text) == text:
        return []
    return [
        Fault(
            f"{name}-case",
            line=1,
            column=column,
            message=f"{name} must be in {case} case",
            width=len(text),
        )
    ]


def _description_case(
    text: str,
    column: int,
    case: "str | None",
    commitlint: bool = False,
) -> "list[Fault]":
    if case not in ("lower", "sentence") or not _is_cased(text[:1]):
        return []
    capital = text[0].upper() == text[0]
    if commitlint:
        capital = _is_capital(text)
    if case == "lower" and capital:
        message = "the description must not start with a capital"
        if commitlint:
            message = "subject must not be sentence-case, start-case, pascal-case, upper-case"
        return [Fault("subject-case", 1, column, message)]
    if case == "sentence" and not capital:
        return [Fault("subject-case", 1, column, "the description must start with a capital")]
    return []


def _is_cased(character: str) -> bool:
    """Return whether a letter has case; everything else may begin a description in any case."""
    if not character or character.isascii():
        return character.isalpha()
    import unicodedata

    category = unicodedata.category(character)
    return character == "\u0345" or category in ("Ll", "Lu", "Lt")


def _is_capital(subject: str) -> bool:
    """Return whether commitlint's case rule takes the subject for capitalised.

    Each of its four cases implies that the first UTF-16 unit is its own capital.  Two characters its word patterns
    drop altogether, and nothing, or a digit, counts as being in any case (es-toolkit 1.53).
    """
    first = subject[0]
    if first in "\u00b5\u0345":
        rest = subject.lstrip("\u00b5\u0345" + BLANKS)
        return not rest or rest[0] in "0123456789"
    return ord(first) > _LAST_OF_ONE_UNIT or first.upper() == first


def _ends_with_stop(header: str) -> bool:
    return header.endswith(".") and not header.endswith("...")


def _full_stop(column: int) -> Fault:
    return Fault(
        "subject-full-stop",
        1,
        column,
        "the description must not end with a full stop",
    )


def _header_trim(header: str) -> "list[Fault]":
    if header != header.lstrip(BLANKS):
        return [Fault("header-trim", 1, 1, "header must not start with whitespace")]
    trimmed = header.rstrip(BLANKS)
    if header != trimmed:
        return [
            Fault(
                "header-trim",
                line=1,
                column=len(trimmed) + 1,
                message="header must not end with whitespace",
                width=len(header) - len(trimmed),
            )
        ]
    return []


def _leading_blanks(
    parts: Parts,
    numbers: "list[int]",
    message: str,
) -> "list[Fault]":
    raw = split_lines(message)
    warnings = []
    if parts.body and raw[1:2] != [""]:
        line = numbers[parts.body[0]]
        warnings.append(Fault("body-leading-blank", line, 1, "body must have leading blank line"))
    if parts.footer:
        line = numbers[parts.footer[0]]
        first = parts.footer[1][0]
        # commitlint looks for the text of the line, and before the first line it finds the last.
        before = raw[-2:][0]
        if first in raw:
            before = raw[raw.index(first) - 1]
        if before != "":
            message = "footer must have leading blank line"
            warnings.append(Fault("footer-leading-blank", line, 1, message))
    return warnings
