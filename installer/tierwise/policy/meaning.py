"""What the schema cannot say: names that must exist, values that must fit together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tierwise import bundle
from tierwise.addresses import strip_password
from tierwise.domain.coding_tools import CLAUDE, list_targets
from tierwise.domain.kinds import (
    ALIASES,
    AUTOMATED,
    KINDS,
    SHIPPED_TIERS,
)
from tierwise.policy.complaints import did_you_mean, one_of
from tierwise.policy.model import Policy
from tierwise.policy.source import Path

Fault = tuple[Path, str]
TierReference = tuple[Path, str, bool]

# Patterns of the whole text; the published schema has them too.
TIER_NAME = r"[a-z][a-z0-9_-]*"
AGENT_NAME = r"[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?"  # what the client loads
MODEL_NAME = AGENT_NAME  # it goes into other tools' files, in quotes where they need them
FULL_ID = r"(claude-|anthropic\.|[a-z-]{2,}\.anthropic\.|arn:aws:bedrock:)\S+"
INSIDE = r"(?![/~])(?!.:)(?!(.*/)?\.\.(/|$)).+"  # a path inside the repository
URL = r"https?://[^/?#\\@\s]+([/?#].*)?"  # without a user or a password
SESSION_ONLY = ("opusplan", "default")


def find_faults(policy: Policy) -> Iterator[Fault]:
    """Yield every fault in a policy that has passed the schema."""
    yield from _check_tiers(policy)
    yield from _check_targets(policy)
    yield from _check_kinds(policy)
    yield from _tier_references(policy)
    yield from _check_agents(policy)
    yield from _check_paths(policy)
    yield from _check_requirements(policy)
    yield from _check_complexity(policy)
    yield from _check_commands(policy)
    if policy.session.effort == "max":
        yield (
            ("session", "effort"),
            "Claude Code ignores max in its settings; start it with `claude --effort max`",
        )
    yield from _check_session(policy)
    yield from _check_limits(policy)
    if policy.session.model is not None:
        path = ("session", "model")
        names = [*ALIASES, *SESSION_ONLY]
        yield from _check_model(path, policy.session.model, names)


def _check_complexity(policy: Policy) -> Iterator[Fault]:
    low = policy.complexity.demote_under
    high = policy.complexity.promote_over
    if low > high:
        yield (
            ("complexity", "demote_under"),
            f"found {low:g}; expected at most promote_over, {high:g}",
        )


def _check_session(policy: Policy) -> Iterator[Fault]:
    start = policy.session.start
    if start is not None and start not in policy.tiers:
        yield ("session", "start"), f'"{start}" is not a tier of `tiers:`'
    known = {*KINDS, *policy.kinds, "operations"}
    listed: dict[Path, list[str]] = {
        ("session", "up"): policy.session.up,
        ("session", "light_turns", "kinds"): policy.session.light_turns.kinds,
    }
    for path, kinds in listed.items():
        for index, kind in enumerate(kinds):
            if kind not in known:
                yield (*path, index), f'"{kind}" is not a kind of work'


def _check_limits(policy: Policy) -> Iterator[Fault]:
    limits = policy.limits
    is_written = "cheapest_from" in limits.model_fields_set
    if is_written and limits.cheapest_from != limits.last_stage_from:
        yield (
            ("limits", "cheapest_from"),
            f"found {limits.cheapest_from}; expected at least conserve_from, {limits.conserve_from}",
        )


def taken_names() -> list[str]:
    """Return the names of shipped slash commands, which no tier may have; the presets' tiers ship theirs."""
    names = bundle.names("commands", ".md")
    return [name for name in names if name not in SHIPPED_TIERS]


def _check_tiers(policy: Policy) -> Iterator[Fault]:
    for name, tier in policy.tiers.items():
        path: Path = ("tiers", name)
        if name == "automated":
            yield (
                path,
                '"automated" is not a tier. Put work that needs no model under `automated:`.',
            )
        elif not re.fullmatch(TIER_NAME, name):
            yield path, "a tier's name is lower-case letters, digits, - and _, such as light"
        elif name in taken_names():
            yield (
                path,
                f'"{name}" is a shipped slash command, and each tier has one of its own name',
            )
        if tier.provider == "openai":
            if tier.base_url is None:
                yield path, "provider openai needs a base_url, such as http://127.0.0.1:11434/v1"
            elif not re.fullmatch(URL, tier.base_url):
                yield (*path, "base_url"), _address_fault(tier.base_url)
        else:
            if tier.base_url is not None:
                yield (*path, "base_url"), "only a tier with `provider: openai` has a base_url"
            yield from _check_model((*path, "model"), tier.model, ALIASES)


def _check_targets(policy: Policy) -> Iterator[Fault]:
    known = list_targets()
    for index, target in enumerate(policy.targets):
        if target not in known:
            yield (
                ("targets", index),
                f'found "{target}"; expected {one_of(known)}{did_you_mean(target, known)}',
            )
        elif target in policy.targets[:index]:
            yield ("targets", index), f'"{target}" stands here twice'
    for name, tier in policy.tiers.items():
        for target in known:
            if target == CLAUDE:
                continue
            model = tier.model_on(target)
            if model is not None and not re.fullmatch(MODEL_NAME, model):
                yield ("tiers", name, target), "a model's name is one line of visible characters"


def _address_fault(address: str) -> str:
    said = strip_password(address)
    if said != address:
        return f'found "{said}"; a key does not belong into an address: name its variable, `api_key_env`'
    return f'found "{said}"; expected http:// or https:// and a host'


def _check_model(
    path: Path,
    model: str,
    aliases: Iterable[str],
) -> Iterator[Fault]:
    names = list(aliases)
    if model in names or re.fullmatch(FULL_ID, model):
        return
    if model == "inherit":
        yield path, 'found "inherit"; a tier names a model, or it would cost what the session costs'
        return
    if model in SESSION_ONLY:
        yield path, f'found "{model}"; only `session:` may use it'
        return
    hint = did_you_mean(model, names)
    yield (
        path,
        f'found "{model}"; expected {one_of(names)}, or a full model id{hint}',
    )


def _check_kinds(policy: Policy) -> Iterator[Fault]:
    known = [*KINDS, *policy.kinds]
    for kind in policy.kinds:
        if kind in KINDS or kind in AUTOMATED:
            yield ("kinds", kind), "this kind is built in; give it a tier under `routes:`"
        elif kind not in policy.routes:
            yield (
                ("kinds", kind),
                f"this kind has no tier; add it under `routes:`, such as {kind}: {policy.default}",
            )
    yield from _routed_kinds(policy, known)
    yield from _automated_work(policy)


def _routed_kinds(
    policy: Policy,
    known: list[str],
) -> Iterator[Fault]:
    for kind in policy.routes:
        yield from _known_kind(("routes", kind), kind, known)
    for index, kind in enumerate(policy.frontier_only.kinds):
        yield from _known_kind(("frontier_only", "kinds", index), kind, known)
    for kind in policy.ci.routes:
        yield from _known_kind(("ci", "routes", kind), kind, known)
    for index, rule in enumerate(policy.requires):
        if rule.domain is not None:
            path = ("requires", index, "domain")
            yield from _known_kind(path, rule.domain, known)


def _automated_work(policy: Policy) -> Iterator[Fault]:
    for name, command in policy.automated.items():
        if name not in AUTOMATED:
            names = list(AUTOMATED)
            yield (
                ("automated", name),
                f"no such work; expected {one_of(names)}{did_you_mean(name, names)}",
            )
        elif command is not None and not command.strip():
            yield ("automated", name), "the command is empty"


def _known_kind(
    path: Path,
    kind: str,
    known: list[str],
) -> Iterator[Fault]:
    if kind in AUTOMATED:
        yield path, f'"{kind}" needs no model: it belongs under `automated:`'
    elif kind not in known:
        hint = did_you_mean(kind, known)
        yield (
            path,
            f'there is no kind of work "{kind}"{hint or "; declare your own under `kinds:`"}',
        )


def _tier_references(policy: Policy) -> Iterator[Fault]:
    ladder = list(policy.tiers)
    for path, tier, short in _list_tier_references(policy):
        if tier in ladder:
            continue
        is_whole = short or path[-1] in ("default", "tier")
        if not is_whole:
            path = (*path, "tier")
        hint = did_you_mean(tier, ladder)
        yield path, f'there is no tier "{tier}"; expected {one_of(ladder)}{hint}'


def _list_tier_references(policy: Policy) -> Iterator[TierReference]:
    """Yield every place that names a tier: its path, the name, and whether the value itself is the name."""
    yield ("default",), policy.default, False
    for kind, entry in policy.routes.items():
        yield ("routes", kind), entry.tier, True
    for agent, choice in policy.agents.items():
        if choice is not None:
            yield ("agents", agent), choice.tier, True
    for name, entry in policy.ci.routes.items():
        yield ("ci", "routes", name), entry.tier, True
    for index, rule in enumerate(policy.requires):
        yield ("requires", index, "tier"), rule.tier, False
    for name, tier in policy.tiers.items():
        if tier.fallback is not None:
            yield ("tiers", name, "fallback"), tier.fallback, True
    if policy.hooks.ceiling is not None:
        yield ("hooks", "ceiling"), policy.hooks.ceiling, True
    if policy.routing.ask is not None:
        yield ("routing", "ask", "tier"), policy.routing.ask.tier, False
    yield from _list_gate_tiers(policy)


def _list_gate_tiers(policy: Policy) -> Iterator[TierReference]:
    gates = policy.gates
    if "tier" in gates.judge.model_fields_set:
        yield ("gates", "judge", "tier"), gates.judge.tier, False
    if gates.second_test is not None:
        yield ("gates", "second_test", "tier"), gates.second_test.tier, False


def _check_agents(policy: Policy) -> Iterator[Fault]:
    for name in policy.agents:
        if not re.fullmatch(AGENT_NAME, name):
            yield (
                ("agents", name),
                "an agent's name begins and ends with a visible character and is one line",
            )


def _check_commands(policy: Policy) -> Iterator[Fault]:
    known = [*bundle.names("commands", ".md"), *policy.tiers]
    for name in policy.commands:
        if name not in known:
            yield (
                ("commands", name),
                f"there is no shipped command of that name{did_you_mean(name, known)}",
            )


def _check_paths(policy: Policy) -> Iterator[Fault]:
    lists: dict[Path, list[str]] = {}
    lists["frontier_only", "paths"] = policy.frontier_only.paths
    for kind, own in policy.kinds.items():
        lists["kinds", kind, "paths"] = own.paths
    for path, globs in lists.items():
        for index, glob in enumerate(globs):
            if not glob:
                yield (*path, index), "the path is empty"
            elif not re.fullmatch(INSIDE, glob, re.DOTALL):
                yield (
                    (*path, index),
                    f'found "{glob}"; expected a path inside the repository, such as src/auth/**',
                )


def _check_requirements(policy: Policy) -> Iterator[Fault]:
    for index, rule in enumerate(policy.requires):
        if rule.model_fields_set <= {"tier"}:
            fields = type(rule).model_fields
            conditions = [name for name in fields if name != "tier"]
            yield ("requires", index), f"the rule has no condition; expected {one_of(conditions)}"
