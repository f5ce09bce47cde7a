"""The `agent()` calls of a workflow script: what each is asked, what its author pinned, where options go.

What cannot be understood is left alone and says why.  Standard library only.
"""

from tierwise.claude_hooks.javascript import Script
from tierwise.claude_hooks.script_repeats import count_runs
from tierwise.claude_hooks.script_values import OURS, Values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tierwise.claude_hooks.script_values import Range

    Edit = tuple[int, int, str]  # where the text changes, up to where, and what stands there then

PINS = ("model", "effort")
_READ = ("label", "phase", "agentType", *PINS)
_CONDITIONS = ("if", "while", "for", "await", "switch", "with")
_MOST_PARTS = 100  # expressions that the options of one call are read from


class AgentCall:
    """One `agent()` call.

    line        where it stands, from 1
    texts       what the prompt may say, as far as the script tells; empty where it tells nothing
    values      the options that are plain text: label, phase, agentType, model, effort
    computed    options among model, effort and agentType whose value only the running script knows
    spread      whether options come, in part or whole, from an expression that cannot be read here
    least       how many agents the call starts at the least; ``open_ended``: it may start more
    unread      why the call is left alone; empty where it is understood
    """

    def __init__(
        self,
        script: Script,
        values: Values,
        token: int,
    ) -> None:
        self._script = script
        self._script_values = values
        self.line = script.line_of(token)
        self.texts: list[str] = []
        self.values: dict[str, str] = {}
        self.computed: set[str] = set()
        self.spread = False
        self.least, self.open_ended = count_runs(
            script,
            values,
            token,
        )
        arguments = script.split_group(token + 1)
        self.unread = _find_obstacle(script, token, arguments)
        self._places: dict[str, tuple[int, int]] = {}
        self._prompt: Range = (token, token + 1)
        self._options: Range | None = None
        self._parts_left = _MOST_PARTS
        if self.unread:
            return
        self._prompt = arguments[0]
        self.texts = values.read_texts(arguments[0])
        if arguments[1:]:
            self._options = arguments[1]
            self._read_options(arguments[1], direct=True)

    @property
    def pinned_elsewhere(self) -> bool:
        """Whether the author's model or effort stands in another place than the call."""
        return any(name in self.values and name not in self._places for name in PINS)

    def plan_edits(
        self,
        wanted: "dict[str, str]",
    ) -> "list[Edit]":
        """Plan the changes of the text that give the call these options."""
        missing = dict(wanted)
        edits = []
        for name, (start, end) in self._places.items():
            value = missing.pop(name, None)
            if value is not None and value != self.values.get(name):
                edits.append((start, end, f"'{value}' {OURS}"))
        for name in self.computed:
            missing.pop(name, None)
        if self.pinned_elsewhere:
            for name, value in self.values.items():
                if missing.get(name) == value:
                    del missing[name]
        if missing:
            written = ", ".join(f"{name}: '{value}' {OURS}" for name, value in missing.items())
            edits += self._add_options(written)
        return edits

    def _add_options(self, written: str) -> "list[Edit]":
        if self._options is None:
            return [self._begin_options(written)]
        first, end = self._options
        if self._script_values.is_object(self._options):
            return [self._extend_literal(first, end, written)]
        return self._wrap_options(first, end, written)

    def _begin_options(self, written: str) -> "Edit":
        """Give a call its second argument."""
        script = self._script
        following = self._prompt[1]
        if script.is_kind(following, ","):
            return _make_insertion(
                script.ends[following],
                f" {{{written}}}",
            )
        return _make_insertion(
            script.ends[following - 1],
            f", {{{written}}}",
        )

    def _extend_literal(
        self,
        first: int,
        end: int,
        written: str,
    ) -> "Edit":
        """Add to an object that stands in the call.

        What comes last wins: the author's own expression, but not a pin that the policy has overruled.
        """
        script = self._script
        if first + 1 == end - 1:
            return _make_insertion(script.ends[first], written)
        if not self.pinned_elsewhere:
            return _make_insertion(
                script.ends[first],
                f"{written}, ",
            )
        comma = ", "
        if script.is_kind(end - 2, ","):
            comma = " "
        return _make_insertion(
            script.ends[end - 2],
            f"{comma}{written}",
        )

    def _wrap_options(
        self,
        first: int,
        end: int,
        written: str,
    ) -> "list[Edit]":
        """Spread the author's expression into an object; what comes last wins here, too."""
        opening, closing = f"{{{written}, ...(", ")}"
        if self.pinned_elsewhere:
            opening, closing = "{...(", f"), {written}}}"
        return [
            _make_insertion(self._script.starts[first], opening),
            _make_insertion(self._script.ends[end - 1], closing),
        ]

    def _read_options(
        self,
        part: "Range",
        *,
        direct: bool,
    ) -> None:
        """Read an options argument; ``direct``: it stands in the call itself, so its values can change there."""
        self._parts_left -= 1
        if self._parts_left < 0:
            self.spread = True  # such as objects that spread each other
        elif self._script_values.is_object(part):
            self._read_members(part[0], direct)
        elif not self._is_nothing(part):
            known = self._find_object(part)
            if known is None:
                self.spread = True
            else:
                self._read_options(known, direct=False)

    def _read_members(
        self,
        opening: int,
        direct: bool,
    ) -> None:
        for name, value in self._script_values.members(opening):
            if name == "...":
                self._read_options(value, direct=False)
            elif name == "":
                self.spread = True
            elif name in _READ:
                self._take_option(name, value, direct)

    def _find_object(self, part: "Range") -> "Range | None":
        """Tell what stands in brackets, or the object that a name is for."""
        values = self._script_values
        if values.is_group(part, "("):
            first, end = part
            return first + 1, end - 1
        known = values.follow(part)
        if known is not None and values.is_object(known):
            return known
        return None

    def _is_nothing(self, part: "Range") -> bool:
        first, end = part
        return end == first + 1 and self._script.is_name(first, "undefined", "null")

    def _take_option(
        self,
        name: str,
        value: "Range",
        direct: bool,
    ) -> None:
        script = self._script
        first, end = value
        start, stop = script.starts[first], script.ends[end - 1]
        is_named = script.is_kind(
            first - 1,
            ":",
        )  # not `{model}` alone
        can_change = direct and is_named and name in PINS
        if can_change:
            mark_end = _find_mark_end(script.text, stop)
            if mark_end is not None:
                self._places[name] = (start, mark_end)
                return
        is_known = self._is_nothing(value) or self._note_value(name, value)
        if can_change and is_known:
            self._places[name] = (start, stop)

    def _note_value(
        self,
        name: str,
        value: "Range",
    ) -> bool:
        """Note what an option says; return whether that is plain text."""
        plain = self._script_values.read_plain(value)
        if plain:
            self.values[name] = plain
            self._places.pop(
                name,
                None,
            )  # what comes later in the options wins
            return True
        if name in ("label", "phase"):
            self.values[name] = self._script_values.read_wording(
                value,
                1,
            )
        else:
            self.computed.add(name)
        return False


class Calls:
    """All `agent()` calls of a script.  ``unread``: whatever else starts agents, each with its line."""

    def __init__(self, text: str) -> None:
        """Read a script.  Raises javascript.UnreadableError where the text is no JavaScript."""
        self.script = Script(text)
        self._values = Values(self.script)
        self.found: list[AgentCall] = []
        self.unread: list[str] = []
        tokens = self.script.where.get("agent", ())
        if self._values.defines("agent") or any(_takes_name(self.script, one) for one in tokens):
            self.unread.append("the script defines an agent() of its own")
            return
        for token in tokens:
            self._look_at(token)
        for token in self.script.where.get("workflow", ()):
            if self.script.is_kind(token + 1, "(") and not self.script.is_kind(token - 1, "."):
                self._note_token(
                    token,
                    "workflow() starts another script",
                )

    def read_meta(self, name: str) -> str:
        """Read a plain text of `export const meta`; empty where there is none."""
        tokens = self.script.where.get("meta")
        if not tokens:
            return ""
        value = self._values.follow((tokens[0], tokens[0] + 1))
        if value is None:
            return ""
        for key, part in self._values.members(value[0]):
            if key == name:
                return self._values.read_plain(part)
        return ""

    def _look_at(self, token: int) -> None:
        script = self.script
        if script.is_kind(token - 1, ".", "?.") or script.is_kind(token + 1, ":"):
            return  # another object's, or a property's name
        if not script.is_kind(token + 1, "("):
            self._note_token(
                token,
                "agent is passed on, not called",
            )
            return
        call = AgentCall(script, self._values, token)
        if call.unread:
            self._note_token(token, call.unread)
        else:
            self.found.append(call)

    def _note_token(
        self,
        token: int,
        what: str,
    ) -> None:
        self.unread.append(f"line {self.script.line_of(token)}: {what}")


def _takes_name(script: Script, token: int) -> bool:
    """Tell whether a name gets a value here: assigned, taken out of one, imported, or a method's or `catch`'s."""
    before, after = token - 1, token + 1
    if script.is_kind(after, "(") or script.is_kind(before, ".", "?."):
        return False
    if _is_assignment(script, after) or script.is_name(before, "import"):
        return True
    opening = _find_opening(script, before)
    if opening < 0:
        return False
    closing = script.partners[opening]
    if script.is_kind(opening, "("):
        is_condition = script.is_name(opening - 1, *_CONDITIONS)
        return _has_body(script, closing) and not is_condition
    return _is_assignment(script, closing + 1)


def _is_assignment(script: Script, token: int) -> bool:
    """Tell whether a token gives what stands before it a value, and compares nothing."""
    return script.is_kind(token, "=") and not script.is_kind(token + 1, "=", "=>")


def _find_opening(script: Script, token: int) -> int:
    """Find the bracket around what ends at a token; -1 where there is none."""
    while token >= 0 and not script.is_kind(token, "(", "[", "{"):
        if script.is_kind(token, ")", "]", "}"):
            token = script.partners[token]
        token -= 1
    return token


def rewrite(text: str, edits: "list[Edit]") -> str:
    """Return the text with all edits made; no two of them overlap."""
    pieces = []
    last = 0
    for start, end, new in sorted(edits):
        pieces += [text[last:start], new]
        last = end
    pieces.append(text[last:])
    return "".join(pieces)


def _find_obstacle(
    script: Script,
    token: int,
    arguments: "list[Range]",
) -> str:
    """Tell why a call cannot be understood; empty where it can."""
    if _has_body(script, script.partners[token + 1]):
        return "a method is named agent"
    if not arguments:
        return "agent() without a prompt"
    if any(script.is_kind(first, "...") for first, _ in arguments[:2]):
        return "the arguments come from a list"
    if any(first == end for first, end in arguments):
        return "an argument is missing"
    return ""


def _has_body(script: Script, closing: int) -> bool:
    """Tell whether a block begins behind a bracket, on the same line."""
    following = closing + 1
    if not script.is_kind(following, "{"):
        return False
    between = script.text[script.ends[closing] : script.starts[following]]
    return "\n" not in between


def _find_mark_end(text: str, start: int) -> "int | None":
    """Tell where our own mark ends that follows a value; None where the value is not ours."""
    rest = text[start:].lstrip(" ")
    if not rest.startswith(OURS):
        return None
    return len(text) - len(rest) + len(OURS)


def _make_insertion(at: int, text: str) -> "Edit":
    return at, at, text
