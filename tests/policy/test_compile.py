"""The compiled policy: what hooks read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tierwise import bundle
from tierwise.domain import kinds
from tierwise.policy.compile import alias_of, compile_table
from tierwise.policy.load import load_preset, parse_policy, preset_names


@pytest.mark.parametrize("preset", preset_names())
def test_every_preset_routes_every_kind_of_work(preset: str) -> None:
    table = compile_table(load_preset(preset))
    assert set(table["routes"]) >= set(kinds.KINDS)
    assert set(table["agents"]) >= {
        "Explore",
        "Plan",
        "general-purpose",
        *bundle.names("agents", ".md"),
    }


def test_three_presets_are_shipped() -> None:
    assert preset_names() == ["balanced", "economy", "frontier-always"]


def test_frontier_always_puts_everything_on_the_top_tier_and_keeps_what_needs_no_model() -> None:
    table = compile_table(load_preset("frontier-always"))
    assert {entry["tier"] for entry in [*table["routes"].values(), *table["agents"].values()]} == {
        "frontier"
    }
    assert table["automated"]


def test_economy_never_costs_a_kind_more_than_balanced_and_keeps_what_must_stay_frontier() -> None:
    economy, balanced = (
        compile_table(load_preset("economy")),
        compile_table(load_preset("balanced")),
    )
    rank = economy["ladder"].index
    assert all(
        rank(economy["routes"][kind]["tier"]) <= rank(balanced["routes"][kind]["tier"])
        for kind in kinds.KINDS
    )
    assert any(
        economy["routes"][kind]["tier"] != balanced["routes"][kind]["tier"] for kind in kinds.KINDS
    )
    assert set(economy["frontier_only"]["kinds"]) == set(balanced["frontier_only"]["kinds"])


def test_the_shipped_default_table_is_what_balanced_compiles_to() -> None:
    shipped = json.loads(bundle.read_text("templates", "default-table.json"))
    assert shipped == compile_table(load_preset("balanced")), "run python templates/regenerate.py"


def test_an_entry_names_the_line_where_it_was_written() -> None:
    table = compile_table(parse_policy(b"version: 1\nroutes:\n  docs: mid\n"))
    assert table["routes"]["docs"] == {"tier": "mid", "effort": "medium", "rule": "tierwise.yaml:3"}
    assert table["routes"]["changelog"]["rule"].startswith("balanced.yaml:")


def test_an_effort_of_its_own_beats_the_tier_s() -> None:
    table = compile_table(parse_policy(b"agents: {mine: {tier: light, effort: max}}\n"))
    assert table["agents"]["mine"]["effort"] == "max"


def test_the_table_is_plain_json_and_deterministic() -> None:
    text = Path(bundle.path("templates", "presets", "balanced.yaml")).read_bytes()
    assert json.dumps(compile_table(parse_policy(text))) == json.dumps(
        compile_table(parse_policy(text))
    )


@pytest.mark.parametrize(
    ("model", "alias"),
    [
        ("haiku", "haiku"),
        ("claude-opus-4-8", "opus"),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "sonnet"),
        ("claude-fable-5-2", "fable"),
        ("claude-mythos-5", None),
    ],
)
def test_a_full_id_has_the_alias_of_its_family(model: str, alias: str | None) -> None:
    assert alias_of(model) == alias


def test_the_version_is_of_what_a_policy_says_and_not_of_where() -> None:
    def version(text: bytes) -> str:
        return str(compile_table(parse_policy(text))["policy"])

    plain = version(b"version: 1\nroutes: {docs: mid}\n")
    assert version(b"# a comment\nversion: 1\n\nroutes:\n  docs: mid\n") == plain
    assert version(b"version: 1\nroutes: {docs: light}\n") != plain
    assert len(plain) == 12


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("conserve_from: 60 %, cheapest_from: 80 %", (60, 80)),
        ("conserve_from: 60, cheapest_from: null", (60, None)),
        ("conserve_from: 90", (90, 90)),
        ("conserve_from: 60 %", (60, 65)),
    ],
)
def test_limits_are_read_with_and_without_a_percent_sign(
    written: str, expected: tuple[int, int | None]
) -> None:
    limits = compile_table(parse_policy(f"version: 1\nlimits: {{{written}}}\n".encode()))["limits"]
    assert (limits["conserve_from"], limits["cheapest_from"]) == expected
