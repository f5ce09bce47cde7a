"""The kinds of work are one list, with nothing in it twice."""

from __future__ import annotations

import pytest

from tierwise.domain.kinds import AUTOMATED, KINDS, OF_THE_PROJECT, is_ci
from tierwise.domain.table import load_default


def test_every_kind_has_a_route_in_the_shipped_policy() -> None:
    assert set(load_default()["routes"]) >= set(KINDS)


def test_work_for_commands_is_no_work_for_models() -> None:
    assert not set(KINDS) & set(AUTOMATED)
    assert set(OF_THE_PROJECT) <= set(AUTOMATED)


@pytest.mark.parametrize(
    ("value", "is_watched"),
    [(None, True), ("", True), ("0", True), ("False", True), (" no ", True), ("1", False)],
)
def test_nobody_watches_where_ci_is_set_to_a_yes(value: str | None, is_watched: bool) -> None:
    environ = {} if value is None else {"CI": value}
    assert is_ci(environ) is not is_watched
