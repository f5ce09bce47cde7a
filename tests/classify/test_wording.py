"""The words that a text is read by do not depend on what was read before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tierwise.classify import wording
from tierwise.classify.signals import Signals, read_signals
from tierwise.classify.wording import list_names, list_words, names_a_guard, split_text
from tierwise.classify.words import BREAK, ENDPOINT, ROUTE, SUBSTITUTION, VERSION, take_paths

PROMPTS = Path(__file__).parent.parent / "data" / "prompts" / "spawns_held_out.jsonl"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Fix the login", ["fix", "login"]),
        ("call POST /labels, then open /settings", ["call", "post", ENDPOINT, "then", "open", ROUTE]),
        ("use s/old/new/ from v2.4 on", ["use", SUBSTITUTION, "from", VERSION, "on"]),
        ("rename getUser in user.email", ["rename", "in", "user", "email"]),
        ("Straße\nΣΟΦΟΣ", ["strasse", BREAK, "σοφος"]),
    ],
)  # fmt: skip
def test_words_without_names_from_the_code(text: str, words: list[str]) -> None:
    assert list_words(split_text(text)) == words
    assert list_words(split_text(text)) == words


def test_names_from_the_code_are_taken_apart() -> None:
    raws = split_text("call checkPermission() or load_users, not Berlin")
    assert list_names(raws) == [
        "check", "permission", "load", "users",
    ]  # fmt: skip
    assert names_a_guard("where is `checkPermission` called")
    assert not names_a_guard("where is `loadUsers` called")


def test_a_path_is_no_route_of_an_api() -> None:
    text, paths = take_paths("GET /api/v1/labels is in src/labels.py:47, see src/labels.py.")
    assert paths == ["src/labels.py"]
    assert text == "GET /api/v1/labels is in xpathx, see xpathx."


def test_a_text_is_read_alike_whatever_was_read_before() -> None:
    lines = PROMPTS.read_text(encoding="utf-8").splitlines()[:12]
    tasks = [json.loads(line)["task"] for line in lines]
    first = [_list_values(read_signals(task)) for task in tasks]
    wording._words_in.clear()
    wording._names_code.clear()
    assert [_list_values(read_signals(task)) for task in tasks[::-1]] == first[::-1]


def _list_values(signals: Signals) -> dict[str, object]:
    return {**vars(signals), "evidence": signals.evidence.features}
