"""What Claude Code tells a hook, read with suspicion: any field may be missing or of another type."""

import os

from tierwise import fastjson, repo
from tierwise.files import find_home

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    Found = TypeVar("Found")

SPAWN_TOOLS = ("Agent", "Task")  # one tool, renamed; old clients know the second name
WORKFLOW_TOOL = "Workflow"  # a script that starts agents by itself


class Event:
    """One call of a hook.

    name        PreToolUse, PostToolUse, SubagentStart, SubagentStop, SessionStart, SessionEnd, UserPromptSubmit
    turn        the prompt that this belongs to (`prompt_id`), or the session where a client sends none
    by          the id of the agent in which it happens; empty in the main session
    client      the client's version, such as 2.1.329; empty where it does not say
    root        the repository, None outside of any
    data        the whole input
    """

    def __init__(
        self,
        name: str,
        data: "dict[str, Any]",
        environ: "Mapping[str, str]",
    ) -> None:
        self.data = data
        self.environ = environ
        self.name = self.text("hook_event_name") or name
        self.session_id = self.text("session_id")
        self.turn = self.text("prompt_id") or self.session_id
        self.tool_use_id = self.text("tool_use_id")
        self.transcript = self.text("transcript_path")
        self.by = self.text("agent_id")
        self.client = client_version(environ)
        self.root = find_repository(self.text("cwd"), environ)
        self._found: dict[str, Any] = {}

    def text(self, key: str) -> str:
        """Return a field that should be a string; empty where it is not."""
        value = self.data.get(key)
        if not isinstance(value, str):
            return ""
        return value

    def find_once(
        self,
        name: str,
        find: "Callable[[], Found]",
    ) -> "Found":
        """Tell what ``find`` returns, looked for once an event: a workflow asks for each of its agents."""
        if name not in self._found:
            self._found[name] = find()
        found: Found = self._found[name]
        return found

    def object(self, key: str) -> "dict[str, Any]":
        """Return a field that should be an object; empty where it is not."""
        value = self.data.get(key)
        if not isinstance(value, dict):
            return {}
        return value

    @property
    def is_spawn(self) -> bool:
        """Whether this is about a subagent's call."""
        has_input = isinstance(self.data.get("tool_input"), dict)
        return has_input and self.data.get("tool_name") in SPAWN_TOOLS

    @property
    def is_workflow(self) -> bool:
        """Whether this is about a workflow's call."""
        has_input = isinstance(self.data.get("tool_input"), dict)
        return has_input and self.data.get("tool_name") == WORKFLOW_TOOL

    def for_call(
        self,
        call: "Mapping[str, Any]",
        number: "int | str",
    ) -> "Event":
        """Return the same event as if it were about one agent of a workflow: the ``number``-th call in its script."""
        one = object.__new__(Event)
        one.__dict__.update(self.__dict__)
        one.data = {**self.data, "tool_input": call}
        if self.tool_use_id:
            one.tool_use_id = f"{self.tool_use_id}#{number}"
        return one


def read_event(
    name: str,
    raw: bytes,
    environ: "Mapping[str, str]",
) -> Event:
    """Read a hook's standard input.  Raises ValueError where it is no JSON object."""
    data = fastjson.loads(raw)
    if not isinstance(data, dict):
        raise ValueError("the input is no JSON object")
    return Event(name, data, environ)


def client_version(environ: "Mapping[str, str]") -> str:
    """Return the version in ``AI_AGENT`` (`claude-code_2-1-329_…`, measured on 2.1.197 and 2.1.329), else empty."""
    name, _, rest = environ.get("AI_AGENT", "").partition("_")
    version, _, _ = rest.partition("_")
    numbers = version.split("-")
    if not name.startswith("claude-code") or not all(map(str.isdigit, numbers)):
        return ""
    return ".".join(numbers)


def claude_folder(environ: "Mapping[str, str]") -> str:
    """Claude Code's own folder of the person."""
    named = environ.get("CLAUDE_CONFIG_DIR", "")
    return named or os.path.join(find_home(environ), ".claude")


def find_repository(
    cwd: str,
    environ: "Mapping[str, str]",
) -> "str | None":
    """Find the session's project before the folder it is in just now: a worktree's ledger would vanish with it."""
    for start in (environ.get("CLAUDE_PROJECT_DIR", ""), cwd):
        if not start or not os.path.isdir(start):
            continue
        root = repo.find_root(start)
        if root is not None:
            return root
    return None
