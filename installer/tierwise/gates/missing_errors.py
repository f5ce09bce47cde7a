"""Errors that a task wants, and that new code nowhere gives: it passes over what goes wrong, or only defines them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from tierwise.gates.naming import clauses_of
from tierwise.gates.new_code import Block, is_product_code, list_blocks
from tierwise.gates.stated_lists import strip_remarks
from tierwise.git.snapshot import Change

# A clause that wants an error to be given.
_WANTS_ERROR = re.compile(
    r"\b(?:rais|throw|die|dies|croak|reject|refus|complain)\w*\b"
    r"|\b(?:an?|as|with|gets?|get an?|returns?|give[sn]?|see|report(?:s|ed)?(?: as)?)\s(?:\w+ ){0,2}?\w*errors?\b"
    r"|\b\w+(?:Error|Exception)\b|\bErr\b|\berrors? (?:that|which|naming|saying|with|for|if|when)\b"
    r"|\bexit(?:s|ed)? (?:code|status|with)\b[^.;\n]{0,12}\b[1-9]|\bon stderr\b",
    re.I,
)
# A clause about what happens today, or that wants none.
_WANTS_NONE = re.compile(
    r"(?:\b(?:no|not|never|without)\b|n't\b)(?: \w+){0,2}? (?:\w*errors?|rais|throw|die|fail|crash|reject|refus|complain)"
    r"|\b(?:instead of|rather than|ignor\w*|skip\w*|swallow\w*|silent\w*|pass\w* over|still|keeps?"
    r"|currently|at present|at the moment|today|died|raised|threw|crash\w*|dies|expects?)\b",
    re.I,
)
# A clause about when something is to be done, and one that goes on with what.
_WHEN = re.compile(r"(?:if|when(?:ever)?|where|once|while|in case|as soon as)\b", re.I)
_GOES_ON = re.compile(r"\b(?:it|that|this|should|must|shall|has to|have to|will)\b", re.I)
# A task about trying again: what fails for good comes through by itself.
_TRIES_AGAIN = re.compile(r"\b(?:retr(?:y|ie)\w*|tr(?:y|ies)|attempts?)\b", re.I)
# What passes over an error.
_PASSES_OVER = re.compile(
    r"\bexcept\b|\bcatch\b|\brescue\b|\bsuppress\(|\.ok\(\)|\bfilter_map\b|\.flatten\(\)|\bunwrap_or\w*\("
    r"|\bif let (?:Ok|Some)\(|\beval\s*\{|\|\|\s*(?:true|:)(?=\s|$)|2>\s*/dev/null|_\s*(?:=|:=)\s*\w+.*\berr\b"
)
# What gives one.
_GIVES = re.compile(
    r"\b(?:(?:raise|throw|exit|abort|reject|refus|fail|fatal)\w*|die|croak|confess|carp|warn|bail|ensure|panic|assert|perror)\b"
    r"|\b(?:next|done|cb|callback)\(\s*\w|\b[45]\d\d\b|\bErr\(|\bResult<|(?<!\.ok\(\))\?;|\bok_or|\bmap_err|\bexpect\(|\.unwrap\(\)|\w*(?:Error|Exception)\s*[({]|\bstderr\b|\beprint|>&2"
    r"|\berr\w*\s*(?:[:.=,)\]]|\+=)|\bproblems?\b|\bmessages?\b|\breturn\s+(?:-1|[1-9]\b|false|False|NULL|nil)"
    r"|\bcomplain\w*|\binvalid\w*|\bbad\w*|\bwrong\w*",
    re.I,
)
_ERROR_CLASS = re.compile(
    r"^[ \t]*(?:export |public |final |static |abstract |open )*class\s+(\w+)\s*"
    r"(?:\(|extends\s|:\s)[^\n{:]*\b\w*(?:Error|Exception)\b",
    re.M,
)
# A task that wants such a class for others to raise; and code that finds each class by what it builds on.
_WANTS_CLASS = re.compile(r"\b(?:class(?:es)?|hierarchy|exports?)\b", re.I)
_WANTS_RAISED = re.compile(r"\b(?:rais|throw|die|croak|reject|refus|fail)", re.I)
_FINDS_CLASSES = re.compile(r"__subclasses__")
# Where such a class is only spoken of.
_SPEAKS_OF = (
    r"\bclass\s+{0}\b|\b(?:import|export|from|require|use)\b[^\n]*|\b__all__\b[^\n]*"
    r"|\b(?:except|catch|rescue|instanceof|isinstance)\b[^\n]*"
)


def find_missing_errors(
    changes: Iterable[Change],
    task: str,
) -> Iterator[str]:
    """Where new code passes over errors, and gives none of those that the task wants."""
    product = [change for change in changes if is_product_code(change.path)]
    if not _is_for_others(task):
        yield from _find_unraised(product)
    if not _wants_errors(task):
        return
    if not _passes_over_more(product):
        return
    blocks = list(list_blocks(product))
    code = [strip_remarks(block.text, block.path) for block in blocks]
    if any(map(_GIVES.search, code)):
        return
    place = _find_passing(blocks, code)
    if place:
        yield f"{place}: passes over what goes wrong, and no new line gives the error that the task wants"


def _wants_errors(task: str) -> bool:
    """Whether a clause of a task wants an error, and speaks of none that is there or unwanted."""
    if _TRIES_AGAIN.search(task):
        return False
    clauses = [
        clause for clause in clauses_of(task) if not _WHEN.match(clause) or _GOES_ON.search(clause)
    ]
    wanting = filter(_WANTS_ERROR.search, clauses)
    return any(not _WANTS_NONE.search(clause) for clause in wanting)


def _is_for_others(task: str) -> bool:
    """Whether a task wants a class of errors, and nothing that raises it."""
    return bool(_WANTS_CLASS.search(task)) and not _WANTS_RAISED.search(task)


def _passes_over_more(product: Sequence[Change]) -> bool:
    """Whether more places pass over errors than did: one that passes over fewer sorts of them is none more."""
    more = (
        _count_passing(change.text_after, change.path)
        - _count_passing(change.text_before, change.path)
        for change in product
    )
    return sum(more) > 0


def _count_passing(text: str, path: str) -> int:
    return len(_PASSES_OVER.findall(strip_remarks(text, path)))


def _find_passing(
    blocks: Sequence[Block],
    code: Sequence[str],
) -> str:
    """The place of the first block that passes over errors."""
    for block, text in zip(blocks, code, strict=True):
        if _PASSES_OVER.search(text):
            return block.place
    return ""


def _find_unraised(product: Sequence[Change]) -> Iterator[str]:
    """New classes of errors that no line of the changed files makes, or builds on."""
    text = "\n".join(change.text_after for change in product)
    if _FINDS_CLASSES.search(text):
        return
    before = "\n".join(change.text_before for change in product)
    for change in product:
        for name in _ERROR_CLASS.findall(change.text_after):
            used = re.sub(_SPEAKS_OF.format(re.escape(name)), "", text)
            if name not in before and not re.search(rf"\b{re.escape(name)}\b", used):
                yield f"{change.path}: nothing raises {name}"
