"""What a client takes as a workflow's script in the call, and not in a file (measured on 2.1.197 and 2.1.332).

A script from a file is routed by giving it back in the call; where the client would refuse that, it stays where it is.
"""

from tierwise.claude_hooks.workflow_source import MOST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tierwise.claude_hooks.agent_calls import Calls
    from tierwise.claude_hooks.javascript import Script
    from tierwise.claude_hooks.workflow_source import ScriptSource

MOST_WRITTEN = 100
"""Characters that are written into one `agent()` call, at the most."""
_CONTROLS = frozenset(map(chr, [*range(9), *range(11, 32), *range(127, 160)]))
_UNSTEADY = {"Date": "now", "Math": "random"}


def find_obstacle(source: "ScriptSource", calls: "Calls") -> str:
    """Tell why the client would refuse a script once it is changed; empty where it would not."""
    if len(source.text) + MOST_WRITTEN * len(calls.found) > MOST:
        return "with models and efforts the script is longer than the client takes"
    if not source.is_file:
        return ""
    if not _CONTROLS.isdisjoint(source.text):
        return "the file has control characters, which the client takes in no call"
    if _is_unsteady(calls.script):
        return "the file uses Date.now(), Math.random() or new Date(), which the client takes in no call"
    return ""


def _is_unsteady(script: "Script") -> bool:
    for name in _UNSTEADY:
        for token in script.where.get(name, ()):
            if script.is_kind(token + 1, ".") and script.is_name(token + 2, _UNSTEADY[name]):
                return True
    for token in script.where.get("Date", ()):
        if script.is_name(token - 1, "new") and not _has_arguments(script, token):
            return True
    return False


def _has_arguments(script: "Script", token: int) -> bool:
    opening = token + 1
    return script.is_kind(opening, "(") and script.partners[opening] != opening + 1
