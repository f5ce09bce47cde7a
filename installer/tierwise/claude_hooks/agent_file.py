"""The two lines of an agent's own file that a spawn depends on.  Standard library only, no YAML."""

import os

from tierwise import fastjson, repo
from tierwise.contained import list_files
from tierwise.errors import TierwiseError
from tierwise.files import read_bytes, read_head, read_usable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tierwise.domain.table_shape import Table

_HEAD = 16 << 10  # bytes in which an agent's frontmatter ends
# Below the client's configuration folder.
_INSTALLED = os.path.join("plugins", "installed_plugins.json")
OWN = "tierwise:"  # the plugin's namespace
INHERIT = "inherit"


def policy_name(
    agent: str,
    known: "Mapping[str, object]",
) -> str:
    """Return the name by which the policy knows an agent: the plugin's own agents go by their bare names."""
    if agent in known:
        return agent
    return agent.removeprefix(OWN)


def pinned_model(
    root: str,
    agent: str,
    cwd: str = "",
    home: str = "",
) -> str:
    """Return the model in the file of the agent with this name; empty without a file or a line.

    The client goes by ``name:``, wherever the file lies and whatever it is called.  Of several agents with one
    name it takes the nearest: from the session's folder up to the repository's root, then the user's own.
    """
    _, head = _find_file(root, agent, cwd, home)
    return frontmatter_value(head, b"model")


def owners_pin(
    root: str,
    agent: str,
    table: "Table",
    cwd: str,
    home: str,
) -> "tuple[str, str]":
    """Return the model that the owner's own file gives an agent, and the file; empty where the policy decides.

    It holds for a file that Tierwise did not write, unless the user's own policy names the agent.  An agent that
    the policy calls `off` is left alone, whatever its file says.
    """
    line = table["agents"].get(agent) or {}
    rule = str(line.get("rule") or "")
    if rule.startswith(repo.POLICY):
        return "", ""
    path, head = _find_file(root, agent, cwd, home)
    pinned = frontmatter_value(head, b"model")
    if pinned not in ("", INHERIT) and not is_written_by_us(root, path):
        return pinned, os.path.basename(path)
    if agent in (table.get("agents_off") or ()):
        return INHERIT, f"{agent}: off"
    return "", ""


def is_written_by_us(root: str, path: str) -> bool:
    """Tell whether the record has the agent's file, as written whole or with lines of ours in it."""
    if not path.startswith(root + os.sep):
        return False
    state = os.path.join(root, repo.FOLDER, "state.json")
    relative = os.path.relpath(path, root)
    recorded_as = relative.replace(os.sep, "/")
    try:
        record: Any = fastjson.loads(read_usable(state) or b"")
        entry = record["files"][recorded_as]
        return entry.get("part") is not None
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def _find_file(
    root: str,
    agent: str,
    cwd: str,
    home: str,
) -> "tuple[str, bytes]":
    """Find the nearest file of an agent, and its head; empty where there is none, and for Tierwise's own plugin."""
    if not agent or agent.startswith(OWN):
        return "", b""
    plugin, _, name = agent.rpartition(":")
    if plugin:
        folders = _list_plugin_folders(root, plugin, home)
    else:
        folders = _list_folders(root, cwd, home)
    for folder in folders:
        for path in list_files(folder, ".md"):
            head = read_head(path, _HEAD)
            if _name_of(head, path) == name:
                return path, head
    return "", b""


def _list_plugin_folders(
    root: str,
    plugin: str,
    home: str,
) -> "list[str]":
    """List the folder of agents of each installed copy of a plugin that this repository may use."""
    if not home:
        return []
    plugin, _, _ = plugin.partition(":")
    path = os.path.join(home, _INSTALLED)
    folders = []
    try:
        installed: Any = fastjson.loads(read_bytes(path) or b"{}")
        for name, copies in installed["plugins"].items():
            if name.partition("@")[0] != plugin:
                continue
            for copy in copies:
                if _is_for(root, copy.get("projectPath")):
                    folders.append(os.path.join(copy["installPath"], "agents"))
    except (OSError, TierwiseError, ValueError, KeyError, TypeError, AttributeError):
        return []  # no plugins, or a file of another shape: the policy decides
    return folders


def _is_for(root: str, project: "str | None") -> bool:
    """Tell whether a copy of a plugin that is for one project, or for all, is for this repository."""
    if project is None:
        return True
    return os.path.realpath(project) == os.path.realpath(root)


def _list_folders(
    root: str,
    cwd: str,
    home: str,
) -> "list[str]":
    """List the folders that hold agents, the nearest first; ``home`` is the client's configuration folder."""
    tops = []
    folder = cwd
    while folder.startswith(root + os.sep):
        tops.append(folder)
        folder = os.path.dirname(folder)
    tops.append(root)
    found = [os.path.join(top, ".claude", "agents") for top in tops]
    if home:
        found.append(os.path.join(home, "agents"))
    return found


def _name_of(head: bytes, path: str) -> str:
    file = os.path.basename(path)
    return frontmatter_value(head, b"name") or file.removesuffix(".md")


def frontmatter_value(text: bytes, key: bytes) -> str:
    """Return the plain value of a top-level key between the first two `---` lines; empty without one."""
    opening, *lines = text.splitlines() or [b""]
    if opening.strip() != b"---":
        return ""
    name = key + b":"
    for line in lines:
        if line.rstrip() == b"---":
            break
        if line.startswith(name):
            value, _, _ = line.removeprefix(name).partition(b" #")
            plain = value.strip().strip(b"\"'")
            return plain.decode("utf-8", "replace")
    return ""
