"""What beats the policy: variables, settings and modules that give a spawn another model or effort.

Each is named where it stands, with the tiers of this policy that cannot be served because of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tierwise.doctor.client import client_version
from tierwise.doctor.finding import (
    Finding,
    fail,
    ok,
    warn,
)
from tierwise.doctor.place import OURS, Place, Plugin, config_folder
from tierwise.domain import client_facts, table
from tierwise.domain.client_facts import at_least, is_available
from tierwise.domain.kinds import ALIASES, EFFORTS
from tierwise.files import read_text
from tierwise.loose import value_at

SUBAGENT_MODEL = "CLAUDE_CODE_SUBAGENT_MODEL"
FORCE = "CLAUDE_CODE_SUBAGENT_MODEL_FORCE"
SUBAGENT_EFFORT = "CLAUDE_CODE_SUBAGENT_EFFORT"
WORKFLOW_MODEL = "CLAUDE_CODE_WORKFLOW_SUBAGENT_MODEL"
EFFORT_LEVEL = "CLAUDE_CODE_EFFORT_LEVEL"
MODULE_EVENTS = ("agent.spawn", "turn.step")
Tiers = Mapping[str, Mapping[str, Any]]


def check_overrides(place: Place) -> Iterator[Finding]:
    """Variables and settings that beat the policy."""
    tiers = _claude_tiers(place)
    version = client_version(place)
    yield from _check_model_variables(place, tiers, version)
    yield from _check_workflow_model(place, tiers, version)
    yield from _check_efforts(place, tiers, version)
    yield from _check_available(place, tiers)


def check_modules(place: Place) -> Iterator[Finding]:
    """Modules of other plugins that see agents: one that sets a model beats the hook."""
    for what, plugin in _list_plugins(place):
        text = _read_modules(plugin)
        for event in MODULE_EVENTS:
            if event in text:
                remedy = f"See what {what} does with the model; take it out where the policy is to decide."
                yield warn(
                    "modules",
                    f"{what} ({plugin.folder}) has a module on {event}: a model that it sets beats the policy",
                    remedy,
                )


def check_workflows(place: Place) -> Iterator[Finding]:
    """Whether the hook sees workflows, whose agents are started without a call of the Agent tool."""
    ours = place.spawn_hooks
    sees = [hook for hook in ours if hook.sees_tool("Workflow")]
    if ours and not sees:
        yield fail(
            "workflows",
            f"the hook in {ours[0].source} does not see workflows: their agents run on the session's model",
            "Run `tierwise sync`, or update the plugin.",
        )


def _check_model_variables(
    place: Place,
    tiers: Tiers,
    version: str,
) -> Iterator[Finding]:
    forced = _find_variable(place, FORCE)
    named = _find_variable(place, SUBAGENT_MODEL)
    beats = bool(forced) and at_least(version, client_facts.MODEL_CAN_BE_FORCED)
    models = [value for value, _ in named]
    for value, where in forced:
        if beats:
            yield _fail_forced(
                where,
                "".join(models[:1]),
                tiers,
            )
        else:
            yield ok(
                FORCE,
                f"set to {value} in {where}; this version does not know it",
            )
    if not named:
        yield ok(
            SUBAGENT_MODEL,
            f"not set; {_describe_model_variable(version)}",
        )
    for value, where in named:
        what = f"set to {value} in {where}; {_describe_model_variable(version)}"
        remedy = f"Take {SUBAGENT_MODEL} out; the policy says what each agent gets."
        if version and not at_least(version, client_facts.ENVIRONMENT_IS_A_DEFAULT):
            lost = _name_tiers(
                _other_models(tiers, value),
                tiers,
            )
            yield fail(SUBAGENT_MODEL, f"{what}{lost}", remedy)
        elif not beats:
            yield warn(SUBAGENT_MODEL, what, remedy)


def _fail_forced(
    where: str,
    model: str,
    tiers: Tiers,
) -> Finding:
    wanted = f"on {model}"
    if not model:
        wanted = "on the session's model"
    lost = _name_tiers(_other_models(tiers, model), tiers)
    return fail(
        FORCE,
        f"set in {where}: every agent runs {wanted}, whatever the policy says{lost}",
        f"Take {FORCE} out.",
    )


def _describe_model_variable(version: str) -> str:
    if not version:
        return "it beats everything up to Claude Code 2.1.240 and is only a default from 2.1.259 on"
    if not at_least(version, client_facts.ENVIRONMENT_IS_A_DEFAULT):
        return f"Claude Code {version} would let it beat everything, this policy included"
    return "only a default: the hook, the call and the agent's file come before it"


def _check_workflow_model(
    place: Place,
    tiers: Tiers,
    version: str,
) -> Iterator[Finding]:
    for value, where in _find_variable(place, WORKFLOW_MODEL):
        if not at_least(version, client_facts.WORKFLOW_MODEL_CAN_BE_FORCED):
            yield ok(
                WORKFLOW_MODEL,
                f"set in {where}; this version does not know it",
            )
            continue
        lost = _name_tiers(_other_models(tiers, value), tiers)
        yield fail(
            WORKFLOW_MODEL,
            f"set in {where}: every agent of a workflow runs on {value}{lost}",
            f"Take {WORKFLOW_MODEL} out.",
        )


def _check_efforts(
    place: Place,
    tiers: Tiers,
    version: str,
) -> Iterator[Finding]:
    levels = _find_variable(place, EFFORT_LEVEL)
    if not levels:
        yield ok(
            EFFORT_LEVEL,
            "not set; it beats every effort of the policy",
        )
    for value, where in levels:
        others = [name for name in tiers if tiers[name].get("effort") != value]
        lost = _name_tiers(others, tiers)
        yield fail(
            EFFORT_LEVEL,
            f"set in {where}: everything runs at effort {value}, whatever the policy says{lost}",
            f"Take {EFFORT_LEVEL} out; `session.effort` in the policy sets the main session's.",
        )
    for value, where in _find_variable(place, SUBAGENT_EFFORT):
        yield ok(
            SUBAGENT_EFFORT,
            f"set to {value} in {where}: a default, the policy comes first",
        )
    yield from _check_effort_cap(place, tiers, version)


def _check_effort_cap(
    place: Place,
    tiers: Tiers,
    version: str,
) -> Iterator[Finding]:
    for path, cap in _find_setting(place, "maxEffortLevel"):
        above = [name for name in tiers if _is_above(tiers[name].get("effort"), cap)]
        lost = _name_tiers(above, tiers)
        if lost and at_least(version, client_facts.EFFORT_CAN_BE_CAPPED):
            yield fail(
                "maxEffortLevel",
                f"{path} caps every effort at {cap}{lost}",
                "Raise maxEffortLevel, or lower the efforts of those tiers.",
            )
        else:
            yield ok(
                "maxEffortLevel",
                f"{path} caps efforts at {cap}; no tier is above it here",
            )


def _check_available(
    place: Place,
    tiers: Tiers,
) -> Iterator[Finding]:
    enforced = any(value for _, value in _find_setting(place, "enforceAvailableModels"))
    instead = "the session's model"
    if enforced:
        instead = "an available model"
    for path, listed in _find_setting(place, "availableModels"):
        names = []
        if isinstance(listed, list):
            names = [str(name) for name in listed]
        lost = [name for name, tier in tiers.items() if not is_available(tier["model"], names)]
        yield _judge_available(path, lost, tiers, instead)


def _judge_available(
    path: str,
    lost: Sequence[str],
    tiers: Tiers,
    instead: str,
) -> Finding:
    """What a list of allowed models means for the ``lost`` tiers, whose model is not on it."""
    covered = [name for name in lost if tiers[name].get("fallback")]
    uncovered = [name for name in lost if name not in covered]
    if uncovered:
        shown = ", ".join(f"{name} ({tiers[name]['model']})" for name in uncovered)
        return fail(
            "availableModels",
            f"{path} does not allow {shown}: their agents get {instead}, in silence",
            "Allow those models, or name a `fallback:` tier for each of them.",
        )
    if covered:
        shown = ", ".join(f"{name} goes to {tiers[name]['fallback']}" for name in covered)
        return warn(
            "availableModels",
            f"{path} does not allow every model of the policy: {shown}",
            "Keep it if it is meant; the audit names each fallback.",
        )
    return ok(
        "availableModels",
        f"{path} allows every model of the policy",
    )


def _claude_tiers(place: Place) -> Tiers:
    policy = table.load(place.root) or table.load_default()
    tiers: Tiers = policy["tiers"]
    return {name: tier for name, tier in tiers.items() if tier.get("alias")}


def _find_variable(
    place: Place,
    name: str,
) -> list[tuple[str, str]]:
    """Every place that sets a variable: its value and where it stands, settings files before the environment."""
    found = []
    for one in place.settings:
        value = value_at(one.value, "env", name)
        if _is_on(value):
            found.append((str(value), one.path))
    if _is_on(place.environ.get(name)):
        found.append((place.environ[name], "the environment"))
    return found


def _find_setting(
    place: Place,
    key: str,
) -> list[tuple[str, Any]]:
    found = []
    for settings in place.settings:
        if key in settings.value:
            found.append((settings.path, settings.value[key]))
    return found


def _is_on(value: object) -> bool:
    return value not in (None, "", "0", "false", False)


def _name_tiers(lost: Sequence[str], tiers: Tiers) -> str:
    """`; not served: mid (sonnet medium)`; empty where no tier is lost."""
    shown = []
    for name in lost:
        words = [tiers[name]["model"], tiers[name].get("effort")]
        shown.append(f"{name} ({' '.join(filter(None, words))})")
    if not shown:
        return ""
    return f"; not served: {', '.join(shown)}"


def _other_models(tiers: Tiers, model: str) -> list[str]:
    """The tiers whose model is another one; all of them for an empty name."""
    others = []
    for name, tier in tiers.items():
        if not _is_family(tier["alias"], model):
            others.append(name)
    return others


def _is_family(alias: str, model: str) -> bool:
    words = model.lower().replace("[", "-").split("-")
    known = [name for name in ALIASES if name in words]
    if not known:
        return alias == model
    return alias in known


def _is_above(effort: object, cap: object) -> bool:
    if effort not in EFFORTS or cap not in EFFORTS:
        return False
    return EFFORTS.index(str(effort)) > EFFORTS.index(str(cap))


def _list_plugins(place: Place) -> Iterator[tuple[str, Plugin]]:
    """What may bring modules: enabled plugins but our own, and skills that are plugins."""
    for plugin in place.plugins:
        if plugin.name != OURS:
            yield f"plugin {plugin.name}", plugin
    skills = config_folder(place.environ) / "skills"
    for path in sorted(skills.glob("*/hooks/hooks.json")):
        folder = path.parent.parent
        if folder.name != OURS:
            yield f"skill {folder.name}", Plugin(folder.name, folder)


def _read_modules(plugin: Plugin) -> str:
    """The text of a plugin's modules; empty where it has none that can be read."""
    text = ""
    for name in plugin.modules:
        for folder in (plugin.folder / "hooks", plugin.folder):
            text += read_text(str(folder / name))
    return text
