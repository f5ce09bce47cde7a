"""The shape of the compiled table says what compiling writes, no more and no less."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tierwise.domain import table_shape
from tierwise.policy.compile import compile_table
from tierwise.policy.load import parse_policy

POLICY = b"""version: 1
extends: balanced
targets: [claude, codex]
review: 2027-01-01
kinds: {mine: {words: [abc], paths: ["x/**"]}}
routes: {mine: mid}
agents: {Explore: light, planner: off}
frontier_only: {kinds: [security], paths: ["a/**"], ambiguity: high}
automated: {lint: ruff check .}
ci: {routes: {review: frontier}}
"""
TABLE: dict[str, Any] = {**compile_table(parse_policy(POLICY))}
WRITTEN_LATER = {"tierwise", "withheld"}  # by sync, and by whoever guards the table


def test_a_table_has_the_keys_of_its_shape() -> None:
    assert set(TABLE) | WRITTEN_LATER == set(table_shape.Table.__annotations__)


@pytest.mark.parametrize(
    ("entry", "shape"),
    [
        (TABLE["tiers"]["mid"], table_shape.CompiledTier),
        (TABLE["routes"]["mine"], table_shape.CompiledChoice),
        (TABLE["agents"]["Explore"], table_shape.CompiledChoice),
        (TABLE["automated"]["lint"], table_shape.AutomatedWork),
        (TABLE["kinds"]["mine"], table_shape.CompiledKind),
        (TABLE["frontier_only"], table_shape.CompiledFloors),
        (TABLE["frontier_only"]["ambiguity"], table_shape.AmbiguityFloor),
        (TABLE["ci"], table_shape.CiSection),
        (TABLE["repository"], table_shape.Repository),
    ],
)
def test_an_entry_has_the_keys_of_its_shape(entry: Mapping[str, object], shape: type) -> None:
    assert set(entry) == set(shape.__annotations__)
