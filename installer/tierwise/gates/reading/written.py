"""What is written in code: values, texts, names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import chain

IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*")
TEXT = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`")
_OPTION = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")
_WRITTEN = re.compile(r"\"[^\"\n]+\"|'[^'\n]+'|(?<![\w.])\d[\d_]*(?:\.\d+)?(?![\w.])")
_WORD_OR_NUMBER = re.compile(r"\d+\.\d+|\w+")
_PLACE = re.compile(r"\$?\{[^{}]*\}|%[-\d.]*\w")
_REMARK = re.compile(r'"""[^\0]*?"""')
_MARK = "\0"


def list_words(text: str) -> list[str]:
    """List the names in a text, and the options of commands."""
    return IDENTIFIER.findall(text) + _OPTION.findall(text)


def mask_words(line: str, words: Collection[str]) -> str:
    """Put a mark in place of some words of a line."""

    def mask(match: re.Match[str]) -> str:
        return _MARK if match[0] in words else match[0]

    return IDENTIFIER.sub(mask, line)


def list_texts(lines: Iterable[str]) -> set[str]:
    """List what is written in quotes."""
    quoted = chain.from_iterable(map(TEXT.findall, lines))
    return {text[1:-1] for text in quoted}


def list_written(body: str) -> list[str]:
    """List the values that are written in a definition, without their quotes."""
    code = _REMARK.sub("", body)
    return [value.strip("\"'") for value in _WRITTEN.findall(code)]


def list_written_words(body: str) -> set[str]:
    """List the words and numbers in the values of a definition, without the places for others."""
    words: set[str] = set()
    for value in list_written(body):
        words.update(_WORD_OR_NUMBER.findall(_PLACE.sub(" ", value)))
    return words
