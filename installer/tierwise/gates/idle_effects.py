"""New functions called after something that reaches out of the program, which reach nothing and say that they did."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from tierwise.gates.function_bodies import (
    Function,
    list_changed_functions,
)
from tierwise.gates.naming import clauses_of
from tierwise.gates.new_code import is_product_code, list_blocks
from tierwise.gates.stated_lists import strip_remarks
from tierwise.git.snapshot import Change

_WANTS_EFFECT = re.compile(
    r"\b(?:smtp|e-?mails?|mails?|sms|https?|webhooks?|web ?sockets?|ftp|mqtt|api|endpoint|servers?|network|uploads?)\b",
    re.I,
)
# A clause that asks for it; one that only speaks of what is written may be about reading.
_WANTS_WRITTEN = re.compile(
    r"(?:(?:append|write|save|store|persist)|.*\b(?:must|should|shall) (?:be )?(?:append|writ|sav|stor|persist)\w*)"
    r"\b[^.;\n]{0,40}\b(?:to|in|into|on) (?:\w+ )?(?:files?|disk)\b"
    r"(?! (?:names?|paths?|orders?|objects?|entr(?:y|ies)|headers?|list\w*|handles?|types?|extensions?|titles?|sizes?)\b)"
    r"|.*\b(?:must|should|shall) be on (?:the )?disk\b",
    re.I,
)
_WRITES = re.compile(
    r"open|[wW]rite|[sS]ave|store|copy|rename|replace|dump\(|fsync|flush|export|spew|print|echo|fput|\bfs\b|File|>>"
    r"|\bto_\w+\(|[^-=]> ?[\"'$/]|\w > ?[\w-]+\.\w+[ \t]*(?m:$|[;|])|\btee\b",
    re.I,
)
# What may write: a call that is passed a file; and where a function only says that it is.
_GIVES_FILE = re.compile(
    r"\w\([^()\n]{0,80}?\b\w{0,20}(?:file|path|out|handle|stream)",
    re.I,
)
_SIGNATURE = re.compile(r"\b(?:def|function|func|fn|sub) [^\n]*")
# A task under which the program may speak to itself.
_WANTS_NONE = re.compile(
    r"\b(?:console|stdout|dry.?run|in.memory|fake|stub|dummy|double|placeholder|later|not yet)\b",
    re.I,
)
_EFFECT = re.compile(
    r"_*(?:send|post|deliver|upload|publish|transmit|notify|fetch|download|mail)(?:_\w*|[A-Z]\w*)?"
)
# A name that asks, works something over or is called after what it makes, and need not reach anything.
_ASKS = re.compile(
    r"_(?:(?:is|has|can|should|checks?|process)(?=_|$)|(?:allowed|enabled|valid|limits?|size|order|init_*)$"
    r"|(?:url|uri|path|name|key|subject|body|headers?|args|arguments|options|targets?|text|lines?)$)"
)
# A function called after keeping something, that is given a file; what surely writes; and what only notes it.
_KEEPS_IN_FILE = re.compile(r"(?:save|write|store|persist|export|dump)(?:_\w*|[A-Z]\w*)?")
_FILE_GIVEN = re.compile(
    r"\b(?:Path|File|PathBuf)\s+(\w+)|\b(\w*(?:[pP]ath|[fF]ile|[fF]ilename))\b"
)
_SURELY_WRITES = re.compile(
    r"\b(?:open\w*|write\w*|writ\w+|dump|save\w*|fput\w*|fprintf|fwrite|copy\w*|rename|replace|export\w*|to_\w+|spew\w*)\s*[({!]"
    r"|\bFiles?\.|\bfs\.|\bfs::|\bFile::|Writer\b|OutputStream|\bprint\w*\s*\{|\bprint\w* \$|>>?\s*\"?\$"
)
_NOTES = re.compile(
    r"(?:put|set|add|append|push|get|insert|setdefault|str|toString|toAbsolutePath|absolute|resolve|normalize|Path|of|String)"
)
# What keeps a file's name for later, beside what only makes a path of it.
_KEEPS_NAME = r"\b(?:put|set|add|append|push|insert|setdefault)\s*\([^()]*{0}|\[[^\]\n]*\b{0}\b[^\]\n]*\]\s*=(?!=)"
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SPEAKS_OF_TESTS = re.compile(r"\btests?\b", re.I)
_CALL = re.compile(r"(?<![\w$])([A-Za-z_$][\w$]*)\s*\(")
_KEEPS = frozenset(
    (
        "append",
        "push",
        "add",
        "print",
        "println",
        "printf",
        "log",
        "info",
        "debug",
        "format",
    )
)
_IN_PASSING = frozenset(
    (
        "if",
        "for",
        "while",
        "switch",
        "return",
        "catch",
        "join",
        "len",
        "str",
        "super",
    )
)
_RETURN = re.compile(r"\breturn\b[ \t]*([^;\n}]*)")
_SUCCESS = re.compile(r"(?:True|true|1)\s*")


def find_idle_effects(
    changes: Iterable[Change],
    task: str,
) -> Iterator[str]:
    """Functions that only write down what they are to send, where the task wants it sent."""
    if _WANTS_NONE.search(task):
        return
    product = [change for change in changes if is_product_code(change.path)]
    yield from _find_unwritten(product, task)
    yield from _find_unsaved(product)
    if not _WANTS_EFFECT.search(task):
        return
    for change, function in list_changed_functions(product):
        if _is_effect(function.name) and _is_idle(function, change.path):
            yield f"{change.path}: {function.name}() reaches nothing outside of the program"


def _find_unsaved(product: Sequence[Change]) -> Iterator[str]:
    """Functions called after keeping something that are given a file and write none."""
    for change, function in list_changed_functions(product):
        if _KEEPS_IN_FILE.fullmatch(function.name) and _only_notes(function, change.path):
            yield f"{change.path}: {function.name}() is given a file, and writes nothing to it"


def _find_unwritten(
    product: Sequence[Change],
    task: str,
) -> Iterator[str]:
    """Where the task wants something written to a file, and no new line of the product writes."""
    wanted = [clause for clause in clauses_of(task) if not _SPEAKS_OF_TESTS.search(clause)]
    if not any(map(_WANTS_WRITTEN.match, wanted)):
        return
    lines = [strip_remarks(block.text, block.path) for block in list_blocks(product)]
    if lines and not any(map(_may_write, lines)):
        yield f"{product[0].path}: writes nothing to any file"


def _may_write(lines: str) -> bool:
    return bool(_WRITES.search(lines) or _GIVES_FILE.search(_SIGNATURE.sub("", lines)))


def _only_notes(function: Function, path: str) -> bool:
    """Whether a function that is given a file passes it to nothing but what notes it in memory."""
    code = strip_remarks(function.text, path)
    head, _, body = code.partition(")")
    given = _FILE_GIVEN.search(head)
    if given is None or not body.strip() or _SURELY_WRITES.search(body):
        return False
    name = given[1] or given[2]
    passed = re.findall(rf"(\w+)!?\s*\([^()]*\b{name}\b", body)
    called = re.findall(rf"\b{name}\.(\w+)\(", body)
    is_kept = re.search(_KEEPS_NAME.format(name), body) is not None
    return is_kept and all(map(_NOTES.fullmatch, (*passed, *called)))


def _is_effect(name: str) -> bool:
    """Whether a function is called after something that reaches out of the program, and after no question."""
    words = _HUMP.sub("_", name).lower()
    return _EFFECT.fullmatch(name) is not None and not _ASKS.search(words)


def _is_idle(function: Function, path: str) -> bool:
    """Whether a function does nothing but write down, or say that all is well; one without a body says nothing."""
    code = strip_remarks(function.text, path)
    calls = set(_CALL.findall(code)) - _IN_PASSING - {function.name}
    if not calls:
        returned = _RETURN.findall(code)
        return bool(returned) and all(map(_SUCCESS.fullmatch, returned))
    return calls <= _KEEPS
