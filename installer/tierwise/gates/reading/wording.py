"""How a task says that something is to change, to stay or to go, and what it says that of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from tierwise.gates.reading.naming import (
    PRONOUN,
    clauses_of,
    mentions,
    resolve_pronouns,
)

# What a task says where it wants another behaviour, and not the old one put right.
_CHANGES = re.compile(
    r"\b(mak|chang|say|return|should|must|has to|have to|instead|switch|swap|renam|replac|round|rais|throw|reject"
    r"|accept|becom|use|convert|refus|now|no longer|take|support|allow|count|put|give|show|print|drop|leave out|join"
    r"|sort|reverse|write|call|know|in place of|turn|require|ignor|split|merg|format|output|add)\w*",
    re.I,
)
_RENAMING = re.compile(r"\brenam\w*", re.I)  # which alone changes no value
# What it says of a fault, or of another place or name: there, only such a word tells of another behaviour.
_FIXES = re.compile(
    r"\b(fix|bug|crash|wrong|broken|fail|repair|mend|correct|red|flaky|slow|regression"
    r"|renam|mov|extract|inlin|split|reorgani[sz]|restructur)\w*\b(?!::|\()",
    re.I,
)
_ABOUT_TESTS = re.compile(
    r"\b(?:tests?|specs?|coverage|golden|snapshots?|fixtures?|docs?|readme)\b", re.I
)
KEEPS = re.compile(
    r"\b(simplif|refactor|clean up|tidy|speed(?!s\b|_)|faster|optimi[sz]|document|without chang|do not chang|don't chang"
    r"|behaviou?r (must|should) (stay|not)|(?<!not )(?<!must )(?<!should )(?<!people )(?<!they )(?<!we )keep)\w*"
    r"|\b(?:do not|don't|without|not) touch\w* (?:the |any )?(?:code|product|source|implementation)\b"
    r"|\b(?:must|should) keep\b.*\b(?:same|its|behaviou?r|format|output|api|interface|order|working|pass\w*|green)\b",
    re.I,
)
_WANTS = re.compile(
    f"{_CHANGES.pattern}|{KEEPS.pattern}|\\bstay",
    re.I,
)
REMOVES = re.compile(
    r"\b(remov|delet|drop|retir|abolish|scrap|ditch|get rid|do away with|phase out|no longer|gone"
    r"|not be (?:public|exported|visible))\w*\b"
    r"|\b(?:not|never) (?:keep|know|store|support|show|print|list|contain|include|have)\w*\b"
    r"|\b(?:throw|take|kick|rip|cut|pull|strip)\w*\b.*\b(?:out|away)\b|\b(?:out|away) with (?:it|them|the)\b"
    r"|\bgo(?:es)?\b(?! (?:to|into|in|through|with|by|on|up|down|over|back|from)\b)",
    re.I,
)
# What a task says of a test that expects what shall be so no longer.
_OUTDATED = re.compile(
    r"\b(?:has|have|had|needs?|will|must|should|can|may)\b(?: \w+){0,2} (?:chang|adapt|adjust|updat|follow|rewrit)\w*"
    r"|\b(?:expect|want|assert|say|check|demand)\w*\b.*\b(?:at present|at the moment|so far|until now)\b"
    r"|\b(?:today|currently|still)\b.*\b(?:expect|want|assert|say|check|demand)\w*\b",
    re.I | re.S,
)
# What a sentence of a task names where it says that tests are to be others after it.
_TESTS = re.compile(
    r"\b(?:tests?|specs?|expectations?|golden files?|snapshots?)\b(?! (?:pass|fail))",
    re.I,
)
_BECOME_OTHERS = re.compile(
    r"\b(?:change|adapt|adjust|update|rewrite|rewritten|regenerate|remove|delete|drop|take|follow"
    r"|accordingly|new thing|new behaviou?r)\b",
    re.I,
)
_DENIES = re.compile(r"\b(?:not|never|don't|without|no)\b", re.I)
_TEST_NAMED = re.compile(r"\b(?:test_|[Tt]est(?=[A-Z]))\w+|[`\"“]([^`\"”\n]{4,})[`\"”]")
_SENTENCE_END = re.compile(r"[.!?;]+\s|\n")
# What it wants gone, where that is several things: "take this and that out".
_TAKES_OUT = re.compile(
    r"\b(?:throw|take|kick|rip|cut|pull|strip)\b[^.;:\n]* and [^.;:\n]*\b(?:out|away)\b",
    re.I,
)
_CODE = re.compile(r"`[^`\n]+`")
_LONG_WORD = re.compile(r"[A-Za-z]{4,}")
# How a clause begins that only tells more of what the one before it names.
_DESCRIBES = re.compile(
    r"(?:which|who|whose|nobody|no one|nothing)\b",
    re.I,
)
# What stands for something that was named before.
_ANAPHOR = re.compile(
    rf"{PRONOUN.pattern}|\b(?:the|this|that) (?:function|method|class|module|option|field|thing)\b",
    re.I,
)
_FAR = 3  # clauses from "it" back to what it stands for
_ITEM = 3  # words of a clause that only goes on with what the one before it lists
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@dataclass(frozen=True)
class Wording:
    """A task, as far as it says what is to become of something that has a name."""

    task: str

    @cached_property
    def changing(self) -> list[str]:
        """Clauses in which the task wants another behaviour: any that speak of no tests, where nothing is to be fixed."""
        clauses = clauses_of(self.task)
        changing = [clause for clause in clauses if _CHANGES.search(_RENAMING.sub("", clause))]
        if self.wants_new_behaviour:
            others = [clause for clause in clauses if not _ABOUT_TESTS.search(clause)]
            return others or changing
        return [clause for clause in changing if not KEEPS.search(clause)]

    @cached_property
    def wants_new_behaviour(self) -> bool:
        """Whether the task speaks of no fault, of no other place or name, and of nothing that is to stay as it is."""
        return not self.keeps_something and not _FIXES.search(self.task)

    @cached_property
    def keeps_something(self) -> bool:
        """Whether the task wants anything to stay as it is."""
        return any(map(KEEPS.search, clauses_of(self.task)))

    @cached_property
    def removing(self) -> list[str]:
        """Clauses in which the task wants something removed."""
        clauses = clauses_of(self.task)
        resolved = resolve_pronouns(self.task, _only_lists)
        told = []
        for index, clause in enumerate(resolved):
            if REMOVES.search(clause):
                told.append(f"{_find_antecedents(clauses, index)} {clause}")
        return told + _TAKES_OUT.findall(self.task)

    @cached_property
    def outdated_tests(self) -> frozenset[str]:
        """Tests that the task names, and of which it says that they have to change."""
        found: set[str] = set()
        for sentence in _SENTENCE_END.split(self.task):
            if _OUTDATED.search(sentence) and not _FIXES.search(sentence):
                found.update(match[1] or match[0] for match in _TEST_NAMED.finditer(sentence))
        return frozenset(found)

    @cached_property
    def wants_other_tests(self) -> bool:
        """Whether the task says, in a sentence that denies nothing, that tests are to change with what they are about."""
        return any(
            _TESTS.search(sentence)
            and _BECOME_OTHERS.search(sentence)
            and not _DENIES.search(sentence)
            for sentence in _SENTENCE_END.split(self.task)
        )

    def wants_change(self, name: str) -> bool:
        """Tell whether the task wants another behaviour of a function."""
        return any(_speaks_of(clause, name) for clause in self.changing)

    def has_part_in_changing(self, word: str) -> bool:
        """Tell whether the task has a word, in one of its forms, where it wants another behaviour."""
        return _singular(word) in self._changing_parts

    @cached_property
    def _changing_parts(self) -> frozenset[str]:
        return frozenset(map(_singular, _PART.findall(" ".join(self.changing))))

    def wants_removal(self, name: str) -> bool:
        """Tell whether the task wants something removed, by its name or a part of it that it quotes as code."""
        if any(_names_some(clause, name) for clause in self.removing):
            return True
        return not self._quoted_words.isdisjoint(name.split("_"))

    def only_tells_of(self, name: str) -> bool:
        """Tell whether the task has a word, where it says of nothing that it is to change or to stay."""
        clauses = [clause for clause in clauses_of(self.task) if mentions(clause, name)]
        return bool(clauses) and not any(map(_WANTS.search, clauses))

    def wants_sign_removed(self, sign: str) -> bool:
        """Tell whether the task wants something removed that it calls by a sign, quoted or between blanks."""
        alone = rf"(?<![^\s'\"`(]){re.escape(sign)}(?![^\s'\"`),.])"
        return any(re.search(alone, clause) for clause in self.removing)

    def quotes(self, text: str) -> bool:
        """Tell whether the task has a text in quotes."""
        if text not in self.task or not text.strip():
            return False
        quoted = rf"[`'\"“]{re.escape(text)}[`'\"”]"
        return re.search(quoted, self.task) is not None

    def has_part(self, word: str) -> bool:
        """Tell whether the task has a word, be it one or several, as it is or as a part of a name."""
        return _singular(word) in self._parts

    @cached_property
    def _parts(self) -> frozenset[str]:
        return frozenset(map(_singular, _PART.findall(self.task)))

    @cached_property
    def _quoted_words(self) -> frozenset[str]:
        quoted = _CODE.findall(" ".join(self.removing))
        return frozenset(_LONG_WORD.findall(" ".join(quoted)))


def _find_antecedents(
    clauses: Sequence[str],
    index: int,
) -> str:
    """Find what "it" may stand for in a clause: those before it, up to one that asks for something else."""
    if not _ANAPHOR.search(clauses[index]):
        return ""
    before = reversed(clauses[max(0, index - _FAR) : index])
    return " ".join(takewhile(_asks_for_nothing, before))


def _asks_for_nothing(clause: str) -> bool:
    """Tell whether a clause only tells of something, in words that say what is to become of it."""
    if _DESCRIBES.match(clause):
        return True
    return not (_FIXES.search(clause) or KEEPS.search(clause) or REMOVES.search(clause))


def _only_lists(clause: str) -> bool:
    """Tell whether a clause names something and does not say what is to become of it."""
    if len(clause.split()) > _ITEM:
        return False
    return not (_CHANGES.search(clause) or KEEPS.search(clause) or REMOVES.search(clause))


def _names_some(clause: str, name: str) -> bool:
    """Tell whether a clause has a name, or says it of several."""
    return any(mentions(clause, form) for form in _list_forms(name))


def _list_forms(name: str) -> Iterator[str]:
    """Yield a name as it is and as people say it, of one or several."""
    for form in {name, _spell(name)}:
        yield form
        if form.endswith("y"):
            yield f"{form[:-1]}ies"
        else:
            yield from (f"{form}s", f"{form}es")


def _singular(word: str) -> str:
    return word.lower().removesuffix("s")


def _speaks_of(clause: str, name: str) -> bool:
    """Tell whether a clause names something, as code or as a person says it."""
    if mentions(clause, name):
        return True
    spoken = _spell(name)
    return spoken != name and mentions(clause, spoken)


def _spell(name: str) -> str:
    """Spell a name as people say it: its words, where it has several."""
    words = _PART.findall(name)
    return " ".join(words) if len(words) > 1 else name
