"""What beats the policy: variables, settings and modules that give a spawn another model or effort.

Each is named where it stands, with the tiers of this policy that cannot be served because of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tierwise.doctor.allowed import Tiers, check_allowed
from tierwise.doctor.client import client_version
from tierwise.doctor.effective import (
    find_effort_cap,
    find_model_overrides,
    find_variable,
    is_switched_on,
)
from tierwise.doctor.finding import (
    Diagnosis,
    fail,
    ok,
    warn,
)
from tierwise.doctor.place import OURS, Place
from tierwise.doctor.plugins import Plugin
from tierwise.domain import client_facts, models, table
from tierwise.domain.client_facts import at_least
from tierwise.domain.kinds import ALIASES, EFFORTS
from tierwise.files import read_text

SUBAGENT_MODEL = "CLAUDE_CODE_SUBAGENT_MODEL"
FORCE = "CLAUDE_CODE_SUBAGENT_MODEL_FORCE"
SUBAGENT_EFFORT = "CLAUDE_CODE_SUBAGENT_EFFORT"
WORKFLOW_MODEL = "CLAUDE_CODE_WORKFLOW_SUBAGENT_MODEL"
EFFORT_LEVEL = "CLAUDE_CODE_EFFORT_LEVEL"
_INHERIT = "inherit"
MODULE_EVENTS = ("agent.spawn", "turn.step")


def check_overrides(place: Place) -> Iterator[Diagnosis]:
    """Variables and settings that beat the policy."""
    tiers = _claude_tiers(place)
    version = client_version(place)
    yield from _check_model_variables(place, tiers, version)
    yield from _check_workflow_model(place, tiers, version)
    yield from _check_efforts(place, tiers, version)
    yield from check_allowed(place, tiers, version)
    yield from _check_remaps(place, tiers)


def check_modules(place: Place) -> Iterator[Diagnosis]:
    """Modules of other plugins that see agents: one that sets a model beats the hook."""
    for plugin in place.plugins:
        if plugin.name == OURS:
            continue
        what = plugin.title
        text = _read_modules(plugin)
        for event in MODULE_EVENTS:
            if event in text:
                remedy = f"See what {what} does with the model; take it out where the policy is to decide."
                yield warn(
                    "modules",
                    f"{what} ({plugin.folder}) has a module on {event}: a model that it sets beats the policy",
                    remedy,
                )


def check_workflows(place: Place) -> Iterator[Diagnosis]:
    """Tell whether the hook sees workflows, whose agents are started without a call of the Agent tool."""
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
) -> Iterator[Diagnosis]:
    forced, force_place = find_variable(place, FORCE)
    model, model_place = find_variable(place, SUBAGENT_MODEL)
    is_forced = is_switched_on(forced)
    beats = is_forced and at_least(version, client_facts.MODEL_CAN_BE_FORCED)
    if beats:
        yield _fail_forced(force_place, model, tiers)
    elif is_forced:
        yield ok(FORCE, f"set to {forced} in {force_place}; this version does not know it")
    what = _describe_model_variable(version)
    if not model:
        yield ok(SUBAGENT_MODEL, f"not set; {what}")
        return
    what = f"set to {model} in {model_place}; {what}"
    remedy = f"Take {SUBAGENT_MODEL} out; the policy says what each agent gets."
    if version and not at_least(version, client_facts.ENVIRONMENT_IS_A_DEFAULT):
        lost = _name_tiers(_other_models(tiers, model), tiers)
        yield fail(SUBAGENT_MODEL, f"{what}{lost}", remedy)
    elif not beats:
        yield warn(SUBAGENT_MODEL, what, remedy)


def _fail_forced(
    where: str,
    model: str,
    tiers: Tiers,
) -> Diagnosis:
    if model == _INHERIT:
        model = ""
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
) -> Iterator[Diagnosis]:
    value, where = find_variable(place, WORKFLOW_MODEL)
    if not value:
        return
    if value == _INHERIT:
        yield ok(WORKFLOW_MODEL, f"set to {value} in {where}, which changes nothing")
    elif not at_least(version, client_facts.WORKFLOW_MODEL_CAN_BE_FORCED):
        yield ok(WORKFLOW_MODEL, f"set in {where}; this version does not know it")
    else:
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
) -> Iterator[Diagnosis]:
    level, where = find_variable(place, EFFORT_LEVEL)
    if not level:
        yield ok(EFFORT_LEVEL, "not set; it beats every effort of the policy")
    elif level not in EFFORTS:
        yield ok(EFFORT_LEVEL, f"set to {level} in {where}, which is no effort and changes nothing")
    else:
        others = [name for name in tiers if tiers[name].get("effort") != level]
        lost = _name_tiers(others, tiers)
        yield fail(
            EFFORT_LEVEL,
            f"set in {where}: everything runs at effort {level}, whatever the policy says{lost}",
            f"Take {EFFORT_LEVEL} out; `session.effort` in the policy sets the main session's.",
        )
    default, where = find_variable(place, SUBAGENT_EFFORT)
    if default:
        yield ok(
            SUBAGENT_EFFORT,
            f"set to {default} in {where}: a default, the policy comes first",
        )
    yield from _check_effort_cap(place, tiers, version)


def _check_effort_cap(
    place: Place,
    tiers: Tiers,
    version: str,
) -> Iterator[Diagnosis]:
    cap, path = find_effort_cap(place)
    if not cap:
        return
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


def _check_remaps(place: Place, tiers: Tiers) -> Iterator[Diagnosis]:
    """Tell what the client puts in the place of a model that the hook names."""
    for alias in ALIASES:
        name = client_facts.name_default_model(alias)
        served, where = find_variable(place, name)
        if served:
            yield from _judge_remap(name, where, alias, served, tiers)
    in_use = {tier["model"] for tier in tiers.values()}
    for model, (served, path) in find_model_overrides(place).items():
        alias = str(models.family_of(model))
        if model in in_use or model == models.full_id(alias):
            yield from _judge_remap("modelOverrides", path, alias, served, tiers)


def _judge_remap(
    name: str,
    where: str,
    alias: str,
    served: str,
    tiers: Tiers,
) -> Iterator[Diagnosis]:
    """Judge a family's model that one of another family serves; of one without a known family nothing can be said."""
    if models.family_of(served) in (None, alias):
        return
    lost = _name_tiers([tier for tier in tiers if tiers[tier]["alias"] == alias], tiers)
    yield fail(
        name,
        f"{where} puts {served} in the place of {alias}{lost}",
        f"Take it out, or name a model of the family {alias}.",
    )


def _claude_tiers(place: Place) -> Tiers:
    policy = table.load(place.root) or table.load_default()
    tiers: Tiers = policy["tiers"]
    return {name: tier for name, tier in tiers.items() if tier.get("alias")}


def _name_tiers(lost: Sequence[str], tiers: Tiers) -> str:
    """Write `; not served: mid (sonnet medium)`; empty where no tier is lost."""
    shown = []
    for name in lost:
        words = [tiers[name]["model"], tiers[name].get("effort")]
        shown.append(f"{name} ({' '.join(filter(None, words))})")
    if not shown:
        return ""
    return f"; not served: {', '.join(shown)}"


def _other_models(tiers: Tiers, model: str) -> list[str]:
    """List the tiers whose model is another one; all of them for an empty name."""
    return [name for name, tier in tiers.items() if not _is_family(tier["alias"], model)]


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


def _read_modules(plugin: Plugin) -> str:
    """Read the text of a plugin's modules; empty where it has none that can be read."""
    text = ""
    for name in plugin.modules:
        for folder in (plugin.folder / "hooks", plugin.folder):
            text += read_text(str(folder / name))
    return text
