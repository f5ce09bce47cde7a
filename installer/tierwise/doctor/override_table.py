"""What beats a role's file in another tool: one table, each row measured in the tool's client on the wire.

Measured in Codex 0.171.0, OpenCode 1.18.33, Kilo 7.7.7, Gemini CLI 0.61.0, Qwen Code 0.24.4, Copilot CLI 1.0.102,
Pi 1.6.0, Cline's CLI 3.0.65 and Aider 0.86.2.  A path lies below the repository, below the home (``~/``), or where
a variable of the environment says (``${NAME}``, or ``${NAME:-~/usual}``); a variable that is not set, and has no usual
value, names no file.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ANY = object()
"""Whatever the value is."""

ROLE = "NAME"
"""In a key or a path: the role's name.  As a value: what names the role."""


@dataclass(frozen=True)
class Key:
    """A key of a settings file, with dots between; ``*`` is each entry of a list.

    It beats a role's file where it has ``value``.  A key without :data:`ROLE` is about all roles; ``effect`` then
    says what it does.
    """

    path: str
    value: object = ANY
    effect: str = ""


@dataclass(frozen=True)
class OverrideSettings:
    """Settings files, and the keys in them that beat a role's file."""

    files: tuple[str, ...]
    keys: tuple[Key, ...]
    language: Literal["JSON", "TOML"] = "JSON"


@dataclass(frozen=True)
class RoleFolder:
    """A folder with role files that beat those of ours.

    ``named_inside``: the tool goes by the ``name`` in a file, not by the file's own.  ``only_alone``: only where the
    repository has no file for the role.  ``key``: only a file that has this key counts; empty: any does.
    """

    path: str
    suffix: str = ".md"
    named_inside: bool = False
    only_alone: bool = False
    key: str = ""


@dataclass(frozen=True)
class Overrides:
    """What beats the roles of one tool.

    ``twin``: which of two files of the repository with one name the tool takes, in the order of their paths (either:
    in that of the disk); empty where it goes by the file's own name, or always takes the one that is called like the
    role.  ``variables``: those that beat the tool's settings, in the environment or in ``variable_files``.
    """

    settings: tuple[OverrideSettings, ...] = ()
    folders: tuple[RoleFolder, ...] = ()
    twin: Literal["", "first", "last", "either"] = ""
    variables: tuple[str, ...] = ()
    variable_files: tuple[str, ...] = ()


def _list_codex() -> Overrides:
    home = "${CODEX_HOME:-~/.codex}"
    no_hook = "Codex runs no hook: a spawn keeps the model of its role's file, or of the session"
    switches = (
        Key("features.hooks", False, no_hook),
        Key("features.codex_hooks", False, no_hook),
        Key("agents.enabled", False, "Codex spawns no agents"),
    )
    project = ".codex/config.toml"
    return Overrides(
        settings=(
            OverrideSettings((f"{home}/config.toml", project), switches, "TOML"),
            OverrideSettings((project,), (Key(f"agents.{ROLE}.config_file"),), "TOML"),
        ),
        folders=(
            RoleFolder(
                f"{home}/agents",
                ".toml",
                named_inside=True,
                only_alone=True,
                key="model",
            ),
        ),
        twin="first",
    )


def _list_opencode_twin(
    tool: str,
    folders: tuple[str, ...],
    names: tuple[str, ...],
    mine: str,
) -> Overrides:
    """OpenCode or Kilo.

    ``folders``: the tool's own, below the repository and the home.  ``names``: its settings files.  ``mine``: the
    folder below the repository in which our roles lie.
    """
    config = f"${{XDG_CONFIG_HOME:-~/.config}}/{tool}"
    named = f"${{{tool.upper()}_CONFIG_DIR}}"
    project = [*names, *(f"{folder}/{name}" for folder in folders for name in names)]
    user = [f"{config}/{name}" for name in ("config.json", *names)]
    user.append(f"${{{tool.upper()}_CONFIG}}")
    # These come after the repository's files, so that their models count, too.
    tops = [*(f"~/{folder}" for folder in folders), named]
    later = [f"{top}/{name}" for top in tops for name in names]
    off = (Key(f"agent.{ROLE}.disable", True), Key(f"mode.{ROLE}"))
    other_model = (Key(f"agent.{ROLE}.model"), Key(f"agent.{ROLE}.variant"))
    # Of two files with one name either is taken; a file in a folder below has its name by `name`.
    kinds = ("agent", "agents", "mode", "modes")
    return Overrides(
        settings=(
            OverrideSettings((*project, *user), off),
            OverrideSettings(tuple(later), (*off, *other_model)),
        ),
        folders=(
            *(
                RoleFolder(f"{top}/{kind}", named_inside=True)
                for top in (mine, *tops)
                for kind in kinds
            ),
            *(RoleFolder(f"{config}/{kind}", named_inside=True, only_alone=True) for kind in kinds),
        ),
    )


_OPENCODE_FILES = ("opencode.json", "opencode.jsonc")
_KILO_FILES = ("kilo.json", "kilo.jsonc", *_OPENCODE_FILES)

_GEMINI_FOLDERS = {
    "darwin": "/Library/Application Support/GeminiCli",
    "win32": "C:\\ProgramData\\gemini-cli",
}


def _list_gemini() -> Overrides:
    system = _GEMINI_FOLDERS.get(
        sys.platform,
        "/etc/gemini-cli",
    )
    home = "${GEMINI_CLI_HOME:-~}/.gemini"
    files = (
        ".gemini/settings.json",
        f"{home}/settings.json",
        f"${{GEMINI_CLI_SYSTEM_SETTINGS_PATH:-{system}/settings.json}}",
        f"${{GEMINI_CLI_SYSTEM_DEFAULTS_PATH:-{system}/system-defaults.json}}",
        "${GEMINI_CLI_SYSTEM_SETTINGS_PATH}/../system-defaults.json",
    )
    keys = (
        Key(f"agents.overrides.{ROLE}.modelConfig"),
        Key(f"agents.overrides.{ROLE}.enabled", False),
        Key("modelConfigs.overrides.*.match.overrideScope", ROLE),
    )
    user_roles = RoleFolder(
        f"{home}/agents",
        named_inside=True,
        only_alone=True,
    )
    return Overrides(
        settings=(OverrideSettings(files, keys),),
        folders=(user_roles,),
        twin="last",
    )


def _list_copilot() -> Overrides:
    home = "${COPILOT_HOME:-~/.copilot}"
    keys = (
        Key(f"subagents.agents.{ROLE}"),
        Key("subagents.disabledSubagents.*", ROLE),
    )
    user_roles = RoleFolder(
        f"{home}/agents",
        ".agent.md",
        named_inside=True,
    )
    return Overrides(
        settings=(OverrideSettings((f"{home}/settings.json",), keys),),
        folders=(user_roles,),
        twin="first",
    )


OVERRIDES: Mapping[str, Overrides] = {
    "codex": _list_codex(),
    "opencode": _list_opencode_twin("opencode", (".opencode",), _OPENCODE_FILES, ".opencode"),
    "kilo": _list_opencode_twin("kilo", (".kilo", ".kilocode"), _KILO_FILES, ".kilo"),
    "gemini": _list_gemini(),
    "qwen": Overrides(
        folders=(RoleFolder("${QWEN_HOME:-~/.qwen}/agents", named_inside=True, only_alone=True),)
    ),
    "copilot": _list_copilot(),
    # Its extension looks among the user's roles alone where a call names no scope.
    "pi": Overrides(
        folders=(RoleFolder("${PI_CODING_AGENT_DIR:-~/.pi/agent}/agents", named_inside=True),),
        twin="last",
    ),
    "cline": Overrides(
        folders=(
            RoleFolder(
                "~/.cline/agents",
                ".yaml",
                named_inside=True,
                only_alone=True,
            ),
        ),
        twin="either",
    ),
    "aider": Overrides(
        variables=("AIDER_MODEL", "AIDER_EDITOR_MODEL", "AIDER_WEAK_MODEL"),
        variable_files=(".env", "~/.env"),
    ),
}
"""By target; of a tool that is not here nothing is measured."""
