"""The coding tools that files can be generated for, as ``targets.json`` beside this module lists them.

Its models are what a tier runs on where the policy names none for the tool, by the family of the tier's own model,
as of the date that the file gives.  Standard library only: the check at a commit reads the folders from it.
"""

import os

from tierwise import fastjson

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CLAUDE = "claude"
CODEX = "codex"
_facts: "dict[str, Any]" = {}


def _read_facts() -> "dict[str, Any]":
    if not _facts:
        folder = os.path.dirname(os.path.abspath(__file__))
        path = os.path.join(folder, "targets.json")
        with open(path, "rb") as handle:
            _facts.update(fastjson.loads(handle.read()))  # type: ignore[call-overload]
    return _facts


def list_targets() -> "list[str]":
    """Return the names of all targets, Claude Code's first."""
    return list(_read_facts()["targets"])


def label_of(target: str) -> str:
    """Return a target's name for people."""
    return str(_read_facts()["targets"][target]["label"])


def program_of(target: str) -> str:
    """Return the command that starts a target's client; empty where it is an editor's extension."""
    return str(_read_facts()["targets"][target]["program"])


def default_models(target: str) -> "dict[str, str]":
    """Return a target's default model for each family: haiku, sonnet, opus, fable."""
    return dict(_read_facts()["targets"][target]["models"])


def role_folders() -> "list[str]":
    """Return the folders in which targets look for roles, below the repository's root."""
    targets = _read_facts()["targets"]
    folders = [str(facts["roles"]) for facts in targets.values()]
    return [folder for folder in folders if folder]
