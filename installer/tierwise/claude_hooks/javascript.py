"""The tokens of a JavaScript file, and which bracket closes which.  Standard library only.

Enough of the language to find calls and their arguments without being fooled by what stands in strings,
template literals, regular expressions and comments.  It is no parser: it says nothing about whether a program means
anything, only where its parts begin and end.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "name"
NUMBER = "number"
TEXT = "text"  # '…' or "…"
TEMPLATE = "template"  # `…` without substitutions
TEMPLATE_OPEN = "`("  # `…${ opens a group that TEMPLATE_CLOSE closes
TEMPLATE_NEXT = "`,"  # }…${
TEMPLATE_CLOSE = "`)"  # }…`
REGEX = "regex"

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$")
_DIGITS = frozenset("0123456789")
_NAME_STARTS = _LETTERS | {"#"}
_NAME_CHARACTERS = _LETTERS | _DIGITS
_SPACES = map(chr, range(0x2000, 0x200B))
_BLANKS = frozenset(" \t\n\r\v\f\u00a0\ufeff\u1680\u2028\u2029\u202f\u205f\u3000").union(_SPACES)
_LAST_ASCII = "\x7f"
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_LONG_MARKS = {
    ".": ("...",),
    "=": ("=>",),
    "?": ("?.",),
    "+": ("++",),
    "-": ("--",),
}
# After these words an expression begins, so a slash opens a regular expression and a brace an object.
_BEFORE_EXPRESSION = frozenset(
    (
        "return",
        "typeof",
        "case",
        "in",
        "of",
        "delete",
        "void",
        "throw",
        "new",
        "do",
        "else",
        "await",
        "yield",
        "instanceof",
        "default",
        "extends",
    )
)
_BLOCK_WORDS = frozenset(("do", "else"))
_WITH_HEAD = frozenset(("if", "while", "for", "with"))
_AFTER_VALUE = frozenset((NUMBER, TEXT, TEMPLATE, TEMPLATE_CLOSE, REGEX, "]", "++", "--"))
_BEFORE_BLOCK = frozenset((")", "=>", ";", "{", "}"))


class UnreadableError(ValueError):
    """The text is no JavaScript that this tokenizer can follow; the message says where."""


class Script:
    """A script and its tokens; a token is an index into the lists.

    kinds     a kind from above, or the punctuation mark itself
    starts    where each token begins in ``text``; ``ends`` where it ends
    partners  the closing token of an opening one and the other way round; -1 for others
    parents   the opening token of the group that a token stands in; -1 outside of all
    blocks    opening token of a group -> whether it is a block of statements
    where     a name, or `=>` -> the tokens that are it
    """

    __slots__ = (
        "_counted",
        "blocks",
        "ends",
        "kinds",
        "parents",
        "partners",
        "starts",
        "text",
        "where",
    )

    def __init__(self, text: str) -> None:
        """Read a text.  Raises UnreadableError."""
        self.text = text
        self.kinds: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.partners: list[int] = []
        self.parents: list[int] = []
        self.blocks: dict[int, bool] = {}
        self.where: dict[str, list[int]] = {}
        self._counted = 0, 1  # a place, and its line
        _Scanner(self).scan()

    def source(self, token: int) -> str:
        """Return a token as it stands in the text."""
        return self.text[self.starts[token] : self.ends[token]]

    def line_of(self, token: int) -> int:
        """Return the line that a token begins on, from 1.  Counted on from the last one asked for, as most are in order."""
        at, line = self._counted
        start = self.starts[token]
        if start < at:
            at, line = 0, 1
        line += self.text.count("\n", at, start)
        self._counted = start, line
        return line

    def is_name(
        self,
        token: int,
        *names: str,
    ) -> bool:
        """Tell whether a token is one of these names; False for an index outside of the script."""
        inside = 0 <= token < len(self.kinds)
        return inside and self.kinds[token] == NAME and self.source(token) in names

    def is_kind(
        self,
        token: int,
        *kinds: str,
    ) -> bool:
        """Tell whether a token is of one of these kinds; False for an index outside of the script."""
        return 0 <= token < len(self.kinds) and self.kinds[token] in kinds

    def split_group(
        self,
        opening: int,
    ) -> "list[tuple[int, int]]":
        """Split a group at its own commas: of each part the first token, and the token after the last."""
        parts = []
        start = opening + 1
        for token in self.children(opening):
            if self.kinds[token] == ",":
                parts.append((start, token))
                start = token + 1
        if start < self.partners[opening]:
            parts.append((start, self.partners[opening]))
        return parts

    def children(self, opening: int) -> "Iterator[int]":
        """Return the tokens directly inside a group; of an inner group its opening token alone."""
        token = opening + 1
        end = self.partners[opening]
        while token < end:
            yield token
            token = max(token, self.partners[token]) + 1


class _Scanner:
    """Reads a text from its start to its end, once."""

    __slots__ = ("_at", "_open", "_script", "_text")

    def __init__(self, script: Script) -> None:
        self._script = script
        self._text = script.text
        self._at = 0
        self._open: list[int] = []
        if script.text.startswith("#!"):
            self._at = self._find_line_end(0)

    def scan(self) -> None:
        text, size = self._text, len(self._text)
        while self._at < size:
            char = text[self._at]
            if char in _BLANKS:
                self._at += 1
            elif char in _NAME_STARTS or char > _LAST_ASCII:
                self._read_name()
            elif char in _DIGITS:
                self._read_number()
            elif char in "'\"":
                self._read_text(char)
            elif char == "`":
                self._read_template(TEMPLATE_OPEN, TEMPLATE)
            elif char == "/":
                self._read_slash()
            else:
                self._read_mark(char)
        if self._open:
            raise self._make_fault(
                "this bracket is never closed", self._script.starts[self._open[-1]]
            )

    def _add_token(
        self,
        kind: str,
        end: int,
    ) -> int:
        script = self._script
        script.kinds.append(kind)
        script.starts.append(self._at)
        script.ends.append(end)
        script.partners.append(-1)
        script.parents.append(self._open[-1] if self._open else -1)
        self._at = end
        return len(script.kinds) - 1

    def _read_name(self) -> None:
        text, end, size = self._text, self._at + 1, len(self._text)
        while end < size:
            char = text[end]
            if char not in _NAME_CHARACTERS and (char <= _LAST_ASCII or char in _BLANKS):
                break
            end += 1
        name = text[self._at : end]
        self._script.where.setdefault(name, []).append(self._add_token(NAME, end))

    def _read_number(self) -> None:
        text, end, size = self._text, self._at + 1, len(self._text)
        while end < size and (text[end] in _NAME_CHARACTERS or text[end] == "."):
            end += 1
        self._add_token(NUMBER, end)

    def _read_text(self, quote: str) -> None:
        text, start = self._text, self._at + 1
        while True:
            end = text.find(quote, start)
            if end < 0:
                raise self._make_fault(
                    "this string is never closed",
                    self._at,
                )
            escape = text.find("\\", start, end)
            if text.find("\n", start, escape if escape >= 0 else end) >= 0:
                raise self._make_fault(
                    "this string is never closed",
                    self._at,
                )
            if escape < 0:
                self._add_token(TEXT, end + 1)
                return
            start = escape + 2

    def _read_template(
        self,
        with_value: str,
        without: str,
    ) -> None:
        """Read on to the next substitution or to the end; ``self._at`` is at the quote or at the closing brace."""
        end = self._find_template_end(self._at + 1)
        if self._text[end] == "`":
            token = self._add_token(without, end + 1)
            if without == TEMPLATE_CLOSE:
                self._pair_brackets(token)
            return
        token = self._add_token(with_value, end + 2)
        if with_value == TEMPLATE_OPEN:
            self._open.append(token)

    def _find_template_end(self, start: int) -> int:
        """Tell where the literal part of a template ends: at its quote, or at a `${`."""
        text, at = self._text, start
        while True:
            end = text.find("`", at)
            if end < 0:
                raise self._make_fault(
                    "this template literal is never closed",
                    self._at,
                )
            value = text.find("${", at, end)
            end = value if value >= 0 else end
            escape = text.find("\\", at, end)
            if escape < 0:
                return end
            at = escape + 2

    def _read_slash(self) -> None:
        text, at = self._text, self._at
        if text.startswith("//", at):
            self._at = self._find_line_end(at)
        elif text.startswith("/*", at):
            end = text.find("*/", at + 2)
            if end < 0:
                raise self._make_fault(
                    "this comment is never closed",
                    at,
                )
            self._at = end + 2
        else:
            end = -1
            if self._expects_value():
                end = self._find_regex_end(at)
            if end > 0:
                self._add_token(REGEX, end)
            else:
                self._add_token("/", at + 1)

    def _find_regex_end(self, start: int) -> int:
        """Find the end of a regular expression with its flags; -1 where the line ends before it does."""
        text, size, at, in_class = self._text, len(self._text), start + 1, False
        while at < size and text[at] not in "\n\r":
            char = text[at]
            if char == "/" and not in_class:
                at += 1
                while at < size and text[at] in _LETTERS:
                    at += 1
                return at
            if char == "\\":
                at += 1
            elif char in "[]":
                in_class = char == "["
            at += 1
        return -1

    def _read_mark(self, char: str) -> None:
        if char == "\\":
            raise self._make_fault(
                "an escape outside of a string",
                self._at,
            )
        if char in "([{":
            block = char == "{" and self._opens_block()
            token = self._add_token(char, self._at + 1)
            self._script.blocks[token] = block
            self._open.append(token)
        elif char in _CLOSERS:
            self._close_group(char)
        else:
            for long in _LONG_MARKS.get(char, ()):
                if self._text.startswith(long, self._at):
                    char = long
            token = self._add_token(char, self._at + len(char))
            if char == "=>":
                self._script.where.setdefault(char, []).append(token)

    def _close_group(self, char: str) -> None:
        opening = self._script.kinds[self._open[-1]] if self._open else ""
        if char == "}" and opening == TEMPLATE_OPEN:
            self._read_template(TEMPLATE_NEXT, TEMPLATE_CLOSE)
        elif opening == _CLOSERS[char]:
            self._pair_brackets(self._add_token(char, self._at + 1))
        else:
            raise self._make_fault(
                f"this {char} closes nothing",
                self._at,
            )

    def _pair_brackets(self, closing: int) -> None:
        script = self._script
        opening = self._open.pop()
        script.partners[opening] = closing
        script.partners[closing] = opening
        script.parents[closing] = script.parents[opening]

    def _expects_value(self) -> bool:
        """Tell whether an expression may begin here: then a slash opens a regular expression."""
        script = self._script
        if not script.kinds:
            return True
        last = len(script.kinds) - 1
        kind = script.kinds[last]
        if kind == NAME:
            return not script.is_kind(last - 1, ".", "?.") and script.is_name(
                last, *_BEFORE_EXPRESSION
            )
        if kind == ")":
            return script.is_name(
                script.partners[last] - 1,
                *_WITH_HEAD,
            )
        if kind == "}":
            return script.blocks[script.partners[last]]
        return kind not in _AFTER_VALUE

    def _opens_block(self) -> bool:
        script = self._script
        last = len(script.kinds) - 1
        if last < 0 or script.kinds[last] in _BEFORE_BLOCK:
            return True
        if script.kinds[last] != NAME:
            return False
        return script.is_name(last, *_BLOCK_WORDS) or not script.is_name(last, *_BEFORE_EXPRESSION)

    def _find_line_end(self, start: int) -> int:
        end = self._text.find("\n", start)
        if end < 0:
            end = len(self._text)
        for mark in "\r\u2028\u2029":
            nearer = self._text.find(mark, start, end)
            if nearer >= 0:
                end = nearer
        return end

    def _make_fault(
        self,
        what: str,
        at: int,
    ) -> UnreadableError:
        line = self._text.count("\n", 0, at) + 1
        return UnreadableError(f"line {line}: {what}")
