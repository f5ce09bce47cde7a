"""Which words of a task tell anything.  Standard library only: hooks import this."""

from __future__ import annotations

from itertools import islice

from tierwise.classify.features import STEM
from tierwise.classify.model import is_known
from tierwise.classify.words import BREAK, word_set
from tierwise.memo import Memo

# Stems of a wish without a subject: of "go on", or "do the next step", nothing is known.
_EMPTY = word_set(
    "about above again agent agree and as at be befor below can carry chang conti could descr discu do done coder dev "
    "devel execu gener handl imple issue item items numbe phase purpo task tasks todo work works worke x earli finis "
    "fix for from get give go going have help here how i in instr is it its job keep let look make me more need next "
    "of ok okay on own part pleas proce rest s said same somet start step stuff sure t talke then there these thing "
    "to try up us use want we what will with would yes you hello thank hallo bette mach weite bitte es mit und aufga "
    "fais ca de plait suite sigue por favor hazlo que faz isso dalej prosz devam et"
)


def count_telling(words: list[str], most: int) -> int:
    """How many words tell a kind of work, to somebody who has read all labelled texts; counted up to ``most``.

    A number alone tells nothing, nor does a plan that is only pointed at; one that is asked for stands at the beginning.
    """
    said = words
    if "plan" in words:
        said = [*words[:1], *(word for word in words[1:] if word != "plan")]
    if all(map(str.isdecimal, filter(_tells.__getitem__, said))):
        return 0
    telling = filter(
        _is_known,
        filter(_tells.__getitem__, said),
    )
    return len(list(islice(telling, most)))


def _is_known(word: str) -> bool:
    """Whether a word that says something is known: of another alphabet's, nobody can tell by the stem."""
    return not word.isascii() or is_known(word[:STEM])


def _says_something(word: str) -> bool:
    return word != BREAK and word[:STEM] not in _EMPTY


_tells = Memo(_says_something)
