"""Words of many languages that name one thing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.classify import concepts
from tierwise.classify.concepts import find_concepts
from tierwise.classify.words import split_words


@pytest.mark.parametrize("word", ["voucher", "gutscheine", "купоны", "クーポンを使う", "优惠"])
def test_words_of_many_languages_name_one_concept(word: str) -> None:
    assert find_concepts([word]) == ["voucher"]


def test_a_sentence_without_blanks_names_several() -> None:
    assert {"employee", "other", "see"} <= {*find_concepts(["店員が他の店の注文を見られます"])}


def test_the_longest_beginning_counts() -> None:
    assert find_concepts(["passwords"]) == ["password"]


def test_a_short_name_is_the_whole_word() -> None:
    assert find_concepts(["vat"]) == ["money"]
    assert find_concepts(["vats"]) == []


def test_a_repositorys_own_nouns_name_none() -> None:
    assert find_concepts(["tokens"]) == ["secret"]
    assert find_concepts(["tokens"], {"token"}) == []


def test_the_work_is_bounded() -> None:
    assert find_concepts(["見え" * 100_000]) == ["see"]


def test_names_are_written_as_words_are_read_and_stand_once() -> None:
    lines = [line.split() for line in Path(concepts.PATH).read_text(encoding="utf-8").splitlines()]
    names = [name for _, *names in lines for name in names]
    assert names == split_words(" ".join(names))
    assert len(names) == len(set(names))


def test_no_name_is_there_for_nothing() -> None:
    lines = [line.split() for line in Path(concepts.PATH).read_text(encoding="utf-8").splitlines()]
    pairs = [(name, concept) for concept, *names in lines for name in names]
    table = dict(pairs)
    assert len(table) == len(pairs)
    for name, concept in pairs:
        beginnings = [name[:length] for length in range(4, min(len(name), 8))]
        named = [table[beginning] for beginning in beginnings if beginning in table]
        assert concepts.is_blankless(name) or named[-1:] != [concept], name
