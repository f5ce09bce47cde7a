"""A decision in words."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tierwise.classify.model import weigh_features
from tierwise.classify.signals import read_signals
from tierwise.policy.compile import compile_table
from tierwise.policy.load import parse_policy
from tierwise.routing.decide import decide
from tierwise.routing.explain import explain, list_other_kinds, weigh_words

PRESET = b"version: 1\n"


def explain_task(
    task: str,
    policy: bytes = PRESET,
    agent: str | None = None,
    others: Sequence[tuple[str, str]] = (),
    answered: str = "",
) -> list[str]:
    table = compile_table(parse_policy(policy))
    signals = read_signals(task, agent)
    decision = decide(signals, table, answered=answered)
    return list(explain(decision, signals, table, others, answered=answered))


def test_an_explanation_says_what_would_change_the_decision() -> None:
    told = explain_task(
        "rename x to y in core/shapes.py", b"version: 1\nfrontier_only:\n  paths: ['core/**']\n"
    )
    assert "  - without the floor it would go to light" in told


def test_a_complexity_is_named_only_where_it_would_change_the_tier() -> None:
    lines = explain_task("Add a unit test for the date parser")
    assert "  - a complexity over 0.8 would send it to frontier (now 0.5)" in lines
    for looks in ("Where is the config loaded?", "[tier: light] write the docs"):
        assert not [line for line in explain_task(looks) if "a complexity" in line]


def test_a_complexity_is_tried_with_the_kind_that_a_model_named() -> None:
    told = explain_task("Where is the config loaded?", answered="debugging")
    assert "  - a complexity under 0.4 would send it to mid (now 0.4)" in told
    told = explain_task("write the docs", answered="tests")
    assert not [line for line in told if "would send it to light" in line]


def test_another_kind_is_named_where_its_tier_is_another() -> None:
    told = explain_task("write the docs", others=[("summary", "light"), ("feature", "mid")])
    assert "  - [domain: feature] at its head sends it to mid" in told
    assert not [line for line in told if "domain: summary" in line]


def test_the_other_kinds_are_the_likeliest_beside_the_chosen_one() -> None:
    table = compile_table(parse_policy(PRESET))
    signals = read_signals("fix the typo")
    decision = decide(signals, table)
    found = list_other_kinds(decision.kind, signals, table)
    assert decision.kind not in found
    assert "bug-fix" in found


@pytest.mark.parametrize(
    "task",
    ["find out why the checkout sometimes charges twice", "Fix the typo in README.md", "hello"],
)
def test_words_are_told_whole_and_add_up_to_what_the_features_weigh(task: str) -> None:
    evidence = read_signals(task, "Explore").evidence
    for head in ("debugging", "docs", "protected"):
        told = weigh_words(evidence, head)
        assert sum(told.values()) == pytest.approx(
            sum(weight for _, weight in weigh_features(evidence, head))
        )
        assert not [word for word in told if word[:1] in "^-#@~`" or word.startswith(". ")]


def test_a_word_is_told_once() -> None:
    told = weigh_words(
        read_signals("find out why it sometimes charges twice").evidence, "debugging"
    )
    assert "sometimes" in told
    assert "somet" not in told
    told = weigh_words(read_signals("Fix the typo in README.md").evidence, "docs")
    assert "(path)" in told
    assert "xpathx" not in told
