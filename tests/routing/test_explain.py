"""A decision in words."""

from __future__ import annotations

from tierwise.classify.signals import read_signals
from tierwise.policy.compile import compile_table
from tierwise.policy.load import parse_policy
from tierwise.routing.decide import decide
from tierwise.routing.explain import explain


def test_an_explanation_says_what_would_change_the_decision() -> None:
    table = compile_table(parse_policy(b"version: 1\nfrontier_only:\n  paths: ['core/**']\n"))
    signals = read_signals("rename x to y in core/shapes.py")
    told = list(explain(decide(signals, table), signals, table))
    assert "  - without the floor it would go to light" in told
