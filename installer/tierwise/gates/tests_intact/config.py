"""How checks are run, made weaker: thresholds lowered, tests left out, failures ignored."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tierwise.gates.tests_intact.config_runs import narrowed
from tierwise.gates.tests_intact.model import Weakening
from tierwise.gates.tests_intact.new_lines import (
    list_new_lines,
    shorten_line,
    split_lines,
)

# What lets checks pass that would have failed, in a project's first configuration too.
ALWAYS_LENIENT = (
    r"--deselect|--ignore[=-]|--passWithNoTests|(?:\|\||;)\s*(?:true|exit 0)\b"
    r"|continue-on-error:\s*true|-[km][ =\\\"']+not\b|collect_ignore"
    r"|pytest_(?:collection_modifyitems|ignore_collect|runtest_makereport|runtest_call)"
    r"|<(?:testFailureIgnore|skipTests)>\s*true"
)
# The same in a line that is new; the other words may be honest in a first configuration.
_LENIENT = re.compile(
    rf"{ALWAYS_LENIENT}"
    r"|--no-verify\b|\|\|\s*:(?=[\s\"']|$)"
    r"|allow_failure:\s*true|-DskipTests|maven\.test\.skip|--skip-?tests?\b|ignore_errors\s*=\s*true"
    r"|\"(?:test|lint|typecheck|check)\"\s*:\s*\"(?:true|exit 0|:|echo [^\"]*)\"|testPathIgnorePatterns"
    r"|pytest_(?:pyfunc_call|sessionfinish)"
    r"|(?:-p|--)\s*no:(?!cacheprovider)\w*|os\._exit\(|strict\"?\s*[:=]\s*false|noImplicitAny\"?\s*:\s*false"
    r"|skipLibCheck\"?\s*:\s*true|follow_imports\s*=\s*\"?skip|disallow_untyped_defs\s*=\s*false|:\s*\"?off\"?\s*,?$"
    r"|pytest\.exit\(|passWithNoTests[\"']?\s*:\s*true|ignoreFailures\s*=\s*true"
    r"|^\s*(?:-\s*)?if:\s*(?:\$\{\{\s*)?false\b|\b(?:testIgnore\w*|exclude)\b.*\.(?:test|spec)\."
    r"|^\t[@+]*-(?!\s*rm\b).*\b(?:test|pytest|lint|mypy|ruff|tox|jest|vitest|rspec|clippy|eslint)\b"
    r"|^\s*set \+e\b|^exit 0\b"
    r"|\bomit\s*=\s*\[?\s*[\"']?(?!.*(?:test|venv|migrations|__main__))\w",
    re.I | re.M,
)
# A named number that must not fall (a share that has to be covered) or rise (how much is tolerated).
_NUMBER = re.compile(
    r"(?<![\w.-])(?P<key>[\w.-]+)[\"']?\s*[:=]\s*[\"']?(?P<value>-?\d+(?:\.\d+)?)%?[\"']?\s*(?=[,}\])]|#|//|$)"
)
_MUST_NOT_FALL = re.compile(
    r"(?:fail.?under|min.*cover|cover.*(?:min|threshold)|^(?:branches|functions|lines|statements|target)$)",
    re.I,
)
_MUST_NOT_RISE = re.compile(
    r"(?:max.?(?:warnings|complexity|failures|fail)|reruns|retries|tolerance)", re.I
)
_RERUNS = "reruns"
# Lists of what linters pass over, and rules that only warn now.
_PASSED_OVER = re.compile(
    r"\b(?:ignore|disable)\b\W*[=:]\s*\[([^\]]*)\]",
    re.S,
)
_RULE = re.compile(
    r"(?<![\w@/-])(?P<rule>[\w@/-]+)[\"']?\s*:\s*(?:\[\s*)?[\"']?(?P<level>error|warn)\b"
)
_FLAG = re.compile(
    r"--(?P<key>cov-fail-under|max-warnings|reruns|retries)[= ](?P<value>\d+(?:\.\d+)?)"
)


def loosened(
    path: str,
    before: bytes | None,
    after: bytes | None,
) -> list[Weakening]:
    """Find what a changed configuration file lets through that it did not before."""
    old, new = split_lines(before), split_lines(after)
    repeated = _find_repeated(
        path,
        _read_limits(old),
        _read_limits(new),
    )
    if before is None:
        return list(repeated)
    if after is None:
        return [Weakening(path, "config", "the configuration of checks was removed")]
    return [
        *repeated,
        *_find_lenient_lines(path, old, new),
        *_find_quieter_rules(path, old, new),
        *narrowed(path, old, new),
        *_find_moved_limits(path, _read_limits(old), _read_limits(new)),
    ]


def _find_lenient_lines(
    path: str,
    old: list[str],
    new: list[str],
) -> Iterator[Weakening]:
    for number, line in list_new_lines(old, new):
        if _is_lenient(line, old):
            message = f"lets checks pass: {shorten_line(line)}"
            yield Weakening(
                path,
                "config",
                message,
                number,
                names=_keys_in(line),
            )


def _find_quieter_rules(
    path: str,
    old: list[str],
    new: list[str],
) -> Iterator[Weakening]:
    """Find rules that a linter passes over, or only warns of, now."""
    for code in sorted(_passed_over(new) - _passed_over(old)):
        yield Weakening(
            path,
            "config",
            f"{code} is passed over now",
            names=(code,),
        )
    levels = _read_levels(old)
    for rule, level in sorted(_read_levels(new) - levels):
        if level == "warn" and (rule, "error") in levels:
            yield Weakening(
                path,
                "config",
                f"{rule} only warns now",
                names=(rule,),
            )


def _find_moved_limits(
    path: str, limits: dict[str, float], now: dict[str, float]
) -> Iterator[Weakening]:
    """Find numbers that may not fall or rise, and do, or are gone."""
    for key, was in limits.items():
        may_fall = not _MUST_NOT_FALL.search(key)
        value = now.get(key)
        if value is None:
            message = f"{key} was removed"
            is_looser = not may_fall
        else:
            message = f"{key} went from {was:g} to {value:g}"
            is_looser = value != was and (value > was) == may_fall
        if is_looser:
            yield Weakening(
                path,
                "threshold",
                message,
                names=_keys_in(key),
            )


def _find_repeated(
    path: str,
    limits: dict[str, float],
    now: dict[str, float],
) -> Iterator[Weakening]:
    """Find tests that are now run again where they fail: what passes now and then passes."""
    if now.get(_RERUNS) and not limits.get(_RERUNS):
        yield Weakening(
            path,
            "config",
            "tests that fail are run again",
            names=_keys_in(_RERUNS),
        )


def _passed_over(lines: list[str]) -> set[str]:
    text = "\n".join(lines)
    return {
        code
        for found in _PASSED_OVER.findall(text)
        for code in re.findall(r"[\"']([^\"']+)[\"']", found)
    }


def _read_levels(lines: list[str]) -> set[tuple[str, str]]:
    return {(match["rule"], match["level"]) for line in lines for match in _RULE.finditer(line)}


def _is_lenient(line: str, old: list[str]) -> bool:
    match = _LENIENT.search(line)
    if match is None or line.lstrip().startswith(("#", "//")):
        return False
    # The same words in another line that was there before: a moved or reformatted line.
    words = line.split()
    return not any(match[0] in other and other.split() == words for other in old)


def _read_limits(lines: list[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for line in lines:
        for match in (*_NUMBER.finditer(line), *_FLAG.finditer(line)):
            if _MUST_NOT_FALL.search(match["key"]) or _MUST_NOT_RISE.search(match["key"]):
                found.setdefault(
                    match["key"],
                    float(match["value"]),
                )
    return found


def _keys_in(line: str) -> tuple[str, ...]:
    """List the words of a line that a task could name it by."""
    words = re.findall(r"[A-Za-z_][\w./-]{2,}", line)
    spoken = [word.strip("-").replace("-", "_") for word in words]
    return tuple(dict.fromkeys([*words, *spoken]))
