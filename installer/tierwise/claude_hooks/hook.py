"""The one way in for every event of Claude Code: bytes in, bytes out, and never a failure.

A hook of ours leaves the call alone rather than stop it.  Any fault becomes one line in a log; the exit code is 0.
"""

import os

from tierwise.claude_hooks.event import (
    find_repository,
    read_event,
)
from tierwise.claude_hooks.modes import switched_off
from tierwise.claude_hooks.module_events import (
    MODULE_EVENTS,
    answer_module,
)
from tierwise.compiled import load_in_order
from tierwise.domain.hook_line import CODEX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from tierwise.claude_hooks.event import Event

    Answer = Callable[[Event], dict[str, Any]]

# What every call of an agent loads, each behind what it imports itself, and what a workflow loads beside.
CALL_MODULES = """
    trust trust.owners private_folder local_state ledger bundle digests domain.table
    claude_hooks.live domain.kinds claude_hooks.enforce claude_hooks.fan_out
    classify classify.complexity memo classify.concepts classify.words classify.features
    classify.model classify.prompts classify.prose classify.requests classify.roles
    classify.telling classify.wording classify.signals contained claude_hooks.agent_file
    claude_hooks.escalations routing routing.decision globs routing.floors routing.reading
    routing.decide routing.own_words claude_hooks.requested claude_hooks.spawn
"""
WORKFLOW_MODULES = """
    claude_hooks.javascript claude_hooks.script_repeats claude_hooks.script_values
    claude_hooks.agent_calls claude_hooks.workflow_site claude_hooks.workflow_source
    claude_hooks.workflow_limits claude_hooks.workflow
"""


def main(event: str) -> int:
    """Answer one event from standard input on standard output.  Always 0."""
    try:
        said = answer(event, _read_all(0), os.environ)
        while said:
            said = said[os.write(1, said) :]
    except BaseException:  # a closed pipe, Ctrl-C: the client has gone, there is nobody to tell
        return 0
    return 0


def answer(
    name: str,
    raw: bytes,
    environ: "Mapping[str, str]",
) -> bytes:
    """Answer one event's input with the JSON to print, or nothing.  Raises nothing but KeyboardInterrupt."""
    root = None
    if switched_off(environ):
        return b""
    try:
        event = read_event(name, raw, environ)
        root = event.root
        is_of_module = event.name in MODULE_EVENTS
        if event.name != "PreToolUse" and not is_of_module and _is_answered_elsewhere(event):
            return b""
        answering = _answering_codex(name) if name.startswith(CODEX) else _find_answer(event)
        reply = answering(event)
        if not reply:
            return b""
        from tierwise import fastjson

        return fastjson.dumps(reply).encode()
    except Exception as error:
        from tierwise.claude_hooks import fault_log  # most events have no fault

        fault_log.note(
            root or find_repository(_find_folder(), environ),
            name,
            error,
        )
        return b""


def _is_answered_elsewhere(event: "Event") -> bool:
    if not event.environ.get("CLAUDE_PLUGIN_ROOT"):
        return False
    from tierwise.claude_hooks.wired import is_wired_in_settings_too

    return is_wired_in_settings_too(event)


def _answering_codex(name: str) -> "Answer":
    """Return the function for an event that Codex asks about; the settings put the client's name before the event's."""
    if name == CODEX + "PreToolUse":
        from tierwise.claude_hooks.codex_spawn import answer_codex_spawn

        return answer_codex_spawn
    return lambda event: {}


def _find_answer(event: "Event") -> "Answer":
    """Find the function for an event.  Each loads its own modules: a spawn does not wait for the session's."""
    name = event.name
    if name == "PreToolUse":
        _load_modules(CALL_MODULES)
    if name == "PreToolUse" and event.is_workflow:
        _load_modules(WORKFLOW_MODULES)
        from tierwise.claude_hooks.workflow import answer_workflow

        return answer_workflow
    if name == "PreToolUse":
        from tierwise.claude_hooks.spawn import answer_spawn

        return answer_spawn
    if name in ("SubagentStart", "SubagentStop", "PostToolUse", "SessionEnd"):
        from tierwise.claude_hooks.outcome import answer_outcome

        return answer_outcome
    if name in ("SessionStart", "UserPromptSubmit"):
        from tierwise.claude_hooks.notices import answer_notice

        return answer_notice
    if name in MODULE_EVENTS:
        return answer_module
    return lambda event: {}


def _load_modules(names: str) -> None:
    load_in_order(f"tierwise.{name}" for name in names.split())


def _read_all(descriptor: int) -> bytes:
    pieces = []
    while piece := os.read(descriptor, 1 << 20):
        pieces.append(piece)
    return b"".join(pieces)


def _find_folder() -> str:
    try:
        return os.getcwd()
    except OSError:  # the folder is gone
        return ""
