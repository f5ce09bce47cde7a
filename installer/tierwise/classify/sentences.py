"""How much each word of a task says about the work that is asked for.  Standard library only.

People say what they want first and explain afterwards.  A prompt from one agent to another is built otherwise: who you
are, what is known, the task, what to leave alone, what to report.  There the task counts as the beginning, and the
sentences around it count less.
"""

from __future__ import annotations

from tierwise.classify.words import BREAK, word_set

# How a sentence begins that is about the reader or about the answer.  Small words ("your", "a") are left out.
_ABOUT_YOU = frozenset(
    (
        *(
            "you are",
            "you did",
            "you have",
            "you were",
            "you receive",
            "you already",
            "you get",
            "act as",
        ),
        *("du bist", "tu es", "vous etes", "sei un", "voce e", "eres un", "je bent"),
    )
)
_ANSWER = word_set("return report output respond reply deliverable deliverables")
# How one begins that says what to leave alone.  "Do not" itself still counts: it may be the task ("don't code yet").
_LEAVE_ALONE = frozenset(("do not", "don t", "must not", "never change", "never touch"))
_SAYS_LITTLE = 0.3
# One of these before a colon, a line's end or "is" begins the task itself.
_ASKS = word_set(
    "task tasks goal objective mission job assignment request aufgabe ziel auftrag tache objectif tarea objetivo "
    "tarefa compito obiettivo задача цель zadanie cel taak doel gorev hedef"
)
# One of these before a colon or a line's end begins what is only known, or only forbidden.
_ASIDES = word_set(
    "context background constraints notes kontext hintergrund contexte contexto contesto контекст"
)
_IS = frozenset((BREAK, "is", "ist", "est", "es", "e", "to"))
# Neither needs a colon in these: "for context, this is …", "all I want from you is …".
_ASIDE_PAIRS = frozenset(
    ("for context", "as background", "for background", "some background", "zur info", "pour info")
)
_ASKING_PAIRS = frozenset(
    ("all i", "what i", "my request", "long story", "what we", "all we", "i only", "only thing")
)
_ASIDE = 0.5
_TELLS = 0.7


def weigh_words(words: list[str]) -> list[tuple[float, float]]:
    """For each word what its place weighs, and what its sentence does.

    What stands among the first eight words weighs 1.25, up to 25 words 1, up to 80 words 0.7, beyond 0.4.
    """
    weights: list[tuple[float, float]] = []
    begin, sentence, section, at_start = 0, 1.0, 1.0, True
    for place, word in enumerate(words):
        own = sentence
        if word == BREAK:
            at_start = True
        elif at_start:
            at_start = False
            following = words[place + 1] if place + 1 < len(words) else BREAK
            if word in _ASKS and following in _IS:
                begin, section = place, 1.0
            elif word in _ASIDES and following == BREAK:
                section = _ASIDE
            pair = f"{word} {following}"
            if pair in _ASKING_PAIRS:
                begin, section = place, 1.0
            elif pair in _ASIDE_PAIRS:
                section = _ASIDE
            aside = pair in _ABOUT_YOU or (place > 0 and word in _ANSWER)
            own = _SAYS_LITTLE if aside else 1.0
            sentence = _SAYS_LITTLE if aside or pair in _LEAVE_ALONE else 1.0
        weights.append((_by_place(place - begin), min(own, section)))
    return weights


def telling_words(words: list[str], weights: list[tuple[float, float]]) -> list[str]:
    """The words that say what is asked for, without what stands late or is only known."""
    return [
        word
        for word, (place, sentence) in zip(words, weights, strict=True)
        if place * sentence >= _TELLS
    ]


def _by_place(place: int) -> float:
    return 1.25 if place < 8 else 1.0 if place < 25 else 0.7 if place < 80 else 0.4
