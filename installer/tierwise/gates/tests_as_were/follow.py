"""The old tests, following the change: lines taken over that a rename, a move, a new signature or the task explains.

Three levels, one after the other: ``named`` takes what the change itself or the task's own words explain;
``shaped`` besides what is about a function that the task wants otherwise, where no value goes; ``asked`` besides
other values of such a function.  The last counts only for tests that passed before the change: what was red may not
be told otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Literal

from tierwise.gates.naming import mentions
from tierwise.gates.tests_as_were.blocks import list_block, list_body
from tierwise.gates.tests_as_were.deciding import decides
from tierwise.gates.tests_as_were.explaining import (
    has_other_numbers,
    is_about_asked,
    is_explained,
    is_stated_data,
    is_stated_line,
    keeps_values,
    list_code_names,
)
from tierwise.gates.tests_as_were.product import Product

Level = Literal["named", "shaped", "asked"]
LEVELS: tuple[Level, ...] = ("named", "shaped", "asked")
_IMPORT = re.compile(
    r"^\s*(import\b|from\b.*\bimport\b|use\b|using\b|#include|require\b|(const|let|var)\b.*\brequire\()"
)
DATA = re.compile(r"\.(txt|csv|tsv|log|snap|golden|expected|out|json|ya?ml|xml|html)$")
_ASSERTION = re.compile(
    r"\b(assert|expect|check|verify|should|raises|throws|equal|fail|is|ok|like|cmp_ok|is_deeply)\w*|[!=]=",
    re.I,
)
# What may not come in with lines that are only about a function: stand-ins, ways out, definitions of its own.
_UNSAFE = re.compile(
    r"\b(skip\w*|todo|only|xfail\w*|ignore|disabled|mock\w*|patch\w*|monkeypatch|setattr|stub\w*|spy\w*|prototype"
    r"|lambda|except|catch|rescue|suppress|exit|expectedFailure|should_panic)\b|\|\||=>\s*true\b|#if\b",
    re.I,
)
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_LONG_WORD = re.compile(r"[A-Za-z]{4,}")
_FILE = re.compile(r"[\"<']([\w./-]+)[\">']")
_COMMENT = re.compile(r"^\s*(?:#|//|/?\*|--)")
_OWN = r"(?<![=!<>.\w]){name}\s*=(?![=>])|\b(?:def|function|fn|sub|class)\s+{name}\b|\b{name}\s*\(\)\s*\{{"


@dataclass(frozen=True)
class _Hunk:
    """Lines that differ, and the block of the old file in which they stand."""

    was: list[str]
    now: list[str]
    block: list[str]

    @property
    def is_even(self) -> bool:
        """Whether there are as many new lines as old ones."""
        return len(self.was) == len(self.now)

    def split(self) -> Iterator[_Hunk]:
        """One line after the other, where there are as many of them."""
        for old, new in zip(self.was, self.now, strict=True):
            yield _Hunk([old], [new], self.block)


@dataclass(frozen=True)
class ChangedTest:
    """A file of tests before and after a change, and the change to the product that it may follow.

    ``moved``: lines that stand in new files of tests now.
    """

    path: str
    old: bytes
    new: bytes
    product: Product
    moved: frozenset[str] = frozenset()

    @cached_property
    def before(self) -> list[str]:
        """The old lines."""
        return self.old.decode("utf-8", "surrogateescape").splitlines(keepends=True)

    @cached_property
    def after(self) -> list[str]:
        """The new lines."""
        return self.new.decode("utf-8", "surrogateescape").splitlines(keepends=True)

    @cached_property
    def gone(self) -> frozenset[str]:
        """Names of tests that went with what they tested."""
        return _find_gone_tests(self.before, self.after, self.product)

    @cached_property
    def pieces(self) -> list[list[str] | _Hunk]:
        """The file from its top to its end: lines that are the same, and those that differ."""
        pieces: list[list[str] | _Hunk] = []
        matcher = SequenceMatcher(None, self.before, self.after, autojunk=False)
        for kind, start, end, other, last in matcher.get_opcodes():
            was = self.before[start:end]
            if kind == "equal":
                pieces.append(was)
            else:
                block = list_block(self.before, start, end)
                pieces.append(_Hunk(was, self.after[other:last], block))
        return pieces

    def follow(self, level: Level) -> tuple[bytes, int]:
        """The old file with what the change explains taken over from the new one, and how many lines that is."""
        result: list[str] = []
        taken = 0
        for piece in self.pieces:
            if not isinstance(piece, _Hunk):
                result += piece
                continue
            lines = self._follow_hunk(piece, level)
            if lines != piece.was:
                new = [line for line in lines if line not in piece.was]
                taken += max(1, len(new))
            result += lines
        return "".join(result).encode("utf-8", "surrogateescape"), taken

    def _follow_hunk(self, hunk: _Hunk, level: Level) -> list[str]:
        if not hunk.was:
            return self._follow_insertion(hunk, level)
        if not hunk.now:
            return self._follow_removal(hunk)
        if DATA.search(self.path) and self._is_same_data(hunk, level):
            return hunk.now
        lines = self._follow_named(hunk)
        if level == "named":
            return lines
        if hunk.is_even:
            return [
                self._follow_line(pair, level, line)
                for pair, line in zip(hunk.split(), lines, strict=True)
            ]
        return self._follow_about(hunk, level, lines)

    def _is_same_data(self, hunk: _Hunk, level: Level) -> bool:
        """Whether data lose only what the task wants gone, or have other numbers where the task states one."""
        lost = self.product.lost_words
        kept = [line for line in hunk.was if lost.isdisjoint(_WORD.findall(line))]
        if kept != hunk.was and _strip_all(kept) == _strip_all(hunk.now):
            return True
        if level != "asked" or not self.product.restated or not hunk.is_even:
            return False
        if not any(
            mentions(self.product.task, word) for word in _LONG_WORD.findall("".join(hunk.was))
        ):
            return False
        return all(
            old == new or has_other_numbers(old, new, self.product)
            for old, new in zip(hunk.was, hunk.now, strict=True)
        )

    def _follow_removal(self, hunk: _Hunk) -> list[str]:
        if self._may_go(hunk.was) or self._are_lost(hunk.was) or self._have_moved(hunk.was):
            return []
        return hunk.was

    def _are_lost(self, lines: list[str]) -> bool:
        """Whether all that lines check, or hold where they are data, is what the product lost as the task wants it."""
        telling = [line for line in lines if line.strip()]
        if not DATA.search(self.path):
            telling = [line for line in telling if _ASSERTION.search(line)]
        lost = self.product.lost_words
        return bool(telling) and all(not lost.isdisjoint(_WORD.findall(line)) for line in telling)

    def _have_moved(self, lines: list[str]) -> bool:
        """Whether lines stand in a new file of tests now."""
        return all(line.strip() in self.moved for line in lines if line.strip())

    def _follow_line(self, pair: _Hunk, level: Level, otherwise: str) -> str:
        (line,) = self._follow_about(pair, level, [otherwise])
        return line

    def _follow_about(self, hunk: _Hunk, level: Level, otherwise: list[str]) -> list[str]:
        """The new lines, where they are about what the task wants otherwise and lose no strength by it."""
        is_about = is_about_asked(hunk.was, hunk.now, hunk.block, self.product)
        if not is_about or not _is_safe(hunk, self.product):
            return otherwise
        if level == "asked" or keeps_values(hunk.was, hunk.now):
            return hunk.now
        return otherwise

    def _follow_insertion(self, hunk: _Hunk, level: Level) -> list[str]:
        product = self.product
        lines = [line for line in hunk.now if line.strip()]
        names = list_code_names(lines)
        if lines and all(_IMPORT.match(line) for line in lines):
            is_known = not names.isdisjoint(product.names)
            is_taken = is_known and not _names_tests(lines)
        elif DATA.search(self.path):
            return [line for line in hunk.now if is_stated_line(line, product)]
        else:
            is_about = not names.isdisjoint(product.asked)
            is_taken = level == "asked" and is_about and _is_safe(hunk, product)
        if is_taken:
            return hunk.now
        return []

    def _follow_named(self, hunk: _Hunk) -> list[str]:
        """Lines that the change itself or the task's own words explain."""
        was, now = hunk.was, hunk.now
        if _are_imports([*was, *now]) and _imports_are_explained(was, now, self.product):
            return now
        if self._may_go(was) and list_code_names(now).isdisjoint(self.product.before.places):
            return now
        if not hunk.is_even:
            return self._follow_unequal(was, now)
        return [self._follow_pair(old, new) for old, new in zip(was, now, strict=True)]

    def _follow_pair(self, old: str, new: str) -> str:
        if self._is_same(old, new):
            return new
        if DATA.search(self.path) and is_stated_data(old, new, self.product):
            return new
        if self._is_lost(old) and not DATA.search(self.path):
            return self._leave_place(old)
        return old

    def _is_lost(self, line: str) -> bool:
        """Whether a line of its own names what the product lost as the task wants it."""
        is_whole = line.count("(") == line.count(")") and line.count("{") == line.count("}")
        return is_whole and not self.product.lost_words.isdisjoint(_WORD.findall(line))

    def _leave_place(self, line: str) -> str:
        """What stands for a line that is gone, so that its block is none that is empty."""
        if not self.path.endswith(".py"):
            return ""
        indent = line[: len(line) - len(line.lstrip())]
        return f"{indent}pass\n"

    def _follow_unequal(self, was: list[str], now: list[str]) -> list[str]:
        """Each old line with the new line that explains it, if any does; what is new besides stays out."""
        result = []
        left = list(now)
        for old in was:
            lines = self._choose_lines(old, left)
            for line in lines:
                if line in left:
                    left.remove(line)
            result += lines
        return result

    def _choose_lines(self, old: str, left: list[str]) -> list[str]:
        """What stands in an old line's place, out of the new lines that are left."""
        same = next((line for line in left if self._is_same(old, line)), None)
        if same is not None:
            return [same]
        imports = [line for line in left if _IMPORT.match(line)]
        if imports and _IMPORT.match(old) and _imports_are_explained([old], imports, self.product):
            return imports
        if self._may_go([old]):
            return []
        if self._is_lost(old) and not DATA.search(self.path):
            return [self._leave_place(old)]
        return [old]

    def _is_same(self, old: str, new: str) -> bool:
        return is_explained(old, new, self.product) or self._leaves_out(old, new)

    def _leaves_out(self, old: str, new: str) -> bool:
        """Whether a line only names tests no more that went with what they tested."""
        words = re.findall(r"\w+|\W", old)
        kept = "".join(word for word in words if word not in self.gone)
        return kept != old and kept.split() == new.split()

    def _may_go(self, lines: list[str]) -> bool:
        """Whether lines are only about what the task wants removed, and what is removed."""
        product = self.product
        named = list_code_names(lines)
        # A file's stem says something only where nothing that it defines is named.
        known = named & set(product.before.parameters) or named & set(product.before.places)
        if not known:
            others = {name for name in named - self.gone if not name.isupper()}
            return not named.isdisjoint(self.gone) and not others
        return all(product.is_gone(name) and product.is_asked_to_go(name) for name in known)


def list_moved(data: bytes) -> frozenset[str]:
    """The lines of a file of tests, without its imports."""
    lines = data.decode("utf-8", "surrogateescape").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not _IMPORT.match(line))


def _strip_all(lines: list[str]) -> list[str]:
    return [line.strip().rstrip(",") for line in lines if line.strip()]


def _find_gone_tests(before: list[str], after: list[str], product: Product) -> frozenset[str]:
    """Names that a test's file defined and does no longer, whose blocks were about what the task wants removed."""
    now = list_code_names(after)
    found: set[str] = set()
    for index, line in enumerate(before):
        names = list_code_names([line]) - now
        if not names:
            continue
        about = list_code_names(list_body(before, index)) & set(product.before.parameters)
        if about and all(product.is_gone(name) for name in about):
            found |= {name for name in names if not product.is_gone(name)}
    return frozenset(found)


def _are_imports(lines: list[str]) -> bool:
    return all(_IMPORT.match(line) or not line.strip() for line in lines)


def _imports_are_explained(was: list[str], now: list[str], product: Product) -> bool:
    """The new imports name the same things, renamed or from where they are now; what is gone is asked to go."""
    followed = [product.follow_paths(line) for line in was]
    if followed == now:
        return True
    if _includes_are_explained(followed, now, product):
        return True
    old_names, new_names = list_code_names(followed), list_code_names(now)
    lost = old_names - new_names
    stays = [name for name in lost if name in product.before.places and not product.is_gone(name)]
    if any(product.before.places[name] == product.after.places[name] for name in stays):
        return False
    if _names_tests(now) and old_names != new_names:
        return False
    return bool(lost) or not new_names.isdisjoint(product.after.places)


def _includes_are_explained(was: list[str], now: list[str], product: Product) -> bool:
    """Whether includes name new files of the product in place of those that are gone."""
    old = {name.rpartition("/")[2] for line in was for name in _FILE.findall(line)}
    new = {name.rpartition("/")[2] for line in now for name in _FILE.findall(line)}
    gone, came = old - new, new - old
    if not gone or not came:
        return False
    is_gone = gone <= product.before.files - product.after.files
    return is_gone and came <= product.after.files - product.before.files


def _names_tests(lines: list[str]) -> bool:
    """Whether lines name a file that decides about tests."""
    return any(decides(f"{word}/x") for line in lines for word in re.findall(r"[\w./]+", line))


def _is_safe(hunk: _Hunk, product: Product) -> bool:
    """Whether no assertion goes, and nothing comes that keeps a test from failing."""
    text = "".join(hunk.now)
    if _UNSAFE.search(text) and not _UNSAFE.search("".join(hunk.was)):
        return False
    if any(re.search(_OWN.format(name=re.escape(name)), text) for name in product.functions):
        return False
    return _count_assertions(hunk.now) >= _count_assertions(hunk.was)


def _count_assertions(lines: list[str]) -> int:
    """How many lines assert; those that are commented out do not."""
    return sum(1 for line in lines if _ASSERTION.search(line) and not _COMMENT.match(line))
