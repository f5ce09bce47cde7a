"""Turns of a main conversation."""

from __future__ import annotations

import pytest
from tests.support.routing import BALANCED

from tierwise.classify.signals import read_signals
from tierwise.classify.turns import read_turn
from tierwise.routing.decide import decide

OPTIONS = "Which one?\n1. Update the README\n2. Hash the passwords with argon2id\n3. Nothing"
IN_A_LINE = "Two ways: 1. rename the variable 2. redesign the login. Which one?"


def kind_of(text: str, last: str = "") -> str:
    return decide(read_turn(text, last).signals, BALANCED).kind


@pytest.mark.parametrize(
    "assent",
    ["yes", "ok", "go ahead", "ja, mach das", "oui, vas-y", "sí, hazlo", "はい", "да", "好的"],
)
def test_a_bare_assent_inherits_the_offered_work(assent: str) -> None:
    turn = read_turn(assent, "The tests pass. Shall I bring the README up to date?")
    assert turn.basis == "assent"
    assert decide(turn.signals, BALANCED).kind == "docs"


@pytest.mark.parametrize(
    "offer",
    [
        "All green. Want me to commit and push?",
        "Готово. Хочешь закоммитить и запушить?",
        "Merge it?",
    ],
)
def test_an_assent_to_an_operation_is_one(offer: str) -> None:
    assert read_turn("yes", offer).basis == "operation"


@pytest.mark.parametrize(
    "offer", ["Shall I rewrite the sign-in and merge it?", "Shall I merge all the files into one?"]
)
def test_an_assent_to_other_work_with_a_merge_in_it_is_none(offer: str) -> None:
    assert read_turn("yes", offer).basis == "assent"


@pytest.mark.parametrize("praise", ["Great!!", "perfect", "looks good"])
def test_praise_asks_for_nothing_unless_something_was_offered(praise: str) -> None:
    assert read_turn(praise, "The hole in the login is closed now.").basis == "talk"
    assert read_turn(praise, "Shall I close the hole in the login?").basis == "assent"
    offer = "Next I'd move the password hashing to argon2. Just say the word."
    assert read_turn(praise, offer).basis == "assent"


@pytest.mark.parametrize("praise", ["Perfekt!", "Wonderful", "отлично", "很好"])
def test_praise_of_other_words_and_languages_is_talk(praise: str) -> None:
    assert read_turn(praise, "The hole in the login is closed now.").basis == "talk"


@pytest.mark.parametrize("agent", ["general-purpose", None])
@pytest.mark.parametrize("task", ["handle it", "change it"])
def test_a_short_text_for_an_agent_of_any_kind_is_no_reason_to_protect(
    task: str, agent: str | None
) -> None:
    assert decide(read_signals(task, agent), BALANCED).tier != "frontier"


@pytest.mark.parametrize(
    ("choice", "named"),
    [("1", "README"), ("2", "passwords"), ("option 2", "passwords"), ("the second one", "passwords"), ("3 please", "Nothing"),
     ("the last one", "Nothing"), ("b", "passwords")],
)  # fmt: skip
def test_a_choice_is_the_option_that_it_names(choice: str, named: str) -> None:
    turn = read_turn(choice, OPTIONS)
    assert (turn.basis, named in turn.work) == ("choice", True)


def test_options_may_stand_in_one_line() -> None:
    assert "rename" in read_turn("1", IN_A_LINE).work
    assert "login" in read_turn("2", IN_A_LINE).work


def test_a_number_without_options_is_no_choice() -> None:
    assert read_turn("2", "How many workers?").basis == "words"


def test_a_turn_with_words_of_its_own_is_read_by_them() -> None:
    turn = read_turn("write a page in the docs about the export", "I hashed the passwords.")
    assert turn.basis == "words"
    assert decide(turn.signals, BALANCED).kind == "docs"


def test_a_long_turn_owes_nothing_to_the_answer_before() -> None:
    text = "rename the variable tmp to buffer in parser.py and leave all of the other names as they are"
    assert read_turn(text, "Shall I redesign the authentication?").work == text


@pytest.mark.parametrize(
    "turn",
    ["commit this", "commi", "ok push it", "commit and push", "squash and merge", "yes, commit this and open a PR"],
)  # fmt: skip
@pytest.mark.parametrize(
    "last",
    ["", "The session tokens are hashed now. All 412 tests pass.", "Shall I drop the column?"],
)
def test_an_operation_is_light_whatever_was_said_before(turn: str, last: str) -> None:
    read = read_turn(turn, last, "edit")
    assert read.basis == "operation"
    assert decide(read.signals, BALANCED).tier == "light"


@pytest.mark.parametrize("turn", ["commit this and fix the login", "merge the two functions"])
def test_what_asks_for_more_is_no_operation(turn: str) -> None:
    assert read_turn(turn, "Done.").basis == "words"


def test_a_question_that_names_nothing_is_read_with_what_stands_before_it() -> None:
    work = read_turn("yes", "The README names the old port. Want me to make that change?").work
    assert "README" in work


def test_any_text_can_be_read() -> None:
    for text in ("", "👍", "1", "\ud800", "a" * 100_000, "1. " * 5000):
        assert read_turn(text, text).basis in ("words", "assent", "choice", "operation")


@pytest.mark.parametrize(
    "turn",
    [
        *(
            "no, stop",
            "thanks, that's it for today",
            "thanks, that explains it",
            "neither, leave it",
        ),
        *("nein danke", "non, laisse", "no, déjalo así", "спасибо", "ありがとう"),
        *(
            "nah, never mind",
            "wow, nice",
            "ok got it",
            "good to know",
            "не надо",
            "不用了",
            "いいえ、結構です",
        ),
    ],
)
def test_whoever_says_no_or_thanks_asks_for_nothing(turn: str) -> None:
    offer = "The reset token never expires. Shall I limit it to an hour?"
    found = read_turn(turn, offer)
    assert found.basis == "talk"
    assert not found.signals.kinds or found.signals.protected < 0.1


def test_why_not_takes_what_is_offered() -> None:
    turn = read_turn("why not", "The permission check is missing. Shall I add it?")
    assert turn.basis == "assent"


def test_an_assent_in_french_is_no_operation() -> None:
    assert read_turn("d'accord, fais-le", "Je propose de trier la liste.").basis == "assent"


@pytest.mark.parametrize(
    "turn", ["why is that?", "where's that check", "pourquoi ?", "почему так?"]
)
def test_a_short_question_for_a_reason_or_a_place_changes_nothing(turn: str) -> None:
    assert read_turn(turn, "The lock is released before the mail is sent.").signals.reading


@pytest.mark.parametrize(
    "turn", ["why not", "why did she get paid twice? fix it", "who may see it: only admins. do it"]
)
def test_a_question_that_asks_for_more_is_read_as_it_stands(turn: str) -> None:
    assert not read_turn(turn, "The permission check is missing. Shall I add it?").signals.reading
