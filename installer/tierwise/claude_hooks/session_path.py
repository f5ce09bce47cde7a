"""The ``tierwise`` command for a session's shell: slash commands call it by name, and it may not be on PATH.

Claude Code sources the file that ``CLAUDE_ENV_FILE`` names before every command of a session, those in slash
commands too (measured on 2.1.197, 2.1.329 and 2.1.332).  A session's start is the one event that has it.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "CLAUDE_ENV_FILE"


def offer_command(environ: "Mapping[str, str]") -> bool:
    """Put this user's command folder last on the session's PATH; False where there is no need or no way.

    Raises OSError where the client's file cannot be written.
    """
    path = environ.get(VARIABLE, "")
    if not path or is_on_path(environ):
        return False
    from tierwise.user_launcher import command_folder  # which a prompt need not wait for

    folder = command_folder(environ)
    if not _has_command(folder):
        return False
    quoted = "'" + folder.replace("'", "'\\''") + "'"
    with open(path, "a", encoding="utf-8", errors="surrogateescape") as file:
        file.write(f'export PATH="$PATH":{quoted}\n')
    return True


def is_on_path(environ: "Mapping[str, str]") -> bool:
    """Tell whether a shell finds the command by its name."""
    folders = environ.get("PATH", os.defpath).split(os.pathsep)
    return any(os.path.isabs(folder) and _has_command(folder) for folder in folders)


def _has_command(folder: str) -> bool:
    from tierwise.user_launcher import COMMAND

    path = os.path.join(folder, COMMAND)
    return os.path.isfile(path) and os.access(path, os.X_OK)
