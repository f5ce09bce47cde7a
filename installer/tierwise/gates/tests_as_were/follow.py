"""The old tests, following the change: lines taken over that a rename, a move, a new signature or the task explains.

Three levels, one after the other: ``named`` takes what the change itself or the task's own words explain;
``shaped`` besides what is about a function that the task wants otherwise, where no value goes; ``asked`` besides
other values of such a function.  The last counts only for tests that passed before the change: what was red may not
be told otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Literal

from tierwise.gates.tests_as_were.deciding import decides
from tierwise.gates.tests_as_were.explaining import (
    has_stated_words,
    is_about_asked,
    is_explained,
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
_DATA = re.compile(r"\.(txt|csv|tsv|log|snap|golden|expected|out|json|ya?ml)$")
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
_OWN = r"(?<![=!<>.\w]){name}\s*=(?![=>])|\b(?:def|function|fn|sub|class)\s+{name}\b|\b{name}\s*\(\)\s*\{{"


@dataclass(frozen=True)
class _Hunk:
    """Lines that differ, and the block of the old file in which they stand."""

    was: list[str]
    now: list[str]
    block: list[str]


@dataclass(frozen=True)
class ChangedTest:
    """A file of tests before and after a change, and the change to the product that it may follow."""

    path: str
    old: bytes
    new: bytes
    product: Product

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
        return _tests_gone(self.before, self.after, self.product)

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
                block = _block_of(self.before, start, end)
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
            lines = _follow_hunk(piece, self.product, level, self.gone, self.path)
            if lines != piece.was:
                taken += max(1, sum(1 for line in lines if line not in piece.was))
            result += lines
        return "".join(result).encode("utf-8", "surrogateescape"), taken


def _follow_hunk(
    hunk: _Hunk, product: Product, level: Level, gone: frozenset[str], path: str
) -> list[str]:
    if not hunk.was:
        return _follow_insertion(hunk, product, level, path)
    if not hunk.now:
        return [] if _may_go(hunk.was, product, gone) else hunk.was
    lines = _follow_block(hunk, product, gone)
    if _DATA.search(path):
        lines = _follow_stated_words(hunk, lines, product)
    if level == "named":
        return lines
    if len(hunk.was) == len(hunk.now):
        pairs = zip(hunk.was, hunk.now, lines, strict=True)
        return [
            new if _may_follow(_Hunk([old], [new], hunk.block), product, level) else line
            for old, new, line in pairs
        ]
    return hunk.now if _may_follow(hunk, product, level) else lines


def _may_follow(hunk: _Hunk, product: Product, level: Level) -> bool:
    """Whether lines are about what the task wants otherwise, and lose no strength by it."""
    if not _is_safe(hunk, product):
        return False
    if not is_about_asked(hunk.was, hunk.now, hunk.block, product):
        return False
    return level == "asked" or keeps_values(hunk.was, hunk.now)


def _follow_insertion(hunk: _Hunk, product: Product, level: Level, path: str) -> list[str]:
    lines = [line for line in hunk.now if line.strip()]
    if lines and all(_IMPORT.match(line) for line in lines):
        is_known = not list_code_names(lines).isdisjoint(product.names)
        return hunk.now if is_known and not _names_tests(lines) else []
    if _DATA.search(path):
        return [line for line in hunk.now if is_stated_line(line, product)]
    if level != "asked" or not _is_safe(hunk, product):
        return []
    return hunk.now if not list_code_names(lines).isdisjoint(product.asked) else []


def _follow_block(hunk: _Hunk, product: Product, gone: frozenset[str]) -> list[str]:
    was, now = hunk.was, hunk.now
    imports_only = all(_IMPORT.match(line) or not line.strip() for line in (*was, *now))
    if imports_only and _imports_are_explained(was, now, product):
        return now
    if _may_go(was, product, gone) and not list_code_names(now) & set(product.before.places):
        return now
    if len(was) != len(now):
        return _follow_unequal(was, now, product, gone)
    return [
        new if _is_same(old, new, product, gone) else old for old, new in zip(was, now, strict=True)
    ]


def _follow_stated_words(hunk: _Hunk, lines: list[str], product: Product) -> list[str]:
    """Lines of data in which only words differ, and the task wants the new ones."""
    if not len(hunk.was) == len(hunk.now) == len(lines):
        return lines
    return [
        new if has_stated_words(old, new, product) else line
        for old, new, line in zip(hunk.was, hunk.now, lines, strict=True)
    ]


def _follow_unequal(
    was: list[str], now: list[str], product: Product, gone: frozenset[str]
) -> list[str]:
    """Each old line with the new line that explains it, if any does; what is new besides stays out."""
    result = []
    left = list(now)
    for old in was:
        new = next((line for line in left if _is_same(old, line, product, gone)), None)
        if new is not None:
            left.remove(new)
        if new is None and _IMPORT.match(old):
            block = [line for line in left if _IMPORT.match(line)]
            if block and _imports_are_explained([old], block, product):
                result += block
                left = [line for line in left if line not in block]
                continue
        if new is None and _may_go([old], product, gone):
            continue
        result.append(old if new is None else new)
    return result


def _is_same(old: str, new: str, product: Product, gone: frozenset[str]) -> bool:
    return is_explained(old, new, product) or _leaves_out(old, new, gone)


def _leaves_out(old: str, new: str, gone: frozenset[str]) -> bool:
    """Whether a line only names tests no more that went with what they tested."""
    words = re.findall(r"\w+|\W", old)
    kept = "".join(word for word in words if word not in gone)
    return kept != old and kept.split() == new.split()


def _tests_gone(before: list[str], after: list[str], product: Product) -> frozenset[str]:
    """Names that a test's file defined and does no longer, whose blocks were about what the task wants removed."""
    now = list_code_names(after)
    found = set()
    for index, line in enumerate(before):
        names = {name for name in list_code_names([line]) if name not in now}
        body = _body_of(before, index)
        about = list_code_names(body) & set(product.before.parameters)
        if names and body and about and all(product.is_gone(name) for name in about):
            found |= {name for name in names if not product.is_gone(name)}
    return frozenset(found)


def _may_go(lines: list[str], product: Product, gone: frozenset[str] = frozenset()) -> bool:
    """Whether lines are only about what the task wants removed, and what is removed."""
    named = list_code_names(lines)
    # A file's stem says something only where nothing that it defines is named.
    known = named & set(product.before.parameters) or named & set(product.before.places)
    removed = {name for name in known if product.is_gone(name)}
    if not known:
        own = list_code_names(lines)
        return bool(own & gone) and all(name in gone or name.isupper() for name in own)
    return removed == known and all(product.is_asked_to_go(name) for name in removed)


def _imports_are_explained(was: list[str], now: list[str], product: Product) -> bool:
    """The new imports name the same things, renamed or from where they are now; what is gone is asked to go."""
    followed = [product.follow_paths(line) for line in was]
    if followed == now:
        return True
    old_names, new_names = list_code_names(followed), list_code_names(now)
    for name in old_names - new_names:
        if name in product.before.places and not product.is_gone(name):
            return False
    used = {name for name in new_names - old_names if name in product.after.places}
    moved = {name for name in new_names & old_names if name in product.after.places}
    return bool(used or moved or old_names - new_names) and (
        not _names_tests(now) or old_names == new_names
    )


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
    return sum(1 for line in lines if _ASSERTION.search(line))


def _block_of(lines: list[str], start: int, end: int) -> list[str]:
    """The block in which lines stand, by indentation; the paragraph, where nothing is indented."""
    inner = [line for line in lines[start:end] if line.strip()] or lines[start:end]
    depth = min((_depth(line) for line in inner), default=0)
    opened = _body_of(lines, end - 1) if inner else []
    if depth == 0:
        return [*_paragraph(lines, start, end), *opened]
    first = start
    while first > 0 and (not lines[first - 1].strip() or _depth(lines[first - 1]) >= depth):
        first -= 1
    last = end
    while last < len(lines) and (not lines[last].strip() or _depth(lines[last]) >= depth):
        last += 1
    return [*lines[max(0, first - 1) : last], *opened]


def _body_of(lines: list[str], index: int) -> list[str]:
    """The more indented lines below one."""
    depth = _depth(lines[index])
    last = index + 1
    while last < len(lines) and (not lines[last].strip() or _depth(lines[last]) > depth):
        last += 1
    return lines[index + 1 : last]


def _paragraph(lines: list[str], start: int, end: int) -> list[str]:
    first, last = start, end
    while first > 0 and lines[first - 1].strip():
        first -= 1
    while last < len(lines) and lines[last].strip():
        last += 1
    return lines[first:last]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
