"""What the expressions of a script say, as far as a reader can tell without running it.  Standard library only.

Plain are literals, and names that one `const` or `function` of the script gives a value.
"""

from tierwise.claude_hooks import javascript as js

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierwise.claude_hooks.javascript import Script

    Range = tuple[int, int]  # first token, token after the last

OURS = "/*tierwise*/"  # stands behind every value that Tierwise wrote, so that it knows them again
DEEPEST = 3  # names followed from an expression to what they stand for
MOST_TEXTS = 6  # texts that one prompt may turn out to be
MOST_CHARACTERS = 4000  # of one text
_DECLARATIONS = ("const", "let", "var", "function", "class")
_VALUE_ENDS = frozenset(
    (js.NAME, js.NUMBER, js.TEXT, js.TEMPLATE, js.TEMPLATE_CLOSE, js.REGEX, ")", "]", "}")
)


class Values:
    """The values of one script."""

    def __init__(self, script: "Script") -> None:
        self._script = script
        self._shadows = self._find_parameters()
        self._values = self._find_values()
        self._properties: dict[str, list[Range]] | None = None

    def defines(self, name: str) -> bool:
        """Whether the script gives a name a meaning of its own: a declaration or a parameter."""
        script = self._script
        declared = any(
            script.is_name(token - 1, *_DECLARATIONS) for token in script.where.get(name, ())
        )
        return declared or name in self._shadows

    def read_plain(self, value: "Range") -> str:
        """The text that a value is; empty where it is none, or an empty one."""
        first, end = value
        if end != first + 1:
            return ""
        if self._script.is_kind(first, js.TEXT, js.TEMPLATE):
            return unescape(self._script.source(first)[1:-1])
        known = self.follow(value)
        return "" if known is None or known == value else self.read_plain(known)

    def follow(self, part: "Range") -> "Range | None":
        """What the script's one `const` or `function` of this name says; None for any other expression."""
        first, end = part
        if end != first + 1 or not self._script.is_kind(first, js.NAME):
            return None
        return self._values.get(self._script.source(first))

    def read_texts(self, prompt: "Range") -> list[str]:
        """What a prompt may say.  `d.prompt` may be any value of a `prompt:` in the script."""
        script = self._script
        first, end = prompt
        if script.is_kind(end - 2, ".", "?.") and script.is_kind(end - 1, js.NAME):
            values = self._find_properties().get(script.source(end - 1), [])
            texts = [" ".join(self.read_words(value, 1)) for value in values]
        else:
            texts = [" ".join(self.read_words((first, end)))]
        distinct = dict.fromkeys(text[:MOST_CHARACTERS] for text in texts if text.strip())
        return list(distinct)[:MOST_TEXTS]

    def read_words(self, part: "Range", depth: int = 0) -> "Iterator[str]":
        """Every piece of text in an expression that is the author's, names of the script's own followed."""
        script = self._script
        for token in range(*part):
            kind = script.kinds[token]
            if script.text.startswith(f" {OURS}", script.ends[token]):
                continue
            if kind in (js.TEXT, js.TEMPLATE, js.TEMPLATE_CLOSE):
                yield unescape(script.source(token)[1:-1])
            elif kind in (js.TEMPLATE_OPEN, js.TEMPLATE_NEXT):
                yield unescape(script.source(token)[1:-2])
            elif kind == js.NAME and depth < DEEPEST and not script.is_kind(token - 1, ".", "?."):
                known = self._values.get(script.source(token))
                if known is not None and known != part:
                    yield from self.read_words(known, depth + 1)

    def members(self, opening: int) -> "Iterator[tuple[str, Range]]":
        """The members of an object literal: name and value; `...` for a spread, an empty name for others."""
        script = self._script
        for first, end in script.split_group(opening):
            if script.is_kind(first, "..."):
                yield "...", (first + 1, end)
            elif script.is_kind(first + 1, ":") and first + 1 < end:
                yield self._read_key(first), (first + 2, end)
            elif end == first + 1 and script.is_kind(first, js.NAME):
                yield script.source(first), (first, end)
            else:
                yield "", (first, end)

    def is_object(self, part: "Range") -> bool:
        """Whether an expression is an object literal."""
        first, end = part
        return self._script.is_kind(first, "{") and self._script.partners[first] == end - 1

    def count_items(self, part: "Range") -> "int | None":
        """The length of a list that is written out; None for any other expression."""
        script = self._script
        first, end = self.follow(part) or part
        if not script.is_kind(first, "[") or script.partners[first] != end - 1:
            return None
        parts = script.split_group(first)
        if any(script.is_kind(start, "...") for start, _ in parts):
            return None
        return len(parts)

    def _read_key(self, token: int) -> str:
        text = self._script.source(token)
        return text[1:-1] if self._script.is_kind(token, js.TEXT) else text

    def _find_properties(self) -> "dict[str, list[Range]]":
        """Every value that an object literal of the script gives a property."""
        if self._properties is None:
            self._properties = {}
            for token, block in self._script.blocks.items():
                if not block and self._script.is_kind(token, "{"):
                    for name, value in self.members(token):
                        self._properties.setdefault(name, []).append(value)
        return self._properties

    def _find_values(self) -> "dict[str, Range]":
        """Names that are declared once in the whole script and that no parameter shadows."""
        script = self._script
        declared: dict[str, list[int]] = {}
        for keyword in _DECLARATIONS:
            for before in script.where.get(keyword, ()):
                if script.is_kind(before + 1, js.NAME):
                    declared.setdefault(script.source(before + 1), []).append(before + 1)
        found = {}
        for name, tokens in declared.items():
            value = self._declared_value(tokens[0])
            if len(tokens) == 1 and name not in self._shadows and value is not None:
                found[name] = value
        return found

    def _declared_value(self, token: int) -> "Range | None":
        script = self._script
        if script.is_name(token - 1, "const") and script.is_kind(token + 1, "="):
            return token + 2, self._end_of_value(token + 2)
        if script.is_name(token - 1, "function") and script.is_kind(token + 1, "("):
            body = script.partners[token + 1] + 1
            return (body, script.partners[body] + 1) if script.is_kind(body, "{") else None
        return None

    def _end_of_value(self, first: int) -> int:
        """The token after an initialiser: at a comma or semicolon, or where a line begins another statement."""
        script, token = self._script, first
        while token < len(script.kinds):
            closes_outer = 0 <= script.partners[token] < token
            if script.kinds[token] in (",", ";") or closes_outer:
                return token
            following = max(token, script.partners[token]) + 1
            if self._begins_statement(following):
                return following
            token = following
        return token

    def _begins_statement(self, token: int) -> bool:
        script = self._script
        if not script.is_kind(token, js.NAME) or script.kinds[token - 1] not in _VALUE_ENDS:
            return False
        return "\n" in script.text[script.ends[token - 1] : script.starts[token]]

    def _find_parameters(self) -> set[str]:
        """The names of parameters of any function in the script."""
        script, found = self._script, set[str]()
        for arrow in script.where.get("=>", ()):
            if script.is_kind(arrow - 1, ")"):
                found |= self._names_in(script.partners[arrow - 1])
            elif script.is_kind(arrow - 1, js.NAME):
                found.add(script.source(arrow - 1))
        for token in script.where.get("function", ()):
            opening = token + 1 if script.is_kind(token + 1, "(") else token + 2
            if script.is_kind(opening, "("):
                found |= self._names_in(opening)
        return found

    def _names_in(self, opening: int) -> set[str]:
        script = self._script
        return {
            script.source(token)
            for token in range(opening + 1, script.partners[opening])
            if script.kinds[token] == js.NAME
        }


def unescape(text: str) -> str:
    """The text between the quotes of a literal, escapes read as far as a reader of words cares."""
    if "\\" not in text:
        return text
    return text.replace("\\n", "\n").replace("\\t", " ").replace("\\", "")
