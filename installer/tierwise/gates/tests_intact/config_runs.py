"""Which checks run, and on what: kinds of checks that CI runs no more, tests that are collected no more."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tierwise.gates.tests_intact.model import Finding
from tierwise.git.snapshot import Change

_CI = re.compile(
    r"(^|/)(\.(github/workflows|circleci|ci)/|\.gitlab-ci\.yml$|azure-pipelines\.yml$|Jenkinsfile$|Makefile$)"
)
_RUNS = {
    "the tests": re.compile(
        r"\b(?:pytest|unittest|tox|nox|jest|vitest|mocha|rspec|ctest|phpunit"
        r"|(?:go|cargo|dotnet|swift|mix|deno|bun) test"
        r"|(?:npm|yarn|pnpm|make|rake|just|task|mvn|gradlew?)\b.*\b(?:tests?|check|verify|ci))\b"
    ),
    "a linter": re.compile(
        r"\b(?:ruff|flake8|pylint|eslint|clippy|rubocop|golangci|biome|pre-commit|lint)\b"
    ),
    "a type checker": re.compile(r"\b(?:mypy|pyright|tsc|typecheck)\b"),
}
# Where a runner looks for tests; and the names it knows them by, which have the word in them.
_PLACES = re.compile(
    r"^\s*[\"']?(testpaths|testMatch|testDir|roots|python_(?:files|classes|functions))\b[\"']?\s*[:=]\s*(.+)$"
)
_PART = re.compile(
    r"\b(?:pytest|vitest run|jest|mocha|rspec)\s[^#\n|&;]*?(?:\w\.(?:py|rb|[cm]?[jt]sx?)\b|::\w)"
)
_ALL = re.compile(r"\b(?:go (?:test|vet)|golangci-lint run)\b.*\./\.\.\.")


def no_longer_run(changes: Iterable[Change]) -> list[Finding]:
    """Kinds of checks that CI ran before the change and, over all its files, runs no more."""
    files = [change for change in changes if _CI.search(change.path)]
    before, after = (
        [(data or b"").decode("utf-8", "replace") for data in side]
        for side in ([change.before for change in files], [change.after for change in files])
    )
    return [
        Finding(
            files[0].path,
            "config",
            f"{what} are no longer run" if what.endswith("s") else f"{what} is no longer run",
        )
        for what, tools in _RUNS.items()
        if any(tools.search(text) for text in before)
        and not any(tools.search(text) for text in after)
    ]


def narrowed(path: str, old: list[str], new: list[str]) -> list[Finding]:
    """Where a changed configuration looks for fewer tests, or runs a part of them only."""
    found = []
    before, after = _list_places(old), _list_places(new)
    for key, values in after.items():
        fewer = (
            not before[key] <= values
            if key in before
            else key.startswith("python_") and "test" not in str(values)
        )
        if fewer:
            found.append(Finding(path, "config", f"{key}: looks for fewer tests"))
    added, gone = (
        [line for line in new if line not in old],
        [line for line in old if line not in new],
    )
    if (
        any(map(_PART.search, added))
        and not any(map(_PART.search, old))
        and _runs_tests(gone)
        and not _runs_whole(new)
    ):
        found.append(Finding(path, "config", "runs a part of the tests only"))
    if any(map(_ALL.search, gone)) and not any(map(_ALL.search, new)) and _runs_tests(added):
        found.append(Finding(path, "config", "runs a part of the packages only"))
    return found


def _runs_tests(lines: list[str]) -> bool:
    return any(_RUNS["the tests"].search(line) for line in lines)


def _runs_whole(lines: list[str]) -> bool:
    return any(_RUNS["the tests"].search(line) and not _PART.search(line) for line in lines)


def _list_places(lines: list[str]) -> dict[str, set[str]]:
    matches = [match for line in lines if (match := _PLACES.search(line))]
    return {match[1]: set(re.findall(r"[^\s\"',\[\]]+", match[2])) for match in matches}
