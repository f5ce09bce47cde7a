"""Gemini CLI: `.gemini/agents/*.md`, with model and effort behind an alias in `.gemini/settings.json`.

The client asks a person about each agent file anew whenever a byte of it changes.  So a file names only its own
alias, for good, and a policy that moves a role changes the settings alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from tierwise.domain.record import Entry
from tierwise.policy.load import Loaded
from tierwise.policy.on_target import ServedTier, serve_role
from tierwise.targets.formats import (
    FRONTMATTER,
    JSON_WITH_COMMENTS,
)
from tierwise.targets.lines import config_file, restore_lines
from tierwise.targets.qwen import TOOLS as _QWEN_TOOLS
from tierwise.targets.role_target import (
    describe_role,
    list_tools,
    render_markdown,
)
from tierwise.targets.roles import Dialect, Role, role_files
from tierwise.targets.splice import RawValues, Values
from tierwise.targets.target import RepoReader, WantedFile

_SETTINGS = ".gemini/settings.json"
_ALIASES = "modelConfigs/customAliases/"
_OURS = "tierwise-"
_TOOLS = {
    **_QWEN_TOOLS,
    "Edit": ("replace",),
    "WebSearch": ("google_web_search",),
}
LEVELS = {
    "low": "LOW",
    "medium": "MEDIUM",
    "high": "HIGH",
    "xhigh": "HIGH",
    "max": "HIGH",
}


def _spell_lines(name: str, _: ServedTier) -> Values:
    return {"model": FRONTMATTER.quote(_OURS + name)}


def _render_role(role: Role, lines: Values) -> bytes:
    front = describe_role(role)
    if "Agent" not in role.tools:
        front["tools"] = json.dumps(list_tools(role, _TOOLS))
    return render_markdown(role, front, lines)


DIALECT = Dialect(
    target="gemini",
    folder=".gemini/agents",
    suffix=".md",
    keys=("model",),
    text=FRONTMATTER,
    spell=_spell_lines,
    render=_render_role,
)


class GeminiTarget:
    """Roles, and the settings that say what each runs on."""

    name = "gemini"
    dialect = DIALECT
    owns = (".gemini/agents/**/*.md", _SETTINGS)
    spliced = (_SETTINGS,)
    limits = (
        "Three levels of effort: xhigh and max are high.",
        "The client asks once for each new agent file, and needs a trusted folder.",
    )

    def files(
        self,
        policy: Loaded,
        repo: RepoReader,
    ) -> Iterator[WantedFile]:
        """Yield the roles; the settings with one alias a role."""
        lines: RawValues = {}
        for wanted in role_files(DIALECT, policy, repo):
            yield wanted
            name = DIALECT.name_in(wanted.path, wanted.content)
            served = serve_role(
                policy.policy,
                DIALECT.target,
                name,
            )
            if served is not None:
                lines[f"{_ALIASES}{_OURS}{name}"] = _spell_alias(served)
        if lines:
            yield config_file(
                JSON_WITH_COMMENTS,
                _SETTINGS,
                lines,
                repo,
            )

    def take_out(
        self,
        path: str,
        current: bytes,
        entry: Entry,
    ) -> bytes | None:
        """Return the settings without our aliases; a role with the line that stood there before."""
        if path == _SETTINGS:
            return restore_lines(
                JSON_WITH_COMMENTS,
                current,
                entry,
                _is_alias,
            )
        return DIALECT.take_out(current, entry)


def _is_alias(key: str) -> bool:
    return key.startswith(f"{_ALIASES}{_OURS}")


def _spell_alias(served: ServedTier) -> str:
    config: dict[str, object] = {"model": served.model}
    if served.effort is not None:
        thinking = {"thinkingConfig": {"thinkingLevel": LEVELS[served.effort]}}
        config["generateContentConfig"] = thinking
    return json.dumps({"extends": "chat-base", "modelConfig": config})
