"""What a change does to the product: names gone, new, moved or with other parameters, and what the task asks of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from tierwise.gates.following.moves import (
    find_moves,
    spell_move,
)
from tierwise.gates.following.product_code import Definitions
from tierwise.gates.reading.definitions import add_callers
from tierwise.gates.reading.naming import mentions
from tierwise.gates.reading.numbers import (
    is_among,
    list_numbers,
)
from tierwise.gates.reading.wording import Wording
from tierwise.gates.reading.written import (
    IDENTIFIER,
    TEXT,
    list_texts,
    list_words,
    list_written,
    list_written_words,
    mask_words,
)
from tierwise.git.snapshot import TreeChange

_FAR = 3  # steps to what calls changed functions from other files
# Parts of names, and those that say nothing of what is meant.
_LONG_PART = re.compile(r"[A-Z]?[a-z]{3,}")
_COMMON = frozenset(
    (
        "self",
        "with",
        "without",
        "from",
        "into",
        "that",
        "this",
        "make",
        "text",
        "data",
        "value",
        "name",
        "list",
        "item",
    )
)


@dataclass(frozen=True)
class Product:
    """The product's definitions before and after a change.

    ``moves``: old path -> new path of its files; ``read_others``: the bodies of what the other files define, by name.
    """

    before: Definitions
    after: Definitions
    task: str
    moves: dict[str, str] = field(default_factory=dict)
    read_others: Callable[[], dict[str, str]] = dict

    @cached_property
    def names(self) -> frozenset[str]:
        """All names that the changed files of the product define or defined."""
        return frozenset((*self.before.places, *self.after.places))

    @cached_property
    def functions(self) -> frozenset[str]:
        """The same without the stems of files."""
        return frozenset((*self.before.parameters, *self.after.parameters))

    @cached_property
    def subjects(self) -> frozenset[str]:
        """What a line of a test can be about: these, and what calls in other files what is to change."""
        return self.functions | (self.asked - self.names)

    @cached_property
    def used_by_asked(self) -> frozenset[str]:
        """Classes that functions use of which the task wants another behaviour."""
        words: list[str] = []
        for name in self.asked:
            words += IDENTIFIER.findall(self.before.bodies.get(name, ""))
            words += IDENTIFIER.findall(self.after.bodies.get(name, ""))
        classes = frozenset(word for word in words if word[0].isupper())
        return classes - self.asked

    @cached_property
    def asked(self) -> frozenset[str]:
        """Names of which the task wants another behaviour, what changed for it, and what calls any of these."""
        return self._add_callers(self._named | self._list_means(self._named))

    @cached_property
    def asked_outright(self) -> frozenset[str]:
        """The same without what changed for it: what was red may follow no further."""
        return self._add_callers(self._named)

    @cached_property
    def _named(self) -> frozenset[str]:
        return frozenset(filter(self.is_asked_to_change, self.names))

    def _add_callers(self, named: frozenset[str]) -> frozenset[str]:
        """Add to names what states something new, and all callers; none where what is to go stays."""
        if self.words_that_stay:
            return frozenset()
        bodies = {**self.before.bodies, **self.after.bodies}
        stated = named | self.restated | self.spoken
        changed = add_callers(stated, bodies)
        if not changed:
            return changed
        others = {**bodies, **self.read_others()}
        return add_callers(changed, others, _FAR)

    def _list_means(self, named: Iterable[str]) -> set[str]:
        """List changed functions by which others do that of which the task wants another behaviour."""
        words: set[str] = set()
        places: set[str] = set()
        for name in named:
            words.update(IDENTIFIER.findall(self.after.bodies.get(name, "")))
            if name not in self.after.parameters:
                places.add(name.lower())  # the stem of a file
        return {
            name
            for name in self._changed_functions
            if name in words or not places.isdisjoint(self.after.places[name])
        }

    @cached_property
    def _changed_functions(self) -> frozenset[str]:
        """What both sides define, and do not define alike."""
        was, now = self.before.bodies, self.after.bodies
        return frozenset(name for name in was.keys() & now.keys() if was[name] != now[name])

    @cached_property
    def spoken(self) -> frozenset[str]:
        """Changed functions whose names or parameters have a word of the task, and no new value that it does not state."""
        if not self.wording.wants_new_behaviour:
            return frozenset()
        return frozenset(filter(self._is_spoken, self.after.bodies))

    def _is_spoken(self, name: str) -> bool:
        was = self.before.bodies.get(name)
        now = self.after.bodies[name]
        if was is None or was == now:
            return False
        came = list_written_words(now) - list_written_words(was) - {"0"}
        if not all(map(self._states, came)):
            return False
        parameters = self.after.parameters.get(name, "")
        words = _LONG_PART.findall(f"{name} {parameters}")
        return any(map(self.wording.has_part_in_changing, set(words) - _COMMON))

    @cached_property
    def restated(self) -> frozenset[str]:
        """Names in whose definition a value is new that the task states."""
        bodies = self.after.bodies
        return frozenset(name for name in bodies if self._states_new_value(name))

    def _states_new_value(self, name: str) -> bool:
        """Tell whether a definition has a stated value; a short number, where the old one is stated too."""
        was = Counter(list_written(self.before.bodies.get(name, "")))
        now = Counter(list_written(self.after.bodies[name]))
        came = now - was
        stated = list(filter(self._states, came))
        if any(len(value) > 1 for value in stated):
            return True
        return bool(stated) and any(map(self._states, was - now))

    def _states(self, value: str) -> bool:
        """Tell whether the task has a value, or says a number in another way."""
        return mentions(self.task, value) or is_among(value, self._numbers)

    @cached_property
    def _numbers(self) -> frozenset[float]:
        return list_numbers(self.task)

    @cached_property
    def lost_words(self) -> frozenset[str]:
        """What the product named and names no more, as the task wants it."""
        return self._words_to_go - self.words_that_stay

    @cached_property
    def words_that_stay(self) -> frozenset[str]:
        """What the product only calls otherwise, although the task wants it gone and names nothing in its place."""
        return frozenset(filter(self._has_other_name, self._words_to_go))

    @cached_property
    def _words_to_go(self) -> frozenset[str]:
        return frozenset(filter(self.is_asked_to_go, self.gone_words))

    def _has_other_name(self, word: str) -> bool:
        """Tell whether a line of the product is as it was, but for a new word in place of an old one."""
        lines = [line for line in self.before.lines if word in line]
        masked = (mask_words(line, {word}) for line in lines)
        return not self._renamed_lines.isdisjoint(masked)

    @cached_property
    def _renamed_lines(self) -> frozenset[str]:
        """The product's new lines with a mark in place of each new word."""
        lines = self.after.lines - self.before.lines
        unasked = {word for word in self.new_words if not self.is_mentioned(word)}
        masked = {mask_words(line, unasked) for line in lines}
        return frozenset(masked - lines)

    @cached_property
    def lost_signs(self) -> frozenset[str]:
        """Texts of signs that the product held and holds no more, as the task wants it."""
        gone = self.before.signs - self.after.signs
        return frozenset(filter(self.wording.wants_sign_removed, gone))

    @cached_property
    def renounced(self) -> frozenset[str]:
        """Texts that the product held and holds no more, and that the task quotes."""
        gone = list_texts(self.before.lines) - list_texts(self.after.lines)
        return frozenset(filter(self.wording.quotes, gone))

    @property
    def loses_as_asked(self) -> bool:
        """Whether the product lost anything that the task wants removed."""
        if self.lost_words or self.lost_signs:
            return True
        return any(map(self.has_gone_as_asked, self.before.places))

    def names_lost(self, line: str) -> bool:
        """Tell whether a line names what the product lost as the task wants it; signs, in its texts."""
        if not self.lost_words.isdisjoint(list_words(line)):
            return True
        texts = "".join(TEXT.findall(line))
        return any(sign in texts for sign in self.lost_signs)

    @cached_property
    def gone_words(self) -> frozenset[str]:
        """What the product named and names no more."""
        return frozenset(self.before.words - self.after.words)

    @cached_property
    def new_words(self) -> frozenset[str]:
        """What the product names now and did not."""
        return frozenset(self.after.words - self.before.words)

    def is_renamed_word(
        self,
        old: str,
        new: str,
    ) -> bool:
        """Tell whether one word of the product's code went and another one came."""
        return old in self.gone_words and new in self.new_words

    def is_gone(self, name: str) -> bool:
        """Tell whether the product defined a name and does no longer, or no longer for others."""
        if name in self.before.declared - self.after.declared:
            return True
        return name in self.before.places and name not in self.after.places

    def has_gone_as_asked(self, name: str) -> bool:
        """Tell whether the product lost a name, and the task wants that."""
        return self.is_gone(name) and self.is_asked_to_go(name)

    def list_renames(self, word: str) -> set[str]:
        """List what tests called after what is gone may be called now: ``test_old`` is ``test_new``."""
        renames: set[str] = set()
        for gone in self.gone_functions:
            if gone in word and gone != word:
                renames.update(word.replace(gone, new) for new in self.new_functions)
        return renames

    @cached_property
    def gone_functions(self) -> frozenset[str]:
        """Functions that the product defined and does no longer."""
        return frozenset(filter(self.is_gone, self.functions))

    @cached_property
    def new_functions(self) -> frozenset[str]:
        """Functions that the product defines and did not."""
        return frozenset(filter(self.is_new, self.functions))

    @cached_property
    def new_names(self) -> dict[str, str]:
        """What functions that are gone are called now: the one new function in whose lines nothing else differs."""
        found = {}
        for gone in self.gone_functions:
            others = self._list_namesakes(gone)
            if len(others) == 1:
                found[gone] = others.pop()
        return found

    def _list_namesakes(self, gone: str) -> set[str]:
        """List new functions that stand in a line of the product, where one that is gone stood before."""
        lines = _mask_all(self.before.lines - self.after.lines, gone)
        came = self.after.lines - self.before.lines
        return {new for new in self.new_functions if not lines.isdisjoint(_mask_all(came, new))}

    def is_new(self, name: str) -> bool:
        """Tell whether the product defines a name that it did not."""
        return name in self.after.places and name not in self.before.places

    @property
    def has_moved_functions(self) -> bool:
        """Whether functions left the file in which they were defined, for another one."""
        was, now = self.before.places, self.after.places
        shared = was.keys() & self.before.parameters.keys() & now.keys()
        return any(now[name] - was[name] and was[name] - now[name] for name in shared)

    def has_moved(
        self,
        owner: str,
        member: str,
        new_owner: str,
    ) -> bool:
        """Tell whether ``owner.member`` is ``new_owner.member`` now."""
        was = self.before.places.get(member)
        now = self.after.places.get(member)
        if not was or not now:
            return False
        has_left = owner.lower() in was - now
        return has_left and new_owner.lower() in now

    def has_new_signature(self, name: str) -> bool:
        """Tell whether a function takes other parameters now."""
        was = self.before.parameters.get(name)
        now = self.after.parameters.get(name)
        return was is not None and now is not None and was != now

    def is_mentioned(self, word: str) -> bool:
        """Tell whether the task has a word, or a value, as one of its own."""
        return mentions(self.task, word)

    def is_spoken_of(self, word: str) -> bool:
        """Tell whether the task has a word in one of its forms, or as a part of a name."""
        return self.wording.has_part(word)

    def is_asked_to_change(self, name: str) -> bool:
        """Tell whether the task wants another behaviour of a function."""
        return self.wording.wants_change(name)

    def is_asked_to_go(self, name: str) -> bool:
        """Tell whether the task wants something removed."""
        return self.wording.wants_removal(name)

    @property
    def wants_change(self) -> bool:
        """Whether the task wants another behaviour of anything."""
        return bool(self.wording.changing or self.wording.removing)

    @cached_property
    def wording(self) -> Wording:
        """What the task says of names."""
        return Wording(self.task)

    @cached_property
    def path_words(self) -> list[tuple[str, str]]:
        """How a moved file is named in other files, before and after; the longest first."""
        pairs: set[tuple[str, str]] = set()
        for old, new in self.moves.items():
            pairs |= spell_move(old, new)
        return sorted(pairs, key=lambda pair: -len(pair[0]))

    def follow_paths(self, line: str) -> str:
        """Put the names of moved files as they are now into a line."""
        for was, now in self.path_words:
            as_word = rf"(?<![\w-]){re.escape(was)}(?![\w-])"
            line = re.sub(
                as_word,
                now.replace("\\", r"\\"),
                line,
            )
        return line


def _mask_all(lines: Iterable[str], name: str) -> set[str]:
    """Return the lines that have a name, with a mark in its place."""
    return {mask_words(line, {name}) for line in lines if name in IDENTIFIER.findall(line)}


def read_product(
    changes: Iterable[TreeChange], task: str, read_others: Callable[[], dict[str, str]] = dict
) -> Product:
    """Read the definitions in the changed files of the product."""
    changed = list(changes)
    before = Definitions()
    after = Definitions()
    for change in changed:
        before.add_file(change.path_before, change.before)
        after.add_file(change.path, change.after)
    return Product(
        before,
        after,
        task,
        find_moves(changed),
        read_others,
    )
