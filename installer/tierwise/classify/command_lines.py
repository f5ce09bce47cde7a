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


def name_by_word(lines: dict[str, str]) -> dict[str, str]:
    """Word -> the name of the line that holds it."""
    return {word: name for name, line in lines.items() for word in line.split()}


_TARGETS = name_by_word(
    {
        "lint": "lint clippy vet",
        "format": "fmt format",
        "types": "typecheck type-check check-types types",
        "unit-tests": "test tests test:unit unit",
        "build": "build compile package assemble",
    }
)
_TOOLS = name_by_word(
    {
        "lint": "eslint flake8 pylint rubocop golangci-lint shellcheck stylelint",
        "format": "black gofmt rustfmt prettier",
        "types": "mypy pyright tsc typecheck",
        "unit-tests": "pytest jest vitest phpunit rspec tox nox mocha",
    }
)
_PAIRS = {"ruff check": "lint", "ruff format": "format"}
# Folders that hold a project's whole code, as far as anybody can tell.
_WHOLE = word_set("src lib app test tests packages source")
_CHANGING = word_set("--fix --unsafe-fixes -w -u --update --updatesnapshot --watch")


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
    if name != "format" and not _CHANGING.isdisjoint(rest):
        return None
    return name if all(map(_says_nothing, rest)) else None


def _name_work(tokens: list[str]) -> tuple[str | None, list[str]]:
    """What a command line does, and what stands after it."""
    pair = " ".join(tokens[:2])
    if pair in _PAIRS:
        return _PAIRS[pair], tokens[2:]
    tool, *rest = tokens
    if tool in _TOOLS:
        return _TOOLS[tool], rest
    if rest[:1] == ["run"]:
        del rest[0]
    # "make tests" is a wish, "make test" a target.
    if not rest or tool not in _RUNNERS or (tool == "make" and rest[0] == "tests"):
        return None, []
    return _TARGETS.get(rest[0]), rest[1:]


def _says_nothing(token: str) -> bool:
    """Whether a token narrows nothing down: an option, the whole folder, a courtesy."""
    if token[0] == "-" or not any(map(str.isalnum, token)):
        return True
    return token.strip(".,") in _AFTER or token.strip("./") in _WHOLE
