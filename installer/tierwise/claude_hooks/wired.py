"""Who answers where both the plugin and the project's settings call us.  Standard library only, lean."""

import os

from tierwise import bundle, fastjson
from tierwise.domain.hook_line import LAUNCHER, make_hook_line
from tierwise.files import read_bytes, with_lf
from tierwise.loose import as_mapping, list_mappings
from tierwise.user_launcher import usable_candidates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tierwise.claude_hooks.event import Event

_SETTINGS = ("settings.json", "settings.local.json")


def is_wired_in_settings_too(event: "Event") -> bool:
    """Tell whether the plugin's hook runs here while the project's settings call us as well: one of them must do.

    A spawn is decided by both all the same, since either alone may be broken; it is recorded once.  A repository
    must not silence the user's plugin: only our own line counts, with our own file behind it and this user's launcher.
    """
    root = event.root
    if root is None or not event.environ.get("CLAUDE_PLUGIN_ROOT"):
        return False
    if not any(_has_own_line(root, name, event.name) for name in _SETTINGS):
        return False
    return _is_own_launcher(root) and bool(usable_candidates(event.environ))


def _has_own_line(
    root: str,
    name: str,
    event: str,
) -> bool:
    """Tell whether a settings file of the project calls us at this event, to the byte as sync writes it."""
    data = read_bytes(os.path.join(root, ".claude", name)) or b""
    if LAUNCHER.encode() not in data:
        return False
    line = make_hook_line(event)
    settings = fastjson.read_object(data)
    hooks = as_mapping(settings.get("hooks"))
    for group in list_mappings(hooks.get(event)):
        for hook in list_mappings(group.get("hooks")):
            if hook.get("command") == line:
                return True
    return False


def _is_own_launcher(root: str) -> bool:
    stands = read_bytes(os.path.join(root, LAUNCHER)) or b""
    shipped = bundle.read_bytes("templates", "hook.sh")
    return with_lf(stands) == with_lf(shipped)
