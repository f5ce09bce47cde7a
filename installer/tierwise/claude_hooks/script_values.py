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
_BEHIND_OURS = f" {OURS}"
DEEPEST = 3  # names followed from an expression to what they stand for
MOST_TEXTS = 6  # texts that one prompt may turn out to be
MOST_CHARACTERS = 4000  # of one text
_DECLARATIONS = ("const", "let", "var", "function", "class")
_CLOSED = (
    js.TEXT,
    js.TEMPLATE,
    js.TEMPLATE_CLOSE,
)  # a mark of one letter at both ends
_OPENED = (js.TEMPLATE_OPEN, js.TEMPLATE_NEXT)  # `${` at the end
_VALUE_ENDS = frozenset((*_CLOSED, js.NAME, js.NUMBER, js.REGEX, ")", "]", "}"))


class Values:
    """The values of one script."""

    def __init__(self, script: "Script") -> None:
        self._script = script
        self._parameters = self._find_parameters()
        self._declared = self._find_declared()
        self._values = self._find_values()
        self._properties: dict[str, list[Range]] | None = None
        self._words: dict[tuple[Range, int], list[str]] = {}

    def defines(self, name: str) -> bool:
        """Tell whether the script gives a name a meaning of its own: a declaration or a parameter."""
        return name in self._parameters or name in self._declared

    def read_plain(self, value: "Range") -> str:
        """Read the text that a value is; empty where it is none, or an empty one."""
        seen = set()
        known: Range | None = value
        while known is not None and known not in seen:
            seen.add(known)
            token = _find_only(known)
            if self._script.is_kind(token, js.TEXT, js.TEMPLATE):
                return self._read_quoted(token)
            known = self.follow(known)
        return ""

    def follow(self, part: "Range") -> "Range | None":
        """Tell what the script's one `const` or `function` of this name says; None for any other expression."""
        token = _find_only(part)
        if not self._script.is_kind(token, js.NAME):
            return None
        name = self._script.source(token)
        return self._values.get(name)

    def read_texts(self, prompt: "Range") -> list[str]:
        """Tell what a prompt may say.  `d.prompt` may be any value of a `prompt:` in the script."""
        found: dict[str, None] = {}
        for part, depth in self._list_expressions(prompt):
            text = self.read_wording(part, depth)
            if text.strip():
                found[text] = None
            if len(found) == MOST_TEXTS:
                break
        return list(found)

    def read_wording(
        self,
        part: "Range",
        depth: int = 0,
    ) -> str:
        """Read all text in an expression that is the author's, names of the script's own followed."""
        wording = " ".join(self._collect_words(part, depth))
        return wording[:MOST_CHARACTERS]

    def _list_expressions(
        self,
        prompt: "Range",
    ) -> "Iterator[tuple[Range, int]]":
        """List the expressions that a prompt may be, each with the names that were followed to it."""
        script = self._script
        last = prompt[1] - 1
        if not self._is_property(last):
            yield prompt, 0
            return
        name = script.source(last)
        for value in self._find_properties().get(name, ()):
            yield value, 1

    def _collect_words(
        self,
        part: "Range",
        depth: int,
    ) -> list[str]:
        """Collect the pieces of text in an expression, as many as :meth:`read_wording` keeps.

        Each expression is read once: names that name others many times over would cost their product.
        """
        key = (part, depth)
        if key not in self._words:
            words = []
            left = MOST_CHARACTERS
            for word in self._find_words(part, depth):
                words.append(word)
                left -= len(word) + 1
                if left < 0:
                    break
            self._words[key] = words
        return self._words[key]

    def _find_words(
        self,
        part: "Range",
        depth: int,
    ) -> "Iterator[str]":
        script = self._script
        for token in range(*part):
            if script.text.startswith(_BEHIND_OURS, script.ends[token]):
                continue
            kind = script.kinds[token]
            if kind in _CLOSED or kind in _OPENED:
                yield self._read_quoted(token)
            elif kind == js.NAME and depth < DEEPEST:
                yield from self._find_words_behind(token, part, depth)

    def _find_words_behind(
        self,
        name: int,
        part: "Range",
        depth: int,
    ) -> list[str]:
        """Find the text of what a name in an expression stands for."""
        if self._is_property(name):
            return []
        known = self.follow((name, name + 1))
        if known is None or known == part:
            return []
        return self._collect_words(known, depth + 1)

    def _is_property(self, token: int) -> bool:
        """Tell whether a name stands behind a dot."""
        script = self._script
        return script.is_kind(token, js.NAME) and script.is_kind(token - 1, ".", "?.")

    def _read_quoted(self, token: int) -> str:
        """Read the text of a string, or of a piece of a template."""
        end = -1
        if self._script.kinds[token] in _OPENED:
            end = -2
        quoted = self._script.source(token)
        return unescape(quoted[1:end])

    def members(
        self,
        opening: int,
    ) -> "Iterator[tuple[str, Range]]":
        """Return the members of an object literal: name and value; `...` for a spread, an empty name for others."""
        script = self._script
        for part in script.split_group(opening):
            first, end = part
            if script.is_kind(first, "..."):
                yield "...", (first + 1, end)
            elif first + 1 < end and script.is_kind(first + 1, ":"):
                yield self._read_key(first), (first + 2, end)
            elif script.is_kind(_find_only(part), js.NAME):
                yield script.source(first), part
            else:
                yield "", part

    def is_object(self, part: "Range") -> bool:
        """Tell whether an expression is an object literal."""
        return self.is_group(part, "{")

    def is_group(
        self,
        part: "Range",
        bracket: str,
    ) -> bool:
        """Tell whether an expression stands whole between two brackets."""
        first, end = part
        if not self._script.is_kind(first, bracket):
            return False
        return self._script.partners[first] == end - 1

    def count_items(self, part: "Range") -> "int | None":
        """Count the items of a list that is written out; None for any other expression."""
        items = self.follow(part) or part
        if not self.is_group(items, "["):
            return None
        parts = self._script.split_group(items[0])
        for first, _ in parts:
            if self._script.is_kind(first, "..."):
                return None
        return len(parts)

    def _read_key(self, token: int) -> str:
        text = self._script.source(token)
        if self._script.is_kind(token, js.TEXT):
            return text[1:-1]
        return text

    def _find_properties(self) -> "dict[str, list[Range]]":
        """Find every value that an object literal of the script gives a property."""
        if self._properties is None:
            self._properties = {}
            for token, is_block in self._script.blocks.items():
                if is_block or not self._script.is_kind(token, "{"):
                    continue
                for name, value in self.members(token):
                    self._properties.setdefault(name, []).append(value)
        return self._properties

    def _find_values(self) -> "dict[str, Range]":
        """Names that are declared once in the whole script and that no parameter shadows."""
        found = {}
        for name, (token, *others) in self._declared.items():
            if others or name in self._parameters:
                continue
            value = self._find_declared_value(token)
            if value is not None:
                found[name] = value
        return found

    def _find_declared(self) -> "dict[str, list[int]]":
        """Name -> where it is declared."""
        script = self._script
        declared: dict[str, list[int]] = {}
        for keyword in _DECLARATIONS:
            for before in script.where.get(keyword, ()):
                token = before + 1
                if script.is_kind(token, js.NAME):
                    declared.setdefault(script.source(token), []).append(token)
        return declared

    def _find_declared_value(
        self,
        token: int,
    ) -> "Range | None":
        script = self._script
        if script.is_name(token - 1, "const") and script.is_kind(token + 1, "="):
            return token + 2, self._find_end(token + 2)
        if script.is_name(token - 1, "function") and script.is_kind(token + 1, "("):
            body = script.partners[token + 1] + 1
            if script.is_kind(body, "{"):
                return body, script.partners[body] + 1
        return None

    def _find_end(self, first: int) -> int:
        """Find the token after an initialiser: at a comma or semicolon, or where a line begins another statement."""
        script = self._script
        token = first
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
        between = script.text[script.ends[token - 1] : script.starts[token]]
        return "\n" in between

    def _find_parameters(self) -> set[str]:
        """Find the names of parameters of any function in the script."""
        script = self._script
        found: set[str] = set()
        for arrow in script.where.get("=>", ()):
            if script.is_kind(arrow - 1, ")"):
                found |= self._find_names(script.partners[arrow - 1])
            elif script.is_kind(arrow - 1, js.NAME):
                found.add(script.source(arrow - 1))
        for token in script.where.get("function", ()):
            opening = token + 1
            if not script.is_kind(opening, "("):
                opening += 1  # behind the function's name
            if script.is_kind(opening, "("):
                found |= self._find_names(opening)
        return found

    def _find_names(self, opening: int) -> set[str]:
        """Find every name in a group."""
        script = self._script
        names = set()
        for token in range(opening + 1, script.partners[opening]):
            if script.kinds[token] == js.NAME:
                names.add(script.source(token))
        return names


def _find_only(part: "Range") -> int:
    """Find the one token of an expression; -1 where it has more, or none."""
    first, end = part
    if end != first + 1:
        return -1
    return first


def unescape(text: str) -> str:
    """Return the text between the quotes of a literal, escapes read as far as a reader of words cares."""
    if "\\" not in text:
        return text
    text = text.replace("\\n", "\n")
    text = text.replace("\\t", " ")
    return text.replace("\\", "")
