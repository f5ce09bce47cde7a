"""Where languages that are read by text answer for calls that fail."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

from tierwise.gates.tests_intact.brackets import closing

_CALL = re.compile(r"(?<![\w$.>])(?:this\.|\$self->)?([a-z_$][\w$]*)\s*\(")
_METHOD = re.compile(r"(?:\.|->)([a-z_]\w*)\s*\(")
_NO_CALLS = re.compile(
    r"if|for|foreach|while|until|switch|catch|function|return|my|sub|and|or|not|eval|parseInt|parseFloat|require"
)
# A name is read from its first letter on, and a few blanks are passed over: one long word stays quick.
_TRY = re.compile(r"\btry\s*\{")
_CATCH = re.compile(r"\s*catch\s*(?:\([^()]*?(?<![\w$])([\w$]*)\s{0,20}\)\s*)?\{")
# A promise with a handler of its own, up to where the handler begins.
_CAUGHT = re.compile(
    r"(?<![\w$])([\w$]+)\([^()\n]*(?:\([^()\n]*\)[^()\n]*)?\)\s*"
    r"\.catch\(\s*(?:\(\s*(?:(\w+)\s*)?\)|(\w+))\s*=>"
)
_PASSES_ON = re.compile(r"\b(?:throw|reject)\b")
_THROWS_SOME = re.compile(
    r"(?:\s*//[^\n]*\n)*\s*if\s*\(([^;{}]{0,200})\)\s*\{?\s*throw\b[^;{}]{0,80};[\s}]*"
)
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_EVAL = re.compile(r"\beval\s*\{")
# Perl looks at what went wrong right behind an eval.
_LOOKS_AT_ERROR = re.compile(r"[^;]{0,200}(?:;[^;]{0,200})?(?:\$@|\b(?:die|croak|confess)\b)")
_LONGEST = 2000  # characters of what is tried, and of a handler
_MOST = 200  # handlers of a file that are read
_ARGUMENTS = r"\((?:[^()\n]|\([^()\n]*\)){0,200}\)"
# How a language lets an error through, and how it answers for it, each with the name of what is called.
_PASSED_IN_RUST = re.compile(rf"(?<!\w)(\w+){_ARGUMENTS}\?")
_ANSWERED_IN_RUST = re.compile(rf"(?<!\w)(\w+){_ARGUMENTS}\s*\.(?:unwrap_or\w*|ok)\(")
_PASSED_IN_GO = re.compile(r"\berr\s*:?=\s*(?:\w+\.)*(\w+)\(")
_ANSWERED_IN_GO = re.compile(r",\s*_\s*:?=\s*(?:\w+\.)*(\w+)\(")
_PASSED_IN_RUBY = re.compile(r"(?<![\w.])([a-z_]\w*)\((?![^\n]{0,200}\brescue\b)")
_ANSWERED_IN_RUBY = re.compile(rf"(?<!\w)(\w+){_ARGUMENTS}\s+rescue\b")
_PASSED_IN_SHELL = re.compile(
    r"^[ \t]*(?:\w+=\"?\$\()?([a-z_]\w*)\b(?![^\n]*\|\|)",
    re.M,
)
_ANSWERED_IN_SHELL = re.compile(
    r"^[ \t]*(?:\w+=\"?\$\()?([a-z_]\w*)\b[^|\n]*\|\|\s*(?:true\b|:|echo\b|printf\b|return 0)", re.M
)


@dataclass(frozen=True)
class Calls:
    """What code calls.

    ``bare``: how often where its errors come through; ``guarded``: where they end; ``answered``: where an answer is
    made up for them.
    """

    bare: Counter[str]
    guarded: frozenset[str]
    answered: frozenset[str]


@dataclass(frozen=True)
class _Handled:
    """What is tried, where it stands, what is called there, and whether an answer is made up for its errors."""

    start: int
    end: int
    calls: set[str]
    is_answered: bool


def _read_braces(text: str, own: set[str]) -> Calls:
    """JavaScript, TypeScript and Java."""
    handled = [*_list_tried(text, own), *_list_caught(text, own)]
    return _sum_up(text, own, handled)


def _read_perl(text: str, own: set[str]) -> Calls:
    """Perl, whose own functions have no "_" in their names."""
    return _sum_up(text, own, list(_list_evaluated(text, own)))


def _sum_up(
    text: str,
    own: set[str],
    handled: list[_Handled],
) -> Calls:
    """What is called, by what becomes of its errors."""
    guarded: set[str] = set()
    answered: set[str] = set()
    for tried in handled:
        guarded |= tried.calls
        if tried.is_answered:
            answered |= tried.calls
    rest = _leave_out(
        text,
        [(tried.start, tried.end) for tried in handled],
    )
    bare = Counter(_list_calls(rest, own))
    return Calls(bare, frozenset(guarded), frozenset(answered))


def _list_tried(text: str, own: set[str]) -> Iterator[_Handled]:
    """Each block with a handler."""
    for found in islice(_TRY.finditer(text), _MOST):
        start = found.end()
        tried = _cut_block(text, start, "{", "}")
        end = start + len(tried)
        caught = _CATCH.match(text, end)
        if caught is not None:
            handler = _cut_block(text, caught.end(), "{", "}")
            calls = set(_list_calls(tried, own))
            is_answered = _makes_up(
                handler,
                caught[1] or "",
                tried,
                own,
            )
            yield _Handled(start, end, calls, is_answered)


def _list_caught(
    text: str,
    own: set[str],
) -> Iterator[_Handled]:
    """The same for promises."""
    for found in islice(_CAUGHT.finditer(text), _MOST):
        handler = _cut_block(text, found.end(), "(", ")")
        error = found[2] or found[3] or ""
        is_answered = _makes_up(handler, error, found[0], own)
        yield _Handled(
            found.start(),
            found.end(),
            {found[1]},
            is_answered,
        )


def _list_evaluated(
    text: str,
    own: set[str],
) -> Iterator[_Handled]:
    """The same for blocks of Perl, which looks at what went wrong behind them."""
    for found in islice(_EVAL.finditer(text), _MOST):
        start = found.end()
        tried = _cut_block(text, start, "{", "}")
        end = start + len(tried)
        calls = {name for name in _list_calls(tried, own) if name in own or "_" in name}
        is_answered = _LOOKS_AT_ERROR.match(text, end) is None
        yield _Handled(start, end, calls, is_answered)


def _makes_up(
    handler: str,
    error: str,
    tried: str,
    own: set[str],
) -> bool:
    """Whether a handler makes up an answer: it calls nothing of the file's own, and passes no error on."""
    calls_another = not own.isdisjoint(_list_calls(handler, own))
    return not calls_another and not _passes_on(handler, error, tried)


def _leave_out(
    text: str,
    spans: Iterable[tuple[int, int]],
) -> str:
    """A text without some of its parts, which may stand in each other."""
    pieces = []
    position = 0
    for start, end in sorted(spans):
        pieces.append(text[position:start])
        position = max(position, end)
    return "\n".join((*pieces, text[position:]))


def _list_calls(text: str, own: set[str]) -> Iterator[str]:
    """The functions that are called; methods, where the file has such a function."""
    for name in _CALL.findall(text):
        if not _NO_CALLS.fullmatch(name):
            yield name
    yield from (name for name in _METHOD.findall(text) if name in own)


def _cut_block(
    text: str,
    start: int,
    opener: str,
    closer: str,
) -> str:
    """What stands up to the bracket that closes, with it."""
    piece = text[start : start + _LONGEST]
    return piece[: closing(piece, 0, opener, closer)]


def _passes_on(
    handler: str,
    error: str,
    tried: str,
) -> bool:
    """Whether a handler throws, or says something of the error; where it throws some, not by what is tried."""
    some = _THROWS_SOME.fullmatch(handler)
    if some is not None:
        # By the error itself, or by how often it was tried.
        asked = set(_NAME.findall(some[1]))
        return bool(asked) and (error in asked or asked.isdisjoint(_NAME.findall(tried)))
    if _PASSES_ON.search(handler):
        return True
    if not error:
        return False
    by_name = rf"(?<![\w$]){re.escape(error)}(?![\w$])"
    return re.search(by_name, handler) is not None


def _read_shell(text: str, own: set[str]) -> Calls:
    """Functions of the script; other commands may well fail."""
    calls = _read_lines(
        _PASSED_IN_SHELL,
        _ANSWERED_IN_SHELL,
        text,
        own,
    )
    bare = Counter({name: calls.bare[name] for name in own})
    return Calls(bare, calls.guarded, calls.answered)


def _read_lines(
    passed: re.Pattern[str], answered: re.Pattern[str], text: str, _: set[str]
) -> Calls:
    """Languages in which the call itself says what becomes of its error."""
    answers = frozenset(answered.findall(text))
    return Calls(
        Counter(passed.findall(text)),
        answers,
        answers,
    )


TEXT_READERS: dict[str, Callable[[str, set[str]], Calls]] = {
    **dict.fromkeys(("js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "java"), _read_braces),
    **dict.fromkeys(("pl", "pm"), _read_perl),
    "rs": partial(_read_lines, _PASSED_IN_RUST, _ANSWERED_IN_RUST),
    "go": partial(_read_lines, _PASSED_IN_GO, _ANSWERED_IN_GO),
    "rb": partial(_read_lines, _PASSED_IN_RUBY, _ANSWERED_IN_RUBY),
    "sh": _read_shell,
}
