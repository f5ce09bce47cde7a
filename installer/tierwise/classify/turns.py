"""What a turn of a main conversation asks for.  Standard library only: hooks import this.

A bare assent inherits the work that was offered before it, a choice the option that it names.  An operation ("commit
this and push") is one whatever was said before; whatever else is said speaks for itself, beside what it answers.
"""

from __future__ import annotations

from tierwise.classify.signals import Signals, read_signals
from tierwise.classify.words import BREAK, split_words, word_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_TAIL = 2000  # letters of the last answer that are looked at
_SHORT = 8  # words up to which a turn may lean on the answer before it
_WHOLE_OFFER = 15  # letters of a question that may name the work itself
_SENTENCES = 3  # of the last answer that an assent can mean
# Words of a turn that only agrees or asks to go on.
_ASSENT = word_set(
    "yes y yep yeah yup ok okay k sure do it go ahead on for proceed continue next task step fine good great perfect "
    "exactly agreed right sounds looks lgtm alright start make both all keep going with me to absolutely definitely "
    "correct let s lets ja jo gerne mach mache weiter genau passt einverstanden gut nachstes leg oui vas fais d "
    "accord suite parfait allez si hazlo vale sigue adelante dale sim pode fazer continua segue certo va bene procedi "
    "avanti да давай продолжай хорошо отлично ок tak dalej zrob dobrze rob doe maar evet devam tamam "
    "はい お願いします 続けて お願い いいよ 好 好的 可以 继续 是 做吧 是的 네 예 계속 해 주세요 좋아요 응"
)
# What is done with work that is finished, and the words that such a wish is made of beside those of assent.
_OPERATIONS = word_set(
    "commit commited push pull merge rebase squash amend stash fetch checkout cherrypick tag committe comitte "
    "committen pushen pushe commite commita pousse sube enviar coммит закоммить запушь 提交 推送 コミット 커밋"
)
_OPERATION_STARTS = (
    "commi", "comit", "push", "merg", "hpush", "закомм", "запуш", "提交", "コミット", "커밋",
)  # fmt: skip
_OPERATION_WORDS = word_set(
    "everything changes change work files file and then again in into from main master develop origin remote upstream "
    "branch current new fresh staged message messages force lease of off up pr prs draft create open as one single "
    "separate latest pelase hash sha get far only no verify without directly done und dann es auf et e cambios "
    "mudancas alles aenderungen anderungen fixup thanks faz haz fai gor at en naar del na branche rama jetzt nun "
    "danke merci gracias 줘 해줘 吧 代码"
)
_OPERATION = "commit the changes and push"
_NOTHING = "no thanks, that is all for today"
# Words of a turn that wants nothing more, and those that may stand beside them, as those of assent may.
_DECLINES = word_set(
    "no nope nah stop wait hold later neither none skip cancel enough nothing thanks thank thx ty nein danke halt "
    "stopp non merci arrete gracias para obrigado obrigada nao pare grazie fermo nee bedankt dank tack nej "
    "tesekkurler dur hayir dziekuje dzieki nie стоп нет never leave nice cool wow know sense got laat precisa valeu "
    "diky kiitos спасибо дякую надо 谢谢 不用 不用了 停 ありがとう ありがとうございます いいえ 結構です 止めて "
    "감사합니다 고마워요 고마워 아니요"
)
_BESIDE_DECLINE = word_set(
    "not today you very much as is moment lass fur heute reicht es pas pour aujourd hui mucho muito mille wel zo idag "
    "laisse comme dejalo asi deixa assim lascia cosi lassen sein zostaw lamna kalsin birak оставь так explains helps "
    "clear understood work either them mind thats je не makes forget"
)
# Words of a turn that only praises: where nothing was asked or offered before, nothing is asked for.
_PRAISE = word_set(
    "great perfect good fine nice awesome excellent cool super lovely beautiful brilliant amazing neat wonderful works "
    "looks s it is exactly very toll perfekt prima klasse parfait genial perfetto ottimo perfecto perfeito отлично супер "
    "круто swietnie harika 完璧 素晴らしい 很好 太好了 좋네요"
)
_OFFERS = (
    " i ",
    "i'd",
    "i'll",
    "let me",
    "say ",
    "tell",
    "ready",
)
_FILES = word_set("file files")
# How a short question begins that changes nothing, whatever it is about.
_ASKS = word_set(
    "why where who warum wo wer wieso pourquoi qui porque donde quien onde perche dove chi waarom waar varfor "
    "почему где кто зачем dlaczego gdzie kto neden nerede なぜ どこ 为什么 在哪里"
)
# Words of an offer that name no work: "Want me to go ahead and make that change?"
_NAMES_NOTHING = word_set(
    "want wants would should shall i me you to go ahead and make it change changes proceed do with like if ready when "
    "word say let know or continue start implementing implement fix them all same for can next step steps which one "
    "is are ok good sound sounds apply both here there anything else prefer хочешь хотите и мне чтобы я soll ich "
    "willst du mochtest veux tu je quieres que quer"
)
_LEAST_NAMED = 2  # words of an offer from which it names its work
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1, "erste": 1, "ersten": 1, "zweite": 2, "zweiten": 2,
    "dritte": 3, "premiere": 1, "premier": 1, "deuxieme": 2, "primera": 1, "segunda": 2, "primo": 1, "seconda": 2,
    "one": 1, "two": 2, "three": 3, "four": 4,
}  # fmt: skip
_CHOOSES = word_set(
    "option options number variant variante choice plan alternative opcion opcao opzione one use take nimm us prefer "
    "and then by version numero nummer nr"
)
_HIGHEST_OPTION = 20
_LETTERS = "abcdef"


class Turn:
    """What a turn asks for.

    signals   what :func:`tierwise.routing.decide.decide` decides by
    basis     words, assent, choice, operation or talk: where the work was read from
    work      the text that the work was read from, for the caller's eyes only
    """

    def __init__(
        self,
        signals: Signals,
        basis: str,
        work: str,
    ) -> None:
        self.signals = signals
        self.basis = basis
        self.work = work


def read_turn(
    text: str,
    last_answer_end: str = "",
    last_turn: str = "",
    session: Mapping[str, Any] | None = None,
) -> Turn:
    """Read one turn.  Pure; bounded whatever the lengths.

    ``last_answer_end``: the end of the assistant's last answer, empty at the start of a conversation.
    ``last_turn``: what the turn before did: read, edit, run, plan, talk, or empty.  ``session`` as in read_signals.
    """
    tail = last_answer_end[-_TAIL:].strip()
    words = [word for word in split_words(text[:_TAIL]) if word != BREAK]
    basis, work = _find_work(text, words, tail)
    facts = {
        **(session or {}),
        "turn": basis,
        "last_turn": last_turn,
    }
    signals = read_signals(work, None, (), facts)
    if basis == "words" and _only_asks(text, words):
        signals.reading = True
    return Turn(signals, basis, work)


def _find_work(
    text: str,
    words: list[str],
    tail: str,
) -> tuple[str, str]:
    """(basis, work) of a turn, as in Turn.  ``tail``: the end of the answer before it."""
    chosen = _chosen_work(words, tail)
    if chosen is not None:
        return "choice", chosen
    if _is_operation(words):
        return "operation", _OPERATION
    if _declines(words) or _only_praises(words, tail):
        return "talk", _NOTHING
    if tail and len(words) <= _SHORT:
        return _lean_on_answer(text, words, tail)
    return "words", text


def _lean_on_answer(
    text: str,
    words: list[str],
    tail: str,
) -> tuple[str, str]:
    """The same of a short turn that says nothing by itself, or too little."""
    if not _agrees(words):
        return "words", f"{text}\n{_offered_work(tail)}"
    if _is_operation(_list_named(_find_question(tail))):
        return "operation", _OPERATION
    return "assent", _offered_work(tail)


def _is_operation(words: list[str]) -> bool:
    """Whether a turn asks for a commit, a push or the like and for nothing else."""
    verbs = [word for word in words if word in _OPERATIONS or word.startswith(_OPERATION_STARTS)]
    others = set(words).difference(verbs)
    if "merge" in words and not _FILES.isdisjoint(words):
        return False
    return bool(verbs) and all(
        word in _OPERATION_WORDS or word in _ASSENT or not word.isalpha() for word in others
    )


def _agrees(words: list[str]) -> bool:
    """Whether a turn says yes or go on, and nothing else; "why not" does, though no word of it alone."""
    if words == ["why", "not"]:
        return True
    return 0 < len(words) <= _SHORT and all(word in _ASSENT for word in words)


def _declines(words: list[str]) -> bool:
    """Whether a turn says no, stop or thanks, and nothing else: what was offered before is not asked for."""
    said = [word for word in words if word in _DECLINES]
    others = [word for word in words if word not in _DECLINES]
    return bool(said) and all(word in _BESIDE_DECLINE or word in _ASSENT for word in others)


def _only_praises(words: list[str], tail: str) -> bool:
    """Whether a turn says that all is well, and nothing else, after an answer that asked and offered nothing."""
    if not words or not _PRAISE.issuperset(words) or _find_question(tail):
        return False
    said = " ".join(_last_sentences(tail)).lower()
    return not any(offer in f" {said} " for offer in _OFFERS)


def _only_asks(text: str, words: list[str]) -> bool:
    """Whether a turn is one short question for a reason or a place: "why not" and "why …? Fix it" are none."""
    if not words or len(words) > _SHORT or words[0] not in _ASKS or "not" in words[:2]:
        return False
    asked = text.strip().rstrip("?？。 ")
    return not any(mark in asked for mark in ",.:;?!\n")


def _chosen_work(words: list[str], tail: str) -> str | None:
    """The option of an answer that a turn names and nothing else; None where it names none of it."""
    option = _chosen_option(words)
    if not option:
        return None
    return _read_options(tail).get(option)


def _chosen_option(words: list[str]) -> int:
    """The number of the option that a turn names and nothing else, -1 for the last; 0 where it names none."""
    if not words or len(words) > _SHORT:
        return 0
    if words[-1] == "one" and len(words) > 1:
        words = words[:-1]  # "the second one"
    named = []
    for word in words:
        number = _option_number(word)
        if number:
            named.append(number)
        elif word not in _CHOOSES and word not in _ASSENT:
            return 0
    if len(named) != 1:
        return 0
    return named[0]


def _option_number(word: str) -> int:
    if word.isdecimal() and word.isascii() and len(word) < 3 and 0 < int(word) <= _HIGHEST_OPTION:
        return int(word)
    if len(word) == 1 and word in _LETTERS:
        return _LETTERS.index(word) + 1
    return _ORDINALS.get(word, 0)


def _read_options(tail: str) -> dict[int, str]:
    """The options of an answer by their numbers, in lines or in one line; -1 is the last."""
    found: dict[int, str] = {}
    starts = _option_starts(tail)
    ends = [begin for _, begin in starts[1:]] + [len(tail)]
    for (number, begin), end in zip(starts, ends, strict=False):
        found[number] = tail[begin:end].partition("\n\n")[0].strip()
    if found:
        found[-1] = found[max(found)]
    return found


def _option_starts(tail: str) -> list[tuple[int, int]]:
    """(number, place) of each option that begins with the number that is next."""
    found: list[tuple[int, int]] = []
    place = 0
    for raw in tail.replace("\n", " ").split(" "):
        bare = raw.strip("().:*").lower()
        marked = raw[-1:] in ".):" or (bare.isdecimal() and raw[:1] in "123456789")
        if marked and len(bare) in (1, 2) and _option_number(bare) == len(found) + 1:
            found.append((len(found) + 1, place + len(raw) + 1))
        place += len(raw) + 1
    return found


def _offered_work(tail: str) -> str:
    """What an answer offers: its last question, with the sentences before it where that names nothing."""
    last = _last_sentences(tail)
    asking = _find_question(tail)
    if len(asking) >= _WHOLE_OFFER and (_names_work(asking) or not asking.isascii()):
        return asking
    before = ". ".join(sentence for sentence in last if sentence != asking)
    return f"{asking}\n{before}" if asking else before


def _find_question(tail: str) -> str:
    """The last question among an answer's last sentences; empty where it asks nothing."""
    last = _last_sentences(tail)
    return next(
        (sentence for sentence in last[::-1] if sentence[-1:] in "?？"),
        "",
    )


def _last_sentences(tail: str) -> list[str]:
    text = tail.replace("\n", ". ")
    for mark in ("? ", "! ", "。", "?", "!"):
        text = text.replace(mark, mark.strip() + ". ")
    sentences = [sentence.strip(" .-*") for sentence in text.split(". ")]
    sentences = [
        sentence for sentence in sentences if len(sentence.split()) > 1 or not sentence.isascii()
    ]
    return sentences[-_SENTENCES:]


def _names_work(offer: str) -> bool:
    """Whether a question says itself what it offers."""
    return len(_list_named(offer)) >= _LEAST_NAMED


def _list_named(offer: str) -> list[str]:
    """The words of a question that name what it offers."""
    return [word for word in split_words(offer) if word != BREAK and word not in _NAMES_NOTHING]
