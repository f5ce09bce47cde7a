"""The commands of a project with a package.json: its own scripts, else its tools."""

from __future__ import annotations

import re

from tierwise.checks.project import (
    PACKAGE,
    QUICK,
    SLOW,
    Project,
    Proposal,
    propose_for_files,
    propose_whole,
)

_SCRIPT = (
    "*.js",
    "*.jsx",
    "*.ts",
    "*.tsx",
    "*.mjs",
    "*.cjs",
)
_TYPED = ("*.ts", "*.tsx", "*.mts", "*.cts")
_STYLED = (
    *_SCRIPT,
    "*.css",
    "*.html",
    "*.json",
    "*.md",
    "*.yaml",
    "*.yml",
)
# Scripts that rewrite files: a formatter by its usual names.
_FORMATTERS = (
    "format",
    "fmt",
    "format:write",
    "format:fix",
    "prettier:write",
    "prettier:fix",
    "prettier",
)
_REWRITES = re.compile(r"--(?:fix|write)\b")
# Kind of work, the names that npm scripts give it, when it runs.
_SCRIPT_NAMES = (
    ("format", ("format:check", "check:format", "fmt:check", "prettier:check"), QUICK),
    ("lint", ("lint", "lint:check", "eslint"), QUICK),
    ("types", ("typecheck", "type-check", "check-types", "types", "tsc"), QUICK),
    ("unit-tests", ("test:unit", "test"), SLOW),
    ("build", ("build",), SLOW),
)
_RUNNERS = {
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
    "bun.lock": "bun",
    "bun.lockb": "bun",
}
_RUN_TOOL = {
    "pnpm": "pnpm exec",
    "yarn": "yarn run",
    "bun": "bunx",
}
_TEST_COMMANDS = {
    "vitest": "vitest run",
    "jest": "jest",
}


def find_scripts(project: Project) -> list[Proposal]:
    """Find npm scripts under their usual names: what the project itself calls its checks."""
    runner = _find_runner(project)
    found = []
    formatter = _first_script(project, _FORMATTERS)
    for kind, names, on in _SCRIPT_NAMES:
        name = _first_script(project, names)
        command = ""
        fix = ""
        if name and not _rewrites(kind, project.scripts[name]):
            command = f"{runner} run {name}"
        if kind == "format" and formatter:
            fix = f"{runner} run {formatter}"
        if command or fix:
            because = f"{PACKAGE} (scripts)"
            found.append(propose_whole(kind, command, because, on=on, fix=fix))
    return found


def _rewrites(kind: str, script: str) -> bool:
    """Return whether a linter's script changes files, too."""
    return kind == "lint" and _REWRITES.search(script) is not None


def _first_script(
    project: Project,
    names: tuple[str, ...],
) -> str:
    """Return the first of the names that is a script; npm init's default only says that there is none."""
    for name in names:
        script = project.scripts.get(name)
        if isinstance(script, str) and "no test specified" not in script:
            return name
    return ""


def find_tools(project: Project) -> list[Proposal]:
    """Return the linter, formatter, type checker and tests that the project has configured."""
    run = _RUN_TOOL.get(
        _find_runner(project),
        "npx --no-install",
    )
    found = _find_linters(project, run)
    found += _find_formatters(project, run)
    if project.has("tsconfig.json"):
        command = f"{run} tsc --noEmit"
        found.append(propose_whole("types", command, "tsconfig.json", files=_TYPED))
    for tool, arguments in _TEST_COMMANDS.items():
        if tool in project.node_tools:
            command = f"{run} {arguments}"
            found.append(propose_whole("unit-tests", command, PACKAGE, on=SLOW))
    return found


def _find_linters(project: Project, run: str) -> list[Proposal]:
    found = []
    biome = project.has("biome.json", "biome.jsonc")
    if biome:
        fix = f"{run} biome check --write ."
        found.append(propose_for_files("lint", f"{run} biome check", biome, _SCRIPT, fix))
    eslint = project.has("eslint.config.*", ".eslintrc*")
    if not eslint and "eslintConfig" in project.package:
        eslint = PACKAGE
    if eslint:
        fix = f"{run} eslint --fix ."
        found.append(propose_for_files("lint", f"{run} eslint", eslint, _SCRIPT, fix))
    return found


def _find_formatters(
    project: Project,
    run: str,
) -> list[Proposal]:
    prettier = project.has(".prettierrc*", "prettier.config.*")
    if not prettier and "prettier" in {*project.package, *project.node_tools}:
        prettier = PACKAGE
    if not prettier:
        return []
    command = f"{run} prettier --check"
    fix = f"{run} prettier --write ."
    return [propose_for_files("format", command, prettier, _STYLED, fix)]


def _find_runner(project: Project) -> str:
    runners = (runner for lock, runner in _RUNNERS.items() if project.has(lock))
    return next(runners, "npm")
