"""The commands that a project has set up for itself, found by its configuration."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tierwise.checks.discover import discover_commands

PROJECTS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "ruff, mypy, pytest": (
        {
            "pyproject.toml": "[tool.ruff]\n[tool.mypy]\nfiles = ['src']\n[tool.pytest.ini_options]\n"
        },
        {
            "format": "ruff format --check .",
            "lint": "ruff check .",
            "types": "mypy",
            "unit-tests": "pytest -q",
        },
    ),
    "black beside ruff": (
        {"ruff.toml": "", "requirements-dev.txt": "black==24.1\n"},
        {"lint": "ruff check .", "format": "black --check --quiet ."},
    ),
    "sections of setup.cfg": (
        {"setup.cfg": "[metadata]\nname = x\n[flake8]\n[mypy]\n[tool:pytest]\n"},
        {"lint": "flake8 .", "types": "mypy .", "unit-tests": "pytest -q"},
    ),
    "pyright": ({"pyrightconfig.json": "{}"}, {"types": "pyright"}),
    "eslint, prettier, tsc, vitest": (
        {
            "package.json": '{"devDependencies": {"prettier": "3", "vitest": "2"}}',
            "eslint.config.js": "",
            "tsconfig.json": "{}",
        },
        {
            "format": "npx --no-install prettier --check .",
            "lint": "npx --no-install eslint .",
            "types": "npx --no-install tsc --noEmit",
            "unit-tests": "npx --no-install vitest run",
        },
    ),
    "npm scripts come before tools": (
        {
            "package.json": '{"scripts": {"lint": "eslint src", "test": "jest", "build": "tsc", "typecheck": "tsc"}}',
            "eslint.config.js": "",
            "pnpm-lock.yaml": "",
        },
        {
            "lint": "pnpm run lint",
            "types": "pnpm run typecheck",
            "unit-tests": "pnpm run test",
            "build": "pnpm run build",
        },
    ),
    "scripts that rewrite or do nothing are no checks": (
        {
            "package.json": '{"scripts": {"lint": "eslint --fix .", "test": "echo \\"no test specified\\" && exit 1"}}'
        },
        {},
    ),
    "a script without a name, or that is no text, is none": (
        {"package.json": '{"scripts": {"": 5, "lint": 5}}'},
        {},
    ),
    "a format script alone is something to do, and no check": (
        {"package.json": '{"scripts": {"format": "prettier --write ."}}'},
        {"format": ""},
    ),
    "go": (
        {"go.mod": "module x\n"},
        {
            "format": 'test -z "$(gofmt -l .)"',
            "lint": "go vet ./...",
            "unit-tests": "go test ./...",
            "build": "go build ./...",
        },
    ),
    "cargo": (
        {"Cargo.toml": "[package]\n"},
        {
            "format": "cargo fmt --all -- --check",
            "lint": "cargo clippy --all-targets -- -D warnings",
            "types": "cargo check --all-targets",
            "unit-tests": "cargo test",
            "build": "cargo build",
        },
    ),
    "make": (
        {
            "Makefile": "CC := gcc\n.PHONY: lint\nlint:\n\ttrue\ntest: build\n\ttrue\nbuild:\n\ttrue\n"
        },
        {"lint": "make lint", "unit-tests": "make test", "build": "make build"},
    ),
    "just": (
        {"justfile": "set shell := ['sh']\nlint *args:\n  true\n@test:\n  true\n"},
        {"lint": "just lint", "unit-tests": "just test"},
    ),
    "nothing": ({"README.md": "# x\n"}, {}),
}


@pytest.mark.parametrize("project", PROJECTS)
def test_a_projects_own_tools_are_found_by_their_configuration(
    project: str, tmp_path: Path
) -> None:
    files, expected = PROJECTS[project]
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert {
        proposal.kind: proposal.command for proposal in discover_commands(str(tmp_path))
    } == expected


def test_discovering_runs_nothing(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("lint:\n\ttouch ran\n$(shell touch ran)\n")
    assert discover_commands(str(tmp_path))
    assert not (tmp_path / "ran").exists()


def test_to_format_is_the_script_that_rewrites_whatever_else_is_there(tmp_path: Path) -> None:
    scripts = {"format": "prettier --write .", "format:check": "prettier --check ."}
    (tmp_path / "package.json").write_text(json.dumps({"scripts": scripts}))
    (proposal,) = discover_commands(str(tmp_path))
    assert (proposal.command, proposal.command_to_run) == ("npm run format:check", "npm run format")
