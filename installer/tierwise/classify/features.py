"""What the learned model counts in a text.  Standard library only; the trainer and the hook read the same.

The lead's features count in full; those of the rest count together as BODY of them at most, so that a long frame
cannot drown what is asked for.

A feature is named as a person would write it: `migra` (a word's first five letters), `migrations` (the word),
`add colum` (two words that follow each other), `-tion` (an ending), `^fix` (in the lead), `src/` (a folder or file),
`.sql` (an ending of a file), `@explore` (the agent), `#code` (a trait of the whole), `~权限` (letters that stand
together in writing without blanks), `§money` (a concept, in whatever language), `§money+round` (two of them).
"""

from __future__ import annotations

from itertools import combinations, filterfalse

from tierwise.classify.concepts import (
    find_concepts,
    is_blankless,
)
from tierwise.classify.words import BREAK
from tierwise.memo import Memo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

STEM = 5
ENDING = 4
_LONG = 7  # letters from which a word's ending says something
_MOST_LEAD, _MOST_BODY, _MOST_PATHS = 60, 260, 30
_MOST_CONCEPTS = 12  # that are paired
_MOST_LETTERS = 120  # of one word


class Evidence:
    """The features of a text, each once and in a stable order.

    lead    those of what is asked for first, of the agent's name, and the traits of the whole
    body    those of the rest that the lead does not have
    """

    def __init__(
        self,
        lead: Iterable[str] = (),
        body: Iterable[str] = (),
    ) -> None:
        self.lead = tuple(lead)
        self.body = tuple(body)

    @property
    def features(self) -> tuple[str, ...]:
        """All of them, those of the lead first."""
        return (*self.lead, *self.body)


def read_features(
    lead: list[str],
    body: list[str],
    names: Iterable[str] = (),
    paths: Iterable[str] = (),
    agent: str = "",
    traits: Iterable[str] = (),
    nouns: Collection[str] = (),
) -> Evidence:
    """Every feature of a text.  Words are folded; BREAK ends a sentence.  ``nouns``: the repository's own."""
    first: dict[str, None] = {}
    lead = lead[:_MOST_LEAD]
    _add_words(first, lead)
    _add_lead(first, lead)
    if agent:
        _add_agent(first, agent)
    first.update(("#" + trait, None) for trait in traits)
    concepts = find_concepts(lead, nouns)
    _add_concepts(first, concepts)
    rest: dict[str, None] = {}
    body = body[:_MOST_BODY]
    _add_words(rest, body)
    _add_concepts(
        rest,
        [one for one in find_concepts(body, nouns) if one not in concepts],
    )
    for name in names:
        rest["`" + name[:STEM]] = None
    for path in [*paths][:_MOST_PATHS]:
        _add_path(rest, path.lower())
    return Evidence(first, filterfalse(first.__contains__, rest))


def _add_agent(found: dict[str, None], agent: str) -> None:
    bare = agent.rpartition(":")[2].lower()
    found["@" + bare] = None
    found.update(("@" + part, None) for part in bare.replace("_", "-").split("-"))


def _add_words(
    found: dict[str, None],
    words: list[str],
) -> None:
    before = BREAK
    for stem, whole, others in map(_features_of.__getitem__, words):
        if stem != BREAK:
            found[stem] = found[whole] = found[f"{before} {stem}"] = None
            if others:
                found.update(others)
        before = stem


def _name_features(word: str) -> tuple[str, str, dict[str, None]]:
    """What a word gives wherever it stands: its stem, itself, its ending and letter groups."""
    others: dict[str, None] = {}
    if len(word) >= _LONG:
        others["-" + word[-ENDING:]] = None
    if not word.isascii():
        _add_groups(others, word)
    return word[:STEM], word[:_MOST_LETTERS], others


_features_of = Memo(_name_features)


def _add_groups(found: dict[str, None], word: str) -> None:
    """Add the letters that stand together in a word of a writing without blanks."""
    if not is_blankless(word):
        return
    word = word[:_MOST_LETTERS]
    for size in (2, 3):
        found.update(
            ("~" + word[place : place + size], None) for place in range(len(word) - size + 1)
        )


def _add_concepts(
    found: dict[str, None],
    concepts: list[str],
) -> None:
    for concept in concepts:
        found["§" + concept] = None
    for first, second in combinations(sorted(concepts[:_MOST_CONCEPTS]), 2):
        found[f"§{first}+{second}"] = None


def _add_lead(found: dict[str, None], lead: list[str]) -> None:
    before = ""
    for word in lead:
        if word == BREAK:
            before = ""
            continue
        stem = word[:STEM]
        found["^" + stem] = None
        if not before:
            found["^^" + stem] = None
        before = stem


def _add_path(found: dict[str, None], path: str) -> None:
    name = path.rpartition("/")[2]
    if "." in name:
        found["." + name.rpartition(".")[2]] = None
    for part in path.split("/"):
        found[part.partition(".")[0][:8] + "/"] = None
