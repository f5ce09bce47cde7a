"""Which settings of a policy are powers, and that none of them survives without trust."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from tests.support.policies import write_policy

from tierwise.domain.table import load_default
from tierwise.gates.registry import load_builtin
from tierwise.policy.compile import compile_table
from tierwise.policy.complaints import PolicyError
from tierwise.policy.load import load_policy
from tierwise.policy.model import Policy
from tierwise.trust.powers import (
    BUILT_IN_GATES,
    OWN_COMMANDS,
    digest_powers,
    list_powers,
    withhold_powers,
)

DATA = Path(__file__).parents[1] / "data" / "policies"
OPENAI = "{model: m, provider: openai, base_url: 'https://h.example/v1', api_key_env: KEY}"
POWERS = {
    "automated.lint": "automated: {lint: make}",
    "checks.commands.own": "checks: {commands: {own: {run: make}}}",
    "gates.commands.own": "gates: {commands: {own: make}}",
    "gates.use": "gates: {use: [diff, make]}",
    "gates.in_session.*": "gates: {in_session: [syntax, make]}",
    "gates.in_session.coder": "gates: {in_session: {coder: ['make x']}}",
    "tiers.light.base_url": f"tiers: {{light: {OPENAI}}}",
    "escalation.link": "escalation: {link: [node_modules]}",
    "escalation.claude.command": "escalation: {claude: {command: ./claude}}",
    "escalation.claude.permission_mode": "escalation: {claude: {permission_mode: auto}}",
    "escalation.claude.allowed_tools": "escalation: {claude: {allowed_tools: ['Bash(*)']}}",
    "routing.ask": "routing: {ask: {tier: light}}",
    "sync": "sync: on-checkout",
    "hooks.record_prompts": "hooks: {record_prompts: true}",
}
WORDS = (
    "mode: rules",
    "gates: {in_session: [syntax, tests-intact]}",
    "gates: {use: [diff, lint, tests]}",
    "routes: {docs: mid}",
    "budget: {per_day: 5}",
    "checks: {builtin: {secrets: false}}",
    "escalation: {max_usd: 1, claude: {permission_mode: dontAsk}}",
    "automated: {smoke: tierwise smoke}",
)

POWER_KEYS = {
    "tiers.base_url",
    "tiers.api_key_env",
    "automated",
    "hooks.record_prompts",
    "checks.link",
    "checks.commands.run",
    "escalation.link",
    "escalation.claude.command",
    "escalation.claude.permission_mode",
    "escalation.claude.allowed_tools",
    "gates.use",
    "gates.commands",
    "gates.in_session",
    "routing.ask.tier",
    "routing.ask.budget_usd_per_day",
    "sync",
}
"""Keys whose values can run, send or link something."""
WORD_KEYS = set((DATA / "words.txt").read_text("utf-8").split())
"""Keys that choose models, limits and texts; those of a command say when a trusted one runs."""


def compile_text(root: Path, text: str) -> dict[str, Any]:
    write_policy(root, text)
    return compile_table(load_policy(str(root)))


@pytest.mark.parametrize(("name", "text"), POWERS.items())
def test_a_setting_that_can_run_or_send_something_is_a_power(
    name: str, text: str, tmp_path: Path
) -> None:
    table = compile_text(tmp_path, text)
    assert list(list_powers(table)) == [name]
    calm = withhold_powers(table)
    assert list(calm.pop("withheld")) == [name]
    assert list_powers(calm) == {}


def test_every_key_of_the_schema_is_known_to_be_a_power_or_a_word() -> None:
    keys = set(_list_keys(Policy))
    powers = {key for key in keys if key in POWER_KEYS}
    assert keys - powers - WORD_KEYS == set(), "is it a power (trust/powers.py) or a word?"
    assert WORD_KEYS - keys == set()
    assert powers == POWER_KEYS


def _list_keys(section: type[BaseModel], above: str = "") -> Iterator[str]:
    """The dotted keys of a section, without the names that a person chooses."""
    for name, field in section.model_fields.items():
        inner = list(_list_sections(field.annotation))
        for below in inner:
            yield from _list_keys(below, f"{above}{name}.")
        if not inner:
            yield f"{above}{name}"


def _list_sections(kind: object) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for part in get_args(kind):
        yield from _list_sections(part)


@pytest.mark.parametrize("text", WORDS)
def test_words_are_no_powers(text: str, tmp_path: Path) -> None:
    assert list_powers(compile_text(tmp_path, text)) == {}


def test_the_shipped_policy_has_no_powers_and_its_own_commands_are_known() -> None:
    table = load_default()
    assert list_powers(table) == {}
    assert {entry["command"] for entry in table["automated"].values()} == OWN_COMMANDS


def test_every_built_in_gate_is_a_word() -> None:
    assert set(load_builtin()) == BUILT_IN_GATES


def test_the_digest_changes_with_every_value_and_not_with_the_order() -> None:
    assert digest_powers({"a": "1", "b": "2"}) == digest_powers({"b": "2", "a": "1"})
    others = ({"a": "1"}, {"a": "2", "b": "2"}, {"a": "1", "c": "2"}, {"a": "1\n", "b": "2"})
    digests = {digest_powers(powers) for powers in ({"a": "1", "b": "2"}, *others)}
    assert len(digests) == 1 + len(others)
    assert digest_powers({}) == ""


@pytest.mark.parametrize("value", [1, [1], "text", {"a": 1}, [["x"]], None, True, {"a": {"b": []}}])
def test_a_table_of_any_shape_is_read(value: object) -> None:
    names = ("automated", "checks", "gates", "tiers", "escalation", "hooks", "sync")
    for name in names:
        list_powers(withhold_powers({name: value, "schema": 1}))
        for inner in ("commands", "in_session", "use", "claude", "link"):
            calm = withhold_powers({name: {inner: value}})
            calm.pop("withheld")
            assert list_powers(calm) == {}


def test_a_password_in_an_address_is_not_kept(tmp_path: Path) -> None:
    text = "tiers: {light: {model: m, provider: openai, base_url: 'https://me:pw@h.example/v1'}}"
    with pytest.raises(PolicyError) as refused:
        compile_text(tmp_path, text)
    assert "https://***@h.example/v1" in str(refused.value)
    assert "pw" not in str(refused.value)
