"""What a source file defines, in any of the usual languages: names, parameters, and which names a body uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tierwise.files import decode_text
from tierwise.gates.reading.deciding import (
    decides,
    split_rust,
)

# Files that define something; what only looks so is left out.
_SOURCES = (
    *(
        ".py",
        ".js",
        ".jsx",
        ".ts",
        ".tsx",
        ".mjs",
        ".cjs",
        ".go",
        ".rs",
        ".java",
        ".kt",
        ".rb",
        ".php",
    ),
    *(".c", ".cc", ".cpp", ".h", ".hpp", ".cs", ".swift", ".scala", ".pl", ".pm", ".sh"),
)
_MODIFIERS = (
    r"(?:(?:pub(?:\([^)]*\))?|export|default|public|private|protected|internal|static|final|abstract"
    r"|async|unsafe|const|inline|override|virtual|extern|get|set)\s+)*"
)
_NOT_A_TYPE = r"(?!(?:return|yield|await|throw|raise|new|else|case|assert|del|goto|typedef)\b)"
_NAME = r"([A-Za-z_$][\w$]*)"
_PARAMETERS = r"(\((?:[^(){};]|\([^()]*\)|\{[^(){};]*\})*\))"
_KEYWORDS = "def|fn|func|function|fun|class|struct|enum|trait|interface|sub|type|mod|module|record"
_PATTERNS = (
    # def name(…), class Name, func (receiver) name(…)
    rf"^[ \t]*{_MODIFIERS}(?:{_KEYWORDS})\s+(?:\([^)]*\)\s*)?{_NAME}[ \t]*{_PARAMETERS}?",
    # const name = …, at the top of a file
    rf"^(?:(?:export|pub(?:\([^)]*\))?)\s+)?(?:const|let|var|static|val)\s+(?:mut\s+)?{_NAME}()\b",
    # #define NAME …, use constant NAME => …, my $NAME = …, at the top of a file
    rf"^(?:#[ \t]*define|use constant|(?:my|our) [$@%])[ \t]*{_NAME}()\b",
    # int name(…) of C, Java and their kin
    rf"^[ \t]*{_MODIFIERS}{_NOT_A_TYPE}[A-Za-z_][\w<>\[\], ]*?[\s*&]+{_NAME}[ \t]*{_PARAMETERS}"
    r"(?=\s*(?:[;{]|throws|const|->|:))",
    # name(…) { of a class in JavaScript, and of a shell
    rf"^[ \t]*(?:(?:async|static|get|set)\s+)*\*?{_NAME}[ \t]*{_PARAMETERS}\s*\{{",
    # NAME = … of Python, at the top of a file
    r"^([A-Z][\w]*)()\s*(?::[^=\n]+)?=(?!=)",
)  # fmt: skip
_DEFINITIONS = tuple(re.compile(pattern, re.M) for pattern in _PATTERNS)
_PERL_PARAMETERS = re.compile(r"my \(([^)]*)\)")
_CALLERS = 2  # steps from a function to those that call it
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_SHORTEST = 2  # letters of a name
_LOOKAHEAD = 120  # characters in which Perl names its parameters
# Words of the languages that look like a name that is defined.
_NOT_A_NAME = re.compile(
    r"if|for|while|switch|catch|function|return|else|in|throw|case|let|use|my|our|import|from|not|and|or|is|with"
    r"|until|do|constructor|self|this|super"
)


@dataclass(frozen=True)
class Definition:
    """A name that a file defines.  ``parameters`` as they are written; ``body``: the text up to the next definition."""

    name: str
    parameters: str
    body: str


@dataclass(frozen=True)
class DefinitionPlace:
    """Where a name is defined: from where it stands up to the end of its parameters."""

    name: str
    start: int
    end: int
    parameters: str


def is_product_source(path: str) -> bool:
    """Tell whether a file has code of the product in a language that is read here."""
    return path.endswith(_SOURCES) and not decides(path)


def list_definitions(
    path: str,
    data: bytes,
) -> Iterator[Definition]:
    """List what the product's part of a file defines, in the order of the file."""
    text = decode_text(data)
    if path.endswith(".rs"):
        text = split_rust(text)[0]
    places = find_definitions(text)
    ends = [place.start for place in places[1:]] + [len(text)]
    for place, end in zip(places, ends, strict=False):
        body = _cut_body(
            text[place.start : end],
            _indent_at(text, place.start),
        )
        parameters = place.parameters
        if path.endswith((".pl", ".pm")):
            parameters = "".join(_PERL_PARAMETERS.findall(body[:_LOOKAHEAD])[:1])
        yield Definition(
            place.name,
            re.sub(r"\s+", " ", parameters),
            body,
        )


def find_definitions(text: str) -> list[DefinitionPlace]:
    """Find where the names that a text defines stand, in their order."""
    found: dict[int, DefinitionPlace] = {}
    for pattern in _DEFINITIONS:
        for match in pattern.finditer(text):
            if _is_name(match[1]):
                end = match.end(2) if match[2] else match.end(1)
                place = DefinitionPlace(
                    match[1],
                    match.start(1),
                    end,
                    match[2] or "",
                )
                found.setdefault(place.start, place)
    return [found[start] for start in sorted(found)]


def cut_definition(text: str, place: DefinitionPlace) -> str:
    """Cut out a definition's lines, those of what is defined within it too."""
    return _cut_body(
        text[place.start :],
        _indent_at(text, place.start),
    )


def _indent_at(text: str, position: int) -> int:
    line = text[text.rfind("\n", 0, position) + 1 :]
    return len(line) - len(line.lstrip(" \t"))


def _cut_body(text: str, indent: int) -> str:
    """Cut a definition before the first line that is indented no more than it and closes or opens nothing."""
    lines = text.splitlines(keepends=True)
    kept = lines[:1]
    for line in lines[1:]:
        bare = line.lstrip(" \t")
        is_inner = len(line) - len(bare) > indent
        if bare.strip() and not is_inner and bare[0] not in "{}()[]":
            break
        kept.append(line)
    return "".join(kept)


def _is_name(name: str) -> bool:
    return len(name) >= _SHORTEST and not _NOT_A_NAME.fullmatch(name)


def _list_used(body: str) -> set[str]:
    """List the words of a body; a variable of Perl or of a shell as it is defined, too."""
    words = set(_WORD.findall(body))
    return words | {word.lstrip("$") for word in words}


def add_callers(
    names: Iterable[str], bodies: Mapping[str, str], steps: int = _CALLERS
) -> frozenset[str]:
    """Add to functions those that call them, some steps far.  ``bodies``: name -> body."""
    found = set(names)
    used = {name: _list_used(body) for name, body in bodies.items()}
    for _ in range(steps):
        callers = [name for name, words in used.items() if not found.isdisjoint(words)]
        found.update(callers)
    return frozenset(found)
