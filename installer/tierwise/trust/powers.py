"""The powers of a compiled policy, in one canonical form.  Standard library only; hooks load this."""

from tierwise import fastjson
from tierwise.digests import hash_sha256

TYPE_CHECKING = False  # typing itself costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TypeVar

    # Of a table or a section of one: anybody may have written it.
    Table = Mapping[str, Any]
    # A whole table, of whatever type its reader knows it by.
    Compiled = TypeVar("Compiled", bound=Table)
    Powers = dict[str, str]

# The others of PLAIN_GATES only name a command, which is a power of its own.
BUILT_IN_GATES = frozenset(
    (
        "diff",
        "paths",
        "size",
        "syntax",
        "tests-intact",
        "special-cases",
        "tests-as-they-were",
        "schema",
        "commit-message",
        "judge",
        "second-test",
        "mutation",
    )
)
PLAIN_GATES = BUILT_IN_GATES | {"format", "lint", "types", "tests"}
# Our own commands, as the presets write them under `automated:`.
OWN_COMMANDS = frozenset(("tierwise preflight", "tierwise smoke", "tierwise commit check"))
HARMLESS_MODES = ("acceptEdits", "dontAsk")
DEFAULT_CLIENT = "claude"
WITHHELD = "withheld"
"""The key of a table under which :func:`withhold_powers` keeps what it took out."""


def list_powers(table: "Table") -> "Powers":
    """Collect every power of a table: its dotted key in the policy -> what it says.

    Any shape is accepted, because a committed table may hold anything.
    """
    powers: Powers = {}
    _add_commands(table, powers)
    _add_gates(_section(table, "gates"), powers)
    _add_addresses(table, powers)
    _add_attempts(_section(table, "escalation"), powers)
    if table.get("sync") not in (None, "manual"):
        powers["sync"] = str(table["sync"])
    if _section(table, "hooks").get("record_prompts"):
        powers["hooks.record_prompts"] = "true"
    _add_question(_section(table, "routing"), powers)
    return powers


def digest_powers(powers: "Powers") -> str:
    """Digest powers, whatever their order; empty where there are none."""
    if not powers:
        return ""
    canonical = fastjson.dumps(sorted(powers.items()))
    return hash_sha256(canonical.encode())


def withhold_powers(table: "Compiled") -> "Compiled":
    """Copy a table without its powers; they are kept under ``withheld`` so that commands can name them."""
    powers = list_powers(table)
    calm: Any = {**table, WITHHELD: powers, "sync": "manual"}
    automated = _section(table, "automated")
    calm["automated"] = {
        name: automated[name] for name in automated if f"automated.{name}" not in powers
    }
    calm["checks"] = _replace_values(
        table,
        "checks",
        commands={},
    )
    calm["gates"] = _calm_gates(_section(table, "gates"))
    calm["tiers"] = _calm_tiers(_section(table, "tiers"))
    calm["escalation"] = _calm_escalation(_section(table, "escalation"))
    calm["hooks"] = _replace_values(
        table,
        "hooks",
        record_prompts=False,
    )
    calm["routing"] = _replace_values(
        table,
        "routing",
        ask=None,
    )
    copy: Compiled = calm
    return copy


def _replace_values(
    table: "Table",
    section: str,
    **values: object,
) -> "dict[str, Any]":
    return {**_section(table, section), **values}


def _add_commands(table: "Table", powers: "Powers") -> None:
    for name, entry in _section(table, "automated").items():
        said = _canonical(_find_command(entry, "command") or "")
        if said and said not in OWN_COMMANDS:
            powers[f"automated.{name}"] = said
    checks = _section(table, "checks")
    commands = _section(checks, "commands")
    for name, entry in commands.items():
        powers[f"checks.commands.{name}"] = _canonical(_find_command(entry, "run"))
    links = checks.get("link")
    if links and commands:
        powers["checks.link"] = _join_lines(links)


def _find_command(entry: object, key: str) -> object:
    if isinstance(entry, dict):
        return entry.get(key)
    return entry


def _add_gates(gates: "Table", powers: "Powers") -> None:
    for name, command in _section(gates, "commands").items():
        powers[f"gates.commands.{name}"] = _canonical(command)
    used = _commands_among(gates.get("use"))
    if used:
        powers["gates.use"] = "\n".join(used)
    if gates.get("second_test"):
        # A model's code is run with the user's rights.
        author = _section(gates, "second_test").get("tier")
        powers["gates.second_test"] = _canonical(author or "")
    for agent, names in _section(gates, "in_session").items():
        commands = _commands_among(names)
        if commands:
            powers[f"gates.in_session.{agent}"] = "\n".join(commands)


def _add_addresses(table: "Table", powers: "Powers") -> None:
    for name, tier in _section(table, "tiers").items():
        address, variable = _address_of(tier)
        if address or variable:
            powers[f"tiers.{name}.base_url"] = _describe_address(
                address,
                variable,
            )


def _describe_address(address: object, variable: object) -> str:
    from tierwise.addresses import strip_password

    shown = strip_password(str(address or ""))
    if not variable:
        return shown
    return f"{shown} with ${variable}"


def _address_of(tier: object) -> "tuple[object, object]":
    if not isinstance(tier, dict):
        return None, None
    return tier.get("base_url"), tier.get("api_key_env")


def _add_attempts(
    escalation: "Table",
    powers: "Powers",
) -> None:
    links = escalation.get("link")
    if links:
        powers["escalation.link"] = _join_lines(links)
    client = _section(escalation, "claude")
    command = client.get("command")
    if command not in (None, DEFAULT_CLIENT):
        powers["escalation.claude.command"] = _canonical(command)
    mode = client.get("permission_mode")
    if mode is not None and mode not in HARMLESS_MODES:
        powers["escalation.claude.permission_mode"] = _canonical(mode)
    tools = client.get("allowed_tools")
    if tools:
        powers["escalation.claude.allowed_tools"] = _join_lines(tools)


def _add_question(routing: "Table", powers: "Powers") -> None:
    """Add the question: a hook then sends a task's text to a model by itself, and spends the user's money."""
    options = routing.get("ask")
    if not options:
        return
    said = _section(routing, "ask")
    if not said:
        powers["routing.ask"] = _canonical(options)
        return
    tier = _canonical(said.get("tier"))
    budget = _canonical(said.get("budget_usd_per_day"))
    powers["routing.ask"] = f"{tier}, up to ${budget} a day"


def _calm_gates(gates: "Table") -> "dict[str, Any]":
    asked = _section(gates, "in_session")
    in_session = {agent: _keep_known(asked[agent], BUILT_IN_GATES) for agent in asked}
    calm = {**gates, "commands": {}, "in_session": in_session}
    if "second_test" in gates:
        calm["second_test"] = None
    if "use" in gates:
        calm["use"] = _keep_known(gates["use"], PLAIN_GATES)
    return calm


def _calm_tiers(tiers: "Table") -> "dict[str, Any]":
    nowhere = {"base_url": None, "api_key_env": None}
    calm = dict(tiers)
    for name, tier in tiers.items():
        if isinstance(tier, dict):
            calm[name] = {**tier, **nowhere}
    return calm


def _calm_escalation(escalation: "Table") -> "dict[str, Any]":
    client = dict(_section(escalation, "claude"))
    client["command"] = DEFAULT_CLIENT
    client["allowed_tools"] = []
    if client.get("permission_mode") not in HARMLESS_MODES:
        client["permission_mode"] = HARMLESS_MODES[0]
    return {**escalation, "link": [], "claude": client}


def _commands_among(names: object) -> "list[str]":
    return [name for name in _listed(names) if name not in PLAIN_GATES]


def _keep_known(
    names: object,
    known: "frozenset[str]",
) -> "list[str]":
    return [name for name in _listed(names) if name in known]


def _listed(value: object) -> "list[Any]":
    """Return a list's items that are texts; any other value is one item, so that nothing is overlooked."""
    if value is None:
        return []
    if isinstance(value, (list, tuple)):
        return [_canonical(item) for item in value]
    return [_canonical(value)]


def _join_lines(value: object) -> str:
    return "\n".join(_listed(value))


def _section(table: "Table", name: str) -> "dict[str, Any]":
    found = table.get(name)
    if isinstance(found, dict):
        return found
    return {}


def _canonical(value: object) -> str:
    if isinstance(value, str):
        return value
    return repr(value)
