"""Which files are tests, expected outputs, and the configuration of checks."""

from __future__ import annotations

import re

_TEST = re.compile(
    r"(^|/)(tests?|__tests__|spec|specs|testing|e2e|cypress)/.*\.\w+$"
    r"|(^|/)(test_[^/]*|[^/]*_test|conftest)\.\w+$"
    r"|[._-](test|spec|cy)\.\w+$"
    r"|(^|/)\w*(Test|Tests|Spec|IT)\.(java|kt|scala|cs|swift|php|groovy)$"
)
_SNAPSHOT = re.compile(
    r"(^|/)(__snapshots__|snapshots?|golden|goldens|cassettes|__image_snapshots__|approved|expected)/"
    r"|\.(snap|golden|ambr|approved\.\w+|expected|snapshot)$",
    re.I,
)
_COLLECTED = {
    "py": re.compile(r"(^|/)(test_[^/]*|[^/]*_test|tests?)\.py$"),
    "go": re.compile(r"_test\.go$"),
    "rb": re.compile(r"(_spec|_test)\.rb$|(^|/)test_[^/]*$"),
    **dict.fromkeys(
        ("js", "jsx", "ts", "tsx", "mjs", "cjs"),
        re.compile(r"[._-](test|spec|cy)\.\w+$|(^|/)__tests__/"),
    ),
}
_CODE = (
    ".py", ".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts", ".go", ".rs", ".java", ".kt", ".rb",
    ".php", ".cs", ".swift", ".scala", ".ex", ".exs", ".c", ".cc", ".cpp", ".h", ".vue", ".svelte", ".sh",
)  # fmt: skip
_CONFIG = re.compile(
    r"(^|/)(pyproject\.toml|setup\.cfg|tox\.ini|pytest\.ini|\.coveragerc|noxfile\.py|mypy\.ini|\.?ruff\.toml"
    r"|package\.json|(jest|vitest|karma|playwright|cypress|eslint|babel|nyc)\.config\.\w+|\.nycrc(\.json)?"
    r"|\.eslintrc(\.\w+)?|tsconfig[^/]*\.json|Makefile|makefile|justfile|Justfile|Taskfile\.ya?ml|\.golangci\.ya?ml"
    r"|Cargo\.toml|clippy\.toml|pom\.xml|build\.gradle(\.kts)?|phpunit\.xml(\.dist)?|\.rspec|codecov\.ya?ml"
    r"|\.codecov\.ya?ml|\.gitlab-ci\.yml|Jenkinsfile|azure-pipelines\.yml|\.pre-commit-config\.yaml|tierwise\.yaml"
    r"|conftest\.py)$|(^|/)\.(github|circleci)/|(^|/)\.ci/|^(?!(?:.*/)?(?:lib|libexec|src)/)(?:.*/)?[^/]*(test|check|lint|verify|ci)[^/]*\.sh$"
)


def is_code(path: str) -> bool:
    """Tell whether a file is source of a language that this gate knows something of."""
    return path.endswith(_CODE)


def is_snapshot(path: str) -> bool:
    """Tell whether a file is an expected output that a tool records."""
    return _SNAPSHOT.search(path) is not None and not path.endswith(_CODE)


def is_test(path: str) -> bool:
    """Tell whether a file has tests, or is one that tests load."""
    return _TEST.search(path) is not None and is_code(path)


def is_subject(path: str) -> bool:
    """Tell whether tests may be about a file, code or data: no test, nor how it is run, nor prose."""
    return not (is_test(path) or is_snapshot(path) or is_config(path) or is_prose(path))


def is_prose(path: str) -> bool:
    """Tell whether a file is text for people."""
    return path.endswith((".md", ".rst", ".txt"))


def is_collected(path: str) -> bool:
    """Tell whether the language's usual runner finds tests in a file of that name."""
    rule = _COLLECTED.get(path.rsplit(".", 1)[-1])
    return rule is None or rule.search(path) is not None


def is_config(path: str) -> bool:
    """Tell whether a file says how tests, linters, type checkers or CI run."""
    return _CONFIG.search(path) is not None
