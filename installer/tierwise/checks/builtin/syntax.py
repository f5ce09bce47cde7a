"""Which language a file is in, and the module that reads its syntax.  Each is imported when first needed."""

from __future__ import annotations

import re
from importlib import import_module

from tierwise.checks.languages.shebang import read_interpreter
from tierwise.checks.model import CheckContext, ContentCheck
from tierwise.domain.change import Change, Finding

_MODULES = {
    "python": "python_code",
    "json": "json_text",
    "yaml": "yaml_text",
    "toml": "toml_text",
    "shell": "shell_script",
}
_BY_SUFFIX = {
    ".py": "python",
    ".pyi": "python",
    ".json": "json",
    ".jsonc": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".geojson": "json",
    ".webmanifest": "json",
    ".ipynb": "json",
    ".code-workspace": "json",
    ".code-snippets": "json",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".toml": "toml",
    ".sh": "shell",
    ".bash": "shell",
    ".ksh": "shell",
}
_BY_NAME = {
    ".babelrc": "json",
    ".swcrc": "json",
    ".clang-format": "yaml",
    "Pipfile": "toml",
    "Cargo.lock": "toml",
    "pdm.lock": "toml",
    "poetry.lock": "toml",
    "uv.lock": "toml",
}
_BY_INTERPRETER = {
    "sh": "shell",
    "bash": "shell",
    "dash": "shell",
    "ksh": "shell",
    "python": "python",
}
# Test data is input to a program, broken on purpose as often as not; its tests tell whether it is right.
_DATA_FOLDERS = re.compile(
    r"(?:^|/)(?:__)?(?:test[-_]?)?(?:fixtures?|testdata|test[-_]data|corpus|golden)(?:__)?/", re.I
)
_TEST_FOLDERS = re.compile(
    r"(?:^|/)(?:__tests?__|tests?|specs?|e2e|testing|test[-_]cases)/",
    re.I,
)
_BROKEN_NAMES = re.compile(
    r"(?:^|[/._-])(?:invalid|broken|bad|malformed|corrupt(?:ed)?|syntax[-_]?errors?|errors?|fail(?:s|ing|ed|ure)?"
    r"|unparsable|incomplete|unclosed|unterminated)(?:[/._-]|$)",
    re.I,
)


def find_errors(
    change: Change,
    data: bytes,
    context: CheckContext,
) -> list[Finding]:
    """Return the first syntax error of a Python, JSON, YAML, TOML or shell file; nothing for other files.

    Fixtures that are meant to be broken are left to the tests that read them.
    """
    language = find_language(change.path, data)
    # An empty file is what the author made of it: valid Python, YAML, TOML and shell.
    if language is None or not data.strip() or is_broken_on_purpose(change.path):
        return []
    module = import_module(f"tierwise.checks.languages.{_MODULES[language]}")
    findings: list[Finding] = module.find_errors(
        change,
        data,
        context,
    )
    return findings


def find_language(path: str, data: bytes) -> str | None:
    """Return ``python``, ``json``, ``yaml``, ``toml`` or ``shell`` by name or ``#!`` line, else None."""
    name = path.rpartition("/")[2]
    if name in _BY_NAME:
        return _BY_NAME[name]
    stem, dot, suffix = name.rpartition(".")
    if stem and dot:
        return _BY_SUFFIX.get(f".{suffix.lower()}")
    return _BY_INTERPRETER.get(read_interpreter(data).rstrip("0123456789."))


def is_broken_on_purpose(path: str) -> bool:
    """Return whether a path is test data, or a file in a test folder whose name says that it is broken."""
    if _DATA_FOLDERS.search(path):
        return True
    tests = _TEST_FOLDERS.search(path)
    return tests is not None and _BROKEN_NAMES.search(path, tests.end() - 1) is not None


CHECK = ContentCheck(
    name="syntax",
    meaning="syntax of Python, JSON, YAML, TOML and shell files",
    fix="correct the line, then `git add` the file",
    find=find_errors,
)
