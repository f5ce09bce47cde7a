"""Passwords in addresses: made by a program, or put there by a document."""

from __future__ import annotations

import pytest

from tierwise.secrets.url_passwords import find_url_passwords

GENERATED = ["k9Xw2LmQ7vRt", "8fKq-Zt3LmWx92", "Vb7nQ2xLp9Wk4RtZ"]
WRITTEN = [
    "${PASSWORD}",
    "$(pass show db)",
    "{{ password }}",
    "%s%s%s%s%s",
    "password123",
    "hunter2hunter2",
    "postgres-local",
    "alice-secret1",
    "abcd1234",
    "........",
    "your.pass.here",
]


def _find(password: str, user: str = "alice") -> list[str]:
    data = f'url = "postgres://{user}:{password}@db.example:5432/app"'.encode()
    return [data[at : at + length].decode() for at, length, _ in find_url_passwords(data)]


@pytest.mark.parametrize("password", GENERATED)
def test_a_generated_password_is_found(password: str) -> None:
    assert _find(password) == [password]


@pytest.mark.parametrize("password", WRITTEN)
def test_what_documentation_puts_there_is_let_through(password: str) -> None:
    assert _find(password) == []


def test_a_user_may_be_missing() -> None:
    assert _find(GENERATED[0], user="") == [GENERATED[0]]


def test_a_port_and_a_handle_are_no_password() -> None:
    assert list(find_url_passwords(b"http://localhost:8080/@scope/package")) == []
