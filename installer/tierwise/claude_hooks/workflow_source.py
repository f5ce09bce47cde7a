"""Where a workflow's script stands: in the call, in a file that the call names, or in a saved workflow."""

import os

from tierwise.files import read_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tierwise.claude_hooks.event import Event

MOST = 512 << 10  # bytes of a script that the client takes
FOLDER = os.path.join(".claude", "workflows")
ENDINGS = (".js", ".mjs")


class Source:
    """A script's text; ``fault`` says why there is none."""

    __slots__ = ("fault", "text")

    def __init__(self, text: str = "", fault: str = "") -> None:
        self.text = text
        self.fault = fault


def find_script(event: "Event") -> Source:
    """The script that the client would run: a file's before a saved workflow's before the call's own."""
    call = event.object("tool_input")
    path, name, script = (call.get(key) for key in ("scriptPath", "name", "script"))
    if isinstance(path, str) and path:
        return _read(os.path.join(event.text("cwd"), os.path.expanduser(path)))
    if isinstance(name, str) and name and not script:
        return _find_saved(event, name)
    if isinstance(script, str) and script:
        return Source(script)
    return Source(fault="the call names no script")


def _find_saved(event: "Event", name: str) -> Source:
    if os.path.basename(name) != name:
        return Source(fault=f"the workflow {name[:60]!r} is not in a file that can be read")
    home = event.environ.get("CLAUDE_CONFIG_DIR") or os.path.join(
        event.environ.get("HOME", ""), ".claude"
    )
    folders = [
        os.path.join(event.root or event.text("cwd"), FOLDER),
        os.path.join(home, "workflows"),
    ]
    for folder in folders:
        for ending in ENDINGS:
            path = os.path.join(folder, name + ending)
            if os.path.isfile(path):
                return _read(path)
    return Source(fault=f"the workflow {name} is built in or comes from a plugin")


def _read(path: str) -> Source:
    try:
        data = read_bytes(path)
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL
        return Source(fault=f"{os.path.basename(path)} cannot be read: {error}")
    if data is None:
        return Source(fault=f"{os.path.basename(path)} is not there")
    if len(data) > MOST:
        return Source(fault=f"{os.path.basename(path)} is longer than the client takes")
    try:
        return Source(data.decode("utf-8"))
    except UnicodeDecodeError:
        return Source(fault=f"{os.path.basename(path)} is not UTF-8")
