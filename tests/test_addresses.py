"""Where a secret may go, and what is shown of an address."""

from __future__ import annotations

import pytest

from tierwise import addresses

SHOWN = [
    ("https://user:secret@host/x", "https://***@host/x"),
    ("user:secret@host:22/x", "***@host:22/x"),
    ("https://host/a@b", "https://host/a@b"),
    ("https://a:b@c:d@host?q", "https://***@host?q"),
    ("https://host\\@evil", "https://host\\@evil"),
]
HOSTS = [
    ("https://API.example:8443/v1", "api.example:8443"),
    ("https://good.example@evil.example/", "evil.example"),
    ("https://evil.example\\@good.example/", "evil.example"),
    ("https://evil.example#@good.example/", "evil.example"),
    ("good.example/v1", ""),
]
SAFE = [
    ("https://api.example", True),
    ("HTTPS://api.example", True),
    ("https://", False),
    ("http://api.example", False),
    ("http://localhost:8080", True),
    ("http://127.0.0.1/v1", True),
    ("http://[::1]:9/", True),
    ("http://localhost.evil.example", False),
    ("http://127.0.0.1.evil.example", False),
    ("http://localhost@evil.example", False),
    ("ftp://localhost", False),
]


@pytest.mark.parametrize(("address", "shown"), SHOWN)
def test_what_stands_before_the_host_is_never_shown(address: str, shown: str) -> None:
    assert addresses.strip_password(address) == shown


@pytest.mark.parametrize(("address", "host"), HOSTS)
def test_the_host_is_the_one_that_would_be_called(address: str, host: str) -> None:
    assert addresses.find_host(address) == host


@pytest.mark.parametrize(("address", "is_safe"), SAFE)
def test_a_secret_goes_to_https_or_this_machine_only(address: str, is_safe: bool) -> None:
    assert addresses.is_safe_for_secrets(address) is is_safe
