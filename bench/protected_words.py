"""Which words may speak for protected work, by how many sources have them in it; for bench/train_router.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tierwise.classify import concepts
from tierwise.classify.features import STEM

if TYPE_CHECKING:
    from labelled_texts import Example

LEAST_SOURCES = 2  # that have the word in protected work: one author's word is no evidence
COMMON = 40  # sources from which a word is common
LEAST_SHARE = 0.35  # of a common word's texts that must be protected
CONCEPT = "§"
# Begin what is true of the whole text, such as its length, and an agent's name: no reason to protect anything.
NEVER = ("#", "@")


def _list_stems() -> frozenset[str]:
    """The beginnings of all words that name a concept: "token", a tokenizer's or a session's, is common and says much."""
    lines = Path(concepts.PATH).read_text(encoding="utf-8").splitlines()
    return frozenset(name[:STEM] for line in lines for name in line.split()[1:])


_STEMS = _list_stems()


def names_concept(feature: str) -> bool:
    """Whether a word of a feature may name a concept."""
    return any(word[:STEM] in _STEMS for word in feature.lstrip("^`").split())


class _Uses:
    """Where one feature stands: sources, those with it in protected work, texts, protected ones."""

    def __init__(self) -> None:
        self.sources: set[str] = set()
        self.protecting: set[str] = set()
        self.texts = 0
        self.protected = 0

    def add_text(self, source: str, protected: bool) -> None:
        self.sources.add(source)
        self.texts += 1
        if protected:
            self.protecting.add(source)
            self.protected += 1

    def tells_protected(self, feature: str) -> bool:
        """Whether several sources have it in protected work, and a common word often there."""
        if feature.startswith(NEVER) or len(self.protecting) < LEAST_SOURCES:
            return False
        if len(self.sources) < COMMON or feature.startswith(CONCEPT) or names_concept(feature):
            return True
        return self.protected >= LEAST_SHARE * self.texts


def find_telling(examples: Iterable[Example]) -> set[str]:
    """The features that may speak for protected work."""
    uses: dict[str, _Uses] = defaultdict(_Uses)
    for example in examples:
        source = example.source.removeprefix("wrapped-")
        for feature in example.evidence.features:
            uses[feature].add_text(source, example.protected)
    return {feature for feature, found in uses.items() if found.tells_protected(feature)}
