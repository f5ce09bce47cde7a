"""What a change does to the product: names gone, new, moved or with other parameters, and what the task asks of them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tierwise.gates.naming import mentions
from tierwise.gates.tests_as_were.deciding import decides, split_rust
from tierwise.gates.tests_as_were.definitions import list_definitions
from tierwise.gates.tests_as_were.numbers import is_among, list_numbers
from tierwise.gates.tests_as_were.wording import Wording
from tierwise.git.snapshot import Change

_HEADERS = (".h", ".hh", ".hpp")
_CALLERS = 2  # steps from a function to those that call it
_LEAST_STEM = 3  # letters of a file's stem that stands for its file
_COMMENTS = re.compile(
    r"/\*.*?\*/|//[^\n]*|^[ \t]*#(?!\s*(?:define|include|if|endif))[^\n]*", re.S | re.M
)
_WRITTEN = re.compile(r"\"[^\"\n]+\"|'[^'\n]+'|(?<![\w.])\d[\d_]*(?:\.\d+)?(?![\w.])")
_MARK = "\0"
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*")
# A text that is a sign and nothing else; what the texts of a line hold.
_SIGN = re.compile(r"[\"'`]([^\w\s\"'`\\]{1,3})[\"'`]")
_TEXT = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`")


@dataclass(frozen=True)
class Definitions:
    """What the product defines: name -> where (file stems), how its parameters read, and its bodies.

    ``words``: all that its code names, fields and keys too; ``signs``: texts of it that are no words; ``lines``: its
    lines without indents; ``files``: the
    names of its files; ``declared``: what its headers tell others of.
    """

    places: dict[str, frozenset[str]] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    signs: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    declared: frozenset[str] = frozenset()


def add_callers(names: Iterable[str], bodies: Mapping[str, str]) -> frozenset[str]:
    """Functions, and those that call them, two steps far.  ``bodies``: name -> body."""
    found = set(names)
    used = {name: _IDENTIFIER.findall(body) for name, body in bodies.items()}
    for _ in range(_CALLERS):
        callers = [name for name, words in used.items() if not found.isdisjoint(words)]
        found.update(callers)
    return frozenset(found)


@dataclass(frozen=True)
class Product:
    """The product's definitions before and after a change; ``moves``: old path -> new path of its files."""

    before: Definitions
    after: Definitions
    task: str
    moves: dict[str, str] = field(default_factory=dict)

    @cached_property
    def names(self) -> frozenset[str]:
        """All names that the changed files of the product define or defined."""
        return frozenset((*self.before.places, *self.after.places))

    @cached_property
    def functions(self) -> frozenset[str]:
        """The same without the stems of files: what a line of a test can be about."""
        return frozenset((*self.before.parameters, *self.after.parameters))

    @cached_property
    def asked(self) -> frozenset[str]:
        """Names of which the task wants another behaviour, and what calls them; none where what it wants gone stays."""
        if self.words_that_stay:
            return frozenset()
        named = set(filter(self.is_asked_to_change, self.names))
        bodies = {**self.before.bodies, **self.after.bodies}
        return add_callers(named | self.restated, bodies)

    @cached_property
    def restated(self) -> frozenset[str]:
        """Names in whose definition a value is new that the task states."""
        bodies = self.after.bodies
        return frozenset(name for name in bodies if self._states_new_value(name))

    def _states_new_value(self, name: str) -> bool:
        """Whether a definition has a value that the task states; a short number, where it states the old one too."""
        was = _list_written(self.before.bodies.get(name, ""))
        now = _list_written(self.after.bodies[name])
        came = now - was
        stated = list(filter(self._states, came))
        if any(len(value) > 1 for value in stated):
            return True
        return bool(stated) and any(map(self._states, was - now))

    def _states(self, value: str) -> bool:
        """Whether the task has a value, or says a number in another way."""
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
        """Whether a line of the product is as it was, but for a new word in place of an old one."""
        lines = [line for line in self.before.lines if word in line]
        masked = (_mask_words(line, {word}) for line in lines)
        return not self._renamed_lines.isdisjoint(masked)

    @cached_property
    def _renamed_lines(self) -> frozenset[str]:
        """The product's new lines with a mark in place of each new word."""
        lines = self.after.lines - self.before.lines
        unasked = {word for word in self.new_words if not self.is_mentioned(word)}
        masked = {_mask_words(line, unasked) for line in lines}
        return frozenset(masked - lines)

    @cached_property
    def lost_signs(self) -> frozenset[str]:
        """Texts of signs that the product held and holds no more, as the task wants it."""
        gone = self.before.signs - self.after.signs
        return frozenset(filter(self.wording.wants_sign_removed, gone))

    @cached_property
    def renounced(self) -> frozenset[str]:
        """Texts that the product held and holds no more, and that the task quotes."""
        was, now = _list_texts(self.before.lines), _list_texts(self.after.lines)
        return frozenset(filter(self.wording.quotes, was - now))

    @property
    def loses_as_asked(self) -> bool:
        """Whether the product lost anything that the task wants removed."""
        if self.lost_words or self.lost_signs:
            return True
        return any(map(self.has_gone_as_asked, self.before.places))

    def names_lost(self, line: str) -> bool:
        """Whether a line names what the product lost as the task wants it; signs, in its texts."""
        if not self.lost_words.isdisjoint(_IDENTIFIER.findall(line)):
            return True
        texts = "".join(_TEXT.findall(line))
        return any(sign in texts for sign in self.lost_signs)

    @cached_property
    def gone_words(self) -> frozenset[str]:
        """What the product named and names no more."""
        return self.before.words - self.after.words

    @cached_property
    def new_words(self) -> frozenset[str]:
        """What the product names now and did not."""
        return self.after.words - self.before.words

    def is_renamed_word(self, old: str, new: str) -> bool:
        """Whether one word of the product's code went and another one came."""
        return old in self.gone_words and new in self.new_words

    def is_gone(self, name: str) -> bool:
        """Whether the product defined a name and does no longer, or no longer for others."""
        if name in self.before.declared - self.after.declared:
            return True
        return name in self.before.places and name not in self.after.places

    def has_gone_as_asked(self, name: str) -> bool:
        """Whether the product lost a name, and the task wants that."""
        return self.is_gone(name) and self.is_asked_to_go(name)

    def list_renames(self, word: str) -> set[str]:
        """What a test named after something that is gone may be called now: ``test_old`` is ``test_new``."""
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

    def is_new(self, name: str) -> bool:
        """Whether the product defines a name that it did not."""
        return name in self.after.places and name not in self.before.places

    @property
    def has_moved_functions(self) -> bool:
        """Whether functions left the file in which they were defined, for another one."""
        was, now = self.before.places, self.after.places
        shared = was.keys() & self.before.parameters.keys() & now.keys()
        return any(now[name] - was[name] and was[name] - now[name] for name in shared)

    def has_moved(self, owner: str, member: str, new_owner: str) -> bool:
        """Whether ``owner.member`` is ``new_owner.member`` now."""
        was = self.before.places.get(member)
        now = self.after.places.get(member)
        if not was or not now:
            return False
        has_left = owner.lower() in was - now
        return has_left and new_owner.lower() in now

    def has_new_signature(self, name: str) -> bool:
        """Whether a function takes other parameters now."""
        was = self.before.parameters.get(name)
        now = self.after.parameters.get(name)
        return was is not None and now is not None and was != now

    def is_mentioned(self, word: str) -> bool:
        """Whether the task has a word, or a value, as one of its own."""
        return mentions(self.task, word)

    def is_spoken_of(self, word: str) -> bool:
        """Whether the task has a word in one of its forms, or as a part of a name."""
        return self.wording.has_part(word)

    def is_asked_to_change(self, name: str) -> bool:
        """Whether the task wants another behaviour of a function."""
        return self.wording.wants_change(name)

    def is_asked_to_go(self, name: str) -> bool:
        """Whether the task wants something removed."""
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
            pairs |= _spell_move(old, new)
        return sorted(pairs, key=lambda pair: -len(pair[0]))

    def follow_paths(self, line: str) -> str:
        """A line with the names of moved files as they are now."""
        for was, now in self.path_words:
            as_word = rf"(?<![\w-]){re.escape(was)}(?![\w-])"
            line = re.sub(as_word, now.replace("\\", r"\\"), line)
        return line


def read_product(changes: Iterable[Change], task: str) -> Product:
    """The definitions in the changed files of the product."""
    changed = list(changes)
    old_files = [(change.old_path or change.path, change.before) for change in changed]
    new_files = [(change.path, change.after) for change in changed]
    before = _define(old_files)
    after = _define(new_files)
    moves = _find_moves(changed)
    return Product(before, after, task, moves)


def _define(files: Iterable[tuple[str, bytes | None]]) -> Definitions:
    places: dict[str, set[str]] = {}
    parameters: dict[str, str] = {}
    bodies: dict[str, str] = {}
    words: set[str] = set()
    signs: set[str] = set()
    lines: set[str] = set()
    names: set[str] = set()
    declared: set[str] = set()
    for path, data in files:
        if data is None or _holds_tests_alone(path):
            continue
        file_name = posixpath.basename(path)
        stem = file_name.split(".", 1)[0]
        place = stem.lower()
        places.setdefault(stem, set()).add(place)
        names.add(file_name)
        code = _read_code(path, data)
        words.update(_IDENTIFIER.findall(code))
        signs.update(_SIGN.findall(code))
        lines.update(map(str.strip, code.splitlines()))
        for found in list_definitions(path, data):
            name = found.name
            if path.endswith(_HEADERS):
                declared.add(name)
            places.setdefault(name, set()).add(place)
            parameters.setdefault(name, found.parameters)
            bodies[name] = bodies.get(name, "") + found.body
    return Definitions(
        places={name: frozenset(stems) for name, stems in places.items()},
        parameters=parameters,
        bodies=bodies,
        words=frozenset(words),
        signs=frozenset(signs),
        lines=frozenset(lines),
        files=frozenset(names),
        declared=frozenset(declared),
    )


def _holds_tests_alone(path: str) -> bool:
    """Whether a file decides about tests and is no part of the product; a file of Rust may be both."""
    return decides(path) and not path.endswith(".rs")


def _read_code(path: str, data: bytes) -> str:
    """The product's code in a file with its texts; comments say nothing."""
    text = data.decode("utf-8", "replace")
    if path.endswith(".rs"):
        text = split_rust(text)[0]
    return _COMMENTS.sub("", text)


def _list_texts(lines: Iterable[str]) -> set[str]:
    """What is written in quotes."""
    return {text[1:-1] for line in lines for text in _TEXT.findall(line)}


def _mask_words(line: str, words: Collection[str]) -> str:
    """A line with a mark in place of some words."""

    def mask(match: re.Match[str]) -> str:
        return _MARK if match[0] in words else match[0]

    return _IDENTIFIER.sub(mask, line)


def _list_written(body: str) -> set[str]:
    """The values that are written in a definition, without their quotes."""
    return {value.strip("\"'") for value in _WRITTEN.findall(body)}


def _find_moves(changes: Sequence[Change]) -> dict[str, str]:
    """Files of the product that are elsewhere now: as git sees it, or by what they define."""
    product = [change for change in changes if not decides(change.path)]
    moves = {change.old_path: change.path for change in product if change.old_path}
    added = [change for change in product if change.before is None and not change.old_path]
    for change in product:
        if change.after is not None or change.before is None:
            continue
        names = _list_names(change.path, change.before)
        for candidate in added:
            if names and names <= _list_names(candidate.path, candidate.after or b""):
                moves[change.path] = candidate.path
    return moves


def _list_names(path: str, data: bytes) -> set[str]:
    """What a file defines."""
    return {found.name for found in list_definitions(path, data)}


def _spell_move(old: str, new: str) -> set[tuple[str, str]]:
    """A move as imports, includes and scripts write it."""
    bare_old, _ = posixpath.splitext(old)
    bare_new, _ = posixpath.splitext(new)
    pairs = {
        (old, new),
        (bare_old, bare_new),
        (bare_old.replace("/", "."), bare_new.replace("/", ".")),
        (posixpath.basename(old), posixpath.basename(new)),
    }
    stem_old = posixpath.basename(bare_old)
    stem_new = posixpath.basename(bare_new)
    if len(stem_old) >= _LEAST_STEM:
        pairs.add((stem_old, stem_new))
    return {pair for pair in pairs if pair[0] and pair[0] != pair[1]}
