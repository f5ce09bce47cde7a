"""Which tier a call's model means, by family, decision, exact model, effort and price."""

from __future__ import annotations

import pytest

from tierwise.domain.ladder import AUTOMATED, OFF_LADDER, Ladder, ladder_of
from tierwise.domain.table import load_default

LADDER = Ladder(
    ("light", "mid", "high", "frontier"),
    ("claude-haiku-4-5", "claude-sonnet-4-5", "claude-sonnet-4-5", "claude-opus-4-5"),
    ("", "medium", "high", "high"),
)
TIERS = [
    ("claude-haiku-4-5-20251001", "", "", "light"),
    ("claude-sonnet-4-5", "high", "", "high"),
    ("claude-sonnet-4-5", "low", "", "mid"),
    ("claude-sonnet-4-5", "high", "mid", "mid"),
    ("claude-sonnet-4-5", "high", "frontier", "high"),
    ("claude-opus-4-1", "", "", "frontier"),
    ("no-such-model", "", "", OFF_LADDER),
    ("no-such-model", "", "light", OFF_LADDER),
]


@pytest.mark.parametrize(("model", "effort", "decided", "tier"), TIERS)
def test_a_tier_means_its_family_and_the_decision_tells_twins_apart(
    model: str, effort: str, decided: str, tier: str
) -> None:
    assert LADDER.tier_of(model, effort, decided) == tier


def test_ranks_count_from_the_cheapest() -> None:
    ranks = [LADDER.rank(name) for name in (AUTOMATED, "light", "frontier", "no-tier")]
    assert ranks == [-1, 0, 3, None]


def test_a_model_off_the_ladder_has_the_height_of_its_price() -> None:
    without_middle = Ladder(
        ("light", "frontier"), ("claude-haiku-4-5", "claude-opus-4-5"), ("", "")
    )
    assert without_middle.height("claude-sonnet-4-5", "") == 1
    assert Ladder(("light",), ("claude-haiku-4-5",), ("",)).height("claude-opus-4-5", "") == 1
    assert LADDER.height("no-such-model", "") is None


IN_CODEX = {
    "light": ("gpt-mini", "low"),
    "mid": ("gpt-mini", "high"),
    "frontier": ("gpt-large", "high"),
}


@pytest.mark.parametrize(
    ("model", "effort", "decided", "tier"),
    [
        ("gpt-large", "", "", "frontier"),
        ("gpt-mini", "high", "", "mid"),
        ("gpt-mini", "xhigh", "", "light"),
        ("gpt-mini", "xhigh", "mid", "mid"),
        ("gpt-large", "", "mid", "frontier"),
        ("gpt-old", "", "mid", OFF_LADDER),
        ("claude-haiku-4-5", "", "", "light"),
    ],
)
def test_a_model_of_codexs_is_the_tier_that_has_it_there(
    model: str, effort: str, decided: str, tier: str
) -> None:
    ladder = Ladder(LADDER.names, LADDER.models, LADDER.efforts, IN_CODEX)
    assert ladder.tier_of(model, effort, decided) == tier


def test_a_tiers_model_is_that_of_the_tool_beside_whose_model_it_is_asked() -> None:
    ladder = Ladder(LADDER.names, LADDER.models, LADDER.efforts, IN_CODEX)
    assert ladder.model_of("frontier", "gpt-mini") == "gpt-large"
    assert ladder.model_of("high", "gpt-mini") == "claude-sonnet-4-5"  # Codex has none for it
    assert ladder.model_of("frontier", "claude-haiku-4-5") == "claude-opus-4-5"


def test_a_tier_that_codex_serves_on_a_higher_one_has_no_model_of_its_own_there() -> None:
    served = {"tier": "mid", "model": "gpt-mini", "effort": "medium"}
    table = {**load_default(), "targets": {"codex": {"light": served, "mid": served}}}
    ladder = ladder_of(table)
    assert ladder.in_codex == {"mid": ("gpt-mini", "medium")}
    assert ladder.tier_of("gpt-mini", "medium", "light") == "mid"


def test_the_shipped_ladder_names_full_models() -> None:
    ladder = ladder_of(load_default())
    assert ladder.names == ("light", "mid", "frontier")
    assert ladder.top == "frontier"
    assert all(model.startswith("claude-") for model in ladder.models)
    assert ladder.model_of("light") == ladder.models[0]
