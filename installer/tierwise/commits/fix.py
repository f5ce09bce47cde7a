"""The corrected first line, where one can be guessed.  Standard library only; loaded for a refusal alone."""

from tierwise.commits.commitlint import TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from tierwise.commits.parse import Fault

_LONGEST_HEADER = 1000  # characters; a longer first line is no header with a slip in it
# What the first word of a plain subject says about the kind of change.
_VERBS = {
    "feat": (
        "add",
        "added",
        "adds",
        "implement",
        "implements",
        "introduce",
        "support",
        "allow",
        "create",
        "enable",
    ),
    "fix": (
        "fixed",
        "fixes",
        "fixing",
        "correct",
        "repair",
        "resolve",
        "prevent",
        "handle",
        "avoid",
    ),
    "docs": ("document", "doc", "readme", "documentation", "comment"),
    "refactor": (
        "refactored",
        "rename",
        "move",
        "extract",
        "simplify",
        "rewrite",
        "remove",
        "drop",
        "clean",
    ),
    "test": ("tests", "testing", "cover"),
    "build": ("bump", "upgrade", "dependencies", "deps"),
    "perf": ("optimize", "optimise", "speed"),
    "chore": ("update", "release", "wip", "initial"),
}


def corrected(
    header: str,
    faults: "list[Fault]",
    passes: "Callable[[str], bool]",
) -> str:
    """Return a first line that ``passes``, near to what was typed; empty when there is none or the header is not at fault."""
    if len(header) > _LONGEST_HEADER or not _is_correctable(faults):
        return ""
    words = header.strip().lstrip("\ufeff").split()
    plain = " ".join(words)
    guesses = (
        plain,
        _join_parts(plain),
        _find_named_type(plain),
        _guess_type(plain),
    )
    for guess in guesses:
        for candidate in (guess, _restyle_header(guess)):
            if candidate and candidate != header and passes(candidate):
                return candidate
    return ""


def _is_correctable(faults: "list[Fault]") -> bool:
    """Return whether the first line is at fault, and in its form: the author knows best which type or scope is meant."""
    rules = {fault.rule for fault in faults if fault.line == 1}
    is_other_type = "type-enum" in rules and "type-case" not in rules
    return bool(rules) and not is_other_type and "scope-enum" not in rules


def _join_parts(header: str) -> str:
    """Return the same parts, joined as they must be: ``Feat ( api )!:Add`` gives ``Feat(api)!: Add``."""
    before, colon, description = header.partition(":")
    if not colon or not description.strip():
        return ""
    kind, opened, rest = before.partition("(")
    parts = rest.replace(")", "(").split("(")
    scopes = [part.strip(" ()") for part in parts if part.strip(" ()!")]
    bang = ""
    if "!" in before:
        bang = "!"
    kind = kind.replace("!", "").strip(" [](){}*`'\"")
    if not kind or " " in kind:
        return ""
    if opened and scopes:
        kind = f"{kind}({','.join(scopes)})"
    return f"{kind}{bang}: {description.strip()}"


def _find_named_type(header: str) -> str:
    """Return a type that stands there without its colon: ``[feat] add x``, ``fix - y``, ``docs z``."""
    word, _, rest = header.lstrip("[(*").partition(" ")
    kind = word.strip("[](){}*:;,-!").lower()
    rest = rest.lstrip("-–—:;,]) ")
    if kind not in TYPES or not rest:
        return ""
    return f"{kind}: {rest}"


def _guess_type(header: str) -> str:
    """Return a type guessed from the first word of a plain sentence."""
    first, _, _ = header.lower().strip().partition(" ")
    first = first.strip(".,:;!")
    for kind, verbs in _VERBS.items():
        if first in verbs:
            return f"{kind}: {header}"
    return ""


def _restyle_header(header: str) -> str:
    """Return lower-case type and first letter, no full stop: what commitlint and most policies want."""
    before, colon, description = header.partition(": ")
    if not colon or not description:
        return ""
    kind, opened, scope = before.partition("(")
    description = description.rstrip(".").strip()
    first, rest = description[:1], description[1:]
    lowered = description
    if not rest[:1].isupper():
        lowered = first.lower() + rest
    elif description.isupper():
        lowered = description.lower()
    return f"{kind.lower()}{opened}{scope}: {lowered}"
