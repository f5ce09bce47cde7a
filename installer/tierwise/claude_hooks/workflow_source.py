"""Where a workflow's script stands: in the call, in a file that the call names, or in a saved workflow."""

import os

from tierwise.claude_hooks.agent_calls import Calls
from tierwise.claude_hooks.javascript import UnreadableError
from tierwise.files import read_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tierwise.claude_hooks.event import Event

MOST = 512 << 10  # bytes of a script that the client takes
FOLDER = os.path.join(".claude", "workflows")
ENDINGS = (".js", ".mjs")


class ScriptSource:
    """A script's text, and whether it stands in a file; ``fault`` says why there is none."""

    __slots__ = ("fault", "is_file", "text")

    def __init__(
        self,
        text: str = "",
        fault: str = "",
        *,
        is_file: bool = False,
    ) -> None:
        self.text = text
        self.fault = fault
        self.is_file = is_file


def find_script(event: "Event") -> ScriptSource:
    """Find the script that the client would run: a file's before a saved workflow's before the call's own."""
    call = event.object("tool_input")
    path, name, script = (call.get(key) for key in ("scriptPath", "name", "script"))
    if isinstance(path, str) and path:
        return _read_script(os.path.join(event.text("cwd"), os.path.expanduser(path)))
    if isinstance(name, str) and name and not script:
        return _find_saved(event, name)
    if isinstance(script, str) and script:
        return ScriptSource(script)
    return ScriptSource(fault="the call names no script")


def _find_saved(event: "Event", name: str) -> ScriptSource:
    """Find the saved workflow whose `meta` has this name, whatever its file is called."""
    home = event.environ.get("CLAUDE_CONFIG_DIR") or os.path.join(
        event.environ.get("HOME", ""), ".claude"
    )
    project = os.path.join(
        event.root or event.text("cwd"),
        FOLDER,
    )
    for folder in (project, os.path.join(home, "workflows")):
        for path in _list_scripts(folder):
            source = _read_script(path)
            if name in source.text and _read_name(source.text) == name:
                return source
    return ScriptSource(fault=f"the workflow {name[:60]!r} is built in or comes from a plugin")


def _list_scripts(folder: str) -> list[str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    return [os.path.join(folder, name) for name in names if name.endswith(ENDINGS)]


def _read_name(text: str) -> str:
    try:
        return Calls(text).read_meta("name")
    except UnreadableError:
        return ""


def _read_script(path: str) -> ScriptSource:
    try:
        data = read_bytes(path)
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL
        return ScriptSource(fault=f"{os.path.basename(path)} cannot be read: {error}")
    if data is None:
        return ScriptSource(fault=f"{os.path.basename(path)} is not there")
    if len(data) > MOST:
        return ScriptSource(fault=f"{os.path.basename(path)} is longer than the client takes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ScriptSource(fault=f"{os.path.basename(path)} is not UTF-8")
    # The client takes no carriage return in a call; to the script both line ends are the same.
    return ScriptSource(text.replace("\r\n", "\n"), is_file=True)
