"""Tokens that their own form gives away, to the byte."""

from __future__ import annotations

import base64
import json
import random
import string

import pytest

from tierwise.secrets.tokens import find_tokens, measure_after, starts_token

ALNUM = string.ascii_letters + string.digits


def _generate(length: int, alphabet: str = ALNUM) -> str:
    chance = random.Random(length)
    return "".join(chance.choice(alphabet) for _ in range(length))


TOKEN = "ghp" + "_" + _generate(36)


def _find(text: str) -> list[str]:
    data = text.encode()
    return [data[at : at + length].decode() for at, length, _ in find_tokens(data)]


@pytest.mark.parametrize(
    "text",
    [f'key = "{TOKEN}"', f"({TOKEN}).", f"\\n{TOKEN}", f"https://{TOKEN}@host", TOKEN],
)
def test_the_token_is_found_from_its_first_to_its_last_byte(text: str) -> None:
    assert _find(text) == [TOKEN]


@pytest.mark.parametrize("text", [f"x{TOKEN}", f"_{TOKEN}", f"{TOKEN}" + "a" * 300, TOKEN[:-1]])
def test_a_part_of_a_longer_word_or_a_short_one_is_no_token(text: str) -> None:
    assert _find(text) == []


def _make_web_token(header: object, claims: object) -> str:
    parts = [json.dumps(part).encode() for part in (header, claims)]
    signature = random.Random(1).randbytes(32)
    encoded = [base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (*parts, signature)]
    return ".".join(encoded)


def test_a_web_token_needs_a_header_with_an_algorithm_and_claims() -> None:
    signed = _make_web_token({"alg": "HS256"}, {"sub": "1234"})
    assert _find(f"token: {signed}\n") == [signed]
    assert _find(_make_web_token({"kid": "of no algorithm"}, {"sub": "1234"})) == []
    assert _find(_make_web_token({"alg": "HS256"}, [1, 2, 3])) == []


def test_a_signature_counts_only_beside_the_rest_of_its_address() -> None:
    signature = _generate(43) + "%3D"
    address = f"https://a.blob.core.windows.net/b?sv=2024-01-01&se=2027-01-01&sig={signature}"
    assert _find(address) == [signature]
    assert _find(f"https://host/?sig={signature}") == []
    assert _find(f"sv=1&se=2\nhttps://host/?sig={signature}") == []


def test_a_full_stop_behind_a_token_is_the_sentences() -> None:
    assert measure_after(b"abc.", 0, b"abc.", 10) == 3
    assert measure_after(b"abcd", 0, b"abc", 10) == 11


@pytest.mark.parametrize(
    ("data", "at", "starts"),
    [(b"x", 0, True), (b" x", 1, True), (b"ax", 1, False), (b"\\nx", 2, True), (b"nx", 1, False)],
)
def test_a_word_begins_where_no_other_goes_on(data: bytes, at: int, starts: bool) -> None:
    assert starts_token(data, at) is starts
