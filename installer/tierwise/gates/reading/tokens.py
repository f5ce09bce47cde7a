"""Words, values and signs of lines, in any of the usual languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain

TOKEN = re.compile(
    r"\"(?!\$\()(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|[A-Za-z_$][\w$]*|\d+(?:\.\d+)?|\S"
)
LITERAL = re.compile(r"[\"'`]|\d")
NAME = re.compile(r"[A-Za-z_$]")
NUMBER = re.compile(r"\d+(\.\d+)?")


def split_tokens(lines: Iterable[str]) -> list[str]:
    """Split lines into words, values and signs."""
    return TOKEN.findall("".join(lines))


def pair_replaced(
    was: list[str],
    now: list[str],
) -> list[tuple[str, str]] | None:
    """Pair the tokens that differ, one for one; None where there are more on one side."""
    if len(was) != len(now):
        return None
    pairs = zip(was, now, strict=True)
    return [(old, new) for old, new in pairs if old != new]


def list_code_names(lines: Iterable[str]) -> set[str]:
    """List the names of code in lines, those inside of texts left out."""
    tokens = chain.from_iterable(map(TOKEN.findall, lines))
    return set(filter(NAME.match, tokens))


def literals_of(tokens: Iterable[str]) -> list[str]:
    """List the values among tokens, sorted."""
    return sorted(filter(LITERAL.match, tokens))


def bare_value(token: str) -> str:
    """Return a written value without its quotes."""
    return token.strip("\"'`")


def are_names(*tokens: str) -> bool:
    """Tell whether all tokens are names."""
    return all(map(NAME.match, tokens))
