"""Which checks run, and on what: kinds of checks that CI runs no more, tests that are collected no more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tierwise.gates.tests_intact.model import Weakening
from tierwise.gates.tests_intact.new_lines import list_new_lines
from tierwise.git.snapshot import TreeChange

_CI = re.compile(
    r"(^|/)(\.(github/workflows|circleci|ci)/|\.gitlab-ci\.yml$|azure-pipelines\.yml$|Jenkinsfile$|Makefile$)"
)
_RUNS = {
    "the tests are": re.compile(
        r"\b(?:pytest|unittest|tox|nox|jest|vitest|mocha|rspec|ctest|phpunit"
        r"|(?:go|cargo|dotnet|swift|mix|deno|bun) test"
        r"|(?:npm|yarn|pnpm|make|rake|just|task|mvn|gradlew?)\b.*\b(?:tests?|check|verify|ci))\b"
    ),
    "a linter is": re.compile(
        r"\b(?:ruff|flake8|pylint|eslint|clippy|rubocop|golangci|biome|pre-commit|lint)\b"
    ),
    "a type checker is": re.compile(r"\b(?:mypy|pyright|tsc|typecheck)\b"),
}
_TESTS = _RUNS["the tests are"]
# Where a runner looks for tests; and the names it knows them by, which have the word in them.
_PLACES = re.compile(
    r"^\s*[\"']?(testpaths|testMatch|testDir|roots|python_(?:files|classes|functions))\b[\"']?\s*[:=]\s*(.+)$"
)
_PART = re.compile(
    r"\b(?:pytest|vitest run|jest|mocha|rspec)\s[^#\n|&;]*?(?:\w\.(?:py|rb|[cm]?[jt]sx?)\b|::\w)"
)
_ALL = re.compile(r"\b(?:go (?:test|vet)|golangci-lint run)\b.*\./\.\.\.")


def no_longer_run(changes: Iterable[TreeChange]) -> Iterator[Weakening]:
    """Find kinds of checks that CI ran before the change and, over all its files, runs no more."""
    files = [change for change in changes if _CI.search(change.path)]
    before = "\n".join(change.text_before for change in files)
    after = "\n".join(change.text_after for change in files)
    for what, tools in _RUNS.items():
        if tools.search(before) and not tools.search(after):
            yield Weakening(
                files[0].path,
                "config",
                f"{what} no longer run",
            )


def narrowed(
    path: str,
    old: list[str],
    new: list[str],
) -> Iterator[Weakening]:
    """Find where a changed configuration looks for fewer tests, or runs a part of them only."""
    before = _list_places(old)
    for key, values in _list_places(new).items():
        if _looks_for_fewer(key, before.get(key), values):
            yield Weakening(
                path,
                "config",
                f"{key}: looks for fewer tests",
            )
    for part in _list_parts_run(old, new):
        yield Weakening(
            path,
            "config",
            f"runs a part of the {part} only",
        )


def _list_parts_run(
    old: list[str],
    new: list[str],
) -> Iterator[str]:
    """Yield what a changed configuration runs a part of, where it ran all."""
    added = [line for _, line in list_new_lines(old, new)]
    gone = [line for _, line in list_new_lines(new, old)]
    runs_part = _has(_PART, added) and not _has(_PART, old)
    ran_all = _has(_TESTS, gone) and not _runs_whole(new)
    if runs_part and ran_all:
        yield "tests"
    lost_all = _has(_ALL, gone) and not _has(_ALL, new)
    if lost_all and _has(_TESTS, added):
        yield "packages"


def _looks_for_fewer(
    key: str,
    before: set[str] | None,
    values: set[str],
) -> bool:
    """Tell whether a runner looks in fewer places, or for names without the usual word."""
    if before is not None:
        return not before <= values
    return key.startswith("python_") and "test" not in str(values)


def _has(pattern: re.Pattern[str], lines: list[str]) -> bool:
    return any(map(pattern.search, lines))


def _runs_whole(lines: list[str]) -> bool:
    """Tell whether a line runs the tests, and not a part of them."""
    others = [line for line in lines if not _PART.search(line)]
    return _has(_TESTS, others)


def _list_places(lines: list[str]) -> dict[str, set[str]]:
    places = {}
    for match in filter(None, map(_PLACES.search, lines)):
        names = re.findall(r"[^\s\"',\[\]]+", match[2])
        places[match[1]] = set(names)
    return places
