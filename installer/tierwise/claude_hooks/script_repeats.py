"""How often a call of a script runs: the lists and loops that it stands in.  Standard library only."""

from tierwise.claude_hooks import javascript as js

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tierwise.claude_hooks.javascript import Script
    from tierwise.claude_hooks.script_values import Values

_EACH = (
    "map",
    "flatMap",
    "forEach",
    "filter",
    "reduce",
    "from",
)


def count_runs(
    script: "Script",
    values: "Values",
    token: int,
) -> "tuple[int, bool]":
    """Tell how often a call runs at the least, and whether it may run more often."""
    least, open_ended = 1, False
    group = script.parents[token]
    while group >= 0:
        times = _count_group(script, values, group)
        if times is None:
            open_ended = True
        else:
            least *= max(1, times)
        group = script.parents[group]
    return least, open_ended


def _count_group(
    script: "Script",
    values: "Values",
    opening: int,
) -> "int | None":
    """Tell how often what stands in a group runs each time the group is reached; None where nobody knows."""
    before = opening - 1
    if script.blocks.get(opening):
        return _count_loop(script, values, before)
    if not script.is_kind(opening, "("):
        return 1
    if script.is_name(before, "pipeline"):
        parts = script.split_group(opening)
        if not parts:
            return 1
        return values.count_items(parts[0])
    if script.is_name(before, *_EACH) and script.is_kind(before - 1, "."):
        return _count_list(script, values, before - 1, opening)
    return 1


def _count_loop(
    script: "Script",
    values: "Values",
    before: int,
) -> "int | None":
    """For a block: how often its loop runs, or its function is called."""
    if script.is_name(before, "do"):
        return None
    if not script.is_kind(before, ")"):
        return 1
    head = script.partners[before]
    keyword = head - 1
    if script.is_name(keyword, "await"):
        keyword -= 1
    has_own_name = script.is_name(keyword - 1, "function")
    if has_own_name or script.is_name(keyword, "while", "function"):
        return None
    if not script.is_name(keyword, "for"):
        return 1
    for token in script.children(head):
        if script.is_name(token, "of"):
            return values.count_items((token + 1, before))
    return None


def _count_list(
    script: "Script",
    values: "Values",
    dot: int,
    opening: int,
) -> "int | None":
    """Count the items of the list before `.map(`; of `Array.from({length: 3}, …)` the length it names."""
    last = dot - 1
    if script.is_name(last, "Array"):
        return _count_from(script, values, opening)
    if script.is_kind(last, "]"):
        opening = script.partners[last]
        if script.is_kind(opening - 1, js.NAME, ")", "]"):  # an index, no list
            return None
        return values.count_items((opening, dot))
    if script.is_kind(last, js.NAME) and not script.is_kind(last - 1, ".", "?."):
        return values.count_items((last, dot))
    return None


def _count_from(
    script: "Script",
    values: "Values",
    opening: int,
) -> "int | None":
    parts = script.split_group(opening)
    if not parts or not values.is_object(parts[0]):
        return None
    for name, (first, _) in values.members(parts[0][0]):
        number = script.source(first)
        if name == "length" and number.isdigit():
            return int(number)
    return None
