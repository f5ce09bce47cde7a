"""The words that a text is read by, and the names from the code in it.  Standard library only: hooks import this."""

from __future__ import annotations

from tierwise.classify.roles import NO_ROLE
from tierwise.classify.words import is_identifier, split_name, split_words, stand_in

_MOST_WORDS = 80
MOST_NAMES = 60
_GUARDS = (
    "auth", "passw", "permission", "credential", "secret", "crypt", "jwt", "csrf", "hmac", "refund",
)  # fmt: skip


def list_words(text: str) -> list[str]:
    """The words of the text's head and tail, without names from the code."""
    kept: list[str] = []
    before = ""
    raws = text.replace("\n", " . ").split()
    for raw in _keep_head_and_tail(raws, 2 * _MOST_WORDS):
        if raw.isalpha() and raw.islower():  # nearly every word
            kept.append(raw)
        elif is_identifier(raw):
            continue
        else:
            kept.append(stand_in(raw, before))
        before = raw
    words = split_words(" ".join(kept))
    return _keep_head_and_tail(words, _MOST_WORDS)


def _keep_head_and_tail(words: list[str], most: int) -> list[str]:
    """At most so many words, three of four from the beginning: that is where a prompt says what it is for."""
    if len(words) <= most:
        return words
    head = most * 3 // 4
    tail = -most // 4
    return words[:head] + words[tail:]


def names_a_guard(text: str) -> bool:
    """Whether a name from the code guards something: in a short task, that name is what it is about."""
    raws = [raw.strip("`'\".,") for raw in text.split()]
    names = " ".join(_list_names(raws))
    said = names.lower().replace("author", "")
    return any(guard in said for guard in _GUARDS)


def list_role_words(agent: str | None) -> list[str]:
    """The words of an agent's name: `db-migration-expert` says what it is for, `general-purpose` does not."""
    bare = (agent or "").rpartition(":")[2]
    if bare == NO_ROLE:
        return []
    return split_words(bare.replace("_", " "))


def list_names(text: str) -> list[str]:
    """The words that names from the code are made of, such as ``checkPermission()``."""
    words = []
    names = _list_names(text.split())
    for name in names[:MOST_NAMES]:
        words += split_name(name)
    return words


def _list_names(raws: list[str]) -> list[str]:
    """Those words that are names from the code."""
    # Nearly every word is in lower case, and told without a call.
    likely = [raw for raw in raws if not raw.islower() or "_" in raw or "(" in raw]
    return [raw for raw in likely if "_" in raw or is_identifier(raw)]


def holds_letters(words: list[str]) -> bool:
    return any(letter.isalpha() for word in words for letter in word)
