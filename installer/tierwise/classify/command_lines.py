"""Tasks that are a command line and nothing else, such as ``npm test`` or ``run cargo fmt``.  Standard library only."""

from __future__ import annotations

from tierwise.classify.words import word_set

# What people write before a command line, and what starts a tool without being one.
_BEFORE = word_set("please pls just run execute can could you rerun now again lance ejecuta esegui")
_STARTERS = word_set(
    "npx uvx bunx uv poetry pipenv hatch bundle exec run python python3 -m sudo time"
)
_AFTER = word_set(
    "please pls run check and report tell show me back the result results output for again"
)
_RUNNERS = word_set(
    "npm yarn pnpm bun make just cargo go dotnet mvn gradle gradlew ./gradlew mvnw ./mvnw mix rake composer deno zig "
    "swift bazel nx turbo terraform task invoke"
)
_TARGETS: dict[str, str] = {
    **dict.fromkeys(("lint", "clippy", "vet"), "lint"),
    **dict.fromkeys(("fmt", "format"), "format"),
    **dict.fromkeys(("typecheck", "type-check", "check-types", "types"), "types"),
    **dict.fromkeys(("test", "tests", "test:unit", "unit"), "unit-tests"),
    **dict.fromkeys(("build", "compile", "package", "assemble"), "build"),
}
_TOOLS: dict[str, str] = {
    **dict.fromkeys(
        ("eslint", "flake8", "pylint", "rubocop", "golangci-lint", "shellcheck", "stylelint"),
        "lint",
    ),
    **dict.fromkeys(("black", "gofmt", "rustfmt", "prettier"), "format"),
    **dict.fromkeys(("mypy", "pyright", "tsc", "typecheck"), "types"),
    **dict.fromkeys(
        ("pytest", "jest", "vitest", "phpunit", "rspec", "tox", "nox", "mocha"), "unit-tests"
    ),
    "ruff check": "lint",
    "ruff format": "format",
}
# Folders that hold a project's whole code, as far as anybody can tell.
_WHOLE = word_set("src lib app test tests packages source")
_CHANGING = ("--fix", "--unsafe-fixes", "-w", "-u", "--update", "--updatesnapshot", "--watch")


def read_command_line(prose: str) -> str | None:
    """The automated work that a task's one command line stands for; None where there is more to it."""
    tokens = prose.lower().lstrip(" \n$>").rstrip(" \n.!?:").split()
    while tokens and tokens[0].strip(",:") in _BEFORE:
        tokens = tokens[1:]
    while len(tokens) > 1 and tokens[0] in _STARTERS:
        tokens = tokens[1:]
    if not tokens or len(tokens) > 8:
        return None
    name, rest = _name_work(tokens)
    if name is None or not all(_says_nothing(token) for token in rest):
        return None
    return None if name != "format" and any(token in _CHANGING for token in rest) else name


def _name_work(tokens: list[str]) -> tuple[str | None, list[str]]:
    """What a command line does, and what stands after it."""
    pair = " ".join(tokens[:2])
    if pair in _TOOLS:
        return _TOOLS[pair], tokens[2:]
    if tokens[0] in _TOOLS:
        return _TOOLS[tokens[0]], tokens[1:]
    if tokens[0] in _RUNNERS:
        after = tokens[2:] if tokens[1:2] == ["run"] else tokens[1:]
        # "make tests" is a wish, "make test" a target.
        if after and not (tokens[0] == "make" and after[0] == "tests"):
            return _TARGETS.get(after[0]), after[1:]
    return None, []


def _says_nothing(token: str) -> bool:
    """Whether a token narrows nothing down: an option, the whole folder, a courtesy."""
    if token[0] == "-" or not any(letter.isalnum() for letter in token):
        return True
    return token.strip(".,") in _AFTER or token.strip("./") in _WHOLE
