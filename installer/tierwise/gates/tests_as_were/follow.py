"""The old tests, following the change: lines taken over that a rename, a move, a new signature or the task explains.

A line of a changed test is taken over into the old test only where nothing but what the change (or the task) names
differs: names that the product no longer defines, the arguments of a function whose parameters changed, or a value
that the task itself states.  Everything else stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from tierwise.gates.naming import clauses_of, mentions
from tierwise.gates.tests_as_were.deciding import decides, split_rust
from tierwise.git.snapshot import Change

_TOKEN = re.compile(
    r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|[A-Za-z_$][\w$]*|\d+(?:\.\d+)?|\S"
)
_LITERAL = re.compile(r"[\"'`]|\d")
_NAME = re.compile(r"[A-Za-z_$]")
_DEFINITION = re.compile(
    r"^[ \t]*(?!(?:return|yield|await|throw|raise|new|else|case|assert|del)\b)"
    r"(?:(?:pub(?:\([^)]*\))?|export|default|public|private|protected|static|final|abstract|async|unsafe|const"
    r"|inline)\s+)*"
    r"(?:def|fn|func|function|class|struct|enum|trait|interface|sub|type|let|const|var|mod|[A-Za-z_][\w<>\[\], ]*?)\s+"
    r"(?:\([^)]*\)\s*)?([A-Za-z_$][\w$]*)[ \t]*(\((?:[^(){};]|\([^()]*\))*\))?",
    re.M,
)
_IMPORT = re.compile(
    r"^\s*(import\b|from\b.*\bimport\b|use\b|using\b|#include|require\b|(const|let|var)\b.*\brequire\()"
)
# What a task says where it wants another behaviour, and not the old one put right.
_CHANGES = re.compile(
    r"\b(mak|chang|say|return|should|must|has to|have to|instead|switch|renam|replac|round|rais|throw|reject|accept"
    r"|becom|use|convert|refus|now|no longer|take|support|allow|count)\w*",
    re.I,
)
_REMOVES = re.compile(r"\b(remov|delet|drop|retir)\w*\b", re.I)
_LEAST_WORD = 2


@dataclass(frozen=True)
class Definitions:
    """What the product defines: name -> where (file stems), and how its parameters read."""

    places: dict[str, frozenset[str]] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Product:
    """The product's definitions before and after a change."""

    before: Definitions
    after: Definitions
    task: str

    def is_gone(self, name: str) -> bool:
        """Whether the product defined a name and does no longer."""
        return name in self.before.places and name not in self.after.places

    def has_moved(self, owner: str, member: str, new_owner: str) -> bool:
        """Whether ``owner.member`` is ``new_owner.member`` now."""
        was, now = self.before.places.get(member), self.after.places.get(member)
        if not was or not now:
            return False
        return owner.lower() in was and owner.lower() not in now and new_owner.lower() in now

    def has_new_signature(self, name: str) -> bool:
        """Whether a function takes other parameters now."""
        was, now = self.before.parameters.get(name), self.after.parameters.get(name)
        return was is not None and now is not None and was != now

    def is_asked_to_change(self, name: str) -> bool:
        """Whether the task wants another behaviour of a function."""
        return any(_CHANGES.search(part) and mentions(part, name) for part in clauses_of(self.task))

    def is_asked_to_go(self, name: str) -> bool:
        """Whether the task wants a function removed."""
        return any(_REMOVES.search(part) and mentions(part, name) for part in clauses_of(self.task))


def read_product(changes: Iterable[Change], task: str) -> Product:
    """The definitions in the changed files of the product."""
    changed = list(changes)
    before = _define((change.old_path or change.path, change.before) for change in changed)
    after = _define((change.path, change.after) for change in changed)
    return Product(before, after, task)


def follow_change(old: bytes, new: bytes, product: Product) -> tuple[bytes, int]:
    """The old file with what the change explains taken over from the new one, and how many lines that are."""
    before = old.decode("utf-8", "surrogateescape").splitlines(keepends=True)
    after = new.decode("utf-8", "surrogateescape").splitlines(keepends=True)
    result: list[str] = []
    taken = 0
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, other, last in matcher.get_opcodes():
        was, now = before[start:end], after[other:last]
        lines = was
        if kind == "replace":
            lines = _follow_block(was, now, product)
        elif kind == "delete" and _may_go(was, product):
            lines = []
        taken += sum(1 for line in lines if line not in was) + (kind == "delete" and not lines)
        result += lines
    return "".join(result).encode("utf-8", "surrogateescape"), taken


def _follow_block(was: list[str], now: list[str], product: Product) -> list[str]:
    imports_only = all(_IMPORT.match(line) or not line.strip() for line in (*was, *now))
    if imports_only and _imports_are_explained(was, now, product):
        return now
    if _may_go(was, product) and not _names_in(now) & set(product.before.places):
        return now
    if len(was) != len(now):
        return _follow_unequal(was, now, product)
    return [
        new if _is_explained(old, new, product) else old for old, new in zip(was, now, strict=True)
    ]


def _follow_unequal(was: list[str], now: list[str], product: Product) -> list[str]:
    """Each old line with the new line that explains it, if any does; what is new besides stays out."""
    result = []
    left = list(now)
    for old in was:
        new = next((line for line in left if _is_explained(old, line, product)), None)
        if new is not None:
            left.remove(new)
        if new is None and _IMPORT.match(old):
            block = [line for line in left if _IMPORT.match(line)]
            if block and _imports_are_explained([old], block, product):
                result += block
                left = [line for line in left if line not in block]
                continue
        result.append(old if new is None else new)
    return result


def _is_explained(old: str, new: str, product: Product) -> bool:
    first, second = _TOKEN.findall(old), _TOKEN.findall(new)
    if _literals(first) == _literals(second):
        return _names_are_explained(first, second, product) or _is_other_call(
            first, second, product
        )
    return _is_asked_value(first, second, product)


def _names_are_explained(first: list[str], second: list[str], product: Product) -> bool:
    """Only names differ, one for one, and each old one is gone from the product or has moved."""
    if len(first) != len(second):
        return False
    for index, (was, now) in enumerate(zip(first, second, strict=True)):
        if was == now:
            continue
        if not (_NAME.match(was) and _NAME.match(now)):
            return False
        renamed = product.is_gone(was) and now in product.after.places
        member = _member_after(first, index)
        moved = bool(member) and product.has_moved(was, member, now)
        if not renamed and not moved:
            return False
    return first != second


def _is_other_call(first: list[str], second: list[str], product: Product) -> bool:
    """Only the arguments of a function with other parameters differ, and they are made of the same values."""
    for name in {token for token in first if product.has_new_signature(token)}:
        if _without_arguments(first, name) == _without_arguments(second, name):
            return True
    return False


def _is_asked_value(first: list[str], second: list[str], product: Product) -> bool:
    """Only values differ, of a function that the task wants to behave otherwise, and the task states the new ones."""
    if len(first) != len(second):
        return False
    pairs = [(was, now) for was, now in zip(first, second, strict=True) if was != now]
    if not all(_LITERAL.match(was) and _LITERAL.match(now) for was, now in pairs):
        return False
    subjects = [name for name in first if name in product.after.places]
    if not any(product.is_asked_to_change(name) for name in subjects):
        return False
    return all(_is_stated(was, now, product.task) for was, now in pairs)


def _is_stated(was: str, now: str, task: str) -> bool:
    """Whether the task has what the new value has and the old one had not."""
    old_words = set(re.findall(r"\w+", was))
    new_words = [word for word in re.findall(r"\w+", now) if word not in old_words]
    return bool(new_words) and all(mentions(task, word) for word in new_words)


def _may_go(lines: list[str], product: Product) -> bool:
    """Whether lines are only about what the task wants removed, and what is removed."""
    known = {name for name in _names_in(lines) if name in product.before.places}
    gone = {name for name in known if product.is_gone(name)}
    return bool(gone) and gone == known and all(product.is_asked_to_go(name) for name in gone)


def _imports_are_explained(was: list[str], now: list[str], product: Product) -> bool:
    """The new imports name the same things, renamed or from where they are now; what is gone is asked to go."""
    old_names, new_names = _names_in(was), _names_in(now)
    for name in old_names - new_names:
        if name in product.before.places and not product.is_gone(name):
            return False
    used = {name for name in new_names - old_names if name in product.after.places}
    moved = {name for name in new_names & old_names if name in product.after.places}
    from_tests = any(decides(f"{word}/x") for line in now for word in re.findall(r"[\w./]+", line))
    return bool(used or moved or old_names - new_names) and (
        not from_tests or old_names == new_names
    )


def _names_in(lines: Iterable[str]) -> set[str]:
    return {token for line in lines for token in _TOKEN.findall(line) if _NAME.match(token)}


def _literals(tokens: Iterable[str]) -> list[str]:
    return sorted(token for token in tokens if _LITERAL.match(token))


def _member_after(tokens: list[str], index: int) -> str:
    rest = tokens[index + 1 : index + 4]
    members = [token for token in rest if _NAME.match(token)]
    return members[0] if members and rest[0] in (".", ":") else ""


def _without_arguments(tokens: list[str], name: str) -> list[str]:
    """Tokens without what stands in the brackets after ``name``."""
    kept: list[str] = []
    depth = 0
    for index, token in enumerate(tokens):
        if depth:
            depth += (token in "([{") - (token in ")]}")
            continue
        kept.append(token)
        if token == "(" and index and tokens[index - 1] == name:
            depth = 1
    return kept


def _define(files: Iterable[tuple[str, bytes | None]]) -> Definitions:
    places: dict[str, set[str]] = {}
    parameters: dict[str, str] = {}
    for path, data in files:
        if data is None:
            continue
        is_product = not decides(path)
        for name, signature in _definitions_in(data, path):
            if is_product:
                places.setdefault(name, set()).add(_stem_of(path))
                parameters[name] = signature
        if is_product:
            places.setdefault(_stem_of(path, keep_case=True), set()).add(_stem_of(path))
    return Definitions({name: frozenset(found) for name, found in places.items()}, parameters)


def _definitions_in(data: bytes, path: str) -> Iterator[tuple[str, str]]:
    text = data.decode("utf-8", "replace")
    if path.endswith(".rs"):
        text = split_rust(text)[0]
    for match in _DEFINITION.finditer(text):
        name = match[1]
        if len(name) >= _LEAST_WORD and name not in _WORDS:
            following = text[match.end() : match.end() + 120]
            signature = match[2] or ""
            if path.endswith((".pl", ".pm")):
                signature = "".join(re.findall(r"my \(([^)]*)\)", following)[:1])
            yield name, re.sub(r"\s+", " ", signature)


_WORDS = frozenset(
    [
        "if",
        "for",
        "while",
        "return",
        "else",
        "in",
        "of",
        "new",
        "throw",
        "case",
        "let",
        "use",
        "my",
        "our",
        "import",
        "from",
        "not",
        "and",
        "or",
        "is",
    ]
)


def _stem_of(path: str, keep_case: bool = False) -> str:
    stem = path.rsplit("/", 1)[-1].split(".", 1)[0]
    return stem if keep_case else stem.lower()
