"""Which labelled tasks a task is like."""

from __future__ import annotations

from tierwise.classify.likeness import like_kinds, read_stems


def test_the_shares_are_those_of_kinds_and_no_more_than_one_together() -> None:
    shares = like_kinds(["write", "unit", "tests", "for", "the", "parser"])
    assert max(shares, key=lambda kind: shares[kind]) == "tests"
    assert 0 < sum(shares.values()) <= 1.0001


def test_words_that_nobody_wrote_say_nothing() -> None:
    assert like_kinds(["qqqqq", "zzzzz"]) == {}
    assert like_kinds([]) == {}


def test_the_same_words_always_give_the_same() -> None:
    words = ["users", "get", "logged", "out", "at", "random"]
    assert like_kinds(words) == like_kinds(list(words))


def test_the_ending_of_a_named_file_is_a_word_and_so_are_two_characters_of_chinese() -> None:
    assert read_stems(["change", "xpathx"], ("deploy/app.YML",)) == {
        "chang",
        "xpath",
        "^chang",
        ".yml",
    }
    assert {"查询", "询语"} <= read_stems(["查询语句"], ())


def test_a_stem_is_found_whole_and_not_as_a_part_of_another() -> None:
    assert like_kinds(["enam", "ariab"]) == {} != like_kinds(["rename", "variable"])


def test_a_wish_without_a_subject_is_like_nothing() -> None:
    for wish in (
        "go on",
        "do the next step",
        "please continue with your work",
        "the thing we talked about",
    ):
        assert like_kinds(wish.split()) == {}
