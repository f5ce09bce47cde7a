"""Values that the name before them gives away, whoever issued them."""

from __future__ import annotations

import random
import string

import pytest

from tierwise.secrets.named_values import find_named

_CHANCE = random.Random(7)
VALUE = "".join(_CHANCE.choices(string.ascii_letters + string.digits, k=40))
SECRETS = [
    'ACME_API_KEY = "{}"',
    "ACME_API_KEY={}",
    '{{"acmeToken": "{}"}}',
    "acme.client_secret: {}",
    'acme_password => "{}"',
    'set("acmeSecret", "{}")',
    'config["acme_token"] = `{}`',
    'token = "{}"',
]
HARMLESS = [
    'PUBLIC_KEY = "{}"',
    'csrf_token = "{}"',
    'cache_key = "{}"',
    'primary_key = "{}"',
    'content_hash = "{}"',
    'next_page_token = "{}"',
    'name = "{}"',
    'key = "{}"',
]
NO_VALUES = [
    'ACME_API_KEY = "your-acme-api-key-here"',
    "ACME_API_KEY = process.env.ACME_API_KEY",
    'ACME_API_KEY = "/etc/acme/keys/current.pem"',
    'privateKey: "derivedPrivateKey2"',
    'ACME_API_KEY = "AbCd1234EfGh5678..."',
]


def _find(text: str, is_document: bool = False) -> list[str]:
    data = text.encode()
    return [data[at : at + length].decode() for at, length, _ in find_named(data, is_document)]


@pytest.mark.parametrize("line", SECRETS)
def test_a_generated_value_behind_a_secrets_name_is_found(line: str) -> None:
    assert _find(line.format(VALUE)) == [VALUE]


@pytest.mark.parametrize("line", HARMLESS)
def test_a_name_that_only_looks_like_a_secrets_is_let_through(line: str) -> None:
    assert _find(line.format(VALUE)) == []


@pytest.mark.parametrize("line", NO_VALUES)
def test_a_value_that_a_person_wrote_is_let_through(line: str) -> None:
    assert _find(line) == []


def test_a_document_shows_what_a_key_may_look_like() -> None:
    assert _find(f'apiKey: "{VALUE}"', is_document=True) == []
    assert _find(f'ACME_API_KEY: "{VALUE}"', is_document=True) == [VALUE]


def test_a_value_with_two_words_for_a_secret_before_it_counts_once() -> None:
    assert _find(f'acme_secret_token = "{VALUE}"') == [VALUE]
