"""The formatter, linter, type checker, tests and build that a project has set up for itself.

Found by their configuration, never by what happens to be on PATH, and proposed only: ``tierwise install``
writes what is accepted into ``automated:`` and ``checks.commands:``; nothing is run unasked.
"""

from __future__ import annotations

import json
import re
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
        return self.fix if self.kind == "format" and self.fix else self.command


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
        return "setup.cfg" if title in self.text("setup.cfg").splitlines() else ""

    def declares(self, name: str) -> bool:
        """Whether pyproject.toml or a requirements file asks for a distribution."""
        pattern = re.compile(rf"(?m)(?:^|[\"'\s]){re.escape(name)}(?:$|[\s\"'\[<>=!~;,])")
        return any(
            pattern.search(self.text(path.name)) for path in self.root.glob("*requirements*.txt")
        ) or bool(pattern.search(self.text("pyproject.toml")))


def _find_scripts(project: _Project) -> list[Proposal]:
    """npm scripts under their usual names: what the project itself calls its checks."""
    runner = _node_runner(project)
    because = "package.json (scripts)"
    found = []
    for kind, names, on in (
        ("format", ("format:check", "check:format", "fmt:check", "prettier:check"), _QUICK),
        ("lint", ("lint", "lint:check", "eslint"), _QUICK),
        ("types", ("typecheck", "type-check", "check-types", "types", "tsc"), _QUICK),
        ("unit-tests", ("test:unit", "test"), _SLOW),
        ("build", ("build",), _SLOW),
    ):
        name = _first_script(project, names)
        rewrites = kind == "lint" and _REWRITES.search(project.scripts.get(name, ""))
        fix_name = _first_script(project, _FORMATTERS) if kind == "format" else ""
        fix = f"{runner} run {fix_name}" if fix_name else ""
        if name and not rewrites:
            command = f"{runner} run {name}"
            found.append(Proposal(kind, command, because, command, on=on, fix=fix))
        elif fix:
            found.append(Proposal(kind, "", because, "", on=on, fix=fix))
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
        found.append(
            _propose_for_files("lint", "ruff check", ruff, _PYTHON, fix="ruff check --fix .")
        )
    if ruff and not uses_black:
        found.append(
            _propose_for_files("format", "ruff format --check", ruff, _PYTHON, fix="ruff format .")
        )
    if uses_black:
        command = "black --check --quiet"
        found.append(_propose_for_files("format", command, _PYPROJECT, _PYTHON, fix="black ."))
    flake8 = project.has(".flake8") or project.section("[flake8]")
    if flake8:
        found.append(_propose_for_files("lint", "flake8", flake8, _PYTHON))
    return found


def _find_python_types(project: _Project) -> list[Proposal]:
    mypy = _configured_in(project, "mypy") or project.has("mypy.ini", ".mypy.ini")
    mypy = mypy or project.section("[mypy]")
    if mypy:
        configured = project.tools.get("mypy", {})
        scoped = any(key in configured for key in ("files", "packages", "modules"))
        command = "mypy" if scoped else "mypy ."
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
    return _PYPROJECT if tool in project.tools else ""


def _find_node_commands(project: _Project) -> list[Proposal]:
    runners = {"pnpm": "pnpm exec", "yarn": "yarn run", "bun": "bunx"}
    run = runners.get(_node_runner(project), "npx --no-install")
    found = [*_find_node_linters(project, run), *_find_node_formatters(project, run)]
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
        found.append(_propose_for_files("lint", f"{run} biome check", biome, _SCRIPT, fix=fix))
    eslint = project.has("eslint.config.*", ".eslintrc*")
    if not eslint and "eslintConfig" in project.package:
        eslint = _PACKAGE
    if eslint:
        found.append(
            _propose_for_files(
                "lint", f"{run} eslint", eslint, _SCRIPT, fix=f"{run} eslint --fix ."
            )
        )
    return found


def _find_node_formatters(project: _Project, run: str) -> list[Proposal]:
    prettier = project.has(".prettierrc*", "prettier.config.*")
    if not prettier and ("prettier" in project.package or "prettier" in project.node_tools):
        prettier = _PACKAGE
    if not prettier:
        return []
    files = (*_SCRIPT, "*.css", "*.html", "*.json", "*.md", "*.yaml", "*.yml")
    fix = f"{run} prettier --write ."
    return [_propose_for_files("format", f"{run} prettier --check", prettier, files, fix=fix)]


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
                ("*.go",),
                fix="gofmt -w .",
            )
        )
        golangci = project.has(".golangci.*")
        lint = "golangci-lint run" if golangci else "go vet ./..."
        found.append(Proposal("lint", lint, golangci or "go.mod", lint, ("*.go",)))
        found.append(Proposal("unit-tests", "go test ./...", "go.mod", "go test ./...", on=_SLOW))
        found.append(Proposal("build", "go build ./...", "go.mod", "go build ./...", ("*.go",)))
    if project.has("Cargo.toml"):
        for kind, command, on, fix in (
            ("format", "cargo fmt --all -- --check", _QUICK, "cargo fmt --all"),
            ("lint", "cargo clippy --all-targets -- -D warnings", _QUICK, ""),
            ("types", "cargo check --all-targets", _QUICK, ""),
            ("unit-tests", "cargo test", _SLOW, ""),
            ("build", "cargo build", _SLOW, ""),
        ):
            found.append(
                Proposal(kind, command, "Cargo.toml", command, ("*.rs", "Cargo.*"), on, fix)
            )
    return found


def _find_targets(project: _Project) -> list[Proposal]:
    """Targets of make and recipes of just, under the names that most projects give them."""
    found = []
    for runner, names, pattern in (
        (
            "just",
            ("justfile", "Justfile", ".justfile"),
            r"(?m)^@?([A-Za-z][\w-]*)(?:\s[^:=\n]*)?:(?!=)",
        ),
        ("make", ("Makefile", "makefile", "GNUmakefile"), r"(?m)^([A-Za-z][\w./-]*)\s*::?(?!=)"),
    ):
        name = next((name for name in names if project.text(name)), "")
        targets = set(re.findall(pattern, project.text(name))) if name else set()
        for kind, wanted, on in (
            ("format", ("format-check", "fmt-check", "check-format"), _QUICK),
            ("lint", ("lint",), _QUICK),
            ("types", ("typecheck", "type-check", "types", "mypy"), _QUICK),
            ("unit-tests", ("test", "tests", "unit-test"), _SLOW),
            ("build", ("build",), _SLOW),
        ):
            target = next((target for target in wanted if target in targets), None)
            if target:
                found.append(
                    Proposal(kind, f"{runner} {target}", name, f"{runner} {target}", on=on)
                )
    return found


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
    try:
        return _as_dict(toml.loads(read_text(str(path)))) if toml else {}
    except (ValueError, RecursionError):
        return {}


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return _as_dict(json.loads(read_text(str(path))))
    except (ValueError, RecursionError):
        return {}


def _as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def find_commitlint(root: str) -> str:
    """The name of the file that configures commitlint in a project; empty where it is not used."""
    named = sorted(path.name for path in Path(root).glob("*commitlint*"))
    configs = [name for name in named if _COMMITLINT.fullmatch(name)]
    if configs:
        return configs[0]
    return _PACKAGE if "commitlint" in _read_json(Path(root) / _PACKAGE) else ""
