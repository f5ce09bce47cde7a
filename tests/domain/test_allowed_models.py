"""Which model is served, given what settings allow: each row was seen on the wire."""

from __future__ import annotations

import pytest

from tierwise.domain.allowed_models import find_served

OLD = "2.1.197"
NOW = [
    ("opus", ["opus"], "claude-opus-5-5"),
    ("opus[1m]", ["opus"], "claude-opus-5-5"),
    ("opus", ["OPUS"], "claude-opus-5-5"),
    ("sonnet", [" sonnet "], "claude-sonnet-5-5"),
    ("haiku", ["Haiku[1m]"], "claude-haiku-5-5"),
    ("sonnet", ["claude-sonnet"], "claude-sonnet-5-5"),
    ("opus", ["claude-opus-5-5"], "claude-opus-5-5"),
    ("opus", ["opus-5-5"], "claude-opus-5-5"),
    ("opus", ["claude-opus-5"], "claude-opus-5-5"),
    ("opus", ["claude-opus-4"], "claude-opus-4-8"),
    ("opus", ["opus-4-8"], "claude-opus-4-8"),
    ("opus", ["claude-opus-4-5"], "claude-opus-4-5-20251101"),
    ("opus", ["claude-opus-4-1"], ""),
    ("opus", ["best"], "claude-opus-5-5"),
    ("opus", ["opusplan"], ""),
    ("opus", ["sonnet", "haiku"], ""),
    ("opus", [], ""),
    ("opus", None, "claude-opus-5-5"),
    ("sonnet", ["opusplan"], "claude-sonnet-5-5"),
    ("sonnet", ["claude-sonnet-5"], "claude-sonnet-5-5"),
    ("sonnet", ["claude-sonnet-4-6"], "claude-sonnet-4-6"),
    ("sonnet", ["sonnet-4-5"], ""),
    ("sonnet", ["claude-sonnet-4-0"], ""),
    ("sonnet", ["claude-sonnet-5-5-20261001"], ""),
    ("sonnet", ["sonnet", "claude-sonnet-4-5"], ""),
    ("sonnet", ["sonnet", "claude-sonnet-5-5"], "claude-sonnet-5-5"),
    ("sonnet", ["my-sonnet-proxy"], ""),
    ("haiku", ["haiku-4-5"], "claude-haiku-4-5-20251001"),
    ("haiku", ["claude-haiku-4-5-20251001"], "claude-haiku-4-5-20251001"),
    ("fable", ["claude-fable-5-1"], "claude-fable-5-1"),
    ("fable", ["best"], ""),
    ("claude-opus-5-5", ["opus"], "claude-opus-5-5"),
    ("claude-opus-5-5", ["claude-opus-4-5"], ""),
]
BEFORE = [
    ("sonnet", ["sonnet"], "claude-sonnet-5"),
    ("sonnet", ["claude-sonnet-5"], "claude-sonnet-5"),
    ("sonnet", ["claude-sonnet-5-5"], ""),
    ("sonnet", ["claude-sonnet-4-6"], ""),
    ("sonnet", ["sonnet", "claude-sonnet-5-5"], ""),
    ("sonnet", ["opusplan"], "claude-sonnet-5"),
    ("opus", ["claude-opus-4-7"], ""),
    ("opus", ["best"], "claude-opus-4-8"),
    ("haiku", ["claude-haiku-5-5"], ""),
]
DENIED = [
    ("haiku", ["haiku"], ""),
    ("sonnet", ["claude-sonnet-5-5"], "claude-sonnet-5"),
    ("sonnet", ["claude-sonnet-5"], "claude-sonnet-4-6"),
    ("sonnet", ["claude-opus-5-5"], "claude-sonnet-5-5"),
]


EXACT = [
    ("opus", ["claude-opus-5"], "claude-opus-5"),
    ("opus", ["opus-5-5"], "claude-opus-5-5"),
    ("opus", ["opus", "claude-opus-5"], "claude-opus-5"),
    ("opus", ["opus"], "claude-opus-5-5"),
    ("opus", ["best"], ""),
    ("sonnet", ["claude-sonnet-5"], "claude-sonnet-5"),
    ("sonnet", ["claude-sonnet-5-5-fast"], ""),
    ("haiku", ["claude-haiku-5-5-20260101"], ""),
    ("haiku", ["claude-haiku-4-5"], "claude-haiku-4-5-20251001"),
]


@pytest.mark.parametrize(("model", "names", "served"), NOW)
def test_what_is_served_where_a_list_allows_it(
    model: str, names: list[str] | None, served: str
) -> None:
    assert find_served(model, names) == served


@pytest.mark.parametrize(("model", "names", "served"), BEFORE)
def test_an_old_client_knows_its_own_models_alone(
    model: str, names: list[str], served: str
) -> None:
    assert find_served(model, names, version=OLD) == served


@pytest.mark.parametrize(("model", "denied", "served"), DENIED)
def test_what_an_administrator_denies_is_not_served(
    model: str, denied: list[str], served: str
) -> None:
    assert find_served(model, None, denied) == served
    assert find_served(model, None, denied, OLD) == find_served(model, None, None, OLD)


@pytest.mark.parametrize(("model", "names", "served"), EXACT)
def test_an_exact_list_allows_no_later_version(model: str, names: list[str], served: str) -> None:
    assert find_served(model, names, is_exact=True) == served


def test_an_old_client_knows_no_exact_lists() -> None:
    assert find_served("sonnet", ["claude-sonnet-5"], version=OLD, is_exact=True) == (
        find_served("sonnet", ["claude-sonnet-5"], version=OLD)
    )
