"""The formatter, linter, type checker, tests and build that a project has set up for itself.

Found by their configuration, never by what happens to be on PATH, and proposed only: ``tierwise install``
writes what is accepted into ``automated:`` and ``checks.commands:``; nothing is run unasked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tierwise.checks import node_commands
from tierwise.checks.project import (
    PACKAGE,
    PYPROJECT,
    QUICK,
    SLOW,
    Project,
    Proposal,
    propose_for_files,
    propose_whole,
    read_json,
)
from tierwise.loose import as_mapping

KINDS = ("format", "lint", "types", "unit-tests", "build")
_PYTHON = ("*.py", "*.pyi")
_GO = ("*.go",)
_RUST = ("*.rs", "Cargo.*")
_MYPY_SCOPES = {"files", "packages", "modules"}
_COMMITLINT = re.compile(r"(?:commitlint\.config\.\w+|\.commitlintrc(?:\.\w+)?)")
# Kind of work, the names that targets of make and recipes of just have for it, when it runs.
_TARGET_NAMES = (
    ("format", ("format-check", "fmt-check", "check-format"), QUICK),
    ("lint", ("lint",), QUICK),
    ("types", ("typecheck", "type-check", "types", "mypy"), QUICK),
    ("unit-tests", ("test", "tests", "unit-test"), SLOW),
    ("build", ("build",), SLOW),
)
_MAKEFILES = ("Makefile", "makefile", "GNUmakefile")
_JUSTFILES = ("justfile", "Justfile", ".justfile")
_MAKE_TARGET = r"(?m)^([A-Za-z][\w./-]*)\s*::?(?!=)"
_JUST_RECIPE = r"(?m)^@?([A-Za-z][\w-]*)(?:\s[^:=\n]*)?:(?!=)"
_CARGO = (
    ("format", "cargo fmt --all -- --check", QUICK, "cargo fmt --all"),
    ("lint", "cargo clippy --all-targets -- -D warnings", QUICK, ""),
    ("types", "cargo check --all-targets", QUICK, ""),
    ("unit-tests", "cargo test", SLOW, ""),
    ("build", "cargo build", SLOW, ""),
)


def discover_commands(root: str) -> list[Proposal]:
    """Return at most one proposal a kind, in the order of :data:`KINDS`; the more specific tool wins."""
    project = Project(Path(root))
    found: dict[str, Proposal] = {}
    for proposal in [
        *node_commands.find_scripts(project),
        *_find_python_formatters(project),
        *_find_python_types(project),
        *_find_python_tests(project),
        *node_commands.find_tools(project),
        *_find_other_commands(project),
        *_find_targets(project),
    ]:
        found.setdefault(proposal.kind, proposal)
    return [found[kind] for kind in KINDS if kind in found]


def _find_python_formatters(project: Project) -> list[Proposal]:
    found = []
    uses_black = "black" in project.tools or project.declares("black")
    ruff = _configured_in(project, "ruff") or project.has("ruff.toml", ".ruff.toml")
    if ruff:
        fix = "ruff check --fix ."
        found.append(propose_for_files("lint", "ruff check", ruff, _PYTHON, fix))
    if ruff and not uses_black:
        fix = "ruff format ."
        found.append(propose_for_files("format", "ruff format --check", ruff, _PYTHON, fix))
    if uses_black:
        command = "black --check --quiet"
        found.append(propose_for_files("format", command, PYPROJECT, _PYTHON, "black ."))
    flake8 = project.has(".flake8") or project.section("[flake8]")
    if flake8:
        found.append(propose_for_files("lint", "flake8", flake8, _PYTHON))
    return found


def _find_python_types(project: Project) -> list[Proposal]:
    mypy = _configured_in(project, "mypy") or project.has("mypy.ini", ".mypy.ini")
    mypy = mypy or project.section("[mypy]")
    if mypy:
        command = "mypy ."
        settings = as_mapping(project.tools.get("mypy"))
        if not _MYPY_SCOPES.isdisjoint(settings):
            command = "mypy"
        return [propose_whole("types", command, mypy, files=_PYTHON)]
    pyright = _configured_in(project, "pyright") or project.has("pyrightconfig.json")
    if pyright:
        return [propose_whole("types", "pyright", pyright, files=_PYTHON)]
    return []


def _find_python_tests(project: Project) -> list[Proposal]:
    pytest = _configured_in(project, "pytest") or project.has("pytest.ini")
    pytest = pytest or project.section("[tool:pytest]")
    if not pytest and project.declares("pytest"):
        pytest = PYPROJECT
    if pytest:
        return [propose_whole("unit-tests", "pytest -q", pytest, on=SLOW)]
    if project.has("tox.ini"):
        return [propose_whole("unit-tests", "tox -q", "tox.ini", on=SLOW)]
    return []


def _configured_in(project: Project, tool: str) -> str:
    """Return the file whose ``[tool.…]`` table configures a Python tool; empty where there is none."""
    if tool in project.tools:
        return PYPROJECT
    return ""


def _find_other_commands(project: Project) -> list[Proposal]:
    found = []
    if project.has("go.mod"):
        found += _find_go_commands(project)
    if project.has("Cargo.toml"):
        for kind, command, on, fix in _CARGO:
            proposal = propose_whole(
                kind,
                command,
                "Cargo.toml",
                files=_RUST,
                on=on,
                fix=fix,
            )
            found.append(proposal)
    return found


def _find_go_commands(project: Project) -> list[Proposal]:
    because = "go.mod"
    formatter = Proposal(
        kind="format",
        command='test -z "$(gofmt -l .)"',
        because=because,
        run='test -z "$(gofmt -l {files})"',
        files=_GO,
        fix="gofmt -w .",
    )
    linter = propose_whole(
        "lint",
        "go vet ./...",
        because,
        files=_GO,
    )
    golangci = project.has(".golangci.*")
    if golangci:
        linter = propose_whole(
            "lint",
            "golangci-lint run",
            golangci,
            files=_GO,
        )
    return [
        formatter,
        linter,
        propose_whole("unit-tests", "go test ./...", because, on=SLOW),
        propose_whole("build", "go build ./...", because, files=_GO),
    ]


def _find_targets(project: Project) -> list[Proposal]:
    """Return targets of make and recipes of just, under the names that most projects give them."""
    found: list[Proposal] = []
    runners = (
        ("just", _JUSTFILES, _JUST_RECIPE),
        ("make", _MAKEFILES, _MAKE_TARGET),
    )
    for runner, names, pattern in runners:
        present = [name for name in names if project.text(name)]
        for name in present[:1]:
            targets = re.findall(pattern, project.text(name))
            found += _propose_targets(runner, name, targets)
    return found


def _propose_targets(
    runner: str,
    because: str,
    targets: Sequence[str],
) -> Iterator[Proposal]:
    for kind, wanted, on in _TARGET_NAMES:
        known = [target for target in wanted if target in targets]
        for target in known[:1]:
            command = f"{runner} {target}"
            yield propose_whole(kind, command, because, on=on)


def find_commitlint(root: str) -> str:
    """Return the name of the file that configures commitlint in a project; empty where it is not used."""
    named = sorted(path.name for path in Path(root).glob("*commitlint*"))
    configs = [name for name in named if _COMMITLINT.fullmatch(name)]
    if configs:
        return configs[0]
    if "commitlint" in read_json(Path(root) / PACKAGE):
        return PACKAGE
    return ""
