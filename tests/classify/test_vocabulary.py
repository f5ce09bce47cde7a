"""The vocabulary as data."""

from __future__ import annotations

from pathlib import Path

from tests.support.routing import LABELLED

from tierwise.classify.vocabulary import __main__ as build
from tierwise.classify.vocabulary import count, dutch, hindi, ideographs, korean, polish, turkish
from tierwise.classify.words import (
    BREAK,
    DURATION,
    ENDPOINT,
    PATH,
    ROUTE,
    SUBSTITUTION,
    VERSION,
    split_words,
)
from tierwise.domain.kinds import KINDS

STAND_INS = {PATH, VERSION, DURATION, ROUTE, ENDPOINT, SUBSTITUTION}


def test_the_sorted_file_is_what_the_lists_give() -> None:
    assert Path(build.PATH).read_text(encoding="utf-8") == build.render()


def test_the_counted_file_is_what_the_labelled_tasks_give_that_are_not_held_out() -> None:
    files = sorted(LABELLED.glob("*.jsonl"))
    counted = [
        str(path)
        for path in files
        if not path.stem.endswith("held_out") and not path.stem.endswith("last")
    ]
    assert Path(count.PATH).read_text(encoding="utf-8") == count.render(count.read_rows(counted))


def test_every_kind_has_words_in_every_script() -> None:
    assert set(build.WORDS) == set(KINDS)
    for language in (dutch, polish, turkish):
        assert set(language.WORDS) == set(KINDS)
    for script in (ideographs, korean, hindi):
        assert set(script.PHRASES) == set(KINDS)


def test_every_phrase_is_written_as_the_text_is_read() -> None:
    for kind in build.WORDS:
        for phrase in build.phrases_of(kind):
            plain = phrase.replace("=", "").replace("~", "")
            read = [word for word in split_words(plain) if word != BREAK]
            assert read == plain.split() or set(plain.split()) & STAND_INS, (kind, phrase)


def test_a_stroke_stands_for_alternatives() -> None:
    assert build.spell_out("drop/remove ~auth/login check") == [
        "drop ~auth check",
        "drop ~login check",
        "remove ~auth check",
        "remove ~login check",
    ]
