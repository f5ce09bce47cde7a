"""Codex: `.codex/agents/*.toml`, and the hook that routes every spawn in `.codex/hooks.json`."""

from __future__ import annotations

from collections.abc import Iterator

from tierwise.domain.hook_line import make_codex_line
from tierwise.domain.record import Entry
from tierwise.policy.load import Loaded
from tierwise.policy.model import Policy
from tierwise.policy.on_target import ServedTier, serve_tier
from tierwise.targets.lines import config_file
from tierwise.targets.roles import Dialect, Role, role_files
from tierwise.targets.settings import (
    remove_part,
    settings_target,
)
from tierwise.targets.splice import Values
from tierwise.targets.target import RepoReader, WantedFile
from tierwise.targets.toml_format import TOML

_FOLDER = ".codex"
_CONFIG = f"{_FOLDER}/config.toml"
_HOOKS = f"{_FOLDER}/hooks.json"
_SPAWN_TOOLS = "spawn_agent|collaborationspawn_agent"
_SECONDS = 10
_CONFIG_KEYS = ("model", "model_reasoning_effort")


def _spell_lines(_: str, served: ServedTier) -> Values:
    lines = {"model": TOML.quote(served.model), "model_reasoning_effort": None}
    if served.effort is not None:
        lines["model_reasoning_effort"] = TOML.quote(served.effort)
    return lines


def _render_role(role: Role, lines: Values) -> bytes:
    front = {
        "name": TOML.quote(role.name),
        "description": TOML.quote(role.description),
    }
    head = ""
    for key, value in {**front, **lines}.items():
        if value is not None:
            head += f"{key} = {value}\n"
    body = _escape_body(role.body)
    return f'{head}developer_instructions = """\n{body}"""\n'.encode()


def _escape_body(body: str) -> str:
    """Return a text as it stands in a string of several lines."""
    escaped = body.replace("\\", "\\\\")
    return escaped.replace('"""', '\\"\\"\\"')


DIALECT = Dialect(
    target="codex",
    folder=f"{_FOLDER}/agents",
    suffix=".toml",
    keys=_CONFIG_KEYS,
    text=TOML,
    spell=_spell_lines,
    render=_render_role,
)


class CodexTarget:
    """Roles, the hook, and the session's own model where the policy has one."""

    name = "codex"
    dialect = DIALECT
    owns = (f"{_FOLDER}/agents/**/*.toml", _CONFIG, _HOOKS)
    spliced = (_CONFIG, _HOOKS)
    limits = (
        "Codex asks once whether to trust the project and its hooks; until then spawns are not routed.",
        "A role's tools are not limited: a spawned role ignores `sandbox_mode`.",
    )

    def files(
        self,
        policy: Loaded,
        repo: RepoReader,
    ) -> Iterator[WantedFile]:
        """Yield the roles, the hooks, the configuration."""
        yield from role_files(DIALECT, policy, repo)
        if policy.policy.hooks.mode != "off" and repo.wires_hooks:
            yield _want_hooks(repo)
        served = _serve_start(policy.policy)
        if served is not None:
            lines = _spell_lines("", served)
            yield config_file(TOML, _CONFIG, lines, repo)

    def take_out(
        self,
        path: str,
        current: bytes,
        entry: Entry,
    ) -> bytes | None:
        """Return the hooks without ours; other files with the lines that stood there before."""
        if path == _HOOKS:
            return remove_part(current, entry)
        return DIALECT.take_out(current, entry)


def _want_hooks(repo: RepoReader) -> WantedFile:
    groups = {"PreToolUse": [_make_group()]}
    entry = repo.state.get(_HOOKS)
    return settings_target(
        groups,
        {},
        repo.read,
        entry,
        path=_HOOKS,
    )


def _serve_start(policy: Policy) -> ServedTier | None:
    """Return what the session starts on; None where the policy leaves that open."""
    tier = policy.session.start
    if not tier:
        return None
    return serve_tier(policy, DIALECT.target, tier)


def _make_group() -> dict[str, object]:
    hook = {
        "type": "command",
        "command": make_codex_line("PreToolUse"),
        "timeout": _SECONDS,
    }
    return {"matcher": _SPAWN_TOOLS, "hooks": [hook]}
