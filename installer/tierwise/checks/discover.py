"""The formatter, linter, type checker, tests and build that a project has set up for itself.

Found by their configuration, never by what happens to be on PATH, and proposed only: ``tierwise install``
writes what is accepted into ``automated:`` and ``checks.commands:``; nothing is run unasked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tierwise.checks.languages.toml_text import load_toml_reader
from tierwise.files import read_text

KINDS = ("format", "lint", "types", "unit-tests", "build")
_PYPROJECT = "pyproject.toml"
_PACKAGE = "package.json"
_PYTHON = ("*.py", "*.pyi")
_SCRIPT = ("*.js", "*.jsx", "*.ts", "*.tsx", "*.mjs", "*.cjs")
_TYPED = ("*.ts", "*.tsx", "*.mts", "*.cts")
_QUICK = ("pre-commit", "preflight", "smoke")
_SLOW = ("smoke",)
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


_COMMITLINT = re.compile(r"(?:commitlint\.config\.\w+|\.commitlintrc(?:\.\w+)?)")


@dataclass(frozen=True)
class Proposal:
    """A command for one kind of automated work.

    ``command`` checks the whole project (for ``automated:``), ``run`` only the changed files where the tool can
    (for ``checks.commands``, with ``{files}``); both are empty where the project only has a command that rewrites.
    ``fix`` rewrites, empty where nothing does.  ``because`` names the file that gave it away.
    """

    kind: str
    command: str
    because: str
    run: str
    files: tuple[str, ...] = ()
    on: tuple[str, ...] = _QUICK
    fix: str = ""

    @property
    def command_to_run(self) -> str:
        """The command for who wants this work: to format is to have it done, elsewhere the answer counts."""
        if self.kind == "format" and self.fix:
            return self.fix
        return self.command


# Kind of work, the names that npm scripts give it, when it runs.
_SCRIPT_NAMES = (
    ("format", ("format:check", "check:format", "fmt:check", "prettier:check"), _QUICK),
    ("lint", ("lint", "lint:check", "eslint"), _QUICK),
    ("types", ("typecheck", "type-check", "check-types", "types", "tsc"), _QUICK),
    ("unit-tests", ("test:unit", "test"), _SLOW),
    ("build", ("build",), _SLOW),
)
# The same for targets of make and recipes of just.
_TARGET_NAMES = (
    ("format", ("format-check", "fmt-check", "check-format"), _QUICK),
    ("lint", ("lint",), _QUICK),
    ("types", ("typecheck", "type-check", "types", "mypy"), _QUICK),
    ("unit-tests", ("test", "tests", "unit-test"), _SLOW),
    ("build", ("build",), _SLOW),
)
_MAKEFILES = ("Makefile", "makefile", "GNUmakefile")
_JUSTFILES = ("justfile", "Justfile", ".justfile")
_MAKE_TARGET = r"(?m)^([A-Za-z][\w./-]*)\s*::?(?!=)"
_JUST_RECIPE = r"(?m)^@?([A-Za-z][\w-]*)(?:\s[^:=\n]*)?:(?!=)"
_CARGO = (
    ("format", "cargo fmt --all -- --check", _QUICK, "cargo fmt --all"),
    ("lint", "cargo clippy --all-targets -- -D warnings", _QUICK, ""),
    ("types", "cargo check --all-targets", _QUICK, ""),
    ("unit-tests", "cargo test", _SLOW, ""),
    ("build", "cargo build", _SLOW, ""),
)
_GO = ("*.go",)
_RUST = ("*.rs", "Cargo.*")
_STYLED = (*_SCRIPT, "*.css", "*.html", "*.json", "*.md", "*.yaml", "*.yml")


def discover_commands(root: str) -> list[Proposal]:
    """Return at most one proposal a kind, in the order of :data:`KINDS`; the more specific tool wins."""
    project = _Project(Path(root))
    found: dict[str, Proposal] = {}
    for proposal in [
        *_find_scripts(project),
        *_find_python_commands(project),
        *_find_node_commands(project),
        *_find_other_commands(project),
        *_find_targets(project),
    ]:
        found.setdefault(proposal.kind, proposal)
    return [found[kind] for kind in KINDS if kind in found]


class _Project:
    """The configuration files of a project, each read once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.pyproject = _read_toml(root / "pyproject.toml")
        self.tools: dict[str, Any] = self.pyproject.get("tool", {})
        self.package = _read_json(root / "package.json")
        self.scripts: dict[str, Any] = _as_dict(self.package.get("scripts"))
        self.node_tools = {
            **_as_dict(self.package.get("dependencies")),
            **_as_dict(self.package.get("devDependencies")),
        }

    def has(self, *patterns: str) -> str:
        """The first file that a pattern finds at the root, or empty."""
        for pattern in patterns:
            for path in sorted(self.root.glob(pattern)):
                return path.name
        return ""

    def text(self, name: str) -> str:
        return read_text(str(self.root / name))

    def section(self, title: str) -> str:
        """``setup.cfg`` where it has that section, else empty."""
        lines = self.text("setup.cfg").splitlines()
        if title not in lines:
            return ""
        return "setup.cfg"

    def declares(self, name: str) -> bool:
        """Whether pyproject.toml or a requirements file asks for a distribution."""
        pattern = re.compile(rf"(?m)(?:^|[\"'\s]){re.escape(name)}(?:$|[\s\"'\[<>=!~;,])")
        names = [path.name for path in self.root.glob("*requirements*.txt")]
        texts = [self.text(name) for name in (*names, _PYPROJECT)]
        return any(pattern.search(text) for text in texts)


def _find_scripts(project: _Project) -> list[Proposal]:
    """npm scripts under their usual names: what the project itself calls its checks."""
    runner = _node_runner(project)
    because = "package.json (scripts)"
    found = []
    formatter = _first_script(project, _FORMATTERS)
    for kind, names, on in _SCRIPT_NAMES:
        name = _first_script(project, names)
        script = project.scripts.get(name, "")
        command, fix = "", ""
        if name and not (kind == "lint" and _REWRITES.search(script)):
            command = f"{runner} run {name}"
        if kind == "format" and formatter:
            fix = f"{runner} run {formatter}"
        if command or fix:
            found.append(Proposal(kind, command, because, command, on=on, fix=fix))
    return found


def _first_script(project: _Project, names: tuple[str, ...]) -> str:
    """Return the first of the names that is a script; npm init's default only says that there is none."""
    for name in names:
        script = project.scripts.get(name)
        if isinstance(script, str) and "no test specified" not in script:
            return name
    return ""


def _find_python_commands(project: _Project) -> list[Proposal]:
    return [
        *_find_python_formatters(project),
        *_find_python_types(project),
        *_find_python_tests(project),
    ]


def _find_python_formatters(project: _Project) -> list[Proposal]:
    found = []
    uses_black = "black" in project.tools or project.declares("black")
    ruff = _configured_in(project, "ruff") or project.has("ruff.toml", ".ruff.toml")
    if ruff:
        fix = "ruff check --fix ."
        found.append(_propose_for_files("lint", "ruff check", ruff, _PYTHON, fix))
    if ruff and not uses_black:
        fix = "ruff format ."
        found.append(_propose_for_files("format", "ruff format --check", ruff, _PYTHON, fix))
    if uses_black:
        command = "black --check --quiet"
        found.append(_propose_for_files("format", command, _PYPROJECT, _PYTHON, "black ."))
    flake8 = project.has(".flake8") or project.section("[flake8]")
    if flake8:
        found.append(_propose_for_files("lint", "flake8", flake8, _PYTHON))
    return found


def _find_python_types(project: _Project) -> list[Proposal]:
    mypy = _configured_in(project, "mypy") or project.has("mypy.ini", ".mypy.ini")
    mypy = mypy or project.section("[mypy]")
    if mypy:
        command = "mypy ."
        scopes = {"files", "packages", "modules"}
        if scopes.intersection(project.tools.get("mypy", {})):
            command = "mypy"
        return [Proposal("types", command, mypy, command, files=_PYTHON)]
    pyright = _configured_in(project, "pyright") or project.has("pyrightconfig.json")
    if pyright:
        return [Proposal("types", "pyright", pyright, "pyright", files=_PYTHON)]
    return []


def _find_python_tests(project: _Project) -> list[Proposal]:
    pytest = _configured_in(project, "pytest") or project.has("pytest.ini")
    pytest = pytest or project.section("[tool:pytest]")
    if not pytest and project.declares("pytest"):
        pytest = _PYPROJECT
    if pytest:
        return [Proposal("unit-tests", "pytest -q", pytest, "pytest -q", on=_SLOW)]
    if project.has("tox.ini"):
        return [Proposal("unit-tests", "tox -q", "tox.ini", "tox -q", on=_SLOW)]
    return []


def _configured_in(project: _Project, tool: str) -> str:
    """The file whose ``[tool.…]`` table configures a Python tool; empty where there is none."""
    if tool in project.tools:
        return _PYPROJECT
    return ""


def _find_node_commands(project: _Project) -> list[Proposal]:
    runners = {"pnpm": "pnpm exec", "yarn": "yarn run", "bun": "bunx"}
    run = runners.get(_node_runner(project), "npx --no-install")
    found = _find_node_linters(project, run)
    found += _find_node_formatters(project, run)
    if project.has("tsconfig.json"):
        command = f"{run} tsc --noEmit"
        found.append(Proposal("types", command, "tsconfig.json", command, files=_TYPED))
    for tool, arguments in (("vitest", "vitest run"), ("jest", "jest")):
        if tool in project.node_tools:
            command = f"{run} {arguments}"
            found.append(Proposal("unit-tests", command, _PACKAGE, command, on=_SLOW))
    return found


def _find_node_linters(project: _Project, run: str) -> list[Proposal]:
    found = []
    biome = project.has("biome.json", "biome.jsonc")
    if biome:
        fix = f"{run} biome check --write ."
        found.append(_propose_for_files("lint", f"{run} biome check", biome, _SCRIPT, fix))
    eslint = project.has("eslint.config.*", ".eslintrc*")
    if not eslint and "eslintConfig" in project.package:
        eslint = _PACKAGE
    if eslint:
        fix = f"{run} eslint --fix ."
        found.append(_propose_for_files("lint", f"{run} eslint", eslint, _SCRIPT, fix))
    return found


def _find_node_formatters(project: _Project, run: str) -> list[Proposal]:
    prettier = project.has(".prettierrc*", "prettier.config.*")
    if not prettier and "prettier" in {*project.package, *project.node_tools}:
        prettier = _PACKAGE
    if not prettier:
        return []
    command, fix = f"{run} prettier --check", f"{run} prettier --write ."
    return [_propose_for_files("format", command, prettier, _STYLED, fix=fix)]


def _find_other_commands(project: _Project) -> list[Proposal]:
    found = []
    if project.has("go.mod"):
        listing = 'test -z "$(gofmt -l .)"'
        found.append(
            Proposal(
                "format",
                listing,
                "go.mod",
                'test -z "$(gofmt -l {files})"',
                _GO,
                fix="gofmt -w .",
            )
        )
        lint, because = "go vet ./...", "go.mod"
        golangci = project.has(".golangci.*")
        if golangci:
            lint, because = "golangci-lint run", golangci
        test, build = "go test ./...", "go build ./..."
        found.append(Proposal("lint", lint, because, lint, _GO))
        found.append(Proposal("unit-tests", test, "go.mod", test, on=_SLOW))
        found.append(Proposal("build", build, "go.mod", build, _GO))
    if project.has("Cargo.toml"):
        for kind, command, on, fix in _CARGO:
            made = Proposal(kind, command, "Cargo.toml", command, _RUST, on, fix)
            found.append(made)
    return found


def _find_targets(project: _Project) -> list[Proposal]:
    """Targets of make and recipes of just, under the names that most projects give them."""
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
            yield Proposal(kind, command, because, command, on=on)


def _propose_for_files(
    kind: str,
    command: str,
    because: str,
    files: tuple[str, ...],
    fix: str = "",
) -> Proposal:
    return Proposal(kind, f"{command} .", because, f"{command} {{files}}", files, fix=fix)


def _node_runner(project: _Project) -> str:
    for lock, runner in (
        ("pnpm-lock.yaml", "pnpm"),
        ("yarn.lock", "yarn"),
        ("bun.lock", "bun"),
        ("bun.lockb", "bun"),
    ):
        if project.has(lock):
            return runner
    return "npm"


def _read_toml(path: Path) -> dict[str, Any]:
    toml = load_toml_reader()
    if toml is None:
        return {}
    try:
        return _as_dict(toml.loads(read_text(str(path))))
    except (ValueError, RecursionError):
        return {}


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return _as_dict(json.loads(read_text(str(path))))
    except (ValueError, RecursionError):
        return {}


def _as_dict(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    return {}


def find_commitlint(root: str) -> str:
    """The name of the file that configures commitlint in a project; empty where it is not used."""
    named = sorted(path.name for path in Path(root).glob("*commitlint*"))
    configs = [name for name in named if _COMMITLINT.fullmatch(name)]
    if configs:
        return configs[0]
    if "commitlint" in _read_json(Path(root) / _PACKAGE):
        return _PACKAGE
    return ""
