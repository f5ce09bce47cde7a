"""What a change does to the product: names gone, new, moved or with other parameters, and what the task asks of them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tierwise.gates.naming import clauses_of, mentions, resolve_pronouns
from tierwise.gates.tests_as_were.deciding import decides, split_rust
from tierwise.gates.tests_as_were.definitions import list_definitions
from tierwise.git.snapshot import Change

# What a task says where it wants another behaviour, and not the old one put right.
_CHANGES = re.compile(
    r"\b(mak|chang|say|return|should|must|has to|have to|instead|switch|swap|renam|replac|round|rais|throw|reject"
    r"|accept|becom|use|convert|refus|now|no longer|take|support|allow|count|put|give|show|print|drop|leave out|join"
    r"|sort|reverse|write|call|know|in place of|turn|require|ignor|split|merg|format|output|add)\w*",
    re.I,
)
KEEPS = re.compile(
    r"\b(simplif|refactor|clean up|tidy|speed|faster|optimi[sz]|document|without chang|do not chang|don't chang"
    r"|behaviou?r (must|should) (stay|not)|keep)\w*",
    re.I,
)
REMOVES = re.compile(
    r"\b(remov|delet|drop|retir|abolish|get rid|no longer|take out|gone|not be (?:public|exported|visible))\w*\b"
    r"|\bgo(?:es)?\b(?! (?:to|into|in|through|with|by|on|up|down|over|back|from)\b)",
    re.I,
)
_HEADERS = (".h", ".hh", ".hpp")
_CODE = re.compile(r"`[^`\n]+`")
_LONG_WORD = re.compile(r"[A-Za-z]{4,}")
_CALLERS = 2  # steps from a function to those that call it
_LEAST_STEM = 3  # letters of a file's stem that stands for its file
_COMMENTS = re.compile(
    r"/\*.*?\*/|//[^\n]*|^[ \t]*#(?!\s*(?:define|include|if|endif))[^\n]*", re.S | re.M
)
_WRITTEN = re.compile(r"\"[^\"\n]+\"|'[^'\n]+'|(?<![\w.])\d[\d_]*(?:\.\d+)?(?![\w.])")
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*")


@dataclass(frozen=True)
class Definitions:
    """What the product defines: name -> where (file stems), how its parameters read, and its bodies.

    ``words``: all that its code names, fields and keys too; ``files``: the names of its files; ``declared``: what its
    headers tell others of.
    """

    places: dict[str, frozenset[str]] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
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
        """Names of which the task wants another behaviour, and what calls them."""
        named = set(filter(self.is_asked_to_change, self.names))
        bodies = {**self.before.bodies, **self.after.bodies}
        return add_callers(named | self.restated, bodies)

    @cached_property
    def restated(self) -> frozenset[str]:
        """Names in whose definition a value is new that the task states."""
        bodies = self.after.bodies
        return frozenset(name for name in bodies if self._states_new_value(name))

    def _states_new_value(self, name: str) -> bool:
        old_body = self.before.bodies.get(name, "")
        new_body = self.after.bodies[name]
        written = set(_WRITTEN.findall(new_body))
        written.difference_update(_WRITTEN.findall(old_body))
        bare = {value.strip("\"'") for value in written}
        return any(len(value) > 1 and mentions(self.task, value) for value in bare)

    @cached_property
    def lost_words(self) -> frozenset[str]:
        """What the product named and names no more, as the task wants it."""
        return frozenset(filter(self.is_asked_to_go, self.gone_words))

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

    def is_asked_to_change(self, name: str) -> bool:
        """Whether the task wants another behaviour of a function."""
        return any(_speaks_of(clause, name) for clause in self._changing_clauses)

    def is_asked_to_go(self, name: str) -> bool:
        """Whether the task wants a function removed, by its name or by a part of it that it quotes as code."""
        clauses = self._removing_clauses
        if any(mentions(clause, name) for clause in clauses):
            return True
        quoted = _CODE.findall(" ".join(clauses))
        words = set(_LONG_WORD.findall(" ".join(quoted)))
        return not words.isdisjoint(name.split("_"))

    @property
    def wants_change(self) -> bool:
        """Whether the task wants another behaviour of anything."""
        return bool(self._changing_clauses)

    @cached_property
    def _changing_clauses(self) -> list[str]:
        """Where the task wants another behaviour."""
        clauses = filter(_CHANGES.search, clauses_of(self.task))
        return [clause for clause in clauses if not KEEPS.search(clause)]

    @cached_property
    def _removing_clauses(self) -> list[str]:
        """Where the task wants something removed."""
        return list(filter(REMOVES.search, resolve_pronouns(self.task)))

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
        words.update(_list_words(path, data))
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
        files=frozenset(names),
        declared=frozenset(declared),
    )


def _holds_tests_alone(path: str) -> bool:
    """Whether a file decides about tests and is no part of the product; a file of Rust may be both."""
    return decides(path) and not path.endswith(".rs")


def _list_words(path: str, data: bytes) -> list[str]:
    """What the product's code in a file names, in its texts too; comments say nothing."""
    text = data.decode("utf-8", "replace")
    if path.endswith(".rs"):
        text = split_rust(text)[0]
    return _IDENTIFIER.findall(_COMMENTS.sub("", text))


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


def _speaks_of(clause: str, name: str) -> bool:
    """Whether a clause names something, as code or as a person says it."""
    if mentions(clause, name):
        return True
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)
    spoken = " ".join(words)
    return len(words) > 1 and mentions(clause, spoken)
