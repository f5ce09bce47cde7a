"""The files that an implementation plan names: those it wants changed have to be there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from tierwise.checks.model import CheckContext, ProjectCheck
from tierwise.domain.change import Finding
from tierwise.domain.check_names import PREFLIGHT
from tierwise.errors import TierwiseError
from tierwise.files import read_text

# The plan that the shipped plan command writes, and the one that people keep; the first that is there counts.
DEFAULTS = (".tierwise/local/plan/plan.md", "PLAN.md")
# `src/app.py` in backticks, or the target of a Markdown link that is not a URL.
_NAMED = re.compile(r"`([^`\s]+)`|\]\(([^)\s#:]+)(?:#[^)]*)?\)")
_QUOTED = re.compile(r"`[^`]*`")  # a `git add` in it makes nothing new
# A path has a folder and an extension, or is a bare name with a usual one.
_BARE = re.compile(
    r"[\w.-]+\.(?:py|pyi|js|jsx|ts|tsx|mjs|cjs|go|rs|java|kt|rb|c|h|cpp|cs|php|swift|sh|sql|md|json|ya?ml|toml|css|html)"
)
_FOLDERED = re.compile(r"(?:\.{0,2}/)?[\w.@+-]+(?:/[\w.@+\[\]-]+)*/?")
_NEW = re.compile(
    r"\b(?:create[sd]?|creating|new|add(?:s|ed|ing)?|generate[sd]?|write a|introduce[sd]?)\b",
    re.IGNORECASE,
)
# One of these is enough for a text to be a pattern, a call or a command, not a path.
_NO_PATH = frozenset("*{}<>$=,()|\"'")


def find_absent(context: CheckContext) -> list[Finding]:
    """Return a finding for each file that the plan names as existing and that does not exist.

    ``context.plan`` is the plan's path; without it the first of ``DEFAULTS`` that is there.  Raises TierwiseError
    where a plan was asked for by name and is not there.
    """
    root = context.root
    plan = context.plan or _find_default(root)
    path = os.path.join(root, plan)
    if not os.path.isfile(path):
        if not context.plan:
            return []
        raise TierwiseError(
            "the plan does not exist, or is no regular file",
            place=plan,
            remedy="Name an existing file with --plan, or correct checks.plan in tierwise.yaml.",
        )
    return [
        Finding(plan, f"{named} does not exist", line)
        for line, named in list_named_files(read_text(path))
        if not os.path.exists(os.path.join(root, named))
    ]


def _find_default(root: str) -> str:
    found = []
    for path in DEFAULTS:
        if os.path.exists(os.path.join(root, path)):
            found.append(path)
    return next(iter(found), DEFAULTS[-1])


def list_named_files(text: str) -> list[tuple[int, str]]:
    """Return (line, path) of each existing file that a plan in Markdown names, each path once.

    Left out: lines and whole sections that speak of something new, fenced code, commands, patterns, URLs.
    """
    found: dict[str, int] = {}
    for number, line in _list_prose(text):
        if _NEW.search(_QUOTED.sub(" ", line)):
            continue
        for in_ticks, in_link in _NAMED.findall(line):
            path, _, _ = (in_ticks or in_link).partition(":")
            if _looks_like_a_file(path):
                found.setdefault(path, number)
    return [(number, path) for path, number in found.items()]


def _list_prose(text: str) -> Iterator[tuple[int, str]]:
    """Yield the number and text of the lines outside fenced code and outside sections on something new."""
    section_new = fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        if fenced:
            continue
        if line.startswith("#"):
            section_new = bool(_NEW.search(line))
        if not section_new:
            yield number, line


def _looks_like_a_file(path: str) -> bool:
    if path.startswith(("/", "~", "-", "http")) or _NO_PATH & set(path):
        return False
    if "/" not in path:
        return _BARE.fullmatch(path) is not None
    if _FOLDERED.fullmatch(path) is None:
        return False
    _, _, last = path.rpartition("/")
    return not last or "." in last


CHECK = ProjectCheck(
    name="plan-files",
    meaning="files that the plan names and that do not exist",
    fix="correct the path in the plan, or mark the line as new (`create`, `new`)",
    find=find_absent,
    stages=(PREFLIGHT,),
)
