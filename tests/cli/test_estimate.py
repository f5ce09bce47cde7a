"""`tierwise estimate`: what the policy costs beside everything on the top tier."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.command_line import tierwise
from tests.support.policies import write_policy

from tierwise.cli.commands.estimate import list_table_lines
from tierwise.domain.estimate import EstimateRow


@pytest.mark.slow
def test_estimates_compare_the_policy_with_everything_on_top(installed: Path) -> None:
    view = json.loads(tierwise(installed, "estimate", "--json").stdout)
    assert view["total"]["count"] == 1000
    assert view["schema_version"] == 2
    assert view["total"]["routed_usd"] < view["total"]["without_low_usd"]
    assert view["total"]["without_low_usd"] < view["total"]["without_high_usd"]
    # architecture stays on top: the same price on both sides
    top = next(row for row in view["rows"] if row["kind"] == "architecture")
    assert top["routed_usd"] == top["without_low_usd"] == top["without_high_usd"]


@pytest.mark.slow
def test_what_must_stay_on_top_is_estimated_and_listed_there_whatever_its_route_says(
    installed: Path,
) -> None:
    write_policy(installed, "routes: {security: mid}\n")
    tierwise(installed, "sync")
    (row,) = json.loads(tierwise(installed, "estimate", "security=1", "--json").stdout)["rows"]
    assert (
        row["tier"]
        == json.loads(tierwise(installed, "route", "audit the login", "--json").stdout)["tier"]
    )
    assert row["tier"] == "frontier"
    assert "| frontier | high | security |" in (installed / "ROUTING.md").read_text(
        encoding="utf-8"
    )


@pytest.mark.slow
def test_automated_work_is_estimated_at_no_cost_where_a_command_does_it(installed: Path) -> None:
    write_policy(installed, "automated: {lint: ruff check .}\n")
    rows = json.loads(tierwise(installed, "estimate", "lint=9", "types=9", "--json").stdout)["rows"]
    assert [(row["tier"], row["routed_usd"] == 0) for row in rows] == [
        ("automated", True),
        ("mid", False),
    ]
    assert rows[0]["without_low_usd"] == rows[0]["without_high_usd"] > 0


def test_work_without_a_route_is_estimated_on_the_default_tier_as_the_router_sends_it(
    repository: Path,
) -> None:
    tiers = "{low: {model: haiku}, high: {model: opus}}"
    write_policy(repository, f"extends: none\ntiers: {tiers}\ndefault: high\n")
    done = tierwise(repository, "estimate", "--json")
    assert done.returncode == 0, done.stderr
    assert {row["tier"] for row in json.loads(done.stdout)["rows"]} == {"high"}
    unknown = tierwise(repository, "estimate", "doc=3")
    assert unknown.returncode == 2 and 'did you mean "docs"?' in unknown.stderr


@pytest.mark.slow
def test_where_a_price_is_not_known_there_is_no_total_and_no_saving(installed: Path) -> None:
    write_policy(
        installed,
        'tiers: {own: {model: m, provider: openai, base_url: "http://127.0.0.1:1"}}\n'
        "agents: {implementer: own}\nroutes: {docs: own}\n",
    )
    total = json.loads(tierwise(installed, "estimate", "docs=1", "feature=1", "--json").stdout)[
        "total"
    ]
    names = ("without_low_usd", "without_high_usd", "routed_usd")
    assert [total[name] for name in names] == [None, None, None]
    tierwise(installed, "sync")
    assert "**one feature** |  |  | **?** | **?** |" in (installed / "ROUTING.md").read_text(
        encoding="utf-8"
    )


@pytest.mark.slow
@pytest.mark.parametrize("mix", ["docs", "docs=x", "=3", "docs=3@1/2", "docs=-1"])
def test_a_mix_that_cannot_be_read_says_how_to_write_it(installed: Path, mix: str) -> None:
    done = tierwise(installed, "estimate", mix)
    assert done.returncode == 2
    assert "KIND=COUNT" in done.stderr


@pytest.mark.slow
def test_no_kind_fakes_a_line_of_an_estimate(repository: Path) -> None:
    kind = '"x\\nforged"'
    text = f"kinds: {{{kind}: {{words: [zebra]}}}}\nroutes: {{{kind}: light}}\n"
    write_policy(repository, text)
    assert "x\\u000aforged" in tierwise(repository, "estimate", "x\nforged=3").stdout


@pytest.mark.parametrize(
    ("width", "heads"),
    [
        (80, "kind tier a day all on frontier routed saved"),
        (60, "kind tier a day routed saved"),
        (40, "kind routed saved"),
    ],
)
def test_a_narrow_terminal_keeps_the_columns_that_matter_most(width: int, heads: str) -> None:
    row = EstimateRow("docs", "light", 600, 2.08, 4.56, 0.11)
    lines = list_table_lines([row], "frontier", width)
    assert lines[0].split() == heads.split()
    assert max(map(len, lines)) <= width
