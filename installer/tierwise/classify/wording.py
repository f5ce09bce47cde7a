"""The words that a text is read by, and the names from the code in it.  Standard library only: hooks import this."""

from __future__ import annotations

from itertools import chain

from tierwise.classify.roles import NO_ROLE
from tierwise.classify.words import (
    BREAK,
    SMALL,
    find_route,
    is_identifier,
    split_name,
    split_words,
    stand_in,
)
from tierwise.memo import LINES, Memo

_MOST_WORDS = 80
MOST_NAMES = 60
_GUARDS = (
    "auth", "passw", "permission", "credential", "secret", "crypt", "jwt", "csrf", "hmac", "refund",
)  # fmt: skip


def split_text(text: str) -> list[str]:
    """What stands between blanks; the end of a line ends a sentence."""
    raws: list[str] = []
    for line in text.split("\n"):
        raws += _raws_in[line]
        raws.append(BREAK)
    return raws[:-1]


_raws_in = Memo(str.split, LINES)


def list_words(raws: list[str]) -> list[str]:
    """The words of the head and the tail of what :func:`split_text` gave, without names from the code."""
    if not raws:
        return []
    raws = _keep_head_and_tail(raws, 2 * _MOST_WORDS)
    if "/" in "".join(raws):
        raws = list(map(find_route, raws, ["", *raws]))
    words = list(chain.from_iterable(map(_words_in.__getitem__, raws)))
    return _keep_head_and_tail(words, _MOST_WORDS)


def _read_raw(raw: str) -> tuple[str, ...]:
    """The words in what stands between two blanks; none in a name from the code."""
    if raw in SMALL:
        return ()
    if raw.isascii() and raw.isalpha() and raw.islower():  # nearly every word
        return (raw,)
    if is_identifier(raw):
        return ()
    return tuple(split_words(stand_in(raw)))


_words_in = Memo(_read_raw)


def _keep_head_and_tail(
    words: list[str],
    most: int,
) -> list[str]:
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
    return _words_of_role[agent or ""]


def _read_role(agent: str) -> list[str]:
    bare = agent.rpartition(":")[2]
    if bare == NO_ROLE:
        return []
    return split_words(bare.replace("_", " "))


_words_of_role = Memo(_read_role)


def list_names(raws: list[str]) -> list[str]:
    """The words that names from the code are made of, such as ``checkPermission()``."""
    words = []
    names = _list_names(raws)
    for name in names[:MOST_NAMES]:
        words += _words_of_name[name]
    return words


_words_of_name = Memo(split_name)


def _list_names(raws: list[str]) -> list[str]:
    """Those words that are names from the code."""
    return list(filter(_names_code.__getitem__, raws))


def _is_name(raw: str) -> bool:
    return "_" in raw or is_identifier(raw)


_names_code = Memo(_is_name)


def holds_letters(words: list[str]) -> bool:
    return any(letter.isalpha() for word in words for letter in word)
