"""What a turn did, told from the tools that it used: the label that only hindsight has.

Standard library only: the hook that hears of a turn's end imports this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

TALK = "talk"
READ = "read"
OPERATIONS = "operations"
TEXT_FILES = "text-files"
CODE_ONE = "code-in-one-file"
CODE_FEW = "code-in-2-to-5"
CODE_MANY = "code-in-6-or-more"
PLAN = "plan-mode"
HAND_OUT = "hand-outs"
LABELS = (
    TALK,
    READ,
    OPERATIONS,
    TEXT_FILES,
    CODE_ONE,
    CODE_FEW,
    CODE_MANY,
    PLAN,
    HAND_OUT,
)

MANY_FILES = 6

FAILURES = 3
"""Equal errors of one tool in a turn that show it to be stuck."""

_CANCELLED = "Sibling tool call errored"
"""What the client answers a call that it did not run, as one beside it had failed."""

_READS = "Read"
_EDITS = frozenset({"Edit", "MultiEdit", "Write", "NotebookEdit"})
_HAND_OUTS = frozenset({"Agent", "Task", "Workflow"})
_SHELL = frozenset({"Bash", "PowerShell"})
_PLANNING = frozenset({"ExitPlanMode", "EnterPlanMode"})
_LISTS_ONE = "TaskCreate"
_LISTS_ALL = "TodoWrite"
_TEXT_NAME = re.compile(r"\.(?:md|mdx|rst|txt|adoc)$|(?:^|/)(?:LICENSE|CHANGELOG|README)[^/]*$")
# Commands that look and change nothing; a pipe or `&&` of such commands is one, too.
_LOOKING = re.compile(
    r"^\s*(?:\w+=\S*\s+)*(?:ls|cat|head|tail|less|wc|grep|rg|ag|find|fd|tree|pwd|which|file|stat|"
    r"du|df|diff|echo|printf|jq|sort|uniq|cut|awk|sed\s+-n|env|date|cd|true|"
    r"git\s+(?:-C\s+\S+\s+)?(?:status|log|diff|show|blame|branch(?!\s+-[dDmM])|remote|ls-files|"
    r"rev-parse|grep|describe|shortlog|reflog|config\s+--get)|"
    r"gh\s+(?:pr|issue|run|release|repo)\s+(?:view|list|diff|checks|status)|gh\s+api|"
    r"(?:npm|pip|cargo|go|docker)\s+(?:ls|list|show|view|version|ps|images|logs|tree))\b"
)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_JOINED = re.compile(r"\|\|?|&&|;|\n")
_REDIRECTED = re.compile(r"(?<![0-9&])>>?\s*(?!/dev/null|&)\S")
_ENDS_TASK = re.compile(
    r"\bgit\s+(?:-[cC]\s+\S+\s+)*(?:commit|push)\b|\bgh\s+pr\s+(?:create|merge)\b"
)
"""Shell commands with which a piece of work is over."""

_PAUSES = frozenset({TALK, READ, OPERATIONS})

_LARGE = frozenset({CODE_MANY, PLAN})
_NOT_SMALL = frozenset({CODE_FEW, CODE_MANY, PLAN})

_DID = {
    TALK: "talk",
    READ: "read",
    OPERATIONS: "run",
    PLAN: "plan",
    HAND_OUT: "read",
}


class Tool(Protocol):
    """One call of a tool: what it names (a file, a shell command), and whether it failed.

    ``items``: how many steps a list of what is to be done has; 0 for other tools.
    ``error``: the beginning of what it failed with.
    """

    name: str
    target: str
    failed: bool
    items: int
    error: str


def label_tools(
    tools: Sequence[Tool],
    *,
    is_planning: bool,
) -> str:
    """Return the label of a turn that used these tools; one of ``LABELS``."""
    names = {tool.name for tool in tools}
    if is_planning or names & _PLANNING:
        return PLAN
    edited = find_edited_files(tools)
    if edited:
        return _label_edits(edited)
    if names & _HAND_OUTS:
        return HAND_OUT
    if any(tool.name in _SHELL and not only_looks(tool.target) for tool in tools):
        return OPERATIONS
    if names:
        return READ
    return TALK


def describe_did(label: str) -> str:
    """Return the classifier's word for what a turn did: talk, read, run, plan or edit."""
    return _DID.get(label, "edit")


def ends_task(tools: Iterable[Tool]) -> bool:
    """Return whether a turn's tools committed, pushed or handed in its work."""
    return any(_ENDS_TASK.search(tool.target) for tool in tools if not tool.failed)


def finishes_task(
    tools: Sequence[Tool],
    *,
    label: str,
    is_interrupted: bool,
) -> bool:
    """Return whether the work at hand is done once a turn is over.

    It is after a commit, and after a turn that changed no file: then the person looks or talks.
    A turn that was interrupted is no pause; more of the same work follows.  Neither is the commit
    of a large turn: what a review finds in it is as large.
    """
    if label in _LARGE:
        return False
    if ends_task(tools):
        return True
    return label in _PAUSES and not is_interrupted


def adds_nothing(tools: Iterable[Tool], label: str) -> bool:
    """Return whether a turn changed no file and ended no work."""
    return label in _PAUSES and not ends_task(tools)


def is_small(label: str) -> bool:
    """Return whether a turn planned nothing and edited one code file at most."""
    return label not in _NOT_SMALL


def enters_planning(tools: Iterable[Tool]) -> bool:
    """Return whether a turn went into plan mode, or out of it, by itself."""
    return any(tool.name in _PLANNING for tool in tools)


def count_listed_steps(tools: Iterable[Tool]) -> int:
    """Return how many steps a turn has put on its list of what is to be done."""
    listed = whole = 0
    for tool in tools:
        if tool.failed:
            continue
        if tool.name == _LISTS_ONE:
            listed += 1
        elif tool.name == _LISTS_ALL:
            whole = max(whole, tool.items)
    return max(listed, whole)


def is_stuck(tools: Iterable[Tool]) -> bool:
    """Return whether a tool failed with the same words again and again."""
    counts: dict[tuple[str, str], int] = {}
    for tool in tools:
        if tool.failed and _CANCELLED not in tool.error:
            key = (tool.name, tool.error)
            counts[key] = counts.get(key, 0) + 1
    return max(counts.values(), default=0) >= FAILURES


def find_edited_files(tools: Iterable[Tool]) -> set[str]:
    """Return the files that a turn edited; an edit that failed changed nothing."""
    return {tool.target for tool in tools if tool.name in _EDITS and not tool.failed}


def find_edited_code(tools: Iterable[Tool]) -> set[str]:
    """Return the edited files that hold no prose."""
    return {path for path in find_edited_files(tools) if not is_text_file(path)}


def find_read_files(tools: Iterable[Tool]) -> set[str]:
    """Return the files that a turn read, or tried to read, by the tool for it."""
    return {tool.target for tool in tools if tool.name == _READS}


def is_text_file(path: str) -> bool:
    """Return whether a file holds prose."""
    return _TEXT_NAME.search(path) is not None


def only_looks(command: str) -> bool:
    """Return whether a shell command reads and changes nothing, as far as its words tell."""
    bare = _QUOTED.sub("''", command)
    if _REDIRECTED.search(bare):
        return False
    parts = [part for part in _JOINED.split(bare) if part.strip()]
    return all(_LOOKING.match(part) for part in parts)


def _label_edits(edited: set[str]) -> str:
    code = sum(not is_text_file(path) for path in edited)
    if not code:
        return TEXT_FILES
    if code == 1:
        return CODE_ONE
    if code < MANY_FILES:
        return CODE_FEW
    return CODE_MANY
