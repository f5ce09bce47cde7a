"""The published JSON Schema."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from tierwise import bundle
from tierwise.domain.kinds import KINDS
from tierwise.policy.complaints import PolicyError
from tierwise.policy.load import parse_policy, preset_names
from tierwise.policy.model import Policy
from tierwise.policy.schema import load_schema, schema_json

BAD = (Path(__file__).parent.parent / "data" / "policies" / "bad.txt").read_text(encoding="utf-8")
ROOT = Path(__file__).parent.parent.parent
# What no schema of the file alone can tell: YAML itself, and whether a name exists elsewhere in policy or preset.
BEYOND = re.compile(
    "not YAML|contains itself|merge keys|plain text|written twice|cannot be read|finite|there is no tier"
    "|there is no kind of work|this kind has no tier|at most promote_over|at least conserve_from|no shipped command"
)

GOOD = [
    "",
    "version: 1",
    "tiers: {}",
    "agents: {Explore: off, Plan: 'off', my-agent: {tier: mid, effort: max}, some-plugin:reviewer: frontier}",
    "tiers: {fable: {model: fable}, frontier: {model: claude-opus-5-5}}",
    "tiers: {local: {model: qwen, provider: openai, base_url: 'http://127.0.0.1:11434/v1'}}",
    "extends: none\nversion: 1\ntiers: {only: {model: eu.anthropic.claude-opus-5-5}}\ndefault: only",
    "kinds: {graphql: {words: [resolver], paths: ['**/*.graphql']}}\nroutes: {graphql: mid}",
    "commands: {plan: off, build: 'off', ship: false}",
    "hooks: {mode: off}",
    "hooks: {mode: 'off', ceiling: mid}",
    "checks: {builtin: {secrets: off, syntax: 'on', drift: [preflight]}, large_files: {limit: 2.5 MB}}",
    "gates: {in_session: {'*': off, researcher: [syntax]}}",
    "gates: {in_session: off}",
    "automated: {lint: null}",
    "review: 2027-02-20",
    "review: '2027-02-20'",
    "session: {model: opusplan, effort: high}",
    "budget: {per_day: 20}",
    "requires: [{tier: mid, files_over: 3}]",
]


def accepts(text: str) -> bool:
    return Draft202012Validator(load_schema(), format_checker=FormatChecker()).is_valid(
        plain(yaml.safe_load(text) or {})
    )


def plain(value: Any) -> Any:
    """What an editor sees of YAML's data: text in the place of dates, text keys."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


@pytest.mark.parametrize("text", GOOD)
def test_a_good_policy_is_good_for_the_schema_too(text: str) -> None:
    parse_policy(text.encode())
    assert accepts(text)


@pytest.mark.parametrize("name", preset_names())
def test_the_presets_are_good_for_the_schema(name: str) -> None:
    assert accepts(bundle.read_text("templates", "presets", f"{name}.yaml"))


@pytest.mark.parametrize("page", ["README.md", "docs/policy.md"])
def test_a_page_s_policy_is_good_for_both(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    parse_policy(text.encode())
    assert accepts(text)


@pytest.mark.slow
def test_a_bad_policy_is_bad_for_the_schema_too() -> None:
    blocks = [block.split("\n--- says\n") for block in BAD.split("\n=====\n") if block.strip()]
    within = [text for text, message in blocks if not BEYOND.search(message)]
    assert len(within) > 60
    assert [text for text in within if accepts(text)] == []


@pytest.mark.parametrize(
    "text", ["extends: none", "version: 1\nextends: none\ndefault: one\ntiers: {one: {}}"]
)
def test_without_a_preset_a_policy_is_whole(text: str) -> None:
    with pytest.raises(PolicyError, match="is missing"):
        parse_policy(text.encode())
    assert not accepts(text)


def test_every_key_of_the_policy_is_in_the_schema_with_a_description() -> None:
    properties = load_schema()["properties"]
    assert set(properties) == set(Policy.model_fields)
    assert [key for key, value in properties.items() if not value.get("description")] == []


def test_unknown_keys_are_refused_at_every_level() -> None:
    sections = [load_schema(), *load_schema()["$defs"].values()]
    assert all(
        section.get("additionalProperties") is False
        for section in sections
        if section.get("type") == "object"
    )


def test_editors_complete_every_kind_of_work() -> None:
    assert set(load_schema()["properties"]["routes"]["properties"]) == set(KINDS)


def test_the_shipped_schema_is_the_model_s() -> None:
    assert bundle.read_text("templates", "schema.json") == schema_json(), (
        "run python templates/regenerate.py"
    )
    assert json.loads(schema_json()) == load_schema()
