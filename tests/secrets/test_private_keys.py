"""A private key is a header with a key right below it, in each form that programs write."""

from __future__ import annotations

import base64
import random

import pytest

from tierwise.secrets.private_keys import find_private_keys

BODY = base64.b64encode(random.Random(3).randbytes(96)).decode()
DASHES = "-" * 5
HEADER = f"{DASHES}BEGIN PRIVATE KEY{DASHES}"
FOOTER = f"{DASHES}END PRIVATE KEY{DASHES}"
KEYS = [
    f"{HEADER}\n{BODY}\n{FOOTER}\n",
    f"{HEADER}\r\n{BODY}\r\n{FOOTER}\r\n",
    f'"{HEADER}\\n{BODY}\\n{FOOTER}\\n"',
    f"key: |\n  {HEADER}\n  {BODY}\n  {FOOTER}\n",
    f"# {HEADER}\n# {BODY}\n# {FOOTER}\n",
    f"{HEADER}\nProc-Type: 4,ENCRYPTED\n\n{BODY}\n{FOOTER}\n",
    f"{HEADER}\n{BODY}\n",
]
NO_KEYS = [
    HEADER,
    f"{HEADER}\n{FOOTER}",
    f"{HEADER}\n...\n{FOOTER}",
    f"{HEADER}\nPut your key here.\n{FOOTER}",
    f"{HEADER}\n{'A' * 128}\n{FOOTER}",
    f"if line == '{HEADER}':\n    read()\n",
    f"{DASHES}BEGIN PUBLIC KEY{DASHES}\n{BODY}\n",
]


def _count(text: str) -> int:
    return len(list(find_private_keys(text.encode())))


@pytest.mark.parametrize("text", KEYS)
def test_a_key_is_found_in_every_layout(text: str) -> None:
    assert _count(text) == 1


@pytest.mark.parametrize("text", NO_KEYS)
def test_a_header_without_a_key_is_none(text: str) -> None:
    assert _count(text) == 0


def test_puttys_own_form_is_known() -> None:
    text = "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\nAAAA\n"
    assert _count(text) == 1
    assert _count(text.partition("Private-Lines")[0]) == 0
