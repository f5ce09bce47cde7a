"""Which environment variable goes where."""

from __future__ import annotations

from typing import Any

import pytest

from tierwise.cascade.engines.endpoint_key import find_endpoint_key
from tierwise.errors import TierwiseError


def table(address: str | None, variable: str | None) -> dict[str, Any]:
    return {"tiers": {"light": {"base_url": address, "api_key_env": variable}}}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "openai-key")
    monkeypatch.setenv("MY_KEY", "my-key")


@pytest.mark.parametrize(
    ("address", "variable", "key"),
    [
        ("https://h.example/v1", "MY_KEY", "my-key"),
        ("http://127.0.0.1:11434/v1", "MY_KEY", "my-key"),
        ("https://h.example/v1", None, None),
        ("http://127.0.0.1:11434/v1", None, None),
        ("https://api.openai.com/v1", None, "openai-key"),
        ("https://api.openai.com.h.example/v1", None, None),
        ("https://api.openai.com@h.example/v1", None, None),
        ("http://h.example/v1", None, None),
        ("https://h.example/v1", "NOT_SET", None),
        (None, None, None),
    ],
)
def test_a_key_goes_only_to_the_host_that_it_is_bound_to(
    address: str | None, variable: str | None, key: str | None
) -> None:
    assert find_endpoint_key(table(address, variable), "light") == key


@pytest.mark.parametrize("address", ["http://h.example/v1", "http://api.openai.com/v1", "h", ""])
def test_a_key_never_goes_over_a_network_in_clear_text(address: str) -> None:
    with pytest.raises(TierwiseError, match="unencrypted"):
        find_endpoint_key(table(address, "MY_KEY"), "light")
